/**
 * What a budget's period was asked for, thinned, and from it what a credit of it was worth in hindsight: the price with which the next
 * period begins (docs/economics, section 4). From 0 a price takes days to get where it belongs, and meanwhile too much is drawn.
 * A reducer over decisions; its state is plain data.
 */
import { fractionalOptimum, type Option } from '../diagnose/fractionalOptimum.ts';
import type { Entry } from '../ledger/entry.ts';
import type { DecisionEvent } from '../ledger/event.ts';
import type { NanoCredits } from '../money.ts';
import { type RecordedCandidate, readCandidates } from './decisionRecord.ts';

export interface PeriodDemand {
  /** One of each `stride` first choices of runs: what each model would have brought, and drawn. */
  readonly rows: readonly (readonly Option[])[];
  readonly stride: number;
  readonly seen: number;
  /** Epoch ms of the first. */
  readonly since: number | undefined;
  /** Drawn by what Marginal chose for, and by all. */
  readonly ownNanoCredits: NanoCredits;
  readonly allNanoCredits: NanoCredits;
}

export const NO_DEMAND: PeriodDemand = {
  rows: [],
  stride: 1,
  seen: 0,
  since: undefined,
  ownNanoCredits: 0,
  allNanoCredits: 0,
};

const MOST_ROWS = 512;
/** Fewer choices tell little of a period. */
const LEAST_ROWS = 20;
/** A budget of next to nothing has a price beyond all measure. */
const MOST_BETA = 10;

/** `charges`: whether the budget pays for an option. Only a run's first choice counts: what is foretold of it is the whole run. */
export function withDecision(
  demand: PeriodDemand,
  event: DecisionEvent,
  charges: (candidate: RecordedCandidate) => boolean,
): PeriodDemand {
  if (!event.features) return demand;
  const since = demand.since ?? event.at;
  const seen = demand.seen + 1;
  // Most are passed over before anything is read of them.
  if (demand.seen % demand.stride !== 0) return { ...demand, seen, since };
  const options = optionsOf(readCandidates(event.candidates), charges);
  if (options.length === 0) return demand;
  const rows = [...demand.rows, options];
  if (rows.length <= MOST_ROWS) return { ...demand, rows, seen, since };
  return { ...demand, rows: rows.filter((_, index) => index % 2 === 0), stride: 2 * demand.stride, seen, since };
}

/** A step that drew on the budget. */
export function withSpend(demand: PeriodDemand, { facts, cost }: Pick<Entry, 'facts' | 'cost'>): PeriodDemand {
  const spent = cost.nanoCredits ?? 0;
  if (spent === 0) return demand;
  const own = facts.endpointId === undefined ? 0 : spent;
  return {
    ...demand,
    ownNanoCredits: demand.ownNanoCredits + own,
    allNanoCredits: demand.allNanoCredits + spent,
  };
}

/**
 * β at which the period's budget would just have been used up, by what was foretold; undefined: too few choices to tell. Of
 * the budget the choices had as much as they drew of it, for the part of the period in which there were any. `covered`: of
 * the period, 0 to 1.
 */
export function betaInHindsight(
  { rows, seen, ownNanoCredits, allNanoCredits }: PeriodDemand,
  { nanoCredits, covered, kappa }: { nanoCredits: NanoCredits; covered: number; kappa: number },
): number | undefined {
  if (rows.length < LEAST_ROWS) return undefined;
  const share = allNanoCredits > 0 ? ownNanoCredits / allNanoCredits : 1;
  const { density } = fractionalOptimum(rows, (nanoCredits * share * covered * rows.length) / seen);
  return Math.min(MOST_BETA, Math.max(0, density - kappa));
}

/** What costs more and brings no more is left out. */
function optionsOf(
  candidates: readonly RecordedCandidate[],
  charges: (candidate: RecordedCandidate) => boolean,
): readonly Option[] {
  const options = candidates.flatMap((candidate): readonly Option[] => {
    const { terms, nanoCredits, barred, use } = candidate;
    if (!terms || nanoCredits === undefined || use.model === undefined || barred !== undefined) return [];
    const before = terms.value + terms.wait + terms.risk;
    const drawn = charges(candidate);
    return [{ name: '', value: Math.round(drawn ? before : before + terms.cost), cost: drawn ? nanoCredits : 0 }];
  });
  let best = 0;
  return options
    .sort((a, b) => a.cost - b.cost || b.value - a.value)
    .filter(({ value }) => {
      if (value <= best) return false;
      best = value;
      return true;
    });
}
