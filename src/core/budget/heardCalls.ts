/**
 * Tool calls that a hook told of and whose model call the ledger hasn't yet: agents write their logs a little late. A
 * reducer; plain data. Where an agent's hooks or its log tell of some tools only, it says less rather than more.
 */
export interface HeardCalls {
  /** Epoch ms at which each was heard, oldest first. */
  readonly waiting: readonly number[];
  /** Calls that the ledger told of before they were heard. */
  readonly ahead: number;
}

export const NONE_HEARD: HeardCalls = { waiting: [], ahead: 0 };

/** A log that is later than this doesn't tell of the call at all. */
const LATEST_MS = 60_000;
const MOST_WAITING = 200;

export function hear({ waiting, ahead }: HeardCalls, at: number): HeardCalls {
  if (ahead > 0) return { waiting, ahead: ahead - 1 };
  return { waiting: [...waiting.slice(1 - MOST_WAITING), at], ahead };
}

/** The ledger has a model call that began (or ended, where that is all that is known) at `at` and called so many tools. */
export function tellCall({ waiting }: HeardCalls, at: number, tools: number): HeardCalls {
  return {
    // What was heard before it began belongs to earlier calls: those are in the ledger, or never will be.
    waiting: waiting.slice(tools).filter((heardAt) => heardAt >= at),
    ahead: Math.max(0, tools - waiting.length),
  };
}

/** Model calls that the ledger lacks, at least. `toolsPerCall`: as seen so far. */
export function missingCalls({ waiting }: HeardCalls, now: number, toolsPerCall: number): number {
  const missing = waiting.filter((at) => now - at < LATEST_MS).length;
  return missing === 0 ? 0 : Math.max(1, Math.round(missing / Math.max(1, toolsPerCall)));
}
