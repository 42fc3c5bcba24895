import { formatCredits, type MoneySum } from '../../src/core/money.ts';
import { type BudgetShare, budgetShares, formatShare } from '../../src/core/status/budget.ts';
import { agentLabel } from '../../src/core/status/labels.ts';
import { moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { listPriceText } from '../../src/core/status/planGlance.ts';
import { counted } from '../../src/core/wholeNumber.ts';
import type { DashboardRun, DashboardState } from '../../src/protocol/dashboard.ts';
import { type Child, h } from './dom.ts';

/** The four figures on top: today, the month, the latest run, its session. */
export function figures(state: DashboardState): HTMLElement {
  const { today, month, session, budget } = state.figures;
  const shares = budgetShares(today, month, budget);
  const run = state.runs[0];
  return h(
    'section',
    { class: 'figures', 'data-key': 'figures', 'aria-label': 'Credits spent' },
    figure('Today', today, sureness(today), budgetBar(shares, 'day')),
    figure('This month', month, sureness(month), budgetBar(shares, 'month')),
    run &&
      figure(
        run.live ? 'This run' : 'Last run',
        run.cost,
        [agentLabel(run.agent), counted(run.steps, 'step'), runListPriceText(state, run) && 'at list price']
          .filter(Boolean)
          .join(' · '),
        undefined,
        run.live,
      ),
    session &&
      figure('Session', session.cost, `${counted(session.steps, 'step')} · ${sureness(session.cost)}`, undefined),
  );
}

/** What is said of a run's credits that no bill tells of. */
export function runListPriceText(
  state: DashboardState,
  { agent, atListPrice, cost }: DashboardRun,
): string | undefined {
  return cost.confidence === 'billed' ? undefined : listPriceText(state.plans, agent, atListPrice);
}

export function liveBadge(): HTMLElement {
  return h('span', { class: 'live' }, 'live');
}

function figure(label: string, sum: MoneySum, note: string, more: Child, live = false): HTMLElement {
  return h(
    'div',
    { class: 'figure' },
    h('div', { class: 'label' }, label, live && liveBadge()),
    h('div', { class: 'amount' }, ...amount(sum)),
    h('div', { class: 'note' }, note),
    more,
  );
}

/** The figure large, its unit and its doubt small. */
function amount(sum: MoneySum): readonly Child[] {
  const [before = '', after = ''] = moneyText(sum).split(' cr');
  const estimated = before.startsWith('≈ ');
  return [
    estimated && h('span', { class: 'doubt' }, '≈ '),
    estimated ? before.slice(2) : before,
    h('span', { class: 'unit' }, ' cr'),
    after !== '' && h('span', { class: 'doubt' }, after),
  ];
}

function budgetBar(shares: readonly BudgetShare[], period: BudgetShare['period']): Child {
  const share = shares.find((candidate) => candidate.period === period);
  if (!share) return undefined;
  const text = `${formatShare(share.share)} of ${formatCredits(share.limitNanoCredits)} cr`;
  return h(
    'div',
    { class: `budget ${share.severity}` },
    h(
      'div',
      {
        class: 'bar',
        role: 'meter',
        'aria-label': `Budget of the ${period}`,
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-valuenow': Math.min(100, Math.floor(share.share * 100)),
        'aria-valuetext': text,
      },
      h('div', { class: 'fill', vars: { share: Math.min(1, share.share) } }),
    ),
    h('span', { class: 'note' }, text),
  );
}
