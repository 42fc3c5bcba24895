/** What a success costs, by model and class of task: asked for by the dashboard when it shows it. */
import * as z from 'zod/mini';
import { moneySumSchema } from './moneySum.ts';

const text = z.string();
const number = z.number();
const count = z.int().check(z.nonnegative());

export const successQuestionSchema = z.object({ type: z.literal('successes'), fromDay: text, toDay: text });

const rowSchema = z.object({
  /** undefined: it isn't known. */
  key: z.optional(text),
  attempts: count,
  judged: count,
  accepted: count,
  calls: count,
  cost: moneySumSchema,
  /** Nano-credits; absent: not known. */
  perRequest: z.optional(number),
  perSuccess: z.optional(number),
  incomplete: count,
  share: z.optional(z.object({ mean: number, low: number, high: number })),
});

export const successAnswerSchema = z.object({
  type: z.literal('successes'),
  fromDay: text,
  toDay: text,
  /** Runs of the period, with or without an outcome. */
  runs: count,
  all: rowSchema,
  byModel: z.array(rowSchema),
  byKind: z.array(rowSchema),
  bySize: z.array(rowSchema),
});

export type SuccessAnswer = z.infer<typeof successAnswerSchema>;
export type DashboardSuccessRow = z.infer<typeof rowSchema>;
