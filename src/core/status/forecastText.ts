/** A forecast in words, the same on every surface. A date is always a range with its doubt, never a promise. */
import type { Evidence, PeriodForecast } from '../forecast/forecast.ts';
import { formatCredits } from '../money.ts';
import { wholeNumber } from '../wholeNumber.ts';
import { dateRangeText, dateText } from './dateText.ts';

/** What it is that runs out, in words. */
interface DryWords {
  readonly isDry: string;
  readonly dry: string;
  readonly lasts: string;
}

const WORDS = {
  pool: { isDry: 'pool is dry', dry: 'dry', lasts: 'lasts' },
  budget: { isDry: 'budget is spent', dry: 'budget spent', lasts: 'budget lasts' },
  window: { isDry: 'full', dry: 'full', lasts: 'lasts' },
} as const satisfies Readonly<Record<string, DryWords>>;

/** When the pool runs dry, in a few words: `dry 24 Nov–2 Dec`, `dry 24 Nov or later`, `lasts to 1 Dec`; undefined: no pool. */
export function dryText(
  forecast: PeriodForecast,
  poolNanoCredits: number | undefined,
  of: keyof typeof WORDS = 'pool',
): string | undefined {
  if (poolNanoCredits === undefined) return undefined;
  const { p10, p90 } = forecast.dry;
  const { isDry, dry, lasts } = WORDS[of];
  // What has no figure was drawn too: it may come sooner.
  const doubt = forecast.unknownCalls > 0 ? ' ?' : '';
  if (p10 === undefined) return `${lasts} to ${dateText(forecast.periodEnd)}${doubt}`;
  if (p90 !== undefined && p90 <= forecast.at) return isDry;
  const early = Math.max(p10, forecast.at);
  if (p90 === undefined) return `${dry} ${dateText(early)} or later${doubt}`;
  return `${dry} ${dateRangeText(early, p90)}${doubt}`;
}

/** `1,640–2,400 cr`: what will have been drawn by the period's end in eight of ten cases. */
export function endText({ endOfPeriod }: PeriodForecast): string {
  const [low, high] = [formatCredits(endOfPeriod.p10), formatCredits(endOfPeriod.p90)];
  return `${low === high ? low : `${low}–${high}`} cr`;
}

/** `6.2 credits an hour leaves you dry on 19 Nov; 4.1 lasts to 1 Dec.` undefined: no pace yet. */
export function paceSentence(
  { pace, periodEnd }: PeriodForecast,
  of: Exclude<keyof typeof WORDS, 'window'> = 'pool',
): string | undefined {
  const { recentPerHour, lastsPerHour, dryAt } = pace;
  if (recentPerHour === undefined) return undefined;
  const recent = `${formatCredits(recentPerHour)} credits a working hour`;
  const end = dateText(periodEnd);
  if (lastsPerHour === 0) return `The ${WORDS[of].isDry}; the pace was ${recent}.`;
  if (dryAt !== undefined) {
    const lasts = lastsPerHour === undefined ? '' : `; ${formatCredits(lastsPerHour)} lasts to ${end}`;
    const ending = of === 'pool' ? 'leaves you dry' : 'spends the budget';
    return `${recent} ${ending} on ${dateText(dryAt)}${lasts}.`;
  }
  if (lastsPerHour === undefined) return `${recent} lately.`;
  return `${recent} lasts to ${end}; up to ${formatCredits(lastsPerHour)} would.`;
}

const BASIS: Readonly<Record<Evidence['basis'], string>> = {
  prior: 'mostly on how developers’ weeks commonly look, so it is wide',
  young: 'partly on your own days, partly on how developers’ weeks commonly look',
  own: 'on your own weeks',
};

/** What the forecast rests on. */
export function evidenceText({ evidence, unknownCalls }: PeriodForecast): string {
  const days = `${wholeNumber(evidence.activeDays)} working ${evidence.activeDays === 1 ? 'day' : 'days'} known`;
  const unknown =
    unknownCalls > 0
      ? `; ${wholeNumber(unknownCalls)} ${unknownCalls === 1 ? 'call has' : 'calls have'} no known cost, so it may be more`
      : '';
  return `Estimated ${BASIS[evidence.basis]} (${days})${unknown}.`;
}

/** How the forecast fared on the ledger's own past. */
export function backtestText({ backtest }: PeriodForecast): string {
  if (!backtest) return 'Too short a past to measure how often such ranges held.';
  const share = Math.round(backtest.coverage80 * 100);
  return `Measured on your past: ${share} % of ${wholeNumber(backtest.forecasts)} such ranges held (80 % is claimed), ${formatCredits(backtest.meanWidth)} cr wide on average.`;
}
