/**
 * What to do before a run's next step: one argmax over what each use is worth beside stopping (net 0), in credits. Going on is
 * the index; the others are going on with something done first. What verifying and asking bring isn't
 * learned yet: their gains are small fixed shares of what is at stake, so that they only win where little speaks against them.
 */
import type { TokenPrice } from '../forecast/runStepCost.ts';
import type { RunFeatures } from './runFeatures.ts';

export type RunUse = 'continue' | 'verify' | 'escalate' | 'compact' | 'ask' | 'stop';

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
  /** The index with a stronger model; undefined: none is at hand. */
  readonly escalated: (UseParts & { readonly index: number }) | undefined;
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

/** net = V·deltaQ − price·credits − stepWait·steps − attention. */
export interface RunCandidate {
  readonly use: RunUse;
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
/** A digest's size, in tokens, and the share of the context that it replaces. */
const DIGEST = 1000;
const DIGESTED = 0.6;
/** A run goes in circles when so much of it repeats or fails, after some steps. */
const CIRCLES = 0.5;
const CIRCLE_STEPS = 6;

export function runAdvice(question: RunAdviceQuestion): RunAdvice {
  const { features, value, price, going, stepCredits, token, stepsLeft, escalated, stepWait } = question;
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
  if (escalated !== undefined) {
    // A switch pays for the context anew.
    const switched = (features.contextTokens ?? 0) * (token.fresh - token.cached);
    nets.push({
      use: 'escalate',
      net: escalated.index - question.keeps - price * switched,
      deltaQ: escalated.chance - kept,
      credits: escalated.credits + switched,
      steps: escalated.steps,
      attention: 0,
    });
  }
  // What is done first can't make a run worth going on with that isn't: only asking and another model change its course.
  const open = nets.filter(
    ({ use }) => goingOn > 0 || use === 'stop' || use === 'continue' || use === 'ask' || use === 'escalate',
  );
  const candidates = open.toSorted((a, b) => b.net - a.net);
  return { advice: candidates[0]?.use ?? 'stop', candidates, runnerUp: candidates[1]?.use };
}
