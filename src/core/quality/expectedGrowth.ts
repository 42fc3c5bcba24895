/**
 * How much is appended between two calls of a run, where nobody says: what tools returned isn't in a ledger, but each input
 * tells what had been appended before it. What is expected after a step is the recent mean of that, known then.
 */
import { inputTokens } from '../usage.ts';
import type { RunStep } from './runStep.ts';

/** Tokens per character of code and logs. */
const TOKENS_PER_CHAR = 0.31;
/** Half-life of three steps. */
const RECENT = 0.5 ** (1 / 3);

/** Plain data. */
export interface Growth {
  readonly input: number | undefined;
  readonly visible: number;
  /** Tokens; undefined: nothing was seen yet. */
  readonly mean: number | undefined;
}

export const NO_GROWTH: Growth = { input: undefined, visible: 0, mean: undefined };

/** With one more step of a run, in order. */
export function nextGrowth({ input: before, visible, mean }: Growth, { usage }: RunStep): Growth {
  const input = inputTokens(usage);
  const next = { input, visible: usage.text ?? 0, mean };
  // A smaller input is another agent's, or a context that was compacted: it tells nothing.
  if (before === undefined || input === undefined || input <= before) return next;
  const grown = Math.max(0, input - before - visible);
  return { ...next, mean: mean === undefined ? grown : RECENT * mean + (1 - RECENT) * grown };
}

/** The step with what is expected to be appended after it, where nobody told. `growth`: with this step in it. */
export function expectingGrowth({ mean }: Growth, step: RunStep): RunStep {
  if (step.appendedChars !== undefined || mean === undefined) return step;
  return { ...step, appendedChars: mean / TOKENS_PER_CHAR };
}
