import type { QuotaEvent } from '../ledger/event.ts';
import type { MoneySum } from '../money.ts';
import { monthPeriod, type Period } from './period.ts';
import type { Plan } from './plan.ts';
import { type PoolStanding, poolStanding } from './poolStanding.ts';
import { type SubscriptionStanding, subscriptionStanding } from './subscriptionStanding.ts';

export interface MeteredStanding {
  readonly kind: 'metered';
  readonly label: string;
  readonly agents: readonly string[];
  readonly period: Period;
  /** Here, in the period. */
  readonly spent: MoneySum;
}

/** How a plan stands now. */
export type PlanStanding = PoolStanding | SubscriptionStanding | MeteredStanding;

/** How far back a reading may lie to tell anything of a period: no period is longer. */
export const READINGS_SINCE_MS = 32 * 86_400_000;

type Spent = (from: number, to: number, agents: readonly string[]) => MoneySum;

/** When the hours, or parts of them, in [from, to) began in which agents were at work; ascending. */
type Hours = (from: number, to: number, agents: readonly string[]) => readonly number[];

/** Every plan's standing, in the order of the plans. `spent`, `hours`: what the ledger saw of agents in [from, to). */
export function planStandings(
  plans: readonly Plan[],
  readings: readonly QuotaEvent[],
  now: number,
  spent: Spent,
  hours: Hours = () => [],
): readonly PlanStanding[] {
  return plans.map((plan) => planStanding(plan, readings, now, spent, hours));
}

function planStanding(
  plan: Plan,
  readings: readonly QuotaEvent[],
  now: number,
  spent: Spent,
  hours: Hours,
): PlanStanding {
  const { label, agents, offer, resetDay } = plan;
  switch (offer.kind) {
    case 'pool':
      return poolStanding(plan, readings, now, ({ start }, until) => spent(start, until, agents));
    case 'windows':
      return subscriptionStanding(plan, readings, now, {
        spent: (from, to) => spent(from, to, agents),
        hours: (from, to) => hours(from, to, agents),
      });
    case 'metered': {
      const period = monthPeriod(now, resetDay, offer.zone);
      return { kind: 'metered', label, agents, period, spent: spent(period.start, now, agents) };
    }
  }
}
