import { formatCredits } from '../../src/core/money.ts';
import { dateText } from '../../src/core/status/dateText.ts';
import { h } from './dom.ts';
import type { ShownForecast } from './shownForecast.ts';

/** The chart's figures as a table. A date that isn't within the period is `–`. */
export function forecastTable({ forecast, pool, of }: ShownForecast): HTMLElement {
  const { endOfPeriod, dry, periodEnd } = forecast;
  const day = (at: number | undefined) => (at === undefined ? '–' : dateText(at));
  const row = (label: string, early: string, middle: string, late: string) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, label),
      ...[early, middle, late].map((text) => h('td', { class: 'right' }, text)),
    );
  return h(
    'table',
    { class: 'groups', 'data-key': 'forecast-table' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Forecast'),
        h('th', { scope: 'col', class: 'right', title: 'One outcome in ten is below, or earlier' }, '1 in 10'),
        h('th', { scope: 'col', class: 'right', title: 'Half of the outcomes are below, or earlier' }, '5 in 10'),
        h('th', { scope: 'col', class: 'right', title: 'Nine outcomes in ten are below, or earlier' }, '9 in 10'),
      ),
    ),
    h(
      'tbody',
      {},
      row(
        `Credits by ${dateText(periodEnd)}`,
        formatCredits(endOfPeriod.p10),
        formatCredits(endOfPeriod.p50),
        formatCredits(endOfPeriod.p90),
      ),
      pool !== undefined && row(of === 'pool' ? 'Dry on' : 'Spent on', day(dry.p10), day(dry.p50), day(dry.p90)),
    ),
  );
}
