/**
 * Which step of the ledger made the calls that hooks told of: both tell tools' names in order. What doesn't fit is passed
 * over; a step is told only where all of its calls were heard.
 */
import type { RunAction } from './runStep.ts';
import type { ToldStep } from './toldStep.ts';

export interface HeardTool {
  readonly tool: string;
  readonly action: RunAction;
  readonly resultChars: number;
}

export interface StepTools {
  readonly callId: string;
  readonly tools: readonly string[];
}

export interface MatchedSteps {
  readonly told: readonly ToldStep[];
  /** What may still be told, for the next time. */
  readonly steps: readonly StepTools[];
  readonly heard: readonly HeardTool[];
}

const MOST_STEPS = 20;
const MOST_HEARD = 100;
/** Calls that are passed over to find a step's. */
const MOST_SKIPPED = 20;

export function matchHeard(steps: readonly StepTools[], heard: readonly HeardTool[]): MatchedSteps {
  const told: ToldStep[] = [];
  let rest = heard;
  let waiting = steps;
  for (const [index, step] of steps.entries()) {
    const taken = takeFrom(rest, step.tools);
    if (!taken) continue;
    const { calls, after } = taken;
    rest = after;
    waiting = steps.slice(index + 1);
    told.push({
      callId: step.callId,
      actions: calls.map(({ action }) => action),
      appendedChars: calls.reduce((sum, { resultChars }) => sum + resultChars, 0),
    });
  }
  return { told, steps: waiting.slice(-MOST_STEPS), heard: rest.slice(-MOST_HEARD) };
}

/** The calls of these names, in any order: several at once end as they end. What was heard before them belongs to no step. */
function takeFrom(
  heard: readonly HeardTool[],
  tools: readonly string[],
): { readonly calls: readonly HeardTool[]; readonly after: readonly HeardTool[] } | undefined {
  const wanted = [...tools].sort().join('\n');
  const last = Math.min(MOST_SKIPPED, heard.length - tools.length);
  for (let from = 0; tools.length > 0 && from <= last; from += 1) {
    const calls = heard.slice(from, from + tools.length);
    const names = calls.map(({ tool }) => tool).sort();
    if (names.join('\n') === wanted) return { calls, after: heard.slice(from + tools.length) };
  }
  return undefined;
}
