/**
 * What logs tell of the tool calls of runs at work, for every window: the window that reads the logs keeps the latest in the
 * ledger's place for such notes, and the others look there. Hashes and flags; the latest steps only.
 */
import type { RunAction } from '../../core/quality/runStep.ts';
import type { Cursor } from '../../ports.ts';

export interface LiveCalls {
  /** What was told of a step's calls; undefined: nothing. */
  of(callId: string): { readonly actions: readonly RunAction[] } | undefined;
  /** A log tells of a step's calls. */
  told(steps: readonly { readonly callId: string; readonly actions: readonly RunAction[] }[]): void;
  /** Takes in what another window was told. */
  refresh(): void;
  /** Lets go of all of them, also of those that are kept. */
  forget(): Promise<void>;
}

export interface LiveCallsPorts {
  readonly cursor: (key: string) => Cursor | undefined;
  /** Rejects where it can't be kept. */
  readonly keep: (cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
  readonly later: (work: () => void, delayMs: number) => unknown;
  /** undefined: it is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
}

const PLACE = 'live-calls';
/** Some 100 bytes each. */
const MOST_STEPS = 160;
const KEEP_AFTER_MS = 1_000;

export function createLiveCalls({ cursor, keep, later, onTrouble }: LiveCallsPorts): LiveCalls {
  const steps = new Map<string, readonly RunAction[]>();
  /** That this window was told itself: what is kept of them is no newer. */
  const own = new Set<string>();
  let isPending = false;

  function put(callId: string, actions: readonly RunAction[]): void {
    steps.delete(callId);
    steps.set(callId, actions);
    for (const old of [...steps.keys()].slice(0, Math.max(0, steps.size - MOST_STEPS))) {
      steps.delete(old);
      own.delete(old);
    }
  }

  let said: string | undefined;
  function trouble(sentence: string | undefined): void {
    if (sentence !== said) onTrouble(sentence);
    said = sentence;
  }

  function keepSoon(): void {
    if (isPending) return;
    isPending = true;
    later(() => {
      isPending = false;
      keep({ [PLACE]: [...steps] as unknown as Cursor }).then(
        () => trouble(undefined),
        (error: Error) => trouble(error.message),
      );
    }, KEEP_AFTER_MS);
  }

  return {
    of(callId) {
      const actions = steps.get(callId);
      return actions && { actions };
    },
    told(added) {
      for (const { callId, actions } of added) {
        own.add(callId);
        put(callId, actions);
      }
      keepSoon();
    },
    refresh() {
      const kept = cursor(PLACE);
      if (!Array.isArray(kept)) return;
      const others = new Map(kept as unknown as readonly (readonly [string, readonly RunAction[]])[]);
      for (const callId of steps.keys()) if (!own.has(callId) && !others.has(callId)) steps.delete(callId);
      for (const [callId, actions] of others) if (!own.has(callId) && Array.isArray(actions)) put(callId, actions);
    },
    async forget() {
      steps.clear();
      own.clear();
      await keep({ [PLACE]: [] });
    },
  };
}
