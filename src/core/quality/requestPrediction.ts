/**
 * P(accepted | request, model) as it is believed: Bayesian logistic regression on {@link RequestFeatures}, with weights that
 * all models share and, on top, each model's own (hierarchical: a model without evidence behaves like the others). Three
 * nested predictors — a level per model, with shared weights, with own weights — are mixed by how well each foretold the
 * past (Bayesian model averaging with forgetting; Raftery, Kárný & Ettler 2010), so that features count only as far as they
 * have proved themselves. Nothing here changes what is believed: requestLearner.ts does.
 */
import { standing } from '../prices/modelLine.ts';
import { dashed, readModelName } from '../prices/modelName.ts';
import {
  type CreditForecast,
  type CreditPrior,
  type CreditSums,
  forecastCredits,
  NO_CREDIT_PRIOR,
} from './requestCredits.ts';
import { chanceAfter, type DifficultyBelief, spreadOf } from './requestDifficulty.ts';
import { DENSE_FEATURES, type RequestFeatures, WORD_BUCKETS } from './requestFeatures.ts';
import { chanceOf, type Logit, logitOf, logitOfChance, type Part, type Weights } from './requestWeights.ts';

/** What is known of a model before any outcome. */
export interface ModelPrior {
  /** Percent, of a public benchmark. undefined: none is known. */
  readonly passRate?: number | undefined;
  /** Credits of a prompt of 500 characters with its answer, by a price table. undefined: learned from outcomes alone. */
  readonly credits?: number | undefined;
}

/** What is known of one model. Changed in place. */
export interface ModelBelief {
  /** One weight: how much better than the models' common level. */
  readonly level: Weights;
  /** As {@link partsOf} orders them, on top of the shared weights. */
  readonly own: Weights;
  readonly credits: CreditSums;
  readonly prior: ModelPrior;
  /** Outcomes that it was learned from, by weight, without decay. */
  outcomes: number;
  /** Ordinals of the outcomes with which it was added, and of its last. */
  readonly firstLearned: number;
  lastLearned: number;
}

/** All that has been learned; at most MOST_MODELS models. Changed in place by learnOutcome alone. */
export interface RequestLearner {
  /** What of the evidence a day keeps. */
  readonly decayPerDay: number;
  readonly priorOf: (model: string) => ModelPrior;
  /** One weight: the models' common level. */
  readonly level: Weights;
  readonly shared: Weights;
  readonly models: Map<string, ModelBelief>;
  /** In how many requests a word was, for its weight (inverse document frequency; Spärck Jones 1972). */
  readonly wordCounts: Float32Array;
  requests: number;
  /** Mean of the logarithm of their lengths. */
  logLength: number;
  /** Natural logarithms of the belief in the three predictors: level, shared, own. */
  readonly trust: Float64Array;
  readonly difficulty: DifficultyBelief;
  outcomes: number;
}

/** A chance of success. */
export interface SuccessForecast {
  readonly mean: number;
  readonly standardDeviation: number;
  /** Outcomes of this model that it rests on; 0: the prior. */
  readonly outcomes: number;
}

/** A model's chance in parts, for those who need to sample it: see {@link outlookOf}. */
export interface Outlook {
  /** Of the three predictors, with the trust in each; trusts sum to 1. */
  readonly predictors: readonly { readonly logit: Logit; readonly trust: number }[];
  /** Standard deviation, in logits, of the models' common level, and of what this one is better by. */
  readonly commonSd: number;
  readonly ownSd: number;
  /** Outcomes, of whichever model, since this one was first used; 0: never. */
  readonly age: number;
  readonly chance: number;
}

/** Prior standard deviations, in logits. Models on one task differ by some 15 points. */
const COMMON_SD = 1;
const LEVEL_SD = 0.6;
const DENSE_SD = { shared: 0.4, own: 0.2 };
const WORD_SD = { shared: 0.22, own: 0.22 };
/** Length of the vector of a request's words. */
const WORDS_LENGTH = 3;
/** Before any outcome a request succeeds in two cases of three. */
const COMMON_CHANCE = 0.67;
/**
 * Of the logits that a benchmark sets between models this much is expected between them on a developer's requests; and a
 * model that costs ten times as much is taken to be stronger by so much (the Aider polyglot table sets about 0.8 logits to
 * a decade of price; shrunk alike). Both give way to outcomes.
 */
const BENCHMARK_SHARE = 0.4;
const LOGITS_PER_PRICE_DECADE = 0.3;
const DENSE = 1 + DENSE_FEATURES.length;
/** Weights of a model: its level, the dense features, the words. */
export const SIZE = DENSE + WORD_BUCKETS;

export const LEVEL_PARTS: readonly Part[] = [{ index: 0, value: 1 }];
export const COMMON_PRIOR = Float32Array.of(COMMON_SD ** 2);
export const LEVEL_PRIOR = Float32Array.of(LEVEL_SD ** 2);
export const SHARED_PRIOR = priorVariances(COMMON_SD, DENSE_SD.shared, WORD_SD.shared);
export const OWN_PRIOR = priorVariances(LEVEL_SD, DENSE_SD.own, WORD_SD.own);

function priorVariances(level: number, dense: number, words: number): Float32Array {
  const variances = new Float32Array(SIZE).fill(words ** 2);
  return variances.fill(dense ** 2, 0, DENSE).fill(level ** 2, 0, 1);
}

/** How likely a model's answer is accepted, given that `failed` were seen to fail on the same task. Changes nothing. */
export function predictSuccess(
  learner: RequestLearner,
  features: RequestFeatures,
  model: string,
  { failed = [], day = 0 }: { readonly failed?: readonly string[] | undefined; readonly day?: number | undefined } = {},
): SuccessForecast {
  const parts = partsOf(learner, features);
  const { predictors, chance } = outlookFrom(learner, parts, model, day);
  const others = failed.map((other) => outlookFrom(learner, parts, other, day).chance);
  const mean = chanceAfter(chance, others, spreadOf(learner.difficulty));
  // Between the predictors and within each, by the delta method.
  const variance = predictors.reduce((sum, { logit, trust }) => {
    const own = chanceOf(logit);
    return sum + trust * (logit.variance * (own * (1 - own)) ** 2 + (own - chance) ** 2);
  }, 0);
  const slope = chance > 0 && chance < 1 ? (mean * (1 - mean)) / (chance * (1 - chance)) : 1;
  return {
    mean,
    standardDeviation: Math.min(0.5, Math.sqrt(variance) * slope),
    outcomes: learner.models.get(model)?.outcomes ?? 0,
  };
}

/** What the request would cost with the model. Changes nothing. */
export function predictCredits(
  learner: RequestLearner,
  features: RequestFeatures,
  model: string,
  day = 0,
): CreditForecast {
  const prior = creditPriorOf(learner, model);
  return forecastCredits(learner.models.get(model)?.credits, features.length, {
    day,
    decay: learner.decayPerDay,
    prior,
  });
}

/** The chance in parts, before any failure is taken into account. Changes nothing. */
export function outlookOf(
  learner: RequestLearner,
  features: RequestFeatures,
  models: readonly string[],
  day = 0,
): readonly Outlook[] {
  const parts = partsOf(learner, features);
  return models.map((model) => outlookFrom(learner, parts, model, day));
}

/** The latest known model of the same line that isn't newer. */
export function predecessorOf(learner: RequestLearner, model: string): ModelBelief | undefined {
  const own = placeOf(model);
  if (own === undefined) return undefined;
  let found: { readonly version: number; readonly belief: ModelBelief } | undefined;
  for (const [name, belief] of learner.models) {
    const place = name === model ? undefined : placeOf(name);
    if (place?.line !== own.line || place.version > own.version) continue;
    if (found === undefined || place.version > found.version) found = { version: place.version, belief };
  }
  return found?.belief;
}

function placeOf(model: string) {
  const { spellings } = readModelName(model);
  return spellings.map((spelling) => standing(dashed(spelling))).find((place) => place !== undefined);
}

/** A request as parts of the weights: the level, the dense features, the words by how rare they are. */
export function partsOf(learner: RequestLearner, { dense, words }: RequestFeatures): readonly Part[] {
  const parts: Part[] = [{ index: 0, value: 1 }];
  for (const [index, value] of dense.entries()) if (value !== 0) parts.push({ index: index + 1, value });
  const rarities = words.map((word) => Math.log((learner.requests + 2) / ((learner.wordCounts[word] ?? 0) + 1)));
  const length = Math.sqrt(rarities.reduce((sum, rarity) => sum + rarity * rarity, 0));
  if (length > 0) {
    for (const [index, word] of words.entries()) {
      parts.push({ index: DENSE + word, value: ((rarities[index] ?? 0) / length) * WORDS_LENGTH });
    }
  }
  return parts;
}

export function outlookFrom(learner: RequestLearner, parts: readonly Part[], model: string, day: number): Outlook {
  const decay = learner.decayPerDay;
  const belief = learner.models.get(model);
  // Without an outcome of its own a model is seen as it would be added.
  const earlier = belief ? undefined : predecessorOf(learner, model);
  const level = belief?.level ?? earlier?.level;
  const own = belief?.own ?? earlier?.own;
  const common = logitOf(learner.level, LEVEL_PARTS, day, decay);
  const better = level ? logitOf(level, LEVEL_PARTS, day, decay) : { mean: 0, variance: LEVEL_SD ** 2 };
  const shared = logitOf(learner.shared, parts, day, decay);
  const ownLevel = own ? logitOf(own, LEVEL_PARTS, day, decay) : { mean: 0, variance: LEVEL_SD ** 2 };
  const ownAll = own ? logitOf(own, parts, day, decay) : { mean: 0, variance: varianceOf(OWN_PRIOR, parts) };
  // The prior of the level moves with what is known of strength and price; evidence has taken over by so much already.
  const expected = expectedOf(learner, model, belief?.prior);
  const base = logitOfChance(COMMON_CHANCE);
  const logits: readonly Logit[] = [
    { mean: base + common.mean + better.mean + expected * leftOf(better), variance: common.variance + better.variance },
    {
      mean: base + shared.mean + ownLevel.mean + expected * leftOf(ownLevel),
      variance: shared.variance + ownLevel.variance,
    },
    {
      mean: base + shared.mean + ownAll.mean + expected * leftOf(ownLevel),
      variance: shared.variance + ownAll.variance,
    },
  ];
  const top = Math.max(...learner.trust);
  const shares = logits.map((_, index) => Math.exp((learner.trust[index] ?? 0) - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const predictors = logits.map((logit, index) => ({ logit, trust: (shares[index] ?? 0) / total }));
  return {
    predictors,
    commonSd: Math.sqrt(common.variance),
    ownSd: Math.sqrt(better.variance),
    age: belief ? learner.outcomes - belief.firstLearned : 0,
    chance: predictors.reduce((sum, { logit, trust }) => sum + trust * chanceOf(logit), 0),
  };
}

/** What of the prior is left in a level. */
const leftOf = ({ variance }: Logit) => Math.min(1, variance / LEVEL_SD ** 2);

const varianceOf = (prior: Float32Array, parts: readonly Part[]) =>
  parts.reduce((sum, { index, value }) => sum + value * value * (prior[index] ?? 0), 0);

/** Logits that a model is expected to be better by, from a benchmark, else from its price among the others'. */
function expectedOf(learner: RequestLearner, model: string, known: ModelPrior | undefined): number {
  const { passRate } = known ?? learner.priorOf(model);
  if (passRate !== undefined) return BENCHMARK_SHARE * logitOfChance(passRate / 100);
  const own = learner.models.get(model)?.credits;
  if (own === undefined || own.count === 0) return 0;
  let [sum, count] = [0, 0];
  for (const { credits } of learner.models.values()) {
    if (credits.count === 0) continue;
    sum += credits.y / credits.count;
    count += 1;
  }
  const decades = (own.y / own.count - sum / count) / Math.LN10;
  return LOGITS_PER_PRICE_DECADE * Math.max(-2, Math.min(2, decades));
}

/** A price table's figure, else what the other models cost, however roughly. */
export function creditPriorOf(learner: RequestLearner, model: string): CreditPrior {
  const { credits } = learner.models.get(model)?.prior ?? learner.priorOf(model);
  if (credits !== undefined && credits > 0) return { mean: Math.log(credits), sd: 0.7 };
  let [sum, count] = [0, 0];
  for (const [name, { credits: other }] of learner.models) {
    if (name === model || other.count === 0) continue;
    sum += other.y / other.count;
    count += 1;
  }
  return count === 0 ? NO_CREDIT_PRIOR : { mean: sum / count, sd: 2 };
}
