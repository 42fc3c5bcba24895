/**
 * Where the next credit of the learning budget would go (docs/economics, section 8): a rollout (a model that isn't the best as
 * far as is known is tried), a verifier (a run whose fate isn't known is looked at), or an update (what is known is learned).
 * Each is valued by its knowledge gradient: what one more observation is expected to add to the net of the best choice
 * (Frazier, Powell & Dayanik 2008, SIAM J. Control Optim. 47(5)), for every request to come that profits. Money in credits.
 */
import { normalShare } from '../forecast/normal.ts';

/** What is believed of a model on a usual request. */
export interface ModelBelief {
  readonly model: string;
  /** P(accepted): mean and standard deviation. */
  readonly success: number;
  readonly deviation: number;
  /** Of a request, at the price in force. */
  readonly credits: number;
}

export interface LearningQuestion {
  readonly models: readonly ModelBelief[];
  /** V of a usual request. */
  readonly value: number;
  /** Requests to come that profit from what is learned. */
  readonly horizon: number;
  /** Runs of the latest days whose fate isn't known, by model: how many, and how much their labels tell so far, 0 to 1. */
  readonly unjudged: readonly { readonly model: string; readonly runs: number; readonly evidence: number }[];
  /** What it takes to look at a run and say whether it was any good. */
  readonly checkCredits: number;
}

export interface Margin {
  readonly kind: 'rollout' | 'verifier' | 'update';
  /** The model that it would be about; undefined: there is nothing of this kind to buy. */
  readonly model: string | undefined;
  /** Expected gain of net value over the horizon. */
  readonly gain: number;
  /** What it takes. */
  readonly credits: number;
  /** gain ÷ credits; undefined: there is nothing to buy. */
  readonly perCredit: number | undefined;
}

/** The three margins: the budget is well spent where they are equal, and the next credit goes to the highest. */
export function learningMargins(question: LearningQuestion): readonly [Margin, Margin, Margin] {
  return [rollout(question), verifier(question), UPDATE];
}

/** The margin that the next credit goes to; undefined: nothing is worth a credit. */
export function nextLesson(margins: readonly Margin[]): Margin | undefined {
  return margins
    .filter(({ perCredit }) => perCredit !== undefined && perCredit > 1)
    .reduce<Margin | undefined>(
      (best, each) => ((each.perCredit ?? 0) > (best?.perCredit ?? 0) ? each : best),
      undefined,
    );
}

function rollout(question: LearningQuestion): Margin {
  const { models, horizon, value } = question;
  const best = bestOf(models, value);
  const tries = models
    .filter((model) => model !== best)
    .map((model) => {
      const gain = horizon * knowledgeGradient(model, models, value, 0);
      const credits = Math.max(0, netOf(best, value) - netOf(model, value));
      return marginOf('rollout', model.model, gain, credits);
    });
  return highest(tries) ?? nothing('rollout');
}

function verifier(question: LearningQuestion): Margin {
  const { models, horizon, value, unjudged, checkCredits } = question;
  const checks = unjudged
    .filter(({ runs }) => runs > 0)
    .flatMap(({ model: name, evidence }) => {
      const model = models.find((each) => each.model === name);
      if (!model) return [];
      return [
        marginOf('verifier', name, horizon * knowledgeGradient(model, models, value, clamp(evidence)), checkCredits),
      ];
    });
  return highest(checks) ?? nothing('verifier');
}

/**
 * One accepted-or-not observation of a model, of which labels have told the part `known` already: the belief's mean moves by
 * σ̃ = σ² ÷ √(σ² + p(1 − p)), and the best net is expected to rise by V·σ̃·f(−distance ÷ V·σ̃) with f(z) = z·Φ(z) + φ(z).
 */
function knowledgeGradient(model: ModelBelief, models: readonly ModelBelief[], value: number, known: number): number {
  const { success, deviation } = model;
  const variance = deviation ** 2;
  const noise = success * (1 - success);
  const moves = value * (variance / Math.sqrt(variance + noise || 1)) * Math.sqrt(1 - known);
  if (!(moves > 0)) return 0;
  const others = Math.max(0, ...models.filter((each) => each !== model).map((each) => netOf(each, value)));
  const z = -Math.abs(netOf(model, value) - others) / moves;
  // Beyond what the approximation of Φ can tell, nothing is expected.
  return z < FARTHEST ? 0 : Math.max(0, moves * (z * normalShare(z) + normalDensity(z)));
}

/** In standard deviations. */
const FARTHEST = -5;

const netOf = (model: ModelBelief | undefined, value: number) => (model ? value * model.success - model.credits : 0);

function bestOf(models: readonly ModelBelief[], value: number): ModelBelief | undefined {
  return models.reduce<ModelBelief | undefined>(
    (best, each) => (best && netOf(best, value) >= netOf(each, value) ? best : each),
    undefined,
  );
}

function marginOf(kind: Margin['kind'], model: string, gain: number, credits: number): Margin {
  // A trial that costs nothing beside the best choice is worth taking for any gain.
  const perCredit = credits > 0 ? gain / credits : gain > 0 ? Number.POSITIVE_INFINITY : 0;
  return { kind, model, gain, credits, perCredit };
}

const nothing = (kind: Margin['kind']): Margin => ({
  kind,
  model: undefined,
  gain: 0,
  credits: 0,
  perCredit: undefined,
});

/**
 * Outcomes are learned as they come, in a fraction of a millisecond each, and a model's new version begins with what its predecessor
 * showed: no update waits to be bought.
 */
const UPDATE = nothing('update');

function highest(margins: readonly Margin[]): Margin | undefined {
  return margins.reduce<Margin | undefined>(
    (best, each) => (best && (best.perCredit ?? 0) >= (each.perCredit ?? 0) ? best : each),
    undefined,
  );
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));

const normalDensity = (z: number) => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
