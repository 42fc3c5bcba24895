/** The runs of a ledger that ended, newest steps of some months at most, read in parts so that others have their turn. */
import type { TokenPrice } from '../../core/forecast/runStepCost.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import { dayOf, startOfDay } from '../../core/ledger/localDay.ts';
import { namedRunOf } from '../../core/ledger/runs.ts';
import { type LedgerStep, ledgerSteps } from '../../core/quality/ledgerRun.ts';
import type { CallPlace, LedgerStore } from '../../ports.ts';
import { othersTurn } from '../othersTurn.ts';

/** A run with all its steps, in the order of time. */
export interface KnownRun {
  readonly runId: string;
  readonly sessionId: string | undefined;
  readonly agent: string;
  readonly taskKind: string | undefined;
  readonly model: string | undefined;
  readonly tokenPrice: TokenPrice | undefined;
  readonly steps: readonly LedgerStep[];
}

export type PriceOfEntry = (entry: Entry) => TokenPrice | undefined;

const DAYS = 90;
const DAY_MS = 86_400_000;
const MOST_STEPS = 20_000;
/** Entries that are read at once: some milliseconds. */
const PAGE = 40;

export async function pastRuns(
  ledger: Pick<LedgerStore, 'entries' | 'burn'>,
  now: number,
  priceOf: PriceOfEntry,
): Promise<readonly KnownRun[]> {
  const from = beginning(ledger, now);
  const kept = new Map<string, LedgerStep[]>();
  const firsts = new Map<string, Entry>();
  let after: CallPlace | undefined;
  do {
    const page = ledger.entries({ from, to: now + 1 }, PAGE, after);
    for (const entry of page.entries) {
      const runId = namedRunOf(entry);
      if (runId === undefined) continue;
      const [step] = ledgerSteps([entry]);
      if (!step) continue;
      const steps = kept.get(runId);
      if (steps) steps.push(step);
      else kept.set(runId, [step]);
      if (!firsts.has(runId)) firsts.set(runId, entry);
    }
    after = page.next;
    await othersTurn();
  } while (after);
  return [...kept].flatMap(([runId, steps]) => {
    const first = firsts.get(runId);
    return first ? [knownRun(runId, first, steps, priceOf)] : [];
  });
}

export function knownRun(runId: string, first: Entry, steps: readonly LedgerStep[], priceOf: PriceOfEntry): KnownRun {
  const { sessionId, agent, taskKind } = first.facts;
  return {
    runId,
    sessionId,
    agent,
    taskKind,
    model: steps[0]?.model,
    tokenPrice: priceOf(first),
    steps,
  };
}

/** Epoch ms of the first day from which there aren't too many calls. */
function beginning(ledger: Pick<LedgerStore, 'burn'>, now: number): number {
  const earliest = dayOf(now - DAYS * DAY_MS);
  const byDay = new Map<string, number>();
  for (const { day, calls } of ledger.burn(earliest, dayOf(now))) byDay.set(day, (byDay.get(day) ?? 0) + calls);
  let calls = 0;
  let first = dayOf(now);
  for (const [day, count] of [...byDay].sort(([a], [b]) => (a < b ? 1 : -1))) {
    calls += count;
    if (calls > MOST_STEPS && day !== first) break;
    first = day;
  }
  return startOfDay(first);
}
