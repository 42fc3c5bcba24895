import type { BurnGroup } from '../../src/core/ledger/burnGroups.ts';
import type { MoneySum } from '../../src/core/money.ts';
import { agentLabel } from '../../src/core/status/labels.ts';
import { moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { inputTokens, outputTokens } from '../../src/core/usage.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import { h } from './dom.ts';
import { dayText, shortTokensText, tokensText } from './format.ts';

export type Period = 'today' | 'month' | 'all';

/** The chart's place (the chart itself is kept: it draws on its own), the choice of period, and who spent it. */
export function burnSection(state: DashboardState, period: Period, asTable: boolean): HTMLElement {
  const days = new Set(state.burn.days.map(({ day }) => day)).size;
  return h(
    'section',
    { class: 'burn', 'aria-labelledby': 'burn-title' },
    h(
      'header',
      {},
      h('h2', { id: 'burn-title' }, 'Burn by day'),
      h(
        'button',
        { class: 'link', 'data-action': 'toggleTable', 'aria-pressed': asTable ? 'true' : 'false' },
        asTable ? 'Show as chart' : 'Show as table',
      ),
    ),
    h('div', { id: 'burn-chart', 'data-key': 'chart', 'data-kept': true, hidden: asTable || days === 0 }),
    days === 0 ? h('p', { class: 'quiet' }, 'Nothing was metered in these days.') : asTable && dayTable(state),
    h(
      'div',
      { class: 'periods', 'data-key': 'periods', role: 'group', 'aria-label': 'Period' },
      ...(['today', 'month', 'all'] as const).map((choice) =>
        h(
          'button',
          { 'data-action': 'period', 'data-period': choice, 'aria-pressed': choice === period ? 'true' : 'false' },
          { today: 'Today', month: 'Month', all: `Since ${dayText(state.burn.fromDay)}` }[choice],
        ),
      ),
    ),
    groupTable('Agent', state.burn[period].agents, agentLabel),
    groupTable('Model', state.burn[period].models, (model) => model || '?'),
  );
}

const MOST_GROUPS = 12;

function groupTable(kind: string, groups: readonly BurnGroup[], label: (key: string) => string): HTMLElement {
  const most = Math.max(1, ...groups.map(({ cost }) => cost.nanoCredits));
  const cut = groups.length - MOST_GROUPS;
  return h(
    'table',
    { class: 'groups', 'data-key': kind },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, kind),
        h('th', { scope: 'col', class: 'right', title: 'Model calls' }, 'Calls'),
        h('th', { scope: 'col', class: 'right', title: 'Input tokens, cached or not' }, 'In'),
        h('th', { scope: 'col', class: 'right', title: 'Output tokens, thinking included' }, 'Out'),
        h('th', { scope: 'col', class: 'right' }, 'Credits'),
      ),
    ),
    h(
      'tbody',
      {},
      ...groups
        .slice(0, MOST_GROUPS)
        .map(({ key, calls, usage, cost }) =>
          h(
            'tr',
            { 'data-key': key },
            h(
              'th',
              { scope: 'row', title: label(key) },
              h('span', { class: 'name' }, label(key)),
              h('span', { class: 'share', vars: { share: cost.nanoCredits / most }, 'aria-hidden': 'true' }),
            ),
            h('td', { class: 'right' }, calls.toLocaleString('en-US')),
            h('td', { class: 'right', title: tokensText(inputTokens(usage)) }, shortTokensText(inputTokens(usage))),
            h('td', { class: 'right', title: tokensText(outputTokens(usage)) }, shortTokensText(outputTokens(usage))),
            h('td', { class: 'right strong', title: sureness(cost) }, withoutUnit(cost)),
          ),
        ),
      groups.length === 0 && h('tr', {}, h('td', { colspan: 5, class: 'quiet' }, 'No calls in this period.')),
      cut > 0 && h('tr', {}, h('td', { colspan: 5, class: 'quiet' }, `and ${cut} more`)),
    ),
  );
}

function dayTable(state: DashboardState): HTMLElement {
  return h(
    'table',
    { class: 'groups days', 'data-key': 'days' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Day'),
        h('th', { scope: 'col' }, 'Agent'),
        h('th', { scope: 'col', class: 'right' }, 'Calls'),
        h('th', { scope: 'col', class: 'right' }, 'Credits'),
      ),
    ),
    h(
      'tbody',
      {},
      ...[...state.burn.days]
        .reverse()
        .map(({ day, agent, calls, cost }) =>
          h(
            'tr',
            { 'data-key': `${day} ${agent}` },
            h('th', { scope: 'row' }, dayText(day)),
            h('td', {}, agentLabel(agent)),
            h('td', { class: 'right' }, calls.toLocaleString('en-US')),
            h('td', { class: 'right strong', title: sureness(cost) }, withoutUnit(cost)),
          ),
        ),
    ),
  );
}

function withoutUnit(sum: MoneySum): string {
  return moneyText(sum).replace(' cr', '');
}
