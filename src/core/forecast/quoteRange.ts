/**
 * A quote's range made honest by adaptive conformal inference (Gibbs & Candès 2021): of a log-normal of two halves, through the
 * three quantiles that were foretold, the ends lie where the learned tails are, which move with every run that was quoted.
 */
import type { CostRange } from '../allocate/objective.ts';
import { normalQuantile } from './normal.ts';
import { nextTails, type Tails } from './runConformal.ts';

/** A developer's quotes are few: each moves a tail by this much. */
const GAMMA = 0.008;
const Z90 = 1.2816;

export function quoteRange(range: CostRange, { low, high }: Tails): CostRange {
  const { p10, p50, p90 } = range;
  if (!(p50 > 0)) return range;
  const end = (to: number, tail: number) =>
    to > 0 ? Math.round(p50 * (to / p50) ** (-normalQuantile(tail) / Z90)) : to;
  return { ...range, p10: end(p10, low), p90: end(p90, high) };
}

/** `range`: as it was announced. */
export function learnQuote(tails: Tails, range: { readonly p10: number; readonly p90: number }, cost: number): Tails {
  return nextTails(tails, [range.p10, range.p10, range.p90], cost, GAMMA);
}
