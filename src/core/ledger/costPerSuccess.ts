/** What a success costs: the credits of all attempts by the accepted ones, beside what a request costs. */
import { joinMoney, type MoneySum, NO_MONEY } from '../money.ts';
import type { RunOutcome } from '../quality/outcome.ts';

/** A run with what is known of it. */
export interface Attempt {
  readonly runId: string;
  /** The model that most of it went to. */
  readonly model: string;
  readonly taskKind: string | undefined;
  readonly taskSize: string | undefined;
  readonly calls: number;
  readonly cost: MoneySum;
  readonly outcome: RunOutcome;
}

/** A row: attempts of one model or of one class of tasks. */
export interface SuccessRow {
  /** undefined: the class isn't known. */
  readonly key: string | undefined;
  readonly attempts: number;
  /** Attempts that were accepted or not; of the rest it isn't known. */
  readonly judged: number;
  readonly accepted: number;
  readonly calls: number;
  /** Of all these attempts, judged or not. */
  readonly cost: MoneySum;
  /** Known credits by calls whose cost is known; undefined: of none. */
  readonly perRequest: number | undefined;
  /** Known credits of the judged attempts by the accepted ones; undefined: none was accepted, or no cost is known. */
  readonly perSuccess: number | undefined;
  /** Judged attempts with a part of unknown cost: `perSuccess` is then too low. */
  readonly incomplete: number;
  /** Share accepted among the judged, with the 80 % interval of Wilson (1927); undefined: none was judged. */
  readonly share: { readonly mean: number; readonly low: number; readonly high: number } | undefined;
}

export interface CostPerSuccess {
  readonly all: SuccessRow;
  /** Dearest first. */
  readonly byModel: readonly SuccessRow[];
  readonly byKind: readonly SuccessRow[];
  readonly bySize: readonly SuccessRow[];
}

export function costPerSuccess(attempts: readonly Attempt[]): CostPerSuccess {
  return {
    all: rowOf(undefined, attempts),
    byModel: rowsBy(attempts, ({ model }) => model),
    byKind: rowsBy(attempts, ({ taskKind }) => taskKind),
    bySize: rowsBy(attempts, ({ taskSize }) => taskSize),
  };
}

function rowsBy(attempts: readonly Attempt[], keyOf: (attempt: Attempt) => string | undefined): readonly SuccessRow[] {
  return [...Map.groupBy(attempts, keyOf)]
    .map(([key, group]) => rowOf(key, group))
    .sort((a, b) => b.cost.nanoCredits - a.cost.nanoCredits || ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
}

function rowOf(key: string | undefined, attempts: readonly Attempt[]): SuccessRow {
  const judged = attempts.filter(({ outcome }) => outcome.accepted !== undefined);
  const accepted = judged.filter(({ outcome }) => outcome.accepted).length;
  const calls = attempts.reduce((sum, attempt) => sum + attempt.calls, 0);
  const cost = sumOf(attempts);
  const ofJudged = sumOf(judged);
  const known = calls - cost.unknown;
  const judgedKnown = judged.reduce((sum, attempt) => sum + attempt.calls, 0) - ofJudged.unknown;
  return {
    key,
    attempts: attempts.length,
    judged: judged.length,
    accepted,
    calls,
    cost,
    perRequest: known > 0 ? cost.nanoCredits / known : undefined,
    perSuccess: accepted > 0 && judgedKnown > 0 ? ofJudged.nanoCredits / accepted : undefined,
    incomplete: judged.filter((attempt) => attempt.cost.unknown > 0).length,
    share: judged.length === 0 ? undefined : { mean: accepted / judged.length, ...wilson(accepted, judged.length) },
  };
}

function sumOf(attempts: readonly Attempt[]): MoneySum {
  return attempts.reduce((sum, attempt) => joinMoney(sum, attempt.cost), NO_MONEY);
}

/** 80 % two-sided: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927). */
const Z = 1.2816;

function wilson(accepted: number, judged: number): { readonly low: number; readonly high: number } {
  const share = accepted / judged;
  const scale = 1 + Z ** 2 / judged;
  const middle = (share + Z ** 2 / (2 * judged)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / judged + Z ** 2 / (4 * judged ** 2));
  // The mean is inside but for rounding.
  return { low: Math.max(0, Math.min(share, middle - half)), high: Math.min(1, Math.max(share, middle + half)) };
}
