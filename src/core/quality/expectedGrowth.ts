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

/** Takes a run's steps in order and returns each with what is expected to be appended after it. */
export function expectingGrowth(): (step: RunStep) => RunStep {
  let last: RunStep | undefined;
  let mean: number | undefined;
  return (step) => {
    const [before, now] = [last && inputTokens(last.usage), inputTokens(step.usage)];
    if (before !== undefined && now !== undefined) {
      // A smaller input is another agent's, or a context that was compacted: it tells nothing.
      const grown = now - before - (last?.usage.text ?? 0);
      if (now > before) mean = mean === undefined ? grown : RECENT * mean + (1 - RECENT) * Math.max(0, grown);
    }
    last = step;
    if (step.appendedChars !== undefined || mean === undefined) return step;
    return { ...step, appendedChars: Math.max(0, mean) / TOKENS_PER_CHAR };
  };
}
