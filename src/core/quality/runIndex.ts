/**
 * What going on with a run is worth, in credits:
 *
 *     index = max over horizons n of E[ V·1(resolved within n) − Σ cost of the min(T, n) steps really taken ]
 *
 * with T from the discrete hazard of ending. Since the best horizon is looked for, a slow start is not cut off.
 */
export interface RunIndex {
  /** The best horizon's expectation; negative where none is worth its cost. */
  readonly credits: number;
  /** Steps from now of the best horizon, at least 1. */
  readonly horizon: number;
  /** E[T], over the steps looked at. */
  readonly stepsLeft: number;
}

export interface RunIndexQuestion {
  /** V, in credits. */
  readonly value: number;
  /** e: the chance that the run, once it ends by itself, is accepted. */
  readonly going: number;
  /** The chance that the n-th step from now (1 is the next) is the last. */
  readonly ending: (n: number) => number;
  /** The n-th step's expected price, (κ+β)·C, in credits. */
  readonly cost: (n: number) => number;
}

/** Steps looked ahead; a run longer than that is taken never to end. */
const AHEAD = 150;
const GONE = 0.002;

export function runIndex({ value, going, ending, cost }: RunIndexQuestion): RunIndex {
  let [left, sum, stepsLeft] = [1, 0, 0];
  let [best, horizon] = [Number.NEGATIVE_INFINITY, 1];
  for (let n = 1; n <= AHEAD && left > GONE; n += 1) {
    const chance = ending(n);
    sum += left * (chance * value * going - cost(n));
    stepsLeft += left;
    left *= 1 - chance;
    if (sum > best) [best, horizon] = [sum, n];
  }
  return { credits: best, horizon, stepsLeft };
}
