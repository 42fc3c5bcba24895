/** Calls that belong together: the steps of a run, and totals that some sources give for a whole run. */
import { addMoney, type Confidence, type MoneySum, NO_MONEY, surer } from '../money.ts';
import type { Entry, RunView } from './entry.ts';
import type { Cost } from './event.ts';
import { hasFigures, sumEntries } from './sums.ts';

/** A started call without an end is given up after this long, even if the window that made it is still there. */
export const LOST_AFTER_MS = 60 * 60 * 1000;

/** A run counts as live for this long after its last step: the agent may be at work on its tools. */
export const LIVE_AFTER_STEP_MS = 10_000;

/** The run that a call belongs to; a call whose source knows no run is one of its own. */
export function runIdOf(entry: Entry): string {
  return namedRunOf(entry) ?? entry.callId;
}

/** The run that a source names; a sub-agent's calls are part of the run that it was called in. */
export function namedRunOf({ facts }: Pick<Entry, 'facts'>): string | undefined {
  return facts.parentRunId ?? facts.runId;
}

/** What the rule of coverage looks at of an entry. */
export interface RunPart {
  readonly scope: Entry['scope'];
  /** A call that is open or lost tells nothing of what its run has cost. */
  readonly ended: boolean;
  readonly billable: boolean;
  readonly cost: Pick<Cost, 'nanoCredits' | 'confidence'>;
  readonly hasFigures: boolean;
}

/** Steps whose bills make up less of their run's bill than this are not all of its steps. */
const LEAST_SHARE_OF_BILL = 0.99;

/**
 * A run's cost is told once: by its steps or by its total, whichever knows it better. Its steps do where they are
 * together as sure as the total (a sum is as sure as its weakest part) and, where the total is a bill, all there: 99 % of
 * it at least. Otherwise the total does, and the steps are its breakdown: a log that was cut off, or that tells tokens
 * without a price, must not make a bill smaller. Returns the parts that give way, which count nothing; undefined: none.
 */
export function givesWay(parts: readonly RunPart[]): Entry['scope'] | undefined {
  const totals = parts.filter((part) => part.scope === 'run' && part.ended);
  const steps = parts.filter((part) => part.scope === 'step' && part.ended);
  if (totals.length === 0) return undefined;
  // A total that is in no sum takes nothing out of it.
  if (!totals.some(({ billable }) => billable)) return steps.some((step) => step.hasFigures) ? 'run' : undefined;
  if (!steps.some((step) => step.billable && step.hasFigures)) return 'step';
  const bySteps = sumOf(steps);
  const byTotal = sumOf(totals);
  if (surer(surenessOf(byTotal), surenessOf(bySteps))) return 'step';
  const isCutOff = surenessOf(byTotal) === 'billed' && bySteps.nanoCredits < byTotal.nanoCredits * LEAST_SHARE_OF_BILL;
  return isCutOff ? 'step' : 'run';
}

function sumOf(parts: readonly RunPart[]): MoneySum {
  let sum = NO_MONEY;
  for (const { billable, cost } of parts) {
    // A call that was turned away is known to cost nothing; it makes the bills of the others no less sure.
    const isFree = cost.nanoCredits === 0 && cost.confidence === 'priced';
    if (billable && !isFree) sum = addMoney(sum, cost.nanoCredits, cost.confidence);
  }
  return sum;
}

function surenessOf(sum: MoneySum): Confidence {
  return sum.unknown > 0 ? 'unknown' : sum.confidence;
}

/** Marks `covered`, run by run, what gives way: the run's total, or all of its ended and lost steps that are billable. */
export function withCoverage(entries: readonly Entry[]): readonly Entry[] {
  const runs = Map.groupBy(entries, namedRunOf);
  const covered = new Map([...runs].map(([runId, parts]) => [runId, givesWay(parts.map(partOf))]));
  covered.delete(undefined);
  return entries.map((entry) => {
    const isCovered =
      entry.scope === covered.get(namedRunOf(entry)) &&
      entry.state !== 'open' &&
      (entry.scope === 'run' || entry.facts.billable !== false);
    return isCovered ? { ...entry, state: 'covered' } : entry;
  });
}

function partOf(entry: Entry): RunPart {
  return {
    scope: entry.scope,
    ended: entry.state === 'settled' || entry.state === 'failed',
    billable: entry.facts.billable !== false,
    cost: entry.cost,
    hasFigures: hasFigures(entry),
  };
}

/**
 * One run's view from its entries, in any order, coverage and losses marked; undefined for none. A total that gives way
 * isn't shown, steps that give way are. `now`: epoch ms.
 */
export function viewRun(runId: string, entries: readonly Entry[], now: number): RunView | undefined {
  const steps = entries.filter((entry) => entry.state !== 'covered' || entry.scope === 'step').sort(byTime);
  const first = steps[0];
  if (!first) return undefined;
  return {
    runId,
    agent: first.facts.agent,
    folder: steps.find((step) => step.facts.folder !== undefined)?.facts.folder,
    live: steps.some((step) => isLive(step, now)),
    cost: sumEntries(steps).cost,
    steps,
  };
}

function isLive(step: Entry, now: number): boolean {
  return step.state === 'open' || (step.endedAt !== undefined && now - step.endedAt < LIVE_AFTER_STEP_MS);
}

function byTime(a: Entry, b: Entry): number {
  return a.at - b.at || (a.callId < b.callId ? -1 : 1);
}
