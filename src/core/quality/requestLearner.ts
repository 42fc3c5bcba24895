/**
 * Learns from outcomes what requestPrediction.ts foretells by: assumed-density filtering of each predictor's weights, the
 * trust in the three of them, what models cost, and how alike they fail. A reducer over outcomes: the same outcomes in the
 * same order give the same state.
 */
import { learnCredits, newCreditSums } from './requestCredits.ts';
import { chanceAfter, learnDifficulty, newDifficultyBelief, spreadOf } from './requestDifficulty.ts';
import { type RequestFeatures, WORD_BUCKETS } from './requestFeatures.ts';
import {
  COMMON_PRIOR,
  creditPriorOf,
  LEVEL_PARTS,
  LEVEL_PRIOR,
  type ModelBelief,
  type ModelPrior,
  OWN_PRIOR,
  outlookFrom,
  partsOf,
  predecessorOf,
  type RequestLearner,
  SHARED_PRIOR,
  SIZE,
} from './requestPrediction.ts';
import { chanceOf, forget, type Logit, learn, logitOfChance, newWeights, type Weights } from './requestWeights.ts';

export {
  type ModelPrior,
  type Outlook,
  outlookOf,
  predictCredits,
  predictSuccess,
  type RequestLearner,
  type SuccessForecast,
} from './requestPrediction.ts';

export interface RequestOutcome {
  readonly features: RequestFeatures;
  readonly model: string;
  /** undefined: not known; the credits are learned from nonetheless. */
  readonly success?: boolean | undefined;
  /** How far the label is trusted, 0 to 1. */
  readonly weight?: number | undefined;
  /** undefined: not known. */
  readonly credits?: number | undefined;
  /** Models that were seen to fail on the same task before. */
  readonly failed?: readonly string[] | undefined;
  /** Days since any fixed day; whole days are what decays. */
  readonly day?: number | undefined;
}

/** Half of the evidence is gone after 60 days. */
export const DECAY_PER_DAY = 0.5 ** (1 / 60);
/** The least recently learned is forgotten when there are more: 12 hold 0.95 MB. */
export const MOST_MODELS = 12;

/** A new version keeps this much of its predecessor's evidence. */
const INHERITED = 0.25;
/** The trust in the three predictors, before any outcome, and what each outcome leaves of it. */
const TRUST_PRIOR = [0, -1, -3] as const;
const TRUST_KEPT = 0.998;
interface LearnerSettings {
  readonly priorOf?: ((model: string) => ModelPrior) | undefined;
  readonly decayPerDay?: number | undefined;
  /** The day before which nothing was learned. */
  readonly day?: number | undefined;
}

/** A learner that knows only the priors. */
export function newRequestLearner({
  priorOf = () => ({}),
  decayPerDay = DECAY_PER_DAY,
  day = 0,
}: LearnerSettings = {}): RequestLearner {
  return {
    decayPerDay,
    priorOf,
    level: newWeights(COMMON_PRIOR, day),
    shared: newWeights(SHARED_PRIOR, day),
    models: new Map(),
    wordCounts: new Float32Array(WORD_BUCKETS),
    requests: 0,
    logLength: Math.log(500),
    trust: Float64Array.from(TRUST_PRIOR),
    difficulty: newDifficultyBelief(),
    outcomes: 0,
  };
}

/** Learns from one outcome: what it says of the chance, of the cost and of how alike models fail. */
export function learnOutcome(learner: RequestLearner, outcome: RequestOutcome): void {
  const { features, model, success, credits, failed = [], day = 0 } = outcome;
  const weight = Math.min(1, Math.max(0, outcome.weight ?? 1));
  const belief = learner.models.get(model) ?? addModel(learner, model, day);
  learner.outcomes += 1;
  belief.lastLearned = learner.outcomes;
  if (credits !== undefined && credits >= 0 && Number.isFinite(credits)) {
    const prior = creditPriorOf(learner, model);
    learnCredits(belief.credits, features.length, credits, { day, decay: learner.decayPerDay, prior });
  }
  if (success === undefined || weight === 0) return;

  const parts = partsOf(learner, features);
  const own = outlookFrom(learner, parts, model, day);
  const others = failed.map((other) => outlookFrom(learner, parts, other, day).chance);
  if (others.length > 0) learnDifficulty(learner.difficulty, own.chance, others, success, weight);
  // A try after failures says less of the model than of the task: what the task explains is taken off first.
  const offset =
    logitOfChance(chanceAfter(own.chance, others, spreadOf(learner.difficulty))) - logitOfChance(own.chance);
  const truth = success ? 1 : 0;
  const [levelOnly, , full] = own.predictors.map(({ logit }) => ({
    mean: logit.mean + offset,
    variance: logit.variance,
  }));
  const say = sayOf(learner, belief);
  for (const [index, { logit }] of own.predictors.entries()) {
    const foretold = chanceOf({ mean: logit.mean + offset, variance: logit.variance });
    const told = Math.log(Math.max(1e-6, success ? foretold : 1 - foretold));
    learner.trust[index] = TRUST_KEPT * (learner.trust[index] ?? 0) + weight * say * told;
  }
  const top = Math.max(...learner.trust);
  for (let index = 0; index < learner.trust.length; index += 1)
    learner.trust[index] = (learner.trust[index] ?? 0) - top;

  for (const weights of [learner.level, learner.shared, belief.level, belief.own])
    forget(weights, day, learner.decayPerDay);
  if (levelOnly) {
    const step = stepOf(levelOnly, truth, weight);
    learn(learner.level, LEVEL_PARTS, step);
    learn(belief.level, LEVEL_PARTS, step);
  }
  if (full) {
    const step = stepOf(full, truth, weight);
    learn(learner.shared, parts, step);
    learn(belief.own, parts, step);
  }
  belief.outcomes += weight;
  learner.requests += 1;
  learner.logLength += (Math.log(features.length + 1) - learner.logLength) / learner.requests;
  for (const word of features.words) learner.wordCounts[word] = (learner.wordCounts[word] ?? 0) + 1;
}

/** The model that is used most says no more than the next one: what matters is how models differ. */
function sayOf(learner: RequestLearner, belief: ModelBelief): number {
  const next = Math.max(
    1,
    ...[...learner.models.values()].filter((other) => other !== belief).map((other) => other.outcomes),
  );
  return Math.min(1, next / Math.max(1, belief.outcomes));
}

function stepOf(logit: Logit, truth: number, weight: number) {
  const foretold = chanceOf({ mean: logit.mean, variance: 0 });
  return {
    slope: weight * (truth - foretold),
    curvature: weight * foretold * (1 - foretold),
    variance: logit.variance,
  };
}

function addModel(learner: RequestLearner, model: string, day: number): ModelBelief {
  if (learner.models.size >= MOST_MODELS) {
    const oldest = [...learner.models].reduce((a, b) => (b[1].lastLearned < a[1].lastLearned ? b : a));
    learner.models.delete(oldest[0]);
  }
  const earlier = predecessorOf(learner, model);
  const belief: ModelBelief = {
    level: earlier
      ? inherited(earlier.level, LEVEL_PARTS.length, day, learner.decayPerDay)
      : newWeights(LEVEL_PRIOR, day),
    own: earlier ? inherited(earlier.own, SIZE, day, learner.decayPerDay) : newWeights(OWN_PRIOR, day),
    credits: newCreditSums(day),
    prior: learner.priorOf(model),
    outcomes: 0,
    firstLearned: learner.outcomes,
    lastLearned: 0,
  };
  learner.models.set(model, belief);
  return belief;
}

/** The predecessor's weights with wider uncertainty: part of its evidence, but all of what it says. */
function inherited(earlier: Weights, size: number, day: number, decay: number): Weights {
  const weights: Weights = {
    ...earlier,
    mean: Float32Array.from(earlier.mean),
    variance: Float32Array.from(earlier.variance),
  };
  forget(weights, day, decay);
  for (let index = 0; index < size; index += 1) {
    const prior = weights.priorVariance[index] ?? 0;
    const own = weights.variance[index] ?? 0;
    if (own < prior) weights.variance[index] = 1 / (1 / prior + INHERITED * (1 / own - 1 / prior));
  }
  return weights;
}
