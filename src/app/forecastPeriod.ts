import type { ForecastQuestion, PeriodForecast } from '../core/forecast/forecast.ts';
import { forecastSpend, PAST_DAYS, quarterOf } from '../core/forecast/forecastSpend.ts';
import { dayOf, startOfDay } from '../core/ledger/localDay.ts';
import type { LedgerStore } from '../ports.ts';

const HOUR_MS = 3_600_000;
/** Windows ask alike; more than a few questions are not open at a time. */
const MOST_KEPT = 32;

/**
 * Answers forecast questions from the ledger. An answer is kept until the ledger changes or the hour does, so that it
 * can be asked for with every step; `at` says when it was made. The answer throws LedgerError.
 */
export function forecastPeriod(
  ledger: Pick<LedgerStore, 'revision' | 'spendByHour'>,
): (question: ForecastQuestion) => PeriodForecast | undefined {
  const kept = new Map<string, PeriodForecast | undefined>();
  let keptAt = '';
  return (question) => {
    const { now, periodStart, agents, ...rest } = question;
    const moment = `${ledger.revision()} ${Math.floor(now / HOUR_MS)}`;
    if (moment !== keptAt || kept.size >= MOST_KEPT) kept.clear();
    keptAt = moment;
    const key = JSON.stringify([periodStart, agents?.toSorted(), rest]);
    if (!kept.has(key)) {
      const from = Math.min(quarterOf(periodStart), startOfDay(dayOf(now), 1 - PAST_DAYS));
      const begin = quarterOf(periodStart);
      const spend = [...ledger.spendByHour(from, begin, agents), ...ledger.spendByHour(begin, now, agents)];
      kept.set(key, forecastSpend(spend, question));
    }
    return kept.get(key);
  };
}
