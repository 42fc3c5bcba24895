import { byTime, type LedgerFact, nameOf, timeOf } from '../../core/ledger/fact.ts';
import type { CallPlace, Clock, LedgerStore } from '../../ports.ts';
import { othersTurn } from '../othersTurn.ts';
import type { Learning } from './learning.ts';

export type ReplayLedger = Pick<
  LedgerStore,
  'decisions' | 'outcomes' | 'gateDecisions' | 'entries' | 'startOfLatest' | 'lastChange'
>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Evidence older than this has decayed to a third. */
const FACTS_DAYS = 90;
/** Prices are of the month, speeds of the last weeks. */
const CALLS_DAYS = 31;
export const MOST_CALLS = 10_000;
/** Facts are read in stretches of time, so that few are held at once. */
const STRETCH_MS = 6 * HOUR_MS;
/** What was written while the replay went on was told within so long. */
const RECENT_MS = DAY_MS;
/** Calls that are read in one go, and how long the thread is held: others wait behind it. */
const CALLS_AT_ONCE = 20;
const HOLD_MS = 4;

/**
 * Teaches what the ledger knows, in the order of time: decisions and outcomes of the last 90 days, the newest calls and what
 * agents were let do in their time.
 * Resolves to the place up to which all changes are in it (see `LedgerStore.changes`); sooner, undefined, where `signal` is
 * aborted. Rejects with a LedgerError.
 */
export async function replay(
  ledger: ReplayLedger,
  learning: Learning,
  clock: Pick<Clock, 'now' | 'elapsed'>,
  signal?: AbortSignal,
): Promise<Replayed | undefined> {
  const place = ledger.lastChange();
  const now = clock.now();
  const firstCall = Math.max(now - CALLS_DAYS * DAY_MS, ledger.startOfLatest(MOST_CALLS) ?? 0);
  const learned = new Set<string>();
  let waiting: readonly LedgerFact[] = [];
  let heldSince = clock.elapsed();
  const rest = async () => {
    if (clock.elapsed() - heldSince < HOLD_MS) return;
    await othersTurn();
    heldSince = clock.elapsed();
  };
  for (let from = now - FACTS_DAYS * DAY_MS; from <= now; from += STRETCH_MS) {
    if (signal?.aborted) return undefined;
    const to = from + STRETCH_MS;
    const facts: LedgerFact[] = [
      ...waiting,
      ...ledger.decisions(from, to).map((event): LedgerFact => ({ kind: 'decision', event })),
      ...(to > firstCall ? ledger.gateDecisions(from, to) : []).map((event): LedgerFact => ({ kind: 'gate', event })),
      ...ledger.outcomes(from, to).map((event): LedgerFact => ({ kind: 'outcome', event })),
    ];
    await rest();
    if (to > firstCall) {
      let next: CallPlace | undefined;
      do {
        const page = ledger.entries({ from: Math.max(from, firstCall), to }, CALLS_AT_ONCE, next);
        for (const entry of page.entries) if (entry.endedAt !== undefined) facts.push({ kind: 'entry', entry });
        ({ next } = page);
        await rest();
      } while (next !== undefined);
    }
    facts.sort(byTime);
    const isLast = to > now;
    waiting = isLast ? [] : facts.filter((fact) => timeOf(fact) >= to);
    for (const fact of isLast ? facts : facts.filter((each) => timeOf(each) < to)) {
      learning.learn(fact);
      if (timeOf(fact) >= now - RECENT_MS) learned.add(nameOf(fact));
      await rest();
    }
  }
  return { place, learned };
}

export interface Replayed {
  readonly place: number;
  /** The latest facts that were learned, by name: some of them may be told once more after that place. */
  readonly learned: ReadonlySet<string>;
}
