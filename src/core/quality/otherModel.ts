/** An agent's run with another model from its next step on: how likely it succeeds then, and what its steps cost. */
import type { TokenPrice } from '../forecast/runStepCost.ts';
import type { RunSoFar } from './runFeatures.ts';

export interface OtherModel {
  /** The caller's name for it; unique. */
  readonly id: string;
  /** `escalate`: it is stronger than the run's own; `switch`: it runs on own hardware. */
  readonly use: 'escalate' | 'switch';
  /** Its chance where the run's own model would succeed in the end, and where it would fail. */
  readonly ifOwnSucceeds: number;
  readonly ifOwnFails: number;
  readonly tokenPrice: TokenPrice;
  /** Of a step, by its time: what own hardware costs. */
  readonly creditsPerStep: number;
  /** What is paid for a credit of it: κ+β of what pays for it. */
  readonly price: number;
  /** Seconds that a step takes, and how many more the first does: the context is read anew. */
  readonly stepSeconds: number;
  readonly switchSeconds: number;
}

/** What of the context a cache mostly has, before a run has told. */
const CACHED_SHARE = 0.9;
/** What the run's own model is foretold to cost over what its tokens come to is taken over, within these bounds. */
const LEAST_FACTOR = 0.25;
const MOST_FACTOR = 4;

/** e(k), the chance that the run succeeds as it goes, holds how far it has come, and how well. */
export function chanceWith({ ifOwnSucceeds, ifOwnFails }: OtherModel, going: number): number {
  return Math.min(0.99, going * ifOwnSucceeds + (1 - going) * ifOwnFails);
}

export interface StepsElsewhere {
  /** The next step with the run's own model, its price (free: zeros) and the tokens that it will read. */
  readonly stepCredits: number;
  readonly ownPrice: TokenPrice;
  readonly contextTokens: number;
  readonly steps: number;
}

/**
 * Credits of so many steps with another model, the next one first. That one pays for the whole context anew, since no cache of
 * the other model's has it: the cost of switching. Alike in price and speed, another model never costs less than going on.
 */
export function stepsElsewhere(run: RunSoFar, other: OtherModel, { stepCredits, ...asked }: StepsElsewhere): number[] {
  const { ownPrice, contextTokens, steps } = asked;
  const hit = cachedShare(run);
  const output = run.steps === 0 ? 0 : run.outputSum / run.steps;
  const tokens = ({ fresh, cached, output: text }: TokenPrice) =>
    contextTokens * (hit * cached + (1 - hit) * fresh) + output * text;
  const own = tokens(ownPrice);
  const factor = own > 0 ? Math.min(MOST_FACTOR, Math.max(LEAST_FACTOR, stepCredits / own)) : 1;
  const { tokenPrice, creditsPerStep } = other;
  const later = factor * tokens(tokenPrice) + creditsPerStep;
  const growth = run.steps === 0 ? 0 : (contextTokens / (run.steps + 1)) * tokenPrice.cached;
  const anew = contextTokens * hit * Math.max(0, tokenPrice.fresh - tokenPrice.cached);
  return Array.from({ length: steps }, (_, n) => later + growth * n + (n === 0 ? anew : 0));
}

function cachedShare({ steps, lastHit, lastInput, lastCached }: RunSoFar): number {
  if (lastHit !== undefined && lastInput) return Math.min(1, lastHit / lastInput);
  return steps > 1 && lastCached === 0 ? 0 : CACHED_SHARE;
}
