import type { PeriodForecast } from '../../src/core/forecast/forecast.ts';
import { dateText } from '../../src/core/status/dateText.ts';
import { backtestText, dryText, endText, evidenceText, paceSentence } from '../../src/core/status/forecastText.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { type Child, h } from './dom.ts';
import { fanChart } from './fanChart.ts';
import { forecastTable } from './forecastTable.ts';

/** A forecast with what it is of. */
export interface Outlook {
  readonly forecast: PeriodForecast;
  /** Whose spending it counts; undefined: every agent's. */
  readonly agents: readonly string[] | undefined;
  /** Nano-credits that there are to spend; undefined: nothing that could run out. */
  readonly pool: number | undefined;
  readonly of: 'pool' | 'budget';
  /** Nano-credits that were drawn elsewhere; undefined: not known, or none. */
  readonly elsewhere: number | undefined;
}

/** The range, the date, the picture or the table, the pace, and what all that rests on. */
export function outlookParts(outlook: Outlook, state: DashboardState, asTable: boolean): readonly Child[] {
  const { forecast, pool, of } = outlook;
  const dry = dryText(forecast, pool, of);
  const pace = paceSentence(forecast, of);
  return [
    h(
      'p',
      { class: 'said' },
      h('span', { class: 'strong' }, endText(forecast)),
      ` by ${dateText(forecast.periodEnd)} (80 % range)`,
      dry !== undefined && ' · ',
      dry !== undefined && h('span', { class: 'strong' }, dry),
    ),
    asTable ? forecastTable(outlook) : fanChart(outlook, state.burn.days),
    pace !== undefined && h('p', {}, pace),
    h('p', { class: 'note' }, `${evidenceText(forecast)} ${backtestText(forecast)}`),
  ];
}
