import type { MoneySum } from '../../src/core/money.ts';
import { agentLabel } from '../../src/core/status/labels.ts';
import { moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { inputTokens, outputTokens, type Usage } from '../../src/core/usage.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import type { BreakdownAnswer, PeriodKind } from '../../src/protocol/dashboardReasons.ts';
import { h } from './dom.ts';
import { dayText, folderName, momentText, shortTokensText, subagentText, tokensText } from './format.ts';

export type Period = 'today' | 'month' | 'all';

/** What the credits of a period are shown by. */
export type Grouping = 'agent' | PeriodKind;

export const GROUPINGS: Readonly<Record<Grouping, string>> = {
  agent: 'Agent and model',
  project: 'Project',
  session: 'Session',
  task: 'Task',
  tool: 'Tool',
  subagent: 'Sub-agent',
};

/** First and last day of a period. */
export function daysOf(
  period: Period,
  { burn, day }: DashboardState,
): { readonly fromDay: string; readonly toDay: string } {
  const fromDay = { today: day, month: `${day.slice(0, 7)}-01`, all: burn.fromDay }[period];
  return { fromDay, toDay: day };
}

/**
 * The chart's place (the chart itself is kept: it draws on its own), the choice of period, and what it was spent on.
 * `answer`: the period by another grouping than agents; undefined: being read.
 */
export function burnSection(
  state: DashboardState,
  period: Period,
  by: Grouping,
  answer: BreakdownAnswer | undefined,
  asTable: boolean,
): HTMLElement {
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
        {
          class: 'link',
          'data-action': 'toggleTable',
          'aria-label': 'Show as table: credits by day',
          'aria-pressed': asTable ? 'true' : 'false',
        },
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
      h(
        'select',
        { 'data-action': 'by', 'data-key': 'by', 'aria-label': 'Show the period by' },
        ...Object.entries(GROUPINGS).map(([value, name]) => h('option', { value, 'data-key': value }, name)),
      ),
    ),
    ...(by === 'agent'
      ? [
          groupTable(
            'Agent',
            state.burn[period].agents.map((group) => ({ ...group, label: agentLabel(group.key) })),
          ),
          groupTable(
            'Model',
            state.burn[period].models.map((group) => ({ ...group, label: group.key || '?' })),
          ),
        ]
      : answer
        ? [
            groupTable(
              GROUPINGS[by],
              answer.groups.map((group) => rowOf(by, group)),
              answer.rest,
            ),
            by === 'tool' && h('p', { class: 'quiet', 'data-key': 'tool-note' }, TOOL_NOTE),
          ]
        : [h('p', { class: 'quiet', 'data-key': 'reading' }, 'Reading the ledger…')]),
  );
}

const TOOL_NOTE =
  'Estimated: what a tool returned, the first time and each time it was sent again with the context; where a step called several tools, they share it equally. The rest is output, instructions and messages.';

interface GroupTableRow {
  readonly key: string;
  readonly label: string;
  readonly title?: string | undefined;
  readonly calls: number;
  readonly usage?: Usage | undefined;
  readonly cost: MoneySum;
  /** A press on the label shows this run. */
  readonly runId?: string | undefined;
}

const NONE: Readonly<Record<PeriodKind, string>> = {
  project: 'no folder known',
  session: 'no session known',
  task: '?',
  tool: 'no tool’s',
  subagent: 'the main agents',
};

function rowOf(by: PeriodKind, group: BreakdownAnswer['groups'][number]): GroupTableRow {
  const { key, calls, usage, cost, agent, folder, firstAt, runId } = group;
  const base = { key: `${by} ${key ?? ''}`, calls, usage, cost };
  if (key === undefined) return { ...base, label: NONE[by] };
  const about = [
    firstAt === undefined ? undefined : momentText(firstAt),
    agent === undefined ? undefined : agentLabel(agent),
    folder === undefined ? undefined : folderName(folder),
  ];
  switch (by) {
    case 'project':
      return { ...base, label: folderName(key), title: key };
    case 'tool':
      return { ...base, label: key };
    case 'session':
    case 'task':
      return {
        ...base,
        label: about.filter(Boolean).join(' · '),
        title: `${folder ?? ''}\n${by} ${key}`.trim(),
        runId,
      };
    case 'subagent':
      return {
        ...base,
        label: [subagentText(key), ...about.slice(1)].filter(Boolean).join(' · '),
        title: key,
        runId,
      };
  }
}

const MOST_GROUPS = 12;

function groupTable(kind: string, groups: readonly GroupTableRow[], rest?: BreakdownAnswer['rest']): HTMLElement {
  const most = Math.max(1, ...groups.map(({ cost }) => cost.nanoCredits));
  const cut = groups.length - MOST_GROUPS + (rest?.groups ?? 0);
  const hasTokens = groups.every(({ usage }) => usage !== undefined);
  const columns = hasTokens ? 5 : 3;
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
        h(
          'th',
          { scope: 'col', class: 'right', title: kind === 'Tool' ? 'Calls of the tool' : 'Model calls' },
          'Calls',
        ),
        hasTokens && h('th', { scope: 'col', class: 'right', title: 'Input tokens, cached or not' }, 'In'),
        hasTokens && h('th', { scope: 'col', class: 'right', title: 'Output tokens, thinking included' }, 'Out'),
        h('th', { scope: 'col', class: 'right' }, 'Credits'),
      ),
    ),
    h(
      'tbody',
      {},
      ...groups
        .slice(0, MOST_GROUPS)
        .map(({ key, label, title, calls, usage, cost, runId }) =>
          h(
            'tr',
            { 'data-key': key },
            h(
              'th',
              { scope: 'row', title: title ?? label },
              runId === undefined
                ? h('span', { class: 'name' }, label)
                : h('button', { class: 'link name', 'data-action': 'showRun', 'data-run': runId }, label),
              h('span', { class: 'share', vars: { share: cost.nanoCredits / most }, 'aria-hidden': 'true' }),
            ),
            h('td', { class: 'right' }, calls.toLocaleString('en-US')),
            usage &&
              h('td', { class: 'right', title: tokensText(inputTokens(usage)) }, shortTokensText(inputTokens(usage))),
            usage &&
              h('td', { class: 'right', title: tokensText(outputTokens(usage)) }, shortTokensText(outputTokens(usage))),
            h('td', { class: 'right strong', title: sureness(cost) }, withoutUnit(cost)),
          ),
        ),
      groups.length === 0 && h('tr', {}, h('td', { colspan: columns, class: 'quiet' }, 'No calls in this period.')),
      cut > 0 && h('tr', {}, h('td', { colspan: columns, class: 'quiet' }, `and ${cut.toLocaleString('en-US')} more`)),
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
