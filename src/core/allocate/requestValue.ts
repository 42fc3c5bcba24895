/**
 * What a request is worth with each model that it could go to: what is known of the request's chances, costs and waits becomes
 * the predictions that {@link choose} compares, and nothing is weighed anywhere else.
 */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { chooseModel, type ModelOption } from '../quality/requestChoice.ts';
import { DENSE_FEATURES, type RequestFeatures } from '../quality/requestFeatures.ts';
import { predictSuccess, type RequestLearner } from '../quality/requestLearner.ts';
import { menuOf } from '../route/menu.ts';
import type { AllocationSettings } from './allocationSettings.ts';
import { choose, type Decision, type Valued } from './choose.ts';
import { explore, type Taken } from './explore.ts';
import { type CreditPrice, creditPriceOf, expectedOf, type Prediction, type Prices } from './objective.ts';
import type { Evidence, RequestOption, RequestOutlook, RequestQuestion } from './outlook.ts';
import { type RequestCost, type RequestHistory, requestCost } from './requestCost.ts';
import { taskValue } from './taskValue.ts';
import { useKey } from './use.ts';

/** What was learned, at an instant. */
export interface RequestKnowledge extends RequestHistory {
  readonly learner: RequestLearner;
  readonly evidence: Evidence;
  /** Steps that a run has had. */
  readonly stepsOf: (runId: string) => number;
}

export interface RequestSituation {
  /** Epoch ms. */
  readonly at: number;
  readonly settings: AllocationSettings;
  readonly prices: Prices;
  /** What pays for an option, where it isn't that whose prices are in force. */
  readonly creditOf: (option: RequestOption) => OptionCredit | undefined;
  /** undefined: no limit. */
  readonly leftNanoCredits: NanoCredits | undefined;
  /** What trying something out may still lose. */
  readonly learningNanoCredits: NanoCredits;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface OptionCredit {
  readonly credit: CreditPrice;
  /** What is left there; undefined: no limit. */
  readonly leftNanoCredits?: NanoCredits | undefined;
}

/** A model's cached prefix lives this long at most vendors. */
const CACHE_LIFE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const TOOLS = DENSE_FEATURES.indexOf('tools');

export const dayNumber = (at: number): number => Math.floor(at / DAY_MS);
export const offersTools = ({ dense }: Pick<RequestFeatures, 'dense'>): boolean => (dense[TOOLS] ?? 0) > 0;

export function valueRequest(
  knowledge: RequestKnowledge,
  question: RequestQuestion,
  situation: RequestSituation,
): RequestOutlook {
  const { settings, prices, leftNanoCredits } = situation;
  const valueNanoCredits = taskValue(question.task.kind, settings.value, question.valueNanoCredits);
  const options = question.options.map((option) => optionValue(knowledge, question, situation, option));
  const answers = options.map(({ prediction }) => prediction);
  const frame = { valueNanoCredits, prices, leftNanoCredits };
  const decision = choose(withFollowing(knowledge, question, options, valueNanoCredits, situation), frame);
  const taken = takenOf(decision, question, situation);
  const chosen = options.find(({ prediction }) => useKey(prediction.use) === useKey(taken.taken.use));
  return {
    decision,
    taken: taken.taken.use,
    takenId: chosen?.option.id,
    step: chosen?.cost.step,
    explored: taken.explored,
    note: taken.note,
    propensities: taken.propensities,
    menu: menuOf(answers, frame),
    task: question.task,
    evidence: knowledge.evidence,
    leftNanoCredits,
  };
}

export interface OptionValue {
  readonly option: RequestOption;
  readonly prediction: Prediction;
  readonly cost: RequestCost;
}

export function optionValue(
  knowledge: RequestKnowledge,
  question: RequestQuestion,
  { at, creditOf }: RequestSituation,
  option: RequestOption,
): OptionValue {
  const { features, previous, failed } = question;
  const isPrevious = previous !== undefined && previous.optionId === option.id;
  const isKept = isPrevious && at - previous.at <= CACHE_LIFE_MS;
  const cost = requestCost(knowledge, {
    speedKey: `${option.endpointId}\n${option.model}`,
    model: option.model,
    taskKind: question.task.kind,
    price: option.price,
    local: option.local,
    resident: option.resident,
    inputTokens: question.inputTokens,
    cachedTokens: isKept ? previous.cachedTokens : 0,
    switches: !isKept,
    expectedOutputTokens: question.expectedOutputTokens,
    tools: offersTools(features),
    stepsDone: previous?.sameRun && question.runId !== undefined ? knowledge.stepsOf(question.runId) : 0,
    at,
  });
  const { mean, standardDeviation } = predictSuccess(knowledge.learner, features, option.model, {
    failed,
    day: dayNumber(at),
  });
  const paid = option.local ? undefined : creditOf(option);
  const { privacyNanoCredits = 0 } = option;
  const prediction: Prediction = {
    use: { kind: 'answer', model: option.model, endpointId: option.endpointId },
    quality: mean,
    qualityDeviation: standardDeviation,
    cost: cost.run,
    waitSeconds: cost.seconds.mean,
    riskNanoCredits: Number.isFinite(privacyNanoCredits) ? privacyNanoCredits : 0,
    local: option.local,
    credit: paid?.credit,
    barred: option.barred ?? barOf(privacyNanoCredits, cost, paid),
  };
  return { option, prediction, cost };
}

function barOf(privacy: NanoCredits, cost: RequestCost, paid: OptionCredit | undefined): string | undefined {
  if (!Number.isFinite(privacy)) return 'what is in this folder never goes to a cloud';
  const left = paid?.leftNanoCredits;
  if (left !== undefined && cost.run !== undefined && cost.run.p90 > left)
    return 'it may cost more than is left of the plan that pays for it';
  return undefined;
}

/**
 * Where a failure will be seen and another model may follow, ΔQ is the chance that the task ends accepted by whichever, less
 * what following costs, as a part of V.
 */
function withFollowing(
  { learner }: RequestKnowledge,
  { features, failed, observesFailure }: RequestQuestion,
  options: readonly OptionValue[],
  value: NanoCredits,
  { prices, at }: RequestSituation,
): readonly Prediction[] {
  const predictions = options.map(({ prediction }) => prediction);
  if (!observesFailure || value <= 0) return predictions;
  const open = bestByModel(predictions, prices);
  const { candidates } = chooseModel(learner, {
    features,
    failed,
    observesFailure,
    value: value / NANO_PER_CREDIT,
    options: open.map(({ option }) => option),
    day: dayNumber(at),
  });
  const following = new Map(candidates.map(({ use, terms }) => [use, terms.afterFailure * NANO_PER_CREDIT]));
  return predictions.map((prediction) => {
    const own = open.find((each) => each.prediction === prediction);
    const more = (own && following.get(own.option.model)) ?? 0;
    return more > 0 ? { ...prediction, quality: prediction.quality + more / value } : prediction;
  });
}

interface OpenOption {
  readonly option: ModelOption;
  readonly prediction: Prediction;
}

/** What `chooseModel` can compare: of known cost, not barred, and of a model at several endpoints the cheapest. */
function bestByModel(predictions: readonly Prediction[], prices: Prices): readonly OpenOption[] {
  const best = new Map<string, OpenOption>();
  for (const prediction of predictions) {
    if (!prediction.cost || prediction.barred !== undefined || !('model' in prediction.use)) continue;
    const { model } = prediction.use;
    const { kappa, beta } = creditPriceOf(prediction, prices);
    const credits = ((kappa + beta) * expectedOf(prediction.cost)) / NANO_PER_CREDIT;
    const alsoCredits =
      prices.lambda * prediction.waitSeconds + (prices.rho * prediction.riskNanoCredits) / NANO_PER_CREDIT;
    const known = best.get(model)?.option;
    if (known && (known.credits ?? 0) + (known.alsoCredits ?? 0) <= credits + alsoCredits) continue;
    best.set(model, { option: { model, credits, alsoCredits }, prediction });
  }
  return [...best.values()];
}

interface Done extends Taken {
  readonly note: string | undefined;
}

function takenOf(decision: Decision, question: RequestQuestion, situation: RequestSituation): Done {
  const answered = question.mayStop ? { choice: decision.choice, note: undefined } : answerOf(decision);
  const plain: Done = {
    taken: answered.choice,
    propensities: [{ use: answered.choice.use, propensity: 1 }],
    explored: false,
    note: answered.note,
  };
  // In the middle of a run nothing is tried out: what its outcome says would be of two models.
  if (!question.mayExplore || question.previous?.sameRun || answered.note !== undefined) return plain;
  const taken = explore(decision, {
    chance: situation.random(),
    learningNanoCredits: situation.learningNanoCredits,
  });
  return { ...taken, note: taken.explored ? 'Something else is tried, to learn from it.' : undefined };
}

/** A chat must have its answer: the best one, where stopping would be better, and one of unknown price before none. */
function answerOf(decision: Decision): { readonly choice: Valued; readonly note: string | undefined } {
  const { choice, candidates } = decision;
  if (choice.use.kind !== 'stop') return { choice, note: undefined };
  const others = candidates.filter(({ use }) => use.kind !== 'stop');
  const best = others.find(({ barred }) => barred === undefined);
  if (best) {
    return { choice: best, note: 'By what it is expected to bring, none is worth its cost; the best of them answers.' };
  }
  const unpriced = others
    .filter(({ prediction }) => prediction.barred === undefined && prediction.cost === undefined)
    .toSorted((a, b) => b.prediction.quality - a.prediction.quality)[0];
  if (unpriced) return { choice: unpriced, note: 'No model of known price can be had; one of unknown price answers.' };
  return { choice, note: 'No model can be had within the limits.' };
}
