/** The prices in force and how they moved: asked for by the dashboard when it shows them. */
import * as z from 'zod/mini';
import type { PricesView } from '../core/allocate/outlook.ts';

const number = z.number();

export const pricesQuestionSchema = z.object({ type: z.literal('prices') });

export const pricesAnswerSchema = z.object({
  type: z.literal('prices'),
  prices: z.object({ kappa: number, beta: number, lambda: number, rho: number }),
  /** What each belongs to, in words. */
  constraints: z.object({ kappa: z.string(), beta: z.string(), lambda: z.string(), rho: z.string() }),
  /** Oldest first, the last is of now. */
  history: z.array(z.object({ at: number, beta: number, lambda: number, rho: number })),
});

export type PricesAnswer = z.infer<typeof pricesAnswerSchema>;

/** More points than these aren't seen. */
const MOST_POINTS = 240;

export function pricesAnswer({ at, prices, constraints, history }: PricesView): PricesAnswer {
  const { beta, lambda, rho } = prices;
  const every = Math.max(1, Math.ceil(history.length / MOST_POINTS));
  const points = history.filter((point, index) => point.at < at && (history.length - 1 - index) % every === 0);
  return { type: 'prices', prices, constraints, history: [...points, { at, beta, lambda, rho }] };
}
