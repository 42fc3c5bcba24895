/** What the status bar and its hover say of plans: a few segments, and rows of a table. */
import type { PeriodForecast } from '../forecast/forecast.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import type { MeteredStanding, PlanStanding } from '../plans/planStandings.ts';
import type { PoolStanding } from '../plans/poolStanding.ts';
import type { SubscriptionStanding, WindowStanding } from '../plans/subscriptionStanding.ts';
import { formatShare } from './budget.ts';
import { agoText, dateText } from './dateText.ts';
import { dryText, endText, evidenceText, paceSentence } from './forecastText.ts';
import { moneyText, sureness } from './moneyText.ts';
import type { StatusTooltipRow } from './statusTooltip.ts';
import { windowNotes, windowOutlook, windowShareText } from './windowText.ts';

export interface PlanGlance {
  readonly standing: PlanStanding;
  /** Of what is counted in credits; undefined: none yet. */
  readonly forecast?: PeriodForecast | undefined;
  /** Of a subscription's windows of several days, by window, where it is known what these hold at list price. */
  readonly windows?: Readonly<Record<string, PeriodForecast>> | undefined;
}

/** The calendar month of all agents together, and what the developer means to spend in it. */
export interface MonthGlance {
  /** undefined: no budget. */
  readonly budgetNanoCredits?: NanoCredits | undefined;
  readonly forecast: PeriodForecast;
}

export interface PlanSegments {
  /** In place of today's figure: everything that was spent today is on subscriptions whose windows are known. */
  readonly instead: readonly string[];
  readonly after: readonly string[];
}

/** `agentsToday`: those that spent something today. `month`: told where no pool is, and a budget is set. */
export function planSegments(
  plans: readonly PlanGlance[],
  agentsToday: readonly string[],
  month?: MonthGlance,
): PlanSegments {
  const subscriptions = plans.flatMap(({ standing }) => (standing.kind === 'windows' ? [standing] : []));
  const windows = subscriptions.flatMap(windowSegments);
  const dry: string[] = plans.flatMap(({ standing, forecast }) =>
    standing.kind === 'pool' && forecast ? (dryText(forecast, standing.entitlementNanoCredits) ?? []) : [],
  );
  if (dry.length === 0 && month) dry.push(...[budgetText(month)].filter((text) => text !== undefined));
  const covered = new Set(subscriptions.flatMap(({ agents }) => agents));
  if (windows.length > 0 && agentsToday.every((agent) => covered.has(agent))) return { instead: windows, after: dry };
  return { instead: [], after: [...dry, ...windows] };
}

const SHORT: Readonly<Record<string, string>> = { '5h': '5h', week: 'wk' };

/** The two windows that every subscription has; a model's own is told on hover. */
function windowSegments({ windows }: SubscriptionStanding): readonly string[] {
  return windows.flatMap(({ window, usedShare, usedSince }) => {
    const short = SHORT[window];
    if (short === undefined || usedShare === undefined) return [];
    return [`${short} ${usedSince ? '≥ ' : ''}${formatShare(usedShare)}`];
  });
}

/** Whether an agent's unbilled figures are at list price, as far as the plans tell; undefined: they don't. */
function paidByWindows(plans: readonly PlanGlance[], agent: string): boolean | undefined {
  const plan = plans.find(({ standing }) => standing.agents.includes(agent));
  return plan && plan.standing.kind === 'windows';
}

/**
 * What is said of an agent's unbilled credits: `at list price (the subscription pays)`; undefined: they are paid as they
 * are. Who pays is only guessed (`mayBeOnPlan`) until the developer has chosen a plan for the agent.
 */
export function listPriceText(plans: readonly PlanGlance[], agent: string, mayBeOnPlan: boolean): string | undefined {
  const onSubscription = paidByWindows(plans, agent);
  if (onSubscription) return 'at list price (the subscription pays)';
  return onSubscription === undefined && mayBeOnPlan ? 'at list price (a plan may pay)' : undefined;
}

export function planRows(plans: readonly PlanGlance[], now: number): readonly StatusTooltipRow[] {
  return plans.flatMap((plan) => rowsOf(plan, now));
}

/** When the month's budget is spent, in a few words; undefined: there is none. */
export function budgetText({ budgetNanoCredits, forecast }: MonthGlance): string | undefined {
  return dryText(forecast, budgetNanoCredits, 'budget');
}

/** The rows below the month's own. */
export function monthRows({ budgetNanoCredits, forecast }: MonthGlance): readonly StatusTooltipRow[] {
  return forecastRows(budgetNanoCredits, forecast, 'budget');
}

function rowsOf({ standing, forecast, windows }: PlanGlance, now: number): readonly StatusTooltipRow[] {
  switch (standing.kind) {
    case 'pool':
      return poolRows(standing, forecast, now);
    case 'windows':
      return standing.windows.map((window) => windowRow(standing, window, windows?.[window.window], now));
    case 'metered':
      return meteredRows(standing, forecast);
  }
}

function poolRows(pool: PoolStanding, forecast: PeriodForecast | undefined, now: number): readonly StatusTooltipRow[] {
  const { entitlementNanoCredits, period, elsewhere, spent } = pool;
  return [
    {
      kind: 'plan',
      label: pool.label,
      value: leftText(pool),
      note:
        entitlementNanoCredits === undefined
          ? `left is unknown: say how many credits it holds (Marginal: Choose Plan…) · ${moneyText(spent)} here`
          : `left of ${formatCredits(entitlementNanoCredits)} to ${dateText(period.end)} · ${moneyText(spent)} here (${sureness(spent)})`,
    },
    {
      kind: 'planDetail',
      label: 'Elsewhere',
      value: elsewhereText(pool),
      note:
        elsewhere.nanoCredits === undefined
          ? `${elsewhere.why} ${canBeAsked(pool) ? `${ASK} ` : ''}The pool may run dry sooner.`
          : `on other devices and in the cloud · estimated from the vendor’s count ${agoText(elsewhere.at ?? now, now)}`,
    },
    ...forecastRows(entitlementNanoCredits, forecast),
  ];
}

/** The hover has no room for a button: it names the command. */
const ASK = 'Run “Marginal: Ask GitHub for the Copilot Account’s Quota”.';

/** Copilot's runtime tells an account's own count, and hasn't in this period. */
function canBeAsked({ agents, elsewhere }: PoolStanding): boolean {
  return agents.includes('copilot') && elsewhere.nanoCredits === undefined && elsewhere.at === undefined;
}

function meteredRows(plan: MeteredStanding, forecast: PeriodForecast | undefined): readonly StatusTooltipRow[] {
  const { label, spent, period } = plan;
  const note = `each credit is paid · until ${dateText(period.end)} · ${sureness(spent)}`;
  return [{ kind: 'plan', label, value: moneyText(spent), note }, ...forecastRows(undefined, forecast)];
}

function forecastRows(
  poolNanoCredits: number | undefined,
  forecast: PeriodForecast | undefined,
  of: 'pool' | 'budget' = 'pool',
): readonly StatusTooltipRow[] {
  if (!forecast) return [];
  const dry = dryText(forecast, poolNanoCredits, of);
  const pace = paceSentence(forecast, of);
  const { recentPerHour } = forecast.pace;
  return [
    {
      kind: 'planDetail',
      label: `By ${dateText(forecast.periodEnd)}`,
      value: endText(forecast),
      note: `${dry ? `${dry} · ` : ''}80 % range. ${evidenceText(forecast)}`,
    },
    ...(pace === undefined || recentPerHour === undefined
      ? []
      : [
          {
            kind: 'planDetail' as const,
            label: 'Pace',
            value: `${formatCredits(recentPerHour)} cr/h`,
            note: `${pace} Estimated.`,
          },
        ]),
  ];
}

function windowRow(
  plan: SubscriptionStanding,
  window: WindowStanding,
  forecast: PeriodForecast | undefined,
  now: number,
): StatusTooltipRow {
  const outlook = windowOutlook(window, forecast, now);
  return {
    kind: 'plan',
    label: window.label,
    value: windowShareText(window),
    note: [plan.label, ...(outlook === undefined ? [] : [outlook]), ...windowNotes(window, now)].join(' · '),
  };
}

/** What is left of a pool, with its doubt: `1,284 cr`, `≈ 1,284 cr`, `≤ 1,284 cr`, `? cr`. */
export function leftText({ leftNanoCredits, leftConfidence }: PoolStanding): string {
  if (leftNanoCredits === undefined) return '? cr';
  const doubt = leftConfidence === 'unknown' ? '≤ ' : leftConfidence === 'estimated' ? '≈ ' : '';
  return `${doubt}${formatCredits(leftNanoCredits)} cr`;
}

/** What was drawn elsewhere: `≈ 214 cr`, `? cr`. */
export function elsewhereText({ elsewhere }: PoolStanding): string {
  return elsewhere.nanoCredits === undefined ? '? cr' : `≈ ${formatCredits(elsewhere.nanoCredits)} cr`;
}
