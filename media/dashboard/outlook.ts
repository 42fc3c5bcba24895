import { dateText } from '../../src/core/status/dateText.ts';
import { backtestText, dryText, endText, evidenceText, paceSentence } from '../../src/core/status/forecastText.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { type Child, h } from './dom.ts';
import { fanChart } from './fanChart.ts';
import { forecastTable } from './forecastTable.ts';
import type { ShownForecast } from './shownForecast.ts';

/** The range, the date, the picture or the table, the pace, and what all that rests on. */
export function outlookParts(outlook: ShownForecast, state: DashboardState, asTable: boolean): readonly Child[] {
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
