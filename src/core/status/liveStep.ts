/**
 * Steps that are streaming in this window: what the ledger can't know yet. A live step's figure is an estimate that only
 * grows, and it counts until a summary of the ledger holds the step.
 */
import type { BurnSummary } from '../ledger/entry.ts';
import { addMoney, type MoneySum, type NanoCredits, NO_MONEY } from '../money.ts';

export interface LiveStep {
  readonly callId: string;
  readonly runId?: string | undefined;
  readonly agent: string;
  readonly model?: string | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Counted before the send. */
  readonly inputTokens?: number | undefined;
  /** Counted so far. */
  readonly outputTokens?: number | undefined;
  /** What it has cost so far, estimated; undefined: its model has no known price. */
  readonly nanoCredits?: NanoCredits | undefined;
  /** Set when its stream ended: the revision of the last summary that was there then. */
  readonly endedAtRevision?: number | undefined;
}

/** Adds a step, or takes over new figures of one; no figure of a step ever shrinks. */
export function growLiveStep(steps: readonly LiveStep[], step: LiveStep): readonly LiveStep[] {
  const before = steps.find(({ callId }) => callId === step.callId);
  if (!before) return [...steps, step];
  const grown: LiveStep = {
    ...before,
    ...step,
    inputTokens: larger(before.inputTokens, step.inputTokens),
    outputTokens: larger(before.outputTokens, step.outputTokens),
    nanoCredits: larger(before.nanoCredits, step.nanoCredits),
  };
  return steps.map((other) => (other === before ? grown : other));
}

/** The stream of a step ended; it counts until a later summary holds it. */
export function endLiveStep(steps: readonly LiveStep[], callId: string, revision: number): readonly LiveStep[] {
  return steps.map((step) => (step.callId === callId ? { ...step, endedAtRevision: revision } : step));
}

/** Leaves out the steps that the summary holds already. */
export function pendingLiveSteps(steps: readonly LiveStep[], summary: BurnSummary | undefined): readonly LiveStep[] {
  if (!summary) return steps;
  const ended = summary.endedCallIds;
  return steps.filter((step) => {
    if (ended?.includes(step.callId)) return false;
    if (step.endedAtRevision === undefined || summary.revision <= step.endedAtRevision) return true;
    // A summary after its end that lists ended calls and not this one is about something else: wait for the next.
    return ended !== undefined && summary.revision - step.endedAtRevision < FORGOTTEN_AFTER_REVISIONS;
  });
}

/** A step that so many later events haven't brought won't come: its append failed, which is told as trouble. */
const FORGOTTEN_AFTER_REVISIONS = 200;

/** What the live steps have cost so far: an estimate, with a `?` for each without a price. */
export function liveMoney(steps: readonly LiveStep[]): MoneySum {
  return steps.reduce((sum, step) => addMoney(sum, step.nanoCredits, 'estimated'), NO_MONEY);
}

function larger(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.max(a, b);
}
