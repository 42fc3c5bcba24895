import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lets others have the thread once this turn has had it for a while. */
export interface Slice {
  /** True when the time is up and `rest()` is due. */
  isOver(): boolean;
  rest(): Promise<void>;
}

/** `sliceMs`: the longest that the thread is held before others get their turn. */
export function timeSlice(elapsed: () => number, sliceMs: number): Slice {
  let began = elapsed();
  return {
    isOver: () => elapsed() - began >= sliceMs,
    async rest() {
      await nextTurn();
      began = elapsed();
    },
  };
}
