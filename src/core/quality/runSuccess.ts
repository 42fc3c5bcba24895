/**
 * e(k) = P(accepted in the end | the run goes on), and a(k) = P(accepted | it stops now), learned online from runs that ended.
 * Three experts, pooled by their logits: the by-step rate (shrunk to the rate of all runs), shipped coefficients, and the same
 * going on learning (Bayesian logistic regression, diagonal Laplace approximation, as in Chapelle & Li 2011). Their
 * weights follow their Brier loss, one run one outcome: fixed share (Herbster & Warmuth 1998), so that a model that
 * was wrong can come back. Evidence decays with time, and the decayed share goes back to the prior.
 */
import type { RunSoFar } from './runFeatures.ts';
import { RUN_PRIOR } from './runPrior.ts';

export interface RunSuccess {
  /** Decayed counts of runs that were still going at a step, by band of steps, and of the accepted among them. */
  bands: { runs: number; accepted: number }[];
  weights: number[];
  precisions: number[];
  /** Log weights of by-step rate, shipped, learning. */
  experts: number[];
  /** Gain over the by-step rate in Brier score, a run one figure: decayed sums. */
  skill: { runs: number; sum: number; squares: number };
  outcomes: number;
  /** Runs by how they stood when they ended: decayed counts. */
  ended: Record<string, { runs: number; accepted: number }>;
  /** Epoch ms of what was last learned. */
  at: number | undefined;
}

/** What is thought at one step; kept until the outcome, which it then teaches. */
export interface SuccessView {
  readonly step: number;
  readonly vector: readonly number[];
  readonly byStep: number;
  readonly experts: readonly number[];
  readonly p: number;
}

export interface RunSkill {
  /** Outcomes behind it. */
  readonly outcomes: number;
  /** Mean gain in Brier score over the by-step rate; undefined below two outcomes. */
  readonly gain: number | undefined;
  /** Lower end of its one-sided 90 % interval. */
  readonly lowerBound: number | undefined;
  /** False: what a run is worth is shown as `value ?`. */
  readonly settled: boolean;
}

const BAND = 5;
const BANDS = 20;
/** What the prior rate is worth, in runs. */
const PRIOR_RUNS = 10;
/** What all runs' rate is worth against a band's. */
const BAND_RUNS = 20;
/** Standard errors that chance may well explain. */
const CHANCE = 1.64;
const START = [0.1, 0.85, 0.05];
/** Brier loss is mixable at η = 2 (Vovk & Zhdanov 2009); a run's mean loss counts once. */
const ETA = 2;
const SHARED = 0.005;
/** Precision of the shipped coefficients: how sure they are. */
const PRIOR_PRECISION = 60;
/** δ per day: what is left of evidence after a day (half-life 90 days). */
const KEPT_PER_DAY = 0.5 ** (1 / 90);
const DAY_MS = 86_400_000;
/** One-sided 90 % of a standard normal. */
const LOWER = 1.2816;
/** Outcomes that a bound needs before it means anything. */
const LEAST_OUTCOMES = 10;

export function newRunSuccess(): RunSuccess {
  return {
    bands: Array.from({ length: BANDS }, () => ({ runs: 0, accepted: 0 })),
    weights: [...RUN_PRIOR.accepted],
    precisions: RUN_PRIOR.accepted.map(() => PRIOR_PRECISION),
    experts: START.map(Math.log),
    skill: { runs: 0, sum: 0, squares: 0 },
    outcomes: 0,
    ended: {},
    at: undefined,
  };
}

/** Always within (0, 1). */
export function successView(success: RunSuccess, step: number, vector: readonly number[]): SuccessView {
  const byStep = bandRate(success, step);
  // The shipped coefficients tell runs apart; how many are accepted here is learned.
  const shift = logit(rateBeyondChance(success)) - logit(RUN_PRIOR.rate);
  const experts = [byStep, squash(score(RUN_PRIOR.accepted, vector) + shift), squash(score(success.weights, vector))];
  const most = Math.max(...success.experts);
  const shares = success.experts.map((weight) => Math.exp(weight - most));
  const all = shares.reduce((sum, share) => sum + share, 0);
  const pooled = experts.reduce((sum, p, index) => sum + ((shares[index] ?? 0) / all) * logit(p), 0);
  return { step, vector, byStep, experts, p: squash(pooled) };
}

/** Learns a run's outcome. `weight`: how much the label is worth, 0 to 1; `at`: epoch ms. */
export function learnSuccess(
  success: RunSuccess,
  views: readonly SuccessView[],
  accepted: boolean,
  weight: number,
  at: number,
): void {
  decay(success, at);
  if (views.length === 0 || !(weight > 0)) return;
  const label = accepted ? 1 : 0;
  const worth = Math.min(1, weight);
  const mean = (loss: (view: SuccessView) => number) => views.reduce((sum, view) => sum + loss(view), 0) / views.length;
  const brier = (p: number) => (p - label) ** 2;
  const gain = mean((view) => brier(view.byStep) - brier(view.p));
  success.skill.runs += worth;
  success.skill.sum += worth * gain;
  success.skill.squares += worth * gain * gain;
  success.outcomes += 1;

  const moved = success.experts.map(
    (log, index) => log - ETA * worth * mean((view) => brier(view.experts[index] ?? 0.5)),
  );
  const most = Math.max(...moved);
  const shares = moved.map((log) => Math.exp(log - most));
  const all = shares.reduce((sum, share) => sum + share, 0);
  success.experts = shares.map((share, index) => Math.log((1 - SHARED) * (share / all) + SHARED * (START[index] ?? 0)));

  const last = views.at(-1)?.step ?? 1;
  for (const [index, band] of success.bands.entries()) {
    if (index * BAND + 1 > last) break;
    band.runs += worth;
    band.accepted += worth * label;
  }
  // One step of the diagonal Laplace approximation: the run's steps together weigh one outcome.
  const slopes = success.weights.map(() => 0);
  const curves = success.weights.map(() => 0);
  for (const view of views) {
    const p = squash(score(success.weights, view.vector));
    for (let term = 0; term < slopes.length; term += 1) {
      const x = term === 0 ? 1 : (view.vector[term - 1] ?? 0);
      slopes[term] = (slopes[term] ?? 0) + ((label - p) * x) / views.length;
      curves[term] = (curves[term] ?? 0) + (p * (1 - p) * x * x) / views.length;
    }
  }
  for (let term = 0; term < slopes.length; term += 1) {
    success.precisions[term] = (success.precisions[term] ?? PRIOR_PRECISION) + worth * (curves[term] ?? 0);
    const step = (worth * (slopes[term] ?? 0)) / (success.precisions[term] ?? PRIOR_PRECISION);
    success.weights[term] = (success.weights[term] ?? 0) + step;
  }
}

/** Learns how a run that ended stood then. */
export function learnEnded(success: RunSuccess, run: RunSoFar, accepted: boolean, weight: number): void {
  const key = standing(run);
  success.ended[key] ??= { runs: 0, accepted: 0 };
  const counts = success.ended[key];
  counts.runs += Math.min(1, weight);
  if (accepted) counts.accepted += Math.min(1, weight);
}

/** a(k), never above `going`: runs that ended by themselves were further than one that is cut off. undefined: nothing tells. */
export function acceptedNow(success: RunSuccess, run: RunSoFar, going: number): number | undefined {
  if (run.actions === run.kinds.none) return undefined;
  if (run.edits === 0) return 0;
  const { runs, accepted } = success.ended[standing(run)] ?? { runs: 0, accepted: 0 };
  // Half of what going on promises, until runs that ended like this say otherwise.
  return Math.min(going, (accepted + PRIOR_RUNS * going * 0.5) / (runs + PRIOR_RUNS));
}

export function runSkill(success: RunSuccess): RunSkill {
  const { runs, sum, squares } = success.skill;
  const { outcomes } = success;
  if (runs < 2) return { outcomes, gain: undefined, lowerBound: undefined, settled: false };
  const gain = sum / runs;
  const spread = Math.sqrt(Math.max(0, squares / runs - gain * gain) / (runs - 1));
  const lowerBound = gain - LOWER * spread;
  return { outcomes, gain, lowerBound, settled: outcomes >= LEAST_OUTCOMES && lowerBound > 0 };
}

function decay(success: RunSuccess, at: number): void {
  const days = success.at === undefined ? 0 : Math.max(0, at - success.at) / DAY_MS;
  success.at = Math.max(success.at ?? at, at);
  if (days === 0) return;
  const kept = KEPT_PER_DAY ** days;
  for (const counts of [...success.bands, ...Object.values(success.ended)]) {
    counts.runs *= kept;
    counts.accepted *= kept;
  }
  success.skill.runs *= kept;
  success.skill.sum *= kept;
  success.skill.squares *= kept;
  for (let term = 0; term < success.weights.length; term += 1) {
    const prior = RUN_PRIOR.accepted[term] ?? 0;
    const own = (success.precisions[term] ?? PRIOR_PRECISION) - PRIOR_PRECISION;
    success.precisions[term] = PRIOR_PRECISION + own * kept;
    success.weights[term] = prior + ((success.weights[term] ?? prior) - prior) * kept;
  }
}

function bandRate(success: RunSuccess, step: number): number {
  const all = success.bands[0] ?? { runs: 0, accepted: 0 };
  const rate = (all.accepted + PRIOR_RUNS * RUN_PRIOR.rate) / (all.runs + PRIOR_RUNS);
  const band = success.bands[Math.min(BANDS - 1, Math.floor((step - 1) / BAND))] ?? all;
  return (band.accepted + BAND_RUNS * rate) / (band.runs + BAND_RUNS);
}

/**
 * The prior rate, moved by as much of what was seen as chance doesn't explain (a soft threshold): a rate that follows each
 * outcome would tell runs apart by when they came, which says nothing of them.
 */
function rateBeyondChance(success: RunSuccess): number {
  const { runs } = success.bands[0] ?? { runs: 0 };
  const { rate } = RUN_PRIOR;
  const moved = bandRate(success, 1) - rate;
  const chance = CHANCE * Math.sqrt((rate * (1 - rate) * runs) / (runs + PRIOR_RUNS) ** 2);
  return rate + Math.sign(moved) * Math.max(0, Math.abs(moved) - chance);
}

function standing(run: RunSoFar): string {
  const tests = run.lastTestFailed === undefined ? 'untested' : run.lastTestFailed ? 'failing' : 'passing';
  return `${run.edits > 0 ? 'edited' : 'unchanged'} ${tests} ${run.editsSinceTest > 0 ? 'since' : 'checked'}`;
}

function score(weights: readonly number[], vector: readonly number[]): number {
  return vector.reduce((sum, x, index) => sum + x * (weights[index + 1] ?? 0), weights[0] ?? 0);
}

const squash = (x: number) => 1 / (1 + Math.exp(-Math.min(8, Math.max(-8, x))));
const logit = (p: number) => Math.log(p / (1 - p));
