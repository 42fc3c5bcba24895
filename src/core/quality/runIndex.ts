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
  /** The chance that the n-th step from now is the last, the next one first. A run that is longer is taken never to end. */
  readonly endings: readonly number[];
  /** The n-th step's expected price, (κ+β)·C, in credits. */
  readonly costs: readonly number[];
}

const GONE = 0.002;
const MOST_CHANCE = 0.9;
const ROUNDS = 12;
/** How far a hazard may be moved, as a power of two. */
const MOST_DOUBLINGS = 4;

export function runIndex({ value, going, endings, costs }: RunIndexQuestion): RunIndex {
  let [left, sum, stepsLeft] = [1, 0, 0];
  let [best, horizon] = [Number.NEGATIVE_INFINITY, 1];
  for (let at = 0; at < endings.length && left > GONE; at += 1) {
    const chance = endings[at] ?? 0;
    sum += left * (chance * value * going - (costs[at] ?? 0));
    stepsLeft += left;
    left *= 1 - chance;
    if (sum > best) [best, horizon] = [sum, at + 1];
  }
  return { credits: best, horizon, stepsLeft };
}

/** What is expected over the steps up to a horizon. */
export interface HorizonParts {
  /** The chance that the run ends within it. */
  readonly ended: number;
  /** Steps really taken. */
  readonly steps: number;
  /** What they cost, in the costs' unit. */
  readonly cost: number;
}

export function withinHorizon(endings: readonly number[], costs: readonly number[], horizon: number): HorizonParts {
  let [left, steps, cost] = [1, 0, 0];
  for (let at = 0; at < Math.min(horizon, endings.length) && left > GONE; at += 1) {
    steps += left;
    cost += left * (costs[at] ?? 0);
    left *= 1 - (endings[at] ?? 0);
  }
  return { ended: 1 - left, steps, cost };
}

/**
 * The hazard times the factor with which the steps that remain cost `credits` in expectation: what is known of the rest
 * in credits and in steps is made to agree. By bisection, since a higher hazard never costs more.
 */
export function agreeingEndings(endings: readonly number[], costs: readonly number[], credits: number): number[] {
  let [low, high] = [-MOST_DOUBLINGS, MOST_DOUBLINGS];
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (restCost(endings, costs, 2 ** middle) > credits) low = middle;
    else high = middle;
  }
  const factor = 2 ** ((low + high) / 2);
  return endings.map((chance) => Math.min(MOST_CHANCE, chance * factor));
}

function restCost(endings: readonly number[], costs: readonly number[], factor: number): number {
  let [left, sum] = [1, 0];
  for (let at = 0; at < endings.length && left > GONE; at += 1) {
    sum += left * (costs[at] ?? 0);
    left *= 1 - Math.min(MOST_CHANCE, (endings[at] ?? 0) * factor);
  }
  return sum;
}
