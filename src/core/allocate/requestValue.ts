/**
 * What a request is worth with each model that it could go to: what is known of the request's chances, costs and waits becomes
 * the predictions that {@link choose} compares, and nothing is weighed anywhere else.
 */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { chooseModel } from '../quality/requestChoice.ts';
import type { RequestFeatures } from '../quality/requestFeatures.ts';
import { predictCredits, predictSuccess, type RequestLearner } from '../quality/requestLearner.ts';
import { menuOf } from '../route/menu.ts';
import type { AllocationSettings } from './allocationSettings.ts';
import { choose } from './choose.ts';
import type { CostRange, CreditPrice, Prediction, Prices } from './objective.ts';
import type { Evidence, RequestOption, RequestOutlook, RequestQuestion } from './outlook.ts';
import { type RequestCost, type RequestHistory, requestCost, type StepsLeft, stepsLeft } from './requestCost.ts';
import { dayNumber, modelKey, offersTools } from './requestKeys.ts';
import { bestByModel, takenOf } from './requestTrial.ts';
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
  /** What trials may still cost beyond what would have been chosen. */
  readonly learningNanoCredits: NanoCredits;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface OptionCredit {
  /** undefined: that of the prices in force. */
  readonly credit?: CreditPrice | undefined;
  /** What is left there; undefined: no limit. */
  readonly leftNanoCredits?: NanoCredits | undefined;
}

/** A model's cached prefix lives this long at most vendors. */
const CACHE_LIFE_MS = 5 * 60_000;

export function valueRequest(
  knowledge: RequestKnowledge,
  question: RequestQuestion,
  situation: RequestSituation,
): RequestOutlook {
  const { settings, prices, leftNanoCredits } = situation;
  const valueNanoCredits = taskValue(question.task.kind, settings.value, question.valueNanoCredits);
  const options = optionValues(knowledge, question, situation);
  const answers = options.map(({ prediction }) => prediction);
  const frame = { valueNanoCredits, prices, leftNanoCredits };
  const decision = choose(withFollowing(knowledge, question, options, valueNanoCredits, situation), frame);
  const taken = takenOf(decision, question, { ...situation, learner: knowledge.learner });
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
    features: question.features,
    evidence: knowledge.evidence,
    leftNanoCredits,
  };
}

interface OptionValue {
  readonly option: RequestOption;
  readonly prediction: Prediction;
  readonly cost: RequestCost;
}

/** What is foretold of each option, in the question's order. */
export function optionValues(
  knowledge: RequestKnowledge,
  question: RequestQuestion,
  situation: RequestSituation,
): readonly OptionValue[] {
  const { features, previous, runId, task } = question;
  const stepsDone = previous?.sameRun && runId !== undefined ? knowledge.stepsOf(runId) : 0;
  const steps = stepsLeft(knowledge, { tools: offersTools(features), taskKind: task.kind, stepsDone });
  return question.options.map((option) => optionValue(knowledge, question, situation, steps, option));
}

function optionValue(
  knowledge: RequestKnowledge,
  question: RequestQuestion,
  { at, creditOf }: RequestSituation,
  steps: StepsLeft,
  option: RequestOption,
): OptionValue {
  const { features, previous, failed } = question;
  const model = modelKey(option.model);
  const isPrevious = previous !== undefined && previous.optionId === option.id;
  const isKept = isPrevious && at - previous.at <= CACHE_LIFE_MS;
  const cost = requestCost(knowledge, {
    speedKey: `${option.endpointId}\n${option.model}`,
    model,
    taskKind: question.task.kind,
    price: option.price,
    local: option.local,
    resident: option.resident,
    inputTokens: question.inputTokens,
    cachedTokens: isKept ? previous.cachedTokens : 0,
    switches: !isKept,
    expectedOutputTokens: question.expectedOutputTokens,
    tools: offersTools(features),
    steps,
    at,
  });
  const range = cost.run ?? learnedCost(knowledge.learner, features, model, dayNumber(at));
  const { mean, standardDeviation } = predictSuccess(knowledge.learner, features, model, {
    failed: failed?.map(modelKey),
    day: dayNumber(at),
  });
  const paid = option.local ? undefined : creditOf(option);
  const { privacyNanoCredits = 0 } = option;
  const prediction: Prediction = {
    use: { kind: 'answer', model: option.model, endpointId: option.endpointId },
    quality: mean,
    qualityDeviation: standardDeviation,
    cost: range,
    reserveNanoCredits: cost.step?.p90,
    waitSeconds: cost.seconds.mean,
    riskNanoCredits: Number.isFinite(privacyNanoCredits) ? privacyNanoCredits : 0,
    local: option.local,
    credit: paid?.credit,
    barred: option.barred ?? barOf(privacyNanoCredits, cost, paid),
  };
  return { option, prediction, cost };
}

/** Where no list has a price, what runs with the model were billed; undefined: none was. */
function learnedCost(
  learner: RequestLearner,
  features: RequestFeatures,
  model: string,
  day: number,
): CostRange | undefined {
  if ((learner.models.get(model)?.credits.count ?? 0) < LEAST_BILLED) return undefined;
  const { p10, p50, p90, mean } = predictCredits(learner, features, model, day);
  const nano = (credits: number) => Math.round(credits * NANO_PER_CREDIT);
  return { p10: nano(p10), p50: nano(p50), p90: nano(p90), mean: nano(mean) };
}

/** Fewer bills than these say little. */
const LEAST_BILLED = 3;

function barOf(privacy: NanoCredits, cost: RequestCost, paid: OptionCredit | undefined): string | undefined {
  if (!Number.isFinite(privacy)) return 'what is in this folder never goes to a cloud';
  const left = paid?.leftNanoCredits;
  if (left !== undefined && cost.step !== undefined && cost.step.p90 > left)
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
    failed: failed?.map(modelKey),
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
