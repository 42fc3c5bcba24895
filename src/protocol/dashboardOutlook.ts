/** What was foretold of a run's steps, and what is advised before its next: asked for by the dashboard when it shows the run. */
import * as z from 'zod/mini';
import type { Decision, Valued } from '../core/allocate/choose.ts';
import { explain } from '../core/allocate/explain.ts';
import type { CostRange } from '../core/allocate/objective.ts';
import type { RunOutlook } from '../core/allocate/outlook.ts';
import { useText } from '../core/allocate/use.ts';

const text = z.string();
const number = z.number();
const count = z.int().check(z.nonnegative());
const rangeSchema = z.object({ p10: number, p50: number, p90: number });

export const outlookQuestionSchema = z.object({ type: z.literal('outlook'), runId: text });

const useSchema = z.object({
  use: text,
  /** In nano-credits; absent: its cost is unknown. */
  terms: z.optional(z.object({ value: number, cost: number, wait: number, risk: number })),
  net: z.optional(number),
  /** Why it can't be chosen. */
  barred: z.optional(text),
});

const currentSchema = z.object({
  /** In nano-credits; absent: unknown price. */
  next: z.optional(rangeSchema),
  remaining: z.optional(rangeSchema),
  /** 0 to 1. */
  success: number,
  evidence: z.object({ outcomes: count, settled: z.boolean() }),
  /** In a few words; absent: go on. */
  advice: z.optional(text),
  /** What the breaker found. */
  stuck: z.optional(text),
  /** Best first. */
  candidates: z.array(useSchema),
  choice: text,
  runnerUp: z.optional(text),
  valueNanoCredits: number,
  prices: z.object({ kappa: number, beta: number, lambda: number, rho: number }),
  explanation: z.object({ what: text, why: text, runnerUp: text, price: text, barred: z.array(text) }),
  /** Of the whole run, before its first step. */
  quoted: z.optional(rangeSchema),
  leftQuote: z.boolean(),
});

export const outlookAnswerSchema = z.object({
  type: z.literal('outlook'),
  runId: text,
  /** Of its latest steps, oldest first; none: nothing was foretold. */
  steps: z.array(z.object({ callId: text, cost: rangeSchema, success: number })),
  /** Absent: it isn't at work. */
  current: z.optional(currentSchema),
});

export type OutlookAnswer = z.infer<typeof outlookAnswerSchema>;
export type DashboardOutlook = z.infer<typeof currentSchema>;

/** Steps that are sent at most: the latest. */
const MOST_STEPS = 60;

export function outlookAnswer(
  runId: string,
  report:
    | {
        readonly outlook: RunOutlook | undefined;
        readonly steps: readonly { readonly callId: string; readonly cost: CostRange; readonly success: number }[];
      }
    | undefined,
): OutlookAnswer {
  const steps = (report?.steps ?? []).slice(-MOST_STEPS);
  const outlook = report?.outlook;
  return {
    type: 'outlook',
    runId,
    steps: steps.map(({ callId, cost, success }) => ({ callId, cost: rangeOf(cost), success })),
    ...(outlook ? { current: currentOf(outlook) } : {}),
  };
}

function currentOf(outlook: RunOutlook): DashboardOutlook {
  const { next, remaining, success, evidence, advice, stuck, decision, quoted, leftQuote } = outlook;
  return {
    ...(next ? { next: rangeOf(next) } : {}),
    ...(remaining ? { remaining: rangeOf(remaining) } : {}),
    success,
    evidence,
    ...(advice === undefined ? {} : { advice }),
    ...(stuck ? { stuck: stuck.why } : {}),
    ...decisionOf(decision),
    ...(quoted ? { quoted: rangeOf(quoted) } : {}),
    leftQuote,
  };
}

function decisionOf(decision: Decision) {
  const { choice, runnerUp, candidates, prices, valueNanoCredits } = decision;
  const { barred, ...sentences } = explain(decision);
  return {
    choice: useText(choice.use),
    ...(runnerUp ? { runnerUp: useText(runnerUp.use) } : {}),
    candidates: candidates.map(candidateOf),
    prices,
    valueNanoCredits,
    explanation: { ...sentences, barred: [...barred] },
  };
}

function candidateOf({ use, terms, net, barred }: Valued) {
  return {
    use: useText(use),
    ...(terms ? { terms } : {}),
    ...(net === undefined ? {} : { net }),
    ...(barred === undefined ? {} : { barred }),
  };
}

const rangeOf = ({ p10, p50, p90 }: CostRange) => ({ p10, p50, p90 });
