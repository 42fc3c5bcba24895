/** Plans with their forecast, as the dashboard is sent them. */
import * as z from 'zod/mini';
import type { MonthGlance, PlanGlance } from '../core/status/planGlance.ts';
import { moneySumSchema } from './moneySum.ts';

const text = z.string();
const number = z.number();
const optionalNumber = z.optional(z.number());
const periodSchema = z.object({ start: number, end: number });
const agents = z.array(text);

const standingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pool'),
    label: text,
    agents,
    period: periodSchema,
    entitlementNanoCredits: optionalNumber,
    spent: moneySumSchema,
    elsewhere: z.object({ nanoCredits: optionalNumber, at: optionalNumber, why: text }),
    leftNanoCredits: optionalNumber,
    leftConfidence: z.enum(['billed', 'priced', 'estimated', 'unknown']),
    seats: number,
    overage: z.enum(['list', 'none']),
  }),
  z.object({
    kind: z.literal('windows'),
    label: text,
    agents,
    windows: z.array(
      z.object({
        window: text,
        label: text,
        usedShare: optionalNumber,
        resetsAt: optionalNumber,
        reading: z.optional(z.object({ source: text, at: number })),
        spent: z.optional(moneySumSchema),
        usedSince: z.boolean(),
        period: z.optional(periodSchema),
        isInferred: z.optional(z.boolean()),
        estimatedShare: optionalNumber,
        capacityNanoCredits: optionalNumber,
        pace: z.optional(z.object({ sharePerHour: number, shareAtEnd: number, fullAt: optionalNumber })),
      }),
    ),
  }),
  z.object({ kind: z.literal('metered'), label: text, agents, period: periodSchema, spent: moneySumSchema }),
]);

const forecastSchema = z.object({
  at: number,
  periodStart: number,
  periodEnd: number,
  spent: moneySumSchema,
  endOfPeriod: z.object({ p10: number, p50: number, p90: number }),
  unknownCalls: number,
  dry: z.object({ p10: optionalNumber, p50: optionalNumber, p90: optionalNumber }),
  pace: z.object({ recentPerHour: optionalNumber, lastsPerHour: optionalNumber, dryAt: optionalNumber }),
  evidence: z.object({ days: number, activeDays: number, basis: z.enum(['prior', 'young', 'own']) }),
  backtest: z.optional(z.object({ coverage80: number, forecasts: number, periods: number, meanWidth: number })),
});

export type DashboardPlan = PlanGlance;

/** What is optional in it is never sent as `undefined`, so what it parses is what core calls a glance. */
export const planSchema = z.object({
  standing: standingSchema,
  forecast: z.optional(forecastSchema),
  windows: z.optional(z.record(text, forecastSchema)),
}) as unknown as z.ZodMiniType<DashboardPlan>;

export const monthSchema = z.object({
  budgetNanoCredits: optionalNumber,
  forecast: forecastSchema,
}) as unknown as z.ZodMiniType<MonthGlance>;

/** Parsing copies it, without what the page has no use for; JSON leaves out what is undefined. */
export function dashboardPlan(plan: PlanGlance): DashboardPlan {
  return planSchema.parse(JSON.parse(JSON.stringify(plan)));
}

export function dashboardMonth(month: MonthGlance): MonthGlance {
  return monthSchema.parse(JSON.parse(JSON.stringify(month)));
}
