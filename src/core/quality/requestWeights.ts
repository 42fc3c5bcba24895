/**
 * Weights of a logistic model as independent normal beliefs, with the two operations on them: learn and forget.
 * Learning is assumed-density filtering with a diagonal Gaussian (Opper & Winter 1998; Minka 2001; for sparse features
 * at scale: Graepel et al. 2010, Chapelle & Li 2011), with an online Laplace step on the logistic likelihood. Forgetting
 * brings the natural parameters back to the prior's (exponential forgetting; Kulhavý & Zarrop 1993).
 */

/** Beliefs on `mean.length` weights; prior means are 0. Changed in place. */
export interface Weights {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly priorVariance: Float32Array;
  /** The day up to which they have been forgotten. */
  day: number;
}

/** One feature's part in a request: which weight, times what. */
export interface Part {
  readonly index: number;
  readonly value: number;
}

/** A logit with its variance. */
export interface Logit {
  readonly mean: number;
  readonly variance: number;
}

/** `priorVariance` may be shared between weights: it is only read. */
export function newWeights(priorVariance: Float32Array, day: number): Weights {
  return {
    mean: new Float32Array(priorVariance.length),
    variance: Float32Array.from(priorVariance),
    priorVariance,
    day,
  };
}

/** What the weights say of a request on a day on or after theirs, without changing them; `decay` is what a day keeps, 0 to 1. */
export function logitOf(weights: Weights, parts: readonly Part[], day: number, decay: number): Logit {
  const kept = keptUntil(weights, day, decay);
  let [mean, variance] = [0, 0];
  for (const { index, value } of parts) {
    const own = weights.variance[index] ?? 0;
    const prior = weights.priorVariance[index] ?? 0;
    const aged = agedVariance(own, prior, kept);
    mean += value * (weights.mean[index] ?? 0) * (own > 0 ? (kept * aged) / own : 1);
    variance += value * value * aged;
  }
  return { mean, variance };
}

/** Forgets up to a day; an earlier day than theirs changes nothing. */
export function forget(weights: Weights, day: number, decay: number): void {
  const kept = keptUntil(weights, day, decay);
  if (kept < 1) {
    for (let index = 0; index < weights.mean.length; index += 1) {
      const own = weights.variance[index] ?? 0;
      const prior = weights.priorVariance[index] ?? 0;
      if (own >= prior && weights.mean[index] === 0) continue;
      const aged = agedVariance(own, prior, kept);
      weights.mean[index] = (weights.mean[index] ?? 0) * ((kept * aged) / own);
      weights.variance[index] = aged;
    }
  }
  weights.day = Math.max(weights.day, day);
}

/**
 * One step of the filter. `slope`: outcome − predicted; `curvature`: predicted × (1 − predicted), times the label's weight
 * both; `variance`: of the whole logit, of which these weights may be a part.
 */
export function learn(
  weights: Weights,
  parts: readonly Part[],
  { slope, curvature, variance }: { readonly slope: number; readonly curvature: number; readonly variance: number },
): void {
  const step = slope / (1 + curvature * variance);
  for (const { index, value } of parts) {
    const own = weights.variance[index] ?? 0;
    weights.mean[index] = (weights.mean[index] ?? 0) + own * value * step;
    weights.variance[index] = own / (1 + curvature * value * value * own);
  }
}

/** The chance behind an uncertain logit (MacKay 1992). */
export function chanceOf({ mean, variance }: Logit): number {
  return sigmoid(mean / Math.sqrt(1 + (Math.PI * variance) / 8));
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

export function logitOfChance(chance: number): number {
  const held = Math.min(1 - 1e-6, Math.max(1e-6, chance));
  return Math.log(held / (1 - held));
}

const keptUntil = (weights: Weights, day: number, decay: number) => decay ** Math.max(0, day - weights.day);

/** Precision above the prior's is kept in part: it never falls below the prior's, nor rises. */
function agedVariance(own: number, prior: number, kept: number): number {
  if (kept >= 1 || own <= 0 || prior <= 0) return own;
  const precision = 1 / prior + kept * (1 / own - 1 / prior);
  return 1 / precision;
}
