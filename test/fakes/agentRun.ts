// An agent's run as its log would tell it, step by step.
import type { LedgerEvent, OutcomeEvent } from '../../src/core/ledger/event.ts';

export interface MadeRun {
  readonly runId: string;
  readonly sessionId?: string;
  /** Epoch ms of its first step. */
  readonly startedAt: number;
  /** A step each: its tools; none: an answer. */
  readonly steps: readonly (readonly string[])[];
  /** Between two steps. */
  readonly stepMs?: number;
  /** How much dearer than {@link PRICE} says; 1 unless told. */
  readonly dearer?: number;
  readonly agent?: string;
}

/** Credits a token. */
export const PRICE = { fresh: 5e-4, cached: 5e-5, output: 2.5e-3 };

const usageAt = (index: number) => ({ fresh: 200, cacheRead: 5_000 + 1_000 * index, text: 120 + ((index * 37) % 60) });

/** What the step of this index costs. */
export function creditsAt(index: number): number {
  const { fresh, cacheRead, text } = usageAt(index);
  return fresh * PRICE.fresh + cacheRead * PRICE.cached + text * PRICE.output;
}

/** One event for each step, in order; each ends when the next begins. */
export function stepsOf(run: MadeRun): readonly LedgerEvent[] {
  const { runId, sessionId = runId, startedAt, steps, stepMs = 10_000, dearer = 1, agent = 'claude-code' } = run;
  return steps.map((tools, index) => ({
    kind: 'settled',
    callId: `${runId} ${index}`,
    at: startedAt + index * stepMs,
    source: 'test-log',
    facts: { agent, sessionId, runId, model: 'opus', provider: 'anthropic' },
    usage: usageAt(index),
    usageBasis: 'reported',
    cost: { nanoCredits: Math.round(dearer * creditsAt(index) * 1e9), confidence: 'priced', priceBook: 'test' },
    tools: [...tools],
    finish: tools.length > 0 ? 'toolCalls' : 'stop',
  }));
}

export function outcomeOf(runId: string, outcome: string, at: number, success: number): OutcomeEvent {
  return {
    kind: 'outcome',
    callId: `${runId} ${outcome} ${at}`,
    at,
    source: 'outcomes',
    taskId: runId,
    runId,
    outcome,
    success,
  };
}
