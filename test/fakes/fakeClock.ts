import type { Clock } from '../../src/ports.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** A clock that stands still until it is advanced. */
export function fakeClock(startAt = Date.UTC(2026, 10, 22, 12)): FakeClock {
  let elapsedMs = 0;
  return {
    now: () => startAt + elapsedMs,
    elapsed: () => elapsedMs,
    advance: (ms) => {
      elapsedMs += ms;
    },
  };
}
