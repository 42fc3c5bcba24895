/**
 * What to do before a run's next step: one argmax over what each use is worth beside stopping (net 0), in credits. Going on is
 * the index; the others are going on with something done first. What verifying, asking, planning and looking up bring isn't
 * learned yet: their gains are small fixed shares of what is at stake, so that they only win where little speaks against them.
 */
import type { TokenPrice } from '../forecast/runStepCost.ts';
import type { OtherModel } from './otherModel.ts';
import type { RunFeatures } from './runFeatures.ts';

/** By the run's own model. */
export type OwnUse = 'continue' | 'verify' | 'retrieve' | 'plan' | 'compact' | 'ask' | 'stop';
export type RunUse = OwnUse | OtherModel['use'];

export interface RunAdviceQuestion {
  readonly features: RunFeatures;
  readonly value: number;
  readonly price: number;
  /** Of going on; see runIndex.ts. */
  readonly index: number;
  /** What the index is made of: V·(its chance) − price·credits − stepWait·steps. */
  readonly goingOn: UseParts;
  /** V·a where stopping keeps the work: what going on has to beat. */
  readonly keeps: number;
  readonly going: number;
  /** The chance that the next step is the last. */
  readonly ending: number;
  readonly stepCredits: number;
  readonly stepsLeft: number;
  readonly token: TokenPrice;
  /** With other models from the next step on. */
  readonly others: readonly OtherUse[];
  readonly askCredits: number | undefined;
  /** λ·ΔL of a step, in credits. */
  readonly stepWait: number;
  /** The breaker found that it goes in circles. */
  readonly stuck: boolean;
}

/** What a use is expected to do. */
export interface UseParts {
  /** The chance of success that it leads to. */
  readonly chance: number;
  /** Not priced. */
  readonly credits: number;
  /** Steps that are waited for. */
  readonly steps: number;
}

export interface OtherUse extends UseParts {
  readonly model: Pick<OtherModel, 'id' | 'use'>;
  /** The index with it; see runIndex.ts. */
  readonly index: number;
}

/** net = V·deltaQ − price·credits − stepWait·steps − attention; with another model by that one's price and time. */
export type RunCandidate = CandidateParts &
  (
    | { readonly use: OwnUse; readonly other?: undefined }
    /** `other`: the model's id. */
    | { readonly use: OtherModel['use']; readonly other: string }
  );

interface CandidateParts {
  readonly net: number;
  /** Beside stopping. */
  readonly deltaQ: number;
  readonly credits: number;
  readonly steps: number;
  /** What it costs to be asked, in credits. */
  readonly attention: number;
}

export interface RunAdvice {
  readonly advice: RunUse;
  /** Best first; net in credits, beside stopping. */
  readonly candidates: readonly RunCandidate[];
  readonly runnerUp: RunUse | undefined;
}

/** Of runs that end untested, the share of failures that a test run shows while they can still be mended: a guess. */
const VERIFY_FINDS = 0.2;
/** What an answer of the developer's raises the chance by when a run goes in circles: a guess. */
const ASK_GAINS = 0.1;
/** What it costs to be asked, where the caller doesn't say: some twenty seconds of attention. */
const ASK_CREDITS = 30;
/** Of runs that would fail, the share that a plan made before the first edit mends: a guess. And its length, in tokens. */
const PLAN_MENDS = 0.05;
const PLAN = 600;
/** A plan is made early, where much lies ahead and failing is likelier than not. */
const PLAN_BEFORE_STEP = 5;
const PLAN_STEPS_AHEAD = 10;
const PLAN_BELOW = 0.5;
/**
 * Of the looking around that lies ahead, as much as lies behind, the share that one wider look-up spares: a guess. And what it
 * returns, in tokens.
 */
const RETRIEVE_SPARES = 0.3;
const RETRIEVED = 4000;
/** A run looks around when so much of it reads and searches, after some steps without an edit. */
const LOOKING = 0.75;
const LOOKING_STEPS = 8;
/** A digest's size, in tokens, and the share of the context that it replaces. */
const DIGEST = 1000;
const DIGESTED = 0.6;
/** A run goes in circles when so much of it repeats or fails, after some steps. */
const CIRCLES = 0.5;
const CIRCLE_STEPS = 6;

export function runAdvice(question: RunAdviceQuestion): RunAdvice {
  const { features, value, price, going, stepCredits, token, stepsLeft, stepWait } = question;
  const goingOn = question.index - question.keeps;
  const kept = value > 0 ? question.keeps / value : 0;
  const plain = { ...question.goingOn, deltaQ: question.goingOn.chance - kept, attention: 0 };
  const nets: RunCandidate[] = [
    { use: 'continue', net: goingOn, ...plain },
    { use: 'stop', net: 0, deltaQ: 0, credits: 0, steps: 0, attention: 0 },
  ];
  if ((features.editsSinceTest ?? 0) > 0) {
    const found = (1 - going) * VERIFY_FINDS * question.ending;
    nets.push({
      ...plain,
      use: 'verify',
      net: goingOn + value * found - price * stepCredits - stepWait,
      deltaQ: plain.deltaQ + found,
      credits: plain.credits + stepCredits,
      steps: plain.steps + 1,
    });
  }
  const circling = question.stuck ? 1 : Math.max(features.repeatedShare ?? 0, features.recentFailing ?? 0);
  if (question.stuck || (features.step > CIRCLE_STEPS && circling >= CIRCLES)) {
    const attention = question.askCredits ?? ASK_CREDITS;
    const gain = ASK_GAINS * circling;
    nets.push({
      ...plain,
      use: 'ask',
      net: goingOn + value * gain - attention,
      deltaQ: plain.deltaQ + gain,
      attention,
    });
  }
  if (features.contextTokens !== undefined) {
    const old = features.contextTokens * DIGESTED;
    const digest = features.contextTokens * token.cached + DIGEST * token.output;
    const anew = (features.contextTokens - old + DIGEST) * (token.fresh - token.cached);
    const saved = Math.max(0, stepsLeft - 1) * (old - DIGEST) * token.cached;
    const more = digest + anew - saved;
    nets.push({
      ...plain,
      use: 'compact',
      net: goingOn - price * more - stepWait,
      credits: plain.credits + more,
      steps: plain.steps + 1,
    });
  }
  const early = features.step <= PLAN_BEFORE_STEP && (features.edits ?? 0) === 0;
  if (early && going < PLAN_BELOW && stepsLeft >= PLAN_STEPS_AHEAD) {
    const mended = (1 - going) * PLAN_MENDS;
    const more = stepCredits + PLAN * (token.output + stepsLeft * token.cached);
    nets.push({
      ...plain,
      use: 'plan',
      net: goingOn + value * mended - price * more - stepWait,
      deltaQ: plain.deltaQ + mended,
      credits: plain.credits + more,
      steps: plain.steps + 1,
    });
  }
  const looking = features.lookingShare ?? 0;
  if (features.step > LOOKING_STEPS && features.edits === 0 && looking >= LOOKING) {
    const spared = RETRIEVE_SPARES * looking * Math.min(stepsLeft, features.step);
    const more = (1 - spared) * stepCredits + RETRIEVED * (token.fresh + stepsLeft * token.cached);
    nets.push({
      ...plain,
      use: 'retrieve',
      net: goingOn - price * more - (1 - spared) * stepWait,
      credits: plain.credits + more,
      steps: plain.steps + 1 - spared,
    });
  }
  nets.push(...bestOfEach(question.others, question.keeps, kept));
  // What is done first can't make a run worth going on with that isn't: only asking and another model change its course.
  const open = nets.filter(
    ({ use, other }) => goingOn > 0 || use === 'stop' || use === 'continue' || use === 'ask' || other !== undefined,
  );
  const candidates = open.toSorted((a, b) => b.net - a.net);
  return { advice: candidates[0]?.use ?? 'stop', candidates, runnerUp: candidates[1]?.use };
}

/** One stronger model and one of own hardware are enough to choose from. */
function bestOfEach(others: readonly OtherUse[], keeps: number, kept: number): readonly RunCandidate[] {
  return (['escalate', 'switch'] as const).flatMap((use): readonly RunCandidate[] => {
    const [best] = others.filter(({ model }) => model.use === use).toSorted((a, b) => b.index - a.index);
    if (!best) return [];
    const { model, index, chance, credits, steps } = best;
    return [{ use, other: model.id, net: index - keeps, deltaQ: chance - kept, credits, steps, attention: 0 }];
  });
}
