import { formatCredits } from '../../src/core/money.ts';
import { dateText } from '../../src/core/status/dateText.ts';
import { dryText, endText } from '../../src/core/status/forecastText.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { h } from './dom.ts';
import { polygon } from './shape.ts';
import type { ShownForecast } from './shownForecast.ts';

/**
 * What was drawn in the period so far, day by day, and from now the range that it runs into; the pool is a line. Drawn
 * of plain elements that the page's style sheet cuts to shape; all of it is also said in one sentence.
 */
export function fanChart(outlook: ShownForecast, days: DashboardState['burn']['days']): HTMLElement {
  const { forecast, pool, of } = outlook;
  const { at, periodStart, periodEnd, endOfPeriod, dry } = forecast;
  const drawn = forecast.spent.nanoCredits + (outlook.elsewhere ?? 0);
  const top = Math.max(1, drawn, endOfPeriod.p90, pool ?? 0) * 1.1;
  const x = (time: number) => Math.min(1, Math.max(0, (time - periodStart) / (periodEnd - periodStart)));
  const y = (nanoCredits: number) => 1 - nanoCredits / top;
  const now = x(at);
  const spoken = [
    `${formatCredits(drawn)} credits drawn by ${dateText(at)}`,
    `${endText(forecast).replace('cr', 'credits').replace('–', ' to ')} by ${dateText(periodEnd)}, 80 % range`,
    ...(pool === undefined ? [] : [`the ${of} holds ${formatCredits(pool)}`]),
    ...[dryText(forecast, pool, of)].filter((text) => text !== undefined),
  ].join('; ');
  const [first, last] = [dry.p10, dry.p90 ?? (dry.p10 === undefined ? undefined : periodEnd)];
  return h(
    'div',
    { class: 'fan', 'data-key': 'fan', role: 'img', 'aria-label': spoken },
    h(
      'div',
      { class: 'field' },
      h('div', { class: 'past', vars: { shape: past(outlook, days, drawn, x, y) } }),
      h('div', {
        class: 'range',
        vars: {
          shape: polygon([
            [now, y(drawn)],
            [1, y(endOfPeriod.p90)],
            [1, y(endOfPeriod.p10)],
          ]),
        },
      }),
      pool !== undefined &&
        h(
          'div',
          { class: y(pool) > 0.7 ? 'limit low' : 'limit', vars: { y: y(pool) } },
          h('span', {}, `${formatCredits(pool)} cr`),
        ),
      first !== undefined &&
        last !== undefined &&
        h('div', { class: 'dry', vars: { x: x(first), width: Math.max(0.006, x(last) - x(first)) } }),
      h('div', { class: 'now', vars: { x: now } }),
    ),
    h(
      'div',
      { class: 'axis', 'aria-hidden': 'true' },
      h('span', {}, dateText(periodStart)),
      first === undefined
        ? h('span', {}, `now ${dateText(at)}`)
        : h('span', { class: 'bad' }, dryText(forecast, pool, of) ?? ''),
      h('span', {}, dateText(periodEnd)),
    ),
  );
}

/** What was drawn day by day as far as the days are known; what lies before them, or elsewhere, is shared out evenly. */
function past(
  { forecast, agents }: ShownForecast,
  days: DashboardState['burn']['days'],
  drawn: number,
  x: (time: number) => number,
  y: (nanoCredits: number) => number,
): string {
  const { at, periodStart } = forecast;
  const byDay = new Map<number, { readonly start: number; readonly spent: number }>();
  for (const { day, agent, cost } of days) {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    const start = Math.max(periodStart, new Date(year, month - 1, date).getTime());
    const end = Math.min(at, new Date(year, month - 1, date + 1).getTime());
    if ((agents && !agents.includes(agent)) || end <= periodStart) continue;
    byDay.set(end, { start, spent: (byDay.get(end)?.spent ?? 0) + cost.nanoCredits });
  }
  const known = [...byDay.values()].reduce((sum, { spent }) => sum + spent, 0);
  const rest = Math.max(0, drawn - known);
  const points: [number, number][] = [
    [x(periodStart), 1],
    [x(periodStart), y(0)],
  ];
  let sum = 0;
  const evenly = (until: number) => rest * ((until - periodStart) / Math.max(1, at - periodStart));
  for (const [end, { start, spent }] of [...byDay].sort(([a], [b]) => a - b)) {
    // Days on which nothing was drawn are level.
    points.push([x(start), y(Math.min(drawn, sum + evenly(start)))]);
    sum += spent;
    points.push([x(end), y(Math.min(drawn, sum + evenly(end)))]);
  }
  points.push([x(at), y(drawn)], [x(at), 1]);
  return polygon(points);
}
