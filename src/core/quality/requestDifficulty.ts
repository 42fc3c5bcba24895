/**
 * How alike models fail. One latent difficulty z ~ N(0, 1) stands behind all tries of a task (a Rasch model; with one factor:
 * Vasicek 1987): a model whose chance is p has, at z, the chance sigmoid(s·logit p − τ·z). After a failure z is probably
 * high, and every other model's chance is lower. How much, τ, is learned from tries after failures.
 */
import { logitOfChance, sigmoid } from './requestWeights.ts';

/** Natural logarithms of the belief in each of {@link SPREADS}. Changed in place. */
export type DifficultyBelief = Float64Array;

/** Values of τ. At 0 tries are independent; at 4 whoever fails is hardly helped by another of the same strength. */
export const SPREADS = [0, 0.5, 1, 1.5, 2, 3, 4] as const;
const PRIOR = [0.05, 0.1, 0.2, 0.25, 0.2, 0.15, 0.05] as const;

/** Gauss–Hermite quadrature for a standard normal, seven points (Abramowitz & Stegun 25.4.46). */
const NODES = [
  -3.750439717725742, -2.366759410734541, -1.154405394739968, 0, 1.154405394739968, 2.366759410734541,
  3.750439717725742,
];
const SHARES = [
  0.000548268855972, 0.030757123967586, 0.240123178605013, 0.457142857142857, 0.240123178605013, 0.030757123967586,
  0.000548268855972,
];

export const DIFFICULTIES = NODES.length;

export function newDifficultyBelief(): DifficultyBelief {
  return Float64Array.from(PRIOR, Math.log);
}

/** The τ that is believed in, on average. */
export function spreadOf(belief: DifficultyBelief): number {
  const top = Math.max(...belief);
  let [sum, total] = [0, 0];
  for (const [index, spread] of SPREADS.entries()) {
    const share = Math.exp((belief[index] ?? 0) - top);
    sum += share * spread;
    total += share;
  }
  return sum / total;
}

/** A model's chance at each difficulty, easy ones first; their weights are {@link difficultyShares}. */
export function chancesByDifficulty(chance: number, spread: number): readonly number[] {
  const logit = logitOfChance(chance) * Math.sqrt(1 + (Math.PI * spread * spread) / 8);
  return NODES.map((node) => sigmoid(logit - spread * node));
}

/** The weights of the difficulties once tries with these chances have failed; they sum to the chance that all fail. */
export function difficultyShares(failed: readonly (readonly number[])[] = []): number[] {
  return SHARES.map((share, index) => failed.reduce((left, chances) => left * (1 - (chances[index] ?? 0)), share));
}

/** A chance after failures of others whose chances were these. */
export function chanceAfter(chance: number, failed: readonly number[], spread: number): number {
  if (failed.length === 0) return chance;
  const shares = difficultyShares(failed.map((other) => chancesByDifficulty(other, spread)));
  const own = chancesByDifficulty(chance, spread);
  let [sum, total] = [0, 0];
  for (const [index, share] of shares.entries()) {
    sum += share * (own[index] ?? 0);
    total += share;
  }
  return total > 0 ? sum / total : chance;
}

/** Learns from a try after failures: Bayes' rule over the values of τ. */
export function learnDifficulty(
  belief: DifficultyBelief,
  chance: number,
  failed: readonly number[],
  success: boolean,
  weight: number,
): void {
  for (const [index, spread] of SPREADS.entries()) {
    const after = chanceAfter(chance, failed, spread);
    belief[index] = (belief[index] ?? 0) + weight * Math.log(Math.max(1e-6, success ? after : 1 - after));
  }
  const top = Math.max(...belief);
  // Nothing is ever ruled out: the belief may move again.
  for (let index = 0; index < belief.length; index += 1) belief[index] = Math.max(-12, (belief[index] ?? 0) - top);
}
