import type { PricesView } from '../allocate/outlook.ts';
import type { PricePoint } from '../allocate/shadowPrices.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits } from '../money.ts';

const DAY_MS = 86_400_000;

/** The prices in force, each with the constraint that it belongs to, as Markdown. */
export function pricesText(view: PricesView): string {
  const { prices, constraints, at, history, leftNanoCredits } = view;
  const before = priceBefore(history, at - DAY_MS);
  const lines = [
    line(`κ ${priceFigure(prices.kappa)}`, undefined, 'a credit in cash', constraints.kappa),
    line(`β ${priceFigure(prices.beta)}`, before?.beta, 'a credit of the budget beyond its cash', constraints.beta),
    line(`λ ${priceFigure(prices.lambda)} cr/s`, before?.lambda, 'a second that you wait', constraints.lambda),
    line(`ρ ${priceFigure(prices.rho)}`, before?.rho, 'a credit of expected loss', constraints.rho),
  ];
  const left =
    leftNanoCredits === undefined
      ? 'No budget is set, so nothing is rationed: β stays 0.'
      : `**${formatCredits(leftNanoCredits)} cr** are left of the tightest budget.`;
  return [
    lines.join('\n'),
    `${left} A use is worth V·ΔQ − (κ+β)·ΔC − λ·ΔL − ρ·ΔR; the one that is worth most is taken.`,
    'A price moves after each step: up where its constraint is overdrawn, down where there is slack.',
  ].join('\n\n');
}

function priceBefore(history: readonly PricePoint[], at: number): PricePoint | undefined {
  return history.findLast((point) => point.at <= at);
}

function line(price: string, before: number | undefined, what: string, constraint: string): string {
  const then = before === undefined ? '' : ` (a day ago ${priceFigure(before)})`;
  return `- **${price}**${then}: ${what}. ${escapeMarkdown(`Constraint: ${constraint}.`)}`;
}

/** Three significant digits. */
function priceFigure(price: number): string {
  return Number(price.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
