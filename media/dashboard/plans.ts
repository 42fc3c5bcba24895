import { formatCredits } from '../../src/core/money.ts';
import { agoText, dateText } from '../../src/core/status/dateText.ts';
import { moneyText, sureness } from '../../src/core/status/moneyText.ts';
import { elsewhereText, leftText } from '../../src/core/status/planGlance.ts';
import { windowNotes, windowOutlook, windowShareText } from '../../src/core/status/windowText.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';
import type { DashboardPlan } from '../../src/protocol/plans.ts';
import { type Child, h } from './dom.ts';
import { outlookParts } from './outlook.ts';

type Pool = Extract<DashboardPlan['standing'], { kind: 'pool' }>;
type Subscription = Extract<DashboardPlan['standing'], { kind: 'windows' }>;
type Metered = Extract<DashboardPlan['standing'], { kind: 'metered' }>;
type Forecast = NonNullable<DashboardPlan['forecast']>;

/** What pays for the agents: pools with their forecast, windows of subscriptions, and what is paid by use. */
export function plansSection(state: DashboardState, asTable: boolean): HTMLElement {
  const hasChart = state.month !== undefined || state.plans.some(({ forecast }) => forecast !== undefined);
  return h(
    'section',
    { class: 'plans', 'data-key': 'plans', 'aria-labelledby': 'plans-title' },
    h(
      'header',
      {},
      h('h2', { id: 'plans-title' }, 'Plan and forecast'),
      hasChart &&
        h(
          'button',
          {
            class: 'link',
            'data-action': 'togglePlans',
            'aria-label': 'Show as table: plans',
            'aria-pressed': asTable ? 'true' : 'false',
          },
          asTable ? 'Show as chart' : 'Show as table',
        ),
      h(
        'button',
        { class: 'link', 'data-action': 'choosePlan' },
        state.plans.length === 0 ? 'Choose a plan…' : 'Plans…',
      ),
    ),
    state.plans.length === 0 &&
      h(
        'p',
        { class: 'quiet' },
        'No plan is chosen yet: choose what pays for your agents, and see what is left of it and until when it lasts.',
      ),
    state.month && h('div', { class: 'plan', 'data-key': 'month' }, ...monthParts(state.month, state, asTable)),
    ...state.plans.map((plan, index) =>
      h('div', { class: 'plan', 'data-key': `plan-${index}` }, ...planParts(plan, state, asTable)),
    ),
  );
}

/** The calendar month of all agents, against its budget where one is set. */
function monthParts(
  { budgetNanoCredits: budget, forecast }: NonNullable<DashboardState['month']>,
  state: DashboardState,
  asTable: boolean,
): readonly Child[] {
  return [
    h(
      'div',
      { class: 'title' },
      h('h3', {}, 'This month, all agents'),
      h(
        'span',
        { class: 'quiet' },
        budget === undefined
          ? 'no budget is set'
          : `budget ${formatCredits(budget)} cr to ${dateText(forecast.periodEnd)}`,
      ),
    ),
    budget === undefined &&
      h(
        'p',
        { class: 'note' },
        h(
          'button',
          { class: 'link', 'data-action': 'openSettings', 'data-setting': 'marginal.budget' },
          'Set a budget for the month…',
        ),
      ),
    ...outlookParts({ forecast, pool: budget, of: 'budget', agents: undefined, elsewhere: undefined }, state, asTable),
  ];
}

function planParts(plan: DashboardPlan, state: DashboardState, asTable: boolean): readonly Child[] {
  const { standing, forecast } = plan;
  switch (standing.kind) {
    case 'pool':
      return [...poolParts(standing, state), ...forecastParts(standing, forecast, state, asTable)];
    case 'windows':
      return subscriptionParts(standing, plan.windows, state.now);
    case 'metered':
      return [...meteredParts(standing), ...forecastParts(standing, forecast, state, asTable)];
  }
}

function poolParts(pool: Pool, { now }: DashboardState): readonly Child[] {
  const { entitlementNanoCredits: whole, spent, elsewhere, period } = pool;
  const size = Math.max(1, whole ?? 0, spent.nanoCredits + (elsewhere.nanoCredits ?? 0));
  const spoken = `${moneyText(spent)} here, ${elsewhereText(pool)} elsewhere, ${leftText(pool)} left`;
  return [
    h(
      'div',
      { class: 'title' },
      h('h3', {}, pool.label),
      h(
        'span',
        { class: 'quiet' },
        whole === undefined
          ? 'how many credits it holds is not known'
          : `${formatCredits(whole)} cr to ${dateText(period.end)}${pool.seats > 1 ? ` · ${pool.seats} seats` : ''}`,
      ),
    ),
    whole !== undefined &&
      h(
        'div',
        {
          class: 'pool',
          role: 'meter',
          'aria-label': pool.label,
          'aria-valuemin': 0,
          'aria-valuemax': 100,
          'aria-valuenow': Math.min(100, Math.floor((1 - (pool.leftNanoCredits ?? 0) / whole) * 100)),
          'aria-valuetext': spoken,
        },
        h('div', { class: 'here', vars: { share: spent.nanoCredits / size } }),
        h('div', { class: 'elsewhere', vars: { share: (elsewhere.nanoCredits ?? 0) / size } }),
      ),
    h(
      'dl',
      { class: 'parts' },
      ...part('here', 'Spent here', moneyText(spent), sureness(spent)),
      ...part(
        'elsewhere',
        'Elsewhere',
        elsewhereText(pool),
        elsewhere.nanoCredits === undefined
          ? 'unknown'
          : `estimated · vendor’s count ${agoText(elsewhere.at ?? now, now)}`,
      ),
      ...part('left', 'Left', leftText(pool), pool.leftConfidence === 'unknown' ? 'at most' : pool.leftConfidence),
    ),
    elsewhere.nanoCredits === undefined &&
      h(
        'p',
        { class: 'note' },
        `${elsewhere.why} The pool may run dry sooner than said here. `,
        pool.agents.includes('copilot') &&
          h('button', { class: 'link', 'data-action': 'askAccountQuota' }, 'Ask GitHub for the account’s count…'),
      ),
  ];
}

function part(kind: string, label: string, value: string, note: string): readonly Child[] {
  return [
    h('dt', { class: kind }, label),
    h('dd', {}, h('span', { class: 'strong' }, value), ' ', h('span', { class: 'note' }, note)),
  ];
}

function forecastParts(
  standing: Pool | Metered,
  forecast: Forecast | undefined,
  state: DashboardState,
  asTable: boolean,
): readonly Child[] {
  if (!forecast) {
    const why = standing.spent.nanoCredits === 0 ? ': nothing of known cost was drawn from it' : '';
    return [h('p', { class: 'note' }, `No forecast yet${why}.`)];
  }
  const pool = standing.kind === 'pool' ? standing : undefined;
  const outlook = {
    forecast,
    agents: standing.agents,
    pool: pool?.entitlementNanoCredits,
    of: 'pool',
    elsewhere: pool?.elsewhere.nanoCredits,
  } as const;
  return outlookParts(outlook, state, asTable);
}

function meteredParts({ label, spent, period }: Metered): readonly Child[] {
  return [
    h(
      'div',
      { class: 'title' },
      h('h3', {}, label),
      h('span', { class: 'quiet' }, `each credit is paid · until ${dateText(period.end)}`),
    ),
    h('dl', { class: 'parts' }, ...part('here', 'Spent here', moneyText(spent), sureness(spent))),
  ];
}

function subscriptionParts(
  { label, windows }: Subscription,
  forecasts: DashboardPlan['windows'],
  now: number,
): readonly Child[] {
  return [
    h(
      'div',
      { class: 'title' },
      h('h3', {}, label),
      h('span', { class: 'quiet' }, 'not billed by token: credits are at list price'),
    ),
    ...windows.map((window) => {
      const { usedShare = window.estimatedShare } = window;
      const share = windowShareText(window);
      const outlook = windowOutlook(window, forecasts?.[window.window], now);
      return h(
        'div',
        { class: `budget ${severity(usedShare)}`, 'data-key': window.window },
        h('div', { class: 'line' }, h('span', {}, window.label), h('span', { class: 'strong' }, share)),
        usedShare !== undefined &&
          h(
            'div',
            {
              class: 'bar',
              role: 'meter',
              'aria-label': `${label}, ${window.label}`,
              'aria-valuemin': 0,
              'aria-valuemax': 100,
              'aria-valuenow': Math.min(100, Math.floor(usedShare * 100)),
              'aria-valuetext': share.replace('≥', 'at least').replace('≈', 'about'),
            },
            h('div', { class: 'fill', vars: { share: Math.min(1, usedShare) } }),
          ),
        outlook !== undefined && h('div', {}, `${outlook.charAt(0).toUpperCase()}${outlook.slice(1)}.`),
        h('span', { class: 'note' }, windowNotes(window, now).join(' · ')),
      );
    }),
  ];
}

function severity(share: number | undefined): string {
  if (share === undefined || share < 0.7) return 'normal';
  return share < 0.9 ? 'warning' : 'error';
}
