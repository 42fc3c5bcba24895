import type { PricesView } from '../allocate/outlook.ts';
import type { PricePoint } from '../allocate/shadowPrices.ts';
import { escapeMarkdown } from '../markdown.ts';
import { formatCredits } from '../money.ts';
import { markdownTable } from './markdownTable.ts';

const DAY_MS = 86_400_000;

/** The prices in force, each with the constraint that it belongs to, as Markdown. */
export function pricesText(view: PricesView): string {
  const { prices, constraints, at, history, leftNanoCredits } = view;
  const before = priceBefore(history, at - DAY_MS);
  const table = markdownTable(
    [
      { title: 'Price' },
      { title: 'Now', align: 'right' },
      { title: 'A day ago', align: 'right' },
      { title: 'What it counts' },
      { title: 'Constraint that it belongs to' },
    ],
    [
      ['κ', priceFigure(prices.kappa), '', 'cash for a credit', constraints.kappa],
      ['β', priceFigure(prices.beta), said(before?.beta), 'a credit of the budget, beyond cash', constraints.beta],
      ['λ', `${priceFigure(prices.lambda)} cr/s`, said(before?.lambda), 'a second that you wait', constraints.lambda],
      ['ρ', priceFigure(prices.rho), said(before?.rho), 'a credit of expected loss', constraints.rho],
    ],
  );
  const left =
    leftNanoCredits === undefined
      ? 'No budget is set, so nothing is rationed: β stays 0.'
      : `**${formatCredits(leftNanoCredits)} cr** are left of the tightest budget.`;
  return [
    table,
    `${left} A use is worth V·ΔQ − (κ+β)·ΔC − λ·ΔL − ρ·ΔR; the one that is worth most is taken.`,
    escapeMarkdown('The prices move after each step: up where its constraint is overdrawn, down where there is slack.'),
  ].join('\n\n');
}

function priceBefore(history: readonly PricePoint[], at: number): PricePoint | undefined {
  return history.findLast((point) => point.at <= at);
}

function said(price: number | undefined): string {
  return price === undefined ? '' : priceFigure(price);
}

/** Three significant digits. */
function priceFigure(price: number): string {
  return Number(price.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
