import type { NanoCredits } from '../money.ts';

/**
 * Splits an amount in proportion to weights ≥ 0, into whole nano-credits that sum to it exactly. undefined: all weights
 * are 0, so that there is no proportion.
 */
export function splitExactly(amount: NanoCredits, weights: readonly number[]): readonly NanoCredits[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || !Number.isFinite(total)) return undefined;
  let reached = 0;
  let given = 0;
  const last = weights.findLastIndex((weight) => weight > 0);
  return weights.map((weight, index) => {
    reached += weight;
    const upTo = index >= last ? amount : Math.round(amount * Math.min(1, reached / total));
    const part = upTo - given;
    given = upTo;
    return part;
  });
}
