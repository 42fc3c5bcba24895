/** The brakes' sentences: what was seen, and how to go on. */
import type { LimitScope } from '../budget/limits.ts';
import type { PromptQuote } from '../forecast/promptQuote.ts';
import { formatCredits, type MoneySum, type NanoCredits } from '../money.ts';
import { spokenMoney } from '../status/moneyText.ts';
import { counted } from '../wholeNumber.ts';

export type CapScope = Exclude<LimitScope, 'step'> | 'confirm';

const SUBJECTS: Readonly<Record<CapScope, string>> = {
  run: 'This run',
  confirm: 'This run',
  session: 'This session',
  day: 'Today’s work',
  month: 'This month’s work',
  project: 'This project’s work of the month',
  model: 'This model’s work of the month',
};

const SETTINGS: Readonly<Record<CapScope, string>> = {
  run: 'marginal.budget.runCredits',
  confirm: 'marginal.confirm.runCredits',
  session: 'marginal.budget.sessionCredits',
  day: 'marginal.budget.dayCredits',
  month: 'marginal.budget.monthCredits',
  project: 'marginal.budget.projects',
  model: 'marginal.budget.models',
};

const PLAN_SETTING = 'marginal.budget.planPercent';

/** `missing`: model calls in it that its log hasn't told yet, at their usual cost. */
export function overCapText(scope: CapScope, spent: MoneySum, cap: NanoCredits, missing: number): string {
  const late = missing > 0 ? `, ${counted(missing, 'request')} among them that its log hasn’t told yet` : '';
  const limit = scope === 'confirm' ? 'you are asked from' : 'its cap is';
  return `${SUBJECTS[scope]} has cost ${spokenMoney(spent)}${late}, and ${limit} ${formatCredits(cap)} (${SETTINGS[scope]}).`;
}

/** `share`: of the allowance, 0 to 1 and beyond. */
export function overPlanText(label: string, share: number, limit: number, estimated: boolean): string {
  return `${estimated ? 'About ' : ''}${percent(share)} of ${label} is used, and its limit is ${percent(limit)} (${PLAN_SETTING}).`;
}

/** For the agent: it can't raise a cap, and is not to try. */
export function stopText(why: string): string {
  return `Stopped by Marginal. ${why} To go on, the developer raises the limit in VS Code’s settings, or starts anew with a cheaper model. Use no more tools: finish with what you have, and say what is done and what is left.`;
}

export function stuckStopText(why: string): string {
  return `Stopped by Marginal: no progress. ${why} Use no more tools: say what you tried, what stands in the way, and what you need. The developer goes on with a prompt that says what to do differently.`;
}

/** For the agent, once the developer said no or nobody answered. */
export function refusedText(why: string): string {
  return `Stopped by Marginal. ${why} The developer was asked and has not agreed to go on. Use no more tools: say what is done and what is left. A new prompt of theirs begins a new run.`;
}

export const stuckQuestion = (why: string) => `This run makes no progress: ${lower(why)} Let it go on?`;
export const capQuestion = (why: string) => `${why} Let it go on? You are asked again after a quarter more.`;

/** Before a run. Its words say how sure it is. */
export function quoteText({ model, cost, runs, kind }: PromptQuote): string {
  const whose = model === undefined ? 'What this run will cost' : `What a run with ${model} costs`;
  if (!cost)
    return `${whose} is unknown: ${runs === 0 ? 'none was' : `only ${runs} ${runs === 1 ? 'was' : 'were'}`} seen here yet.`;
  const [low, middle, high] = [cost.p10, cost.p50, cost.p90].map(formatCredits);
  const whatFor = kind === undefined ? '' : ` for a task of the kind “${kind}”`;
  return `A run with ${model ?? 'its model'}${whatFor} costs ${low} to ${high} credits in eight of ten cases, half of them less than ${middle} (estimated from ${runs} ${kind === undefined ? '' : 'such '}runs here).`;
}

export function overConfirmText(quote: NanoCredits, limit: NanoCredits): string {
  return `One in ten runs like it costs more than ${formatCredits(quote)} credits, and you are asked from ${formatCredits(limit)} on (${SETTINGS.confirm}). Begin it?`;
}

export function unknownText(calls: number): string {
  return `${counted(calls, 'call')} of this session ${calls === 1 ? 'is' : 'are'} of unknown cost, so caps hold for the others only; give a price in marginal.prices.`;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
