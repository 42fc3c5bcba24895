import type { PeriodForecast } from '../core/forecast/forecast.ts';
import type { PlanStanding } from '../core/plans/planStandings.ts';
import type { PlanGlance } from '../core/status/planGlance.ts';
import type { WorkerApi } from '../ports.ts';

export type PlanWorker = Pick<WorkerApi, 'planStandings' | 'forecast'>;

/** How the plans stand and what is forecast of them. Rejects where the ledger can't be read. */
export async function planGlances(worker: PlanWorker, now: () => number): Promise<readonly PlanGlance[]> {
  const standings = await worker.planStandings();
  return Promise.all(
    standings.map(async (standing) => ({ standing, forecast: await forecastOf(standing, worker, now()) })),
  );
}

async function forecastOf(
  standing: PlanStanding,
  worker: Pick<WorkerApi, 'forecast'>,
  now: number,
): Promise<PeriodForecast | undefined> {
  if (standing.kind === 'windows') return undefined;
  const pool = standing.kind === 'pool' ? standing : undefined;
  return worker.forecast({
    now,
    periodStart: standing.period.start,
    periodEnd: standing.period.end,
    poolNanoCredits: pool?.entitlementNanoCredits,
    spentElsewhereNanoCredits: pool?.elsewhere.nanoCredits,
    agents: standing.agents,
  });
}
