/**
 * The peer: what was spent so far in the month ÷ the time that it took × the month's length. Of the two standard ranges
 * around it, the benchmark takes the one that fares better:
 * `errors`: the 10th and 90th percentile of its own errors (outcome ÷ line, of what was left to come) at about the same
 *   point of earlier months;
 * `days`: the normal prediction interval of a mean, from how the last 30 days varied.
 */
export interface Line {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

export interface LineInput {
  /** Spent in the month so far, and the days that it took. */
  readonly spent: number;
  readonly daysGone: number;
  readonly daysLeft: number;
  /** Spend of whole days before today, oldest first, 30 at most. */
  readonly lastDays: readonly number[];
  /** Earlier months at about the same point: what came after it, and what the line had said would. */
  readonly past: readonly { readonly came: number; readonly said: number }[];
}

const DEVIATION_80 = 1.2816;

export function lineWithDays({ spent, daysGone, daysLeft, lastDays }: LineInput): Line {
  const rate = daysGone > 0 ? spent / daysGone : 0;
  const mean = lastDays.reduce((sum, each) => sum + each, 0) / Math.max(1, lastDays.length);
  const variance = lastDays.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, lastDays.length - 1);
  const deviation = Math.sqrt(variance * (daysLeft + daysLeft ** 2 / Math.max(1, daysGone)));
  const middle = spent + rate * daysLeft;
  return {
    middle,
    low: Math.max(spent, middle - DEVIATION_80 * deviation),
    high: middle + DEVIATION_80 * deviation,
  };
}

export function lineWithErrors(input: LineInput): Line {
  const { spent, daysGone, daysLeft, past } = input;
  const rate = daysGone > 0 ? spent / daysGone : 0;
  const errors = past
    .filter(({ said }) => said > 0)
    .map(({ came, said }) => came / said)
    .sort((a, b) => a - b);
  if (errors.length < 5) return lineWithDays(input);
  const left = rate * daysLeft;
  return {
    middle: spent + left,
    low: spent + left * percentile(errors, 0.1),
    high: spent + left * percentile(errors, 0.9),
  };
}

/** Linear between the two nearest of n values at the places (n + 1) × share, as for a sample's next value. */
function percentile(sorted: readonly number[], share: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, (sorted.length + 1) * share - 1));
  const below = Math.floor(place);
  const [from = 0, to = from] = [sorted[below], sorted[below + 1]];
  return from + (to - from) * (place - below);
}
