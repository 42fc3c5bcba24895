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
  /** V·a where stopping keeps the work: what going on has to beat. */
  readonly keeps: number;
  readonly going: number;
  /** The chance that the next step is the last. */
  readonly ending: number;
  readonly stepCredits: number;
  readonly stepsLeft: number;
  readonly token: TokenPrice;
  /** The index with a stronger model; undefined: none is at hand. */
  readonly escalated: number | undefined;
  readonly askCredits: number | undefined;
}

export interface RunAdvice {
  readonly advice: RunUse;
  /** Best first; net in credits, beside stopping. */
  readonly candidates: readonly { readonly use: RunUse; readonly net: number }[];
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
  const { features, value, price, going, stepCredits, token, stepsLeft, escalated } = question;
  const goingOn = question.index - question.keeps;
  const nets: { use: RunUse; net: number }[] = [
    { use: 'continue', net: goingOn },
    { use: 'stop', net: 0 },
  ];
  if ((features.editsSinceTest ?? 0) > 0) {
    const gain = value * (1 - going) * VERIFY_FINDS * question.ending;
    nets.push({ use: 'verify', net: goingOn + gain - price * stepCredits });
  }
  const circling = Math.max(features.repeatedShare ?? 0, features.recentFailing ?? 0);
  if (features.step > CIRCLE_STEPS && circling >= CIRCLES) {
    const net = goingOn + value * ASK_GAINS * circling - (question.askCredits ?? ASK_CREDITS);
    nets.push({ use: 'ask', net });
  }
  if (features.contextTokens !== undefined) {
    const old = features.contextTokens * DIGESTED;
    const digest = features.contextTokens * token.cached + DIGEST * token.output;
    const anew = (features.contextTokens - old + DIGEST) * (token.fresh - token.cached);
    const saved = Math.max(0, stepsLeft - 1) * (old - DIGEST) * token.cached;
    nets.push({ use: 'compact', net: goingOn + price * (saved - digest - anew) });
  }
  if (escalated !== undefined) {
    // A switch pays for the context anew.
    const switched = (features.contextTokens ?? 0) * (token.fresh - token.cached);
    nets.push({ use: 'escalate', net: escalated - question.keeps - price * switched });
  }
  // What is done first can't make a run worth going on with that isn't: only asking and another model change its course.
  const open = nets.filter(
    ({ use }) => goingOn > 0 || use === 'stop' || use === 'continue' || use === 'ask' || use === 'escalate',
  );
  const candidates = open.toSorted((a, b) => b.net - a.net);
  return { advice: candidates[0]?.use ?? 'stop', candidates, runnerUp: candidates[1]?.use };
}
