import type { Limit } from '../budget/limits.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits } from '../money.ts';
import { type BudgetShare, formatShare } from '../status/budget.ts';
import { evidenceText } from '../status/forecastText.ts';
import type { PlanGlance } from '../status/planGlance.ts';
import type { StatusTooltipRow } from '../status/statusTooltip.ts';
import { rowLine } from './rowLine.ts';

export interface BudgetShown {
  /** What was spent, and how the plans stand; as the status bar's hover has it. */
  readonly rows: readonly StatusTooltipRow[];
  readonly shares: readonly BudgetShare[];
  readonly plans: readonly PlanGlance[];
  /** What Marginal holds requests to. */
  readonly limits: readonly Limit[];
}

/** What was spent and what is left, as Markdown. */
export function budgetText({ rows, shares, plans, limits }: BudgetShown): string {
  const blocks: string[] = [];
  if (rows.length === 0) blocks.push('Nothing is metered yet.');
  else blocks.push(rows.map(rowLine).join('\n'));
  blocks.push(...shares.map(shareSentence));
  blocks.push(
    limits.length === 0
      ? shares.length === 0
        ? 'No budget is set: `marginal.budget` in the settings. Nothing is stopped.'
        : 'No limit stops a request.'
      : `Limits: ${limits.map(limitText).join('; ')}.`,
  );
  if (plans.length === 0) blocks.push('No plan is chosen, so nothing is known of a pool: **Marginal: Choose Plan…**.');
  const forecast = plans.find((plan) => plan.forecast)?.forecast;
  if (forecast) blocks.push(escapeMarkdown(evidenceText(forecast)));
  return blocks.join('\n\n');
}

function shareSentence({ period, share, limitNanoCredits }: BudgetShare): string {
  return `**${formatShare(share)}** of the ${period}’s ${formatCredits(limitNanoCredits)} cr are spent.`;
}

const MODES = { soft: 'warns', ask: 'asks', hard: 'refuses' } as const;

function limitText({ scope, of, nanoCredits, mode }: Limit): string {
  const what = of === undefined ? scope : `${scope} ${of}`;
  return escapeMarkdown(`${formatCredits(nanoCredits)} cr a ${what} (${MODES[mode]})`);
}
