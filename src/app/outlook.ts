import type { PeriodForecast } from '../core/forecast/forecast.ts';
import { startOfMonth } from '../core/ledger/localDay.ts';
import type { NanoCredits } from '../core/money.ts';
import type { PlanStanding } from '../core/plans/planStandings.ts';
import type { MonthGlance, PlanGlance } from '../core/status/planGlance.ts';
import type { WorkerApi } from '../ports.ts';

export type OutlookPorts = Pick<WorkerApi, 'planStandings' | 'forecast'>;

/** How everything that pays stands, and where it is heading. */
export interface Outlook {
  readonly plans: readonly PlanGlance[];
  /** The calendar month of all agents: told where a budget is set for it, or no plan is chosen. */
  readonly month: MonthGlance | undefined;
}

/** A window that is shorter has a pace, and no forecast: it is over within a working day. */
const LEAST_FORECAST_MS = 24 * 3_600_000;

/** `monthBudgetNanoCredits`: undefined: none is set. Rejects with a LedgerError. */
export async function outlook(
  ports: OutlookPorts,
  now: number,
  monthBudgetNanoCredits: NanoCredits | undefined,
): Promise<Outlook> {
  const standings = await ports.planStandings();
  const plans = await Promise.all(standings.map((standing) => glance(ports, now, standing)));
  if (monthBudgetNanoCredits === undefined && plans.length > 0) return { plans, month: undefined };
  const forecast = await ports.forecast({
    now,
    periodStart: startOfMonth(now),
    periodEnd: startOfMonth(now, 1),
    poolNanoCredits: monthBudgetNanoCredits,
  });
  return { plans, month: forecast && { budgetNanoCredits: monthBudgetNanoCredits, forecast } };
}

async function glance(ports: OutlookPorts, now: number, standing: PlanStanding): Promise<PlanGlance> {
  if (standing.kind === 'windows') return { standing, windows: await windowForecasts(ports, now, standing) };
  const pool = standing.kind === 'pool' ? standing : undefined;
  const forecast = await ports.forecast({
    now,
    periodStart: standing.period.start,
    periodEnd: standing.period.end,
    poolNanoCredits: pool?.entitlementNanoCredits,
    spentElsewhereNanoCredits: pool?.elsewhere.nanoCredits,
    agents: standing.agents,
  });
  return { standing, forecast };
}

async function windowForecasts(
  ports: OutlookPorts,
  now: number,
  { windows, agents }: Extract<PlanStanding, { kind: 'windows' }>,
): Promise<Readonly<Record<string, PeriodForecast>> | undefined> {
  const known = await Promise.all(
    windows.map(async ({ window, period, capacityNanoCredits }) => {
      if (!period || capacityNanoCredits === undefined) return [];
      if (period.end - period.start < LEAST_FORECAST_MS) return [];
      const forecast = await ports.forecast({
        now,
        periodStart: period.start,
        periodEnd: period.end,
        poolNanoCredits: capacityNanoCredits,
        agents,
      });
      return forecast ? [[window, forecast] as const] : [];
    }),
  );
  const found = known.flat();
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
