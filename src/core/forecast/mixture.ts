/**
 * The distribution of a sum that can't be negative, as a mixture of gamma distributions. A gamma is taken as the cube of
 * a normal (Wilson & Hilferty 1931), cut at 0: quantiles and shares are then closed forms, and much spread around a
 * small mean turns into a chance of exactly 0, as days without spend do.
 */
import { normalQuantile, normalShare } from './normal.ts';

export interface Gamma {
  readonly mean: number;
  /** mean² ÷ variance. */
  readonly shape: number;
  /** Its part of the mixture; the parts sum to 1. */
  readonly part: number;
}

export type Mixture = readonly Gamma[];

const STEPS = 40;

/** The share of outcomes at or below `value`; `value` ≥ 0. */
export function shareBelow(mixture: Mixture, value: number): number {
  let sum = 0;
  for (const { mean, shape, part } of mixture) {
    sum += mean <= 0 ? part : part * normalShare(deviationOf(mean, shape, value));
  }
  return sum;
}

/** The value below which a share of the outcomes lies, told as the standard normal's deviation; `exact`: to what part of it. */
export function quantileAt(mixture: Mixture, deviation: number, exact = 1e-5): number {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const { mean, shape } of mixture) {
    const value = gammaQuantile(mean, shape, deviation);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(low < high)) return high;
  const wanted = normalShare(deviation);
  for (let step = 0; step < STEPS && high - low > high * exact; step += 1) {
    const middle = (low + high) / 2;
    if (shareBelow(mixture, middle) < wanted) low = middle;
    else high = middle;
  }
  return high;
}

/** An outcome's place in the distribution as a standard normal's deviation, within ±`most`; of a chance of 0 its middle. */
export function placeOf(mixture: Mixture, value: number, most: number): number {
  const share = value > 0 ? shareBelow(mixture, value) : shareBelow(mixture, 0) / 2;
  const [least, top] = [normalShare(-most), normalShare(most)];
  return normalQuantile(Math.min(top, Math.max(least, share)));
}

function deviationOf(mean: number, shape: number, value: number): number {
  return 3 * Math.sqrt(shape) * (Math.cbrt(value / mean) - 1 + 1 / (9 * shape));
}

/** The value below which a share of one gamma's outcomes lies. */
export function gammaQuantile(mean: number, shape: number, deviation: number): number {
  if (mean <= 0) return 0;
  return mean * Math.max(0, 1 - 1 / (9 * shape) + deviation / (3 * Math.sqrt(shape))) ** 3;
}
