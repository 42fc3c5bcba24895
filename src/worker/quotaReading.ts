/**
 * Readings of allowances that stand in no log: what Claude Code keeps of its windows, and, where the developer allows it,
 * what GitHub counts of the Copilot account. By the leading window alone; the others learn through the ledger.
 */
import type { QuotaEvent } from '../core/ledger/event.ts';
import type { Clock, Cursor } from '../ports.ts';

/** GitHub is asked at most so often without being told to. */
export const ASK_EVERY_MS = 15 * 60_000;
const ROUND_MS = 20_000;
/** When GitHub was last asked, by whichever window. */
const ASKED_AT = 'copilot-quota-asked-at';

export interface QuotaReadingPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly leads: () => boolean;
  readonly mayLook: () => boolean;
  readonly mayAsk: () => boolean;
  /** Never throws. */
  readonly look: () => Promise<readonly QuotaEvent[]>;
  /** Rejects with a sentence. */
  readonly ask: () => Promise<readonly QuotaEvent[]>;
  readonly cursor: (key: string) => Cursor | undefined;
  readonly keep: (events: readonly QuotaEvent[], cursors: Readonly<Record<string, Cursor>>) => Promise<void>;
  /** undefined: the trouble is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
}

export interface QuotaReading {
  /** Asks GitHub now, whoever leads; rejects with a sentence. */
  ask(): Promise<void>;
  /** Looks at once instead of at the next round: settings changed, or this window leads now. */
  soon(): void;
  dispose(): void;
}

export function quotaReading(ports: QuotaReadingPorts): QuotaReading {
  const { clock, leads, mayLook, mayAsk, look, cursor, keep, onTrouble } = ports;
  let running = false;
  let asking: Promise<void> | undefined;

  /** One question at a time; who asks meanwhile gets its answer. */
  function ask(): Promise<void> {
    asking ??= (async () => {
      try {
        await keep([], { [ASKED_AT]: clock.now() });
        await keep(await ports.ask(), {});
        onTrouble(undefined);
      } catch (error) {
        onTrouble(error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        asking = undefined;
      }
    })();
    return asking;
  }

  function isDue(): boolean {
    const askedAt = cursor(ASKED_AT);
    // A clock that was set back must not silence it.
    return typeof askedAt !== 'number' || Math.abs(clock.now() - askedAt) >= ASK_EVERY_MS;
  }

  async function round(): Promise<void> {
    if (!leads()) return;
    try {
      if (mayLook()) {
        const found = await look();
        if (found.length > 0) await keep(found, {});
      }
      if (!mayAsk()) onTrouble(undefined);
      else if (isDue()) await ask();
    } catch {
      // Told by `ask`, or by the ledger's writer; the next round tries again.
    }
  }

  function soon(): void {
    if (running) return;
    running = true;
    void round().finally(() => {
      running = false;
    });
  }

  const timer = setInterval(soon, ROUND_MS);
  return { ask, soon, dispose: () => clearInterval(timer) };
}
