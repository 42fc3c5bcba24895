/** What the dashboard asks for when somebody looks at it, and the answers: what a period went to, and why prompts cost so much. */
import * as z from 'zod/mini';
import { CAUSES } from '../core/explain/explainRun.ts';
import { eventSchemas } from '../core/ledger/event.ts';
import { type OutlookAnswer, outlookAnswerSchema, outlookQuestionSchema } from './dashboardOutlook.ts';
import { type PricesAnswer, pricesAnswerSchema, pricesQuestionSchema } from './dashboardPrices.ts';
import { type ScoresAnswer, scoresAnswerSchema, scoresQuestionSchema } from './dashboardScores.ts';
import { type SuccessAnswer, successAnswerSchema, successQuestionSchema } from './dashboardSuccess.ts';
import { moneySumSchema } from './moneySum.ts';

const { usageSchema } = eventSchemas();

const text = z.string();
const optionalText = z.optional(z.string());
const number = z.number();
const count = z.int().check(z.nonnegative());
/** A local calendar day, `2026-11-22`; of what isn't one, nothing is told. */
const day = z.string();

/** What else a period is split by; agents and models are in the state. */
export const PERIOD_KINDS = ['project', 'session', 'task', 'tool', 'subagent'] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

/** The dearest prompts that are told at most. */
export const MOST_DEAREST = 30;

export const questionSchemas = [
  z.object({ type: z.literal('breakdown'), by: z.enum(PERIOD_KINDS), fromDay: day, toDay: day }),
  z.object({ type: z.literal('dearest'), fromDay: day, toDay: day, limit: count }),
  z.object({ type: z.literal('why'), runId: text }),
  successQuestionSchema,
  pricesQuestionSchema,
  scoresQuestionSchema,
  outlookQuestionSchema,
] as const;

const groupSchema = z.object({
  /** undefined: the calls that belong to none. */
  key: optionalText,
  calls: count,
  /** undefined: tokens aren't told by this kind. */
  usage: z.optional(usageSchema),
  cost: moneySumSchema,
  agent: optionalText,
  folder: optionalText,
  /** Epoch ms of its first call in the period, to a quarter of an hour. */
  firstAt: z.optional(number),
  /** One of its runs. */
  runId: optionalText,
});

const breakdownAnswerSchema = z.object({
  type: z.literal('breakdown'),
  by: z.enum(PERIOD_KINDS),
  fromDay: day,
  toDay: day,
  groups: z.array(groupSchema),
  /** The groups that are left out, together. */
  rest: z.optional(z.object({ groups: count, calls: count, cost: moneySumSchema })),
});

const dearRunSchema = z.object({
  runId: text,
  agent: text,
  folder: optionalText,
  models: z.array(text),
  startedAt: number,
  steps: count,
  cost: moneySumSchema,
  sentence: text,
  remedy: optionalText,
});

const dearestAnswerSchema = z.object({
  type: z.literal('dearest'),
  fromDay: day,
  toDay: day,
  limit: count,
  runs: z.array(dearRunSchema),
});

const sessionNode = { id: text, at: number, calls: count, own: moneySumSchema, total: moneySumSchema };

const whySchema = z.object({
  sentence: text,
  remedy: optionalText,
  cost: moneySumSchema,
  /** How sure the split is. */
  confidence: z.enum(['priced', 'estimated']),
  /** Sum to `cost`. */
  parts: z.array(z.object({ cause: z.enum(CAUSES), nanoCredits: number, tokens: z.optional(number), steps: count })),
  /** Models of which tokens are known and no price. */
  unpriced: z.optional(z.array(text)),
  session: z.optional(
    z.object({
      total: moneySumSchema,
      /** Oldest first. */
      runs: z.array(z.object({ ...sessionNode, subagents: z.array(z.object(sessionNode)) })),
      /** Runs of the session that are left out. */
      rest: z.optional(z.object({ runs: count, cost: moneySumSchema })),
    }),
  ),
});

const whyAnswerSchema = z.object({
  type: z.literal('why'),
  runId: text,
  /** undefined: the ledger knows no such run (any more). */
  why: z.optional(whySchema),
});

export const answerSchemas = [
  breakdownAnswerSchema,
  dearestAnswerSchema,
  whyAnswerSchema,
  successAnswerSchema,
  pricesAnswerSchema,
  scoresAnswerSchema,
  outlookAnswerSchema,
] as const;

export type DashboardQuestion = z.infer<(typeof questionSchemas)[number]>;
export type BreakdownAnswer = z.infer<typeof breakdownAnswerSchema>;
export type DearestAnswer = z.infer<typeof dearestAnswerSchema>;
export type WhyAnswer = z.infer<typeof whyAnswerSchema>;
export type DashboardWhy = z.infer<typeof whySchema>;
export type DashboardAnswer =
  | BreakdownAnswer
  | DearestAnswer
  | WhyAnswer
  | SuccessAnswer
  | PricesAnswer
  | ScoresAnswer
  | OutlookAnswer;
