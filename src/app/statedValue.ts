/** What the developer says that the next task is worth: it goes to the run that asks first, and to no other. */
import type { NanoCredits } from '../core/money.ts';

export interface StatedValue {
  /** undefined: what was stated is taken back. */
  state(nanoCredits: NanoCredits | undefined): void;
  /** What waits for the next task. */
  waiting(): NanoCredits | undefined;
  /** V of a run where it was stated: a new run takes what waits. */
  of(runId: string): NanoCredits | undefined;
}

/** More runs than are at work at once. */
const MOST_RUNS = 64;

export function createStatedValue(): StatedValue {
  let waiting: NanoCredits | undefined;
  /** Runs that have asked, with their V; undefined: nothing was stated before they began. */
  const runs = new Map<string, NanoCredits | undefined>();
  return {
    state(nanoCredits) {
      waiting = nanoCredits;
    },
    waiting: () => waiting,
    of(runId) {
      if (!runs.has(runId)) {
        runs.set(runId, waiting);
        waiting = undefined;
        if (runs.size > MOST_RUNS) runs.delete(runs.keys().next().value ?? runId);
      }
      return runs.get(runId);
    },
  };
}
