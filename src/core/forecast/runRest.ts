/**
 * What the rest of a run will cost, as a range: linear quantile regression (Koenker & Bassett 1978) on the run's features,
 * in units of a typical run of its model, started from shipped coefficients and learned on by online gradient steps on
 * the pinball loss; its ends are kept honest by {@link nextTails}'s rule, as a shift in those units.
 */
import { RUN_PRIOR } from '../quality/runPrior.ts';
import type { Range } from './runStepCost.ts';

export interface RunRest {
  /** Per quantile 10, 50, 90 %: an intercept and one figure for each term. */
  weights: number[][];
  /** Credits of a typical run: a decayed mean. */
  typical: number;
  runs: number;
  /** Added to the low and the high end, in typical runs. */
  shifts: [low: number, high: number];
}

/** What was said before a step, kept until the run ends. */
export interface RestView {
  readonly vector: readonly number[];
  readonly spent: number;
  readonly credits: Range;
}

const QUANTILES = [0.1, 0.5, 0.9] as const;
/** How fast the typical run follows: at least a hundredth a run, in the beginning faster. */
const FOLLOW = 0.01;
const PRIOR_RUNS = 12;
const RATE = 0.0006;
/** γ: small for one step, since a run's steps share nearly all of their outcome; twice and thrice that for the two ends. */
const GAMMA = 0.001;

export const newRunRest = (typical: number = RUN_PRIOR.typicalCredits): RunRest => ({
  weights: RUN_PRIOR.rest.map((row) => [...row]),
  typical,
  runs: 0,
  shifts: [0, 0],
});

/** `least`: what the next step costs at least, since a run has at least one more. */
export function forecastRest(rest: RunRest, vector: readonly number[], least: Range): Range {
  const [low, middle, high] = rest.weights.map((row) => linear(row, vector));
  const p50 = Math.max(least[1], (middle ?? 0) * rest.typical);
  const p10 = Math.min(p50, Math.max(least[0], ((low ?? 0) + rest.shifts[0]) * rest.typical));
  const p90 = Math.max(p50, least[2], ((high ?? 0) + rest.shifts[1]) * rest.typical);
  return [p10, p50, p90];
}

/** Learns a run that ended having cost `total` credits. `stride`: how many steps each view stands for. */
export function learnRest(rest: RunRest, views: readonly RestView[], total: number, stride = 1): void {
  if (!Number.isFinite(total) || total <= 0 || views.length === 0) return;
  let [below, above] = [0, 0];
  for (const { vector, spent, credits } of views) {
    const left = total - spent;
    below += stride * ((left < credits[0] ? 1 : 0) - 0.1);
    above += stride * ((left > credits[2] ? 1 : 0) - 0.1);
    for (const [index, share] of QUANTILES.entries()) {
      const row = rest.weights[index];
      if (!row) continue;
      const up = left > linear(row, vector) * rest.typical ? share : share - 1;
      const step = RATE * stride * up;
      row[0] = (row[0] ?? 0) + step;
      for (const [term, x] of vector.entries()) row[term + 1] = (row[term + 1] ?? 0) + step * x * 0.3;
    }
  }
  rest.shifts = [
    Math.min(0.5, Math.max(-0.5, rest.shifts[0] - 2 * GAMMA * below)),
    Math.min(2, Math.max(-0.5, rest.shifts[1] + 3 * GAMMA * above)),
  ];
  rest.runs += 1;
  rest.typical += (total - rest.typical) * Math.max(FOLLOW, 1 / (rest.runs + PRIOR_RUNS));
}

function linear(row: readonly number[], vector: readonly number[]): number {
  return vector.reduce((sum, x, index) => sum + x * (row[index + 1] ?? 0), row[0] ?? 0);
}
