/**
 * What is done with the choice of a model: mostly it is followed. Models that are little known are tried by Thompson sampling
 * as far as that repays itself (quality/requestChoice.ts), and a small share of all choices goes to the others evenly, so that
 * what they would have achieved is seen; both within the learning budget.
 */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { chooseModel, type ModelOption } from '../quality/requestChoice.ts';
import type { RequestLearner } from '../quality/requestLearner.ts';
import type { Decision, Valued } from './choose.ts';
import { explore, type Taken } from './explore.ts';
import { creditPriceOf, expectedOf, type Prediction, type Prices } from './objective.ts';
import type { RequestQuestion } from './outlook.ts';
import { dayNumber, modelKey } from './requestKeys.ts';
import { type Use, useKey } from './use.ts';

export interface Trial {
  readonly learner: RequestLearner;
  readonly at: number;
  /** What trials may still cost beyond what would have been chosen. */
  readonly learningNanoCredits: NanoCredits;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** `note`: where something else is taken than the decision would choose, and why: a sentence. */
export interface Done extends Taken {
  readonly note: string | undefined;
}

export function takenOf(decision: Decision, question: RequestQuestion, trial: Trial): Done {
  const { choice, note } = question.mayStop ? { choice: decision.choice, note: undefined } : answerOf(decision);
  // In the middle of a run nothing is tried out: what its outcome says would be of two models.
  const mayTry = question.mayExplore && question.previous?.sameRun !== true && note === undefined;
  if (!mayTry) return { taken: choice, propensities: [{ use: choice.use, propensity: 1 }], explored: false, note };
  const { taken, propensities, explored } = tried(decision, question, trial);
  return { taken, propensities, explored, note: explored ? 'Something else is tried, to learn from it.' : undefined };
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
  const [unpriced] = others
    .filter(({ prediction }) => prediction.barred === undefined && prediction.cost === undefined)
    .sort((a, b) => b.prediction.quality - a.prediction.quality);
  if (unpriced) return { choice: unpriced, note: 'No model of known price can be had; one of unknown price answers.' };
  return { choice, note: 'No model can be had within the limits.' };
}

function tried(decision: Decision, question: RequestQuestion, trial: Trial): Taken {
  const { choice } = decision;
  const { random, learningNanoCredits } = trial;
  const evenly = explore(decision, { chance: random(), learningNanoCredits });
  if (choice.use.kind === 'stop') return evenly;
  const followed = evenly.propensities.find(({ use }) => useKey(use) === useKey(choice.use))?.propensity ?? 1;
  const sampled = sampledOf(decision, question, trial);
  const chances = new Map(evenly.propensities.map(({ use, propensity }) => [useKey(use), { use, propensity }]));
  chances.set(useKey(choice.use), { use: choice.use, propensity: 0 });
  for (const { use, chance } of sampled.chances) {
    const known = chances.get(useKey(use))?.propensity ?? 0;
    chances.set(useKey(use), { use, propensity: known + followed * chance });
  }
  const propensities = [...chances.values()].filter(({ propensity }) => propensity > 0);
  const taken = evenly.explored ? evenly.taken : sampled.taken;
  return { taken, propensities, explored: useKey(taken.use) !== useKey(choice.use) };
}

interface Sampled {
  readonly taken: Valued;
  readonly chances: readonly { readonly use: Use; readonly chance: number }[];
}

function sampledOf(decision: Decision, question: RequestQuestion, trial: Trial): Sampled {
  const { choice, candidates, prices, valueNanoCredits } = decision;
  const { learner, learningNanoCredits, random, at } = trial;
  const most = costOf(choice.prediction) + learningNanoCredits;
  const open = bestByModel(
    candidates
      .filter(({ barred, prediction }) => barred === undefined && costOf(prediction) <= most)
      .map(({ prediction }) => prediction),
    prices,
  );
  const { choice: drawn, chances } = chooseModel(learner, {
    features: question.features,
    options: open.map(({ option }) => option),
    value: valueNanoCredits / NANO_PER_CREDIT,
    failed: question.failed?.map(modelKey),
    observesFailure: question.observesFailure,
    day: dayNumber(at),
    // What it may lose in net is weighed against what it teaches.
    explore: { random },
  });
  // By rounding, or for `stop`, it may draw what isn't among the candidates: that is the choice then.
  const valuedOf = (model: string): Valued => {
    const use = open.find(({ option }) => option.model === model)?.prediction.use;
    return candidates.find((each) => use && useKey(each.use) === useKey(use)) ?? choice;
  };
  const shares = new Map<string, { readonly use: Use; readonly chance: number }>();
  for (const [model, chance] of chances) {
    const { use } = valuedOf(model);
    shares.set(useKey(use), { use, chance: chance + (shares.get(useKey(use))?.chance ?? 0) });
  }
  return { taken: valuedOf(drawn), chances: [...shares.values()] };
}

const costOf = ({ cost }: Prediction) => (cost ? expectedOf(cost) : 0);

interface OpenOption {
  readonly option: ModelOption;
  readonly prediction: Prediction;
}

/** What `chooseModel` can compare: of known cost, not barred, and of a model at several endpoints the cheapest. */
export function bestByModel(predictions: readonly Prediction[], prices: Prices): readonly OpenOption[] {
  const best = new Map<string, OpenOption>();
  for (const prediction of predictions) {
    if (!prediction.cost || prediction.barred !== undefined || !('model' in prediction.use)) continue;
    const model = modelKey(prediction.use.model);
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
