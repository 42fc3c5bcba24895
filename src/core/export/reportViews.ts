/** What the dashboard tells of runs, plans, bills and outcomes, as columns. */
import { CAUSES, type Cause, type RunExplanation } from '../explain/explainRun.ts';
import { reasonText } from '../explain/sentence.ts';
import type { PeriodForecast } from '../forecast/forecast.ts';
import type { DearRun } from '../ledger/breakdown.ts';
import type { CostPerSuccess, SuccessRow } from '../ledger/costPerSuccess.ts';
import type { GateEvent } from '../ledger/event.ts';
import type { Reconciliation } from '../ledger/reconcile.ts';
import type { Confidence, MoneySum, NanoCredits } from '../money.ts';
import type { Period } from '../plans/period.ts';
import type { MonthGlance, PlanGlance } from '../status/planGlance.ts';
import type { Column } from './table.ts';
import { creditsOf, instant, moneyColumns } from './views.ts';

/** A dear run with its reason. */
export type DearestRow = DearRun & { readonly explanation: RunExplanation };

export const DEAREST_COLUMNS: readonly Column<DearestRow>[] = [
  { name: 'startedAt', value: ({ startedAt }) => instant(startedAt) },
  { name: 'runId', value: ({ runId }) => runId },
  { name: 'agent', value: ({ agent }) => agent },
  { name: 'folder', value: ({ folder }) => folder },
  { name: 'models', value: ({ models }) => models.filter(Boolean).join(' ') },
  { name: 'steps', value: ({ steps }) => steps },
  ...moneyColumns<DearestRow>(({ cost }) => cost),
  { name: 'why', value: ({ explanation }) => reasonText(explanation).sentence },
  { name: 'remedy', value: ({ explanation }) => reasonText(explanation).remedy },
  ...CAUSES.map(
    (cause): Column<DearestRow> => ({
      name: `${cause}Credits`,
      value: ({ explanation }) => creditsOf(creditsFor(cause, explanation)),
    }),
  ),
  { name: 'splitConfidence', value: ({ explanation }) => explanation.confidence },
];

/** What the gate decided of agents' actions. */
export const GATE_COLUMNS: readonly Column<GateEvent>[] = [
  { name: 'at', value: ({ at }) => instant(at) },
  { name: 'agent', value: ({ facts }) => facts.agent },
  { name: 'sessionId', value: ({ facts }) => facts.sessionId },
  { name: 'subagentId', value: ({ facts }) => facts.subagentId },
  { name: 'folder', value: ({ facts }) => facts.folder },
  { name: 'tool', value: ({ gate }) => gate.tool },
  { name: 'class', value: ({ gate }) => gate.class },
  { name: 'what', value: ({ gate }) => gate.reason },
  { name: 'targets', value: ({ gate }) => gate.targets.join(' ') },
  { name: 'expectedLossCredits', value: ({ gate }) => creditsOf(gate.expectedLossNanoCredits) },
  { name: 'decision', value: ({ gate }) => gate.decision },
  { name: 'by', value: ({ gate }) => gate.by },
  { name: 'approved', value: ({ gate }) => gate.approved },
  { name: 'why', value: ({ gate }) => gate.why },
  { name: 'signers', value: ({ gate }) => gate.signers?.join(' ') },
  { name: 'digest', value: ({ gate }) => gate.digest },
];

/** A cause that isn't among the parts cost nothing; where not all could be split, that isn't known. */
function creditsFor(cause: Cause, { parts, unsplit }: RunExplanation): NanoCredits | undefined {
  const part = parts.find((each) => each.cause === cause);
  if (part) return part.nanoCredits;
  return parts.length === 0 || unsplit !== undefined ? undefined : 0;
}

/** A plan, one of a subscription's windows, or the calendar month, with where it is heading. */
export interface ForecastRow {
  readonly of: 'month' | 'pool' | 'metered' | 'window';
  readonly name: string;
  readonly window?: string | undefined;
  /** undefined: every agent. */
  readonly agents?: readonly string[] | undefined;
  /** undefined: not known. */
  readonly period: Period | undefined;
  /** undefined: not known. */
  readonly spent: MoneySum | undefined;
  /** What there is to spend: a pool, a budget, or what a window seems to hold at list price. */
  readonly pool?: NanoCredits | undefined;
  readonly elsewhere?: NanoCredits | undefined;
  readonly left?: NanoCredits | undefined;
  readonly leftConfidence?: Confidence | undefined;
  readonly usedShare?: number | undefined;
  /** By what was seen here, where nobody recorded the share. */
  readonly estimatedShare?: number | undefined;
  readonly fullAt?: number | undefined;
  readonly forecast: PeriodForecast | undefined;
}

/** A row for the month where it is told, and for each plan; of a subscription for each window. */
export function forecastRows({
  plans,
  month,
}: {
  readonly plans: readonly PlanGlance[];
  readonly month: MonthGlance | undefined;
}): readonly ForecastRow[] {
  return [...(month ? [monthRow(month)] : []), ...plans.flatMap(planRows)];
}

function monthRow({ budgetNanoCredits, forecast }: MonthGlance): ForecastRow {
  const { periodStart, periodEnd, spent } = forecast;
  return {
    of: 'month',
    name: budgetNanoCredits === undefined ? 'This month' : 'Budget of the month',
    period: { start: periodStart, end: periodEnd },
    spent,
    pool: budgetNanoCredits,
    ...(budgetNanoCredits === undefined ? {} : { left: Math.max(0, budgetNanoCredits - spent.nanoCredits) }),
    ...(budgetNanoCredits === undefined ? {} : { leftConfidence: spent.unknown > 0 ? 'unknown' : spent.confidence }),
    forecast,
  };
}

function planRows({ standing, forecast, windows }: PlanGlance): readonly ForecastRow[] {
  const { label: name, agents } = standing;
  switch (standing.kind) {
    case 'pool': {
      const { period, spent, entitlementNanoCredits, elsewhere, leftNanoCredits, leftConfidence } = standing;
      const row = { of: 'pool' as const, name, agents, period, spent, pool: entitlementNanoCredits };
      return [{ ...row, elsewhere: elsewhere.nanoCredits, left: leftNanoCredits, leftConfidence, forecast }];
    }
    case 'metered':
      return [{ of: 'metered', name, agents, period: standing.period, spent: standing.spent, forecast }];
    case 'windows':
      return standing.windows.map(
        ({ window, period, spent, usedShare, estimatedShare, capacityNanoCredits, pace }) => ({
          of: 'window',
          name,
          window,
          agents,
          period,
          spent,
          pool: capacityNanoCredits,
          usedShare,
          estimatedShare,
          fullAt: pace?.fullAt,
          forecast: windows?.[window],
        }),
      );
  }
}

export const FORECAST_COLUMNS: readonly Column<ForecastRow>[] = [
  { name: 'of', value: ({ of }) => of },
  { name: 'name', value: ({ name }) => name },
  { name: 'window', value: ({ window }) => window },
  { name: 'agents', value: ({ agents }) => agents?.join(' ') },
  { name: 'periodStart', value: ({ period }) => instant(period?.start) },
  { name: 'periodEnd', value: ({ period }) => instant(period?.end) },
  { name: 'spentCredits', value: ({ spent }) => creditsOf(spent?.nanoCredits) },
  { name: 'spentConfidence', value: ({ spent }) => spent?.confidence },
  { name: 'callsOfUnknownCost', value: ({ spent }) => spent?.unknown },
  { name: 'poolCredits', value: ({ pool }) => creditsOf(pool) },
  { name: 'elsewhereCredits', value: ({ elsewhere }) => creditsOf(elsewhere) },
  { name: 'leftCredits', value: ({ left }) => creditsOf(left) },
  { name: 'leftConfidence', value: ({ leftConfidence }) => leftConfidence },
  { name: 'usedShare', value: ({ usedShare }) => usedShare },
  { name: 'estimatedShare', value: ({ estimatedShare }) => estimatedShare },
  { name: 'fullAt', value: ({ fullAt }) => instant(fullAt) },
  { name: 'forecastAt', value: ({ forecast }) => instant(forecast?.at) },
  { name: 'endP10Credits', value: ({ forecast }) => creditsOf(forecast?.endOfPeriod.p10) },
  { name: 'endP50Credits', value: ({ forecast }) => creditsOf(forecast?.endOfPeriod.p50) },
  { name: 'endP90Credits', value: ({ forecast }) => creditsOf(forecast?.endOfPeriod.p90) },
  { name: 'dryP10', value: ({ forecast }) => instant(forecast?.dry.p10) },
  { name: 'dryP50', value: ({ forecast }) => instant(forecast?.dry.p50) },
  { name: 'dryP90', value: ({ forecast }) => instant(forecast?.dry.p90) },
  { name: 'recentCreditsPerWorkingHour', value: ({ forecast }) => creditsOf(forecast?.pace.recentPerHour) },
  { name: 'lastingCreditsPerWorkingHour', value: ({ forecast }) => creditsOf(forecast?.pace.lastsPerHour) },
  { name: 'unknownCalls', value: ({ forecast }) => forecast?.unknownCalls },
  { name: 'basis', value: ({ forecast }) => forecast?.evidence.basis },
  { name: 'activeDays', value: ({ forecast }) => forecast?.evidence.activeDays },
  { name: 'pastCoverage80', value: ({ forecast }) => forecast?.backtest?.coverage80 },
  { name: 'pastForecasts', value: ({ forecast }) => forecast?.backtest?.forecasts },
  { name: 'pastPeriods', value: ({ forecast }) => forecast?.backtest?.periods },
];

export const RECONCILIATION_COLUMNS: readonly Column<Reconciliation>[] = [
  { name: 'model', value: ({ model }) => model },
  { name: 'source', value: ({ source }) => source },
  { name: 'confidence', value: ({ confidence }) => confidence },
  { name: 'calls', value: ({ calls }) => calls },
  { name: 'uncomputedCalls', value: ({ uncomputed }) => uncomputed },
  { name: 'medianErrorShare', value: ({ medianError }) => medianError },
  { name: 'p90ErrorShare', value: ({ p90Error }) => p90Error },
  { name: 'biasShare', value: ({ bias }) => bias },
];

/** A row of what successes cost, and what its key is. */
export type SuccessExportRow = SuccessRow & { readonly by: 'all' | 'model' | 'kind' | 'size' };

export function successRows({ all, byModel, byKind, bySize }: CostPerSuccess): readonly SuccessExportRow[] {
  return [
    { by: 'all', ...all },
    ...byModel.map((row) => ({ by: 'model' as const, ...row })),
    ...byKind.map((row) => ({ by: 'kind' as const, ...row })),
    ...bySize.map((row) => ({ by: 'size' as const, ...row })),
  ];
}

export const SUCCESS_COLUMNS: readonly Column<SuccessExportRow>[] = [
  { name: 'by', value: ({ by }) => by },
  { name: 'key', value: ({ key }) => key },
  { name: 'runs', value: ({ attempts }) => attempts },
  { name: 'judgedRuns', value: ({ judged }) => judged },
  { name: 'acceptedRuns', value: ({ accepted }) => accepted },
  { name: 'calls', value: ({ calls }) => calls },
  ...moneyColumns<SuccessExportRow>(({ cost }) => cost),
  { name: 'creditsPerRequest', value: ({ perRequest }) => creditsOf(perRequest) },
  { name: 'creditsPerSuccess', value: ({ perSuccess }) => creditsOf(perSuccess) },
  { name: 'judgedRunsOfUnknownCost', value: ({ incomplete }) => incomplete },
  { name: 'acceptedShare', value: ({ share }) => share?.mean },
  { name: 'acceptedShareLow', value: ({ share }) => share?.low },
  { name: 'acceptedShareHigh', value: ({ share }) => share?.high },
];
