import { type MoneySum, NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { wholeNumber } from '../wholeNumber.ts';

/** What the developer means to spend; undefined: no limit set. */
export interface Budget {
  readonly dayNanoCredits?: NanoCredits | undefined;
  readonly monthNanoCredits?: NanoCredits | undefined;
}

/** From the settings' credits, where 0 is no budget. */
export function budgetOf({
  dayCredits,
  monthCredits,
}: {
  readonly dayCredits: number;
  readonly monthCredits: number;
}): Budget {
  return {
    ...(dayCredits > 0 ? { dayNanoCredits: dayCredits * NANO_PER_CREDIT } : {}),
    ...(monthCredits > 0 ? { monthNanoCredits: monthCredits * NANO_PER_CREDIT } : {}),
  };
}

export type Severity = 'normal' | 'warning' | 'error';

const WARNING_SHARE = 0.7;
const ERROR_SHARE = 0.9;

export interface BudgetShare {
  readonly period: 'day' | 'month';
  readonly limitNanoCredits: NanoCredits;
  /** Spent ÷ limit; 1 is all of it. What is unknown isn't in it. */
  readonly share: number;
  readonly severity: Severity;
}

/** The share of each budget that is set, the fullest first. */
export function budgetShares(today: MoneySum, month: MoneySum, budget: Budget): readonly BudgetShare[] {
  const shares: BudgetShare[] = [];
  const add = (period: BudgetShare['period'], spent: MoneySum, limit: NanoCredits | undefined): void => {
    if (limit === undefined || limit <= 0) return;
    const share = spent.nanoCredits / limit;
    shares.push({ period, limitNanoCredits: limit, share, severity: severityOf(share) });
  };
  add('day', today, budget.dayNanoCredits);
  add('month', month, budget.monthNanoCredits);
  return shares.sort((a, b) => b.share - a.share);
}

function severityOf(share: number): Severity {
  if (share >= ERROR_SHARE) return 'error';
  return share >= WARNING_SHARE ? 'warning' : 'normal';
}

/** `71 %`; rounded down, so that 100 % is only said once it is all spent. */
export function formatShare(share: number): string {
  return `${wholeNumber(Math.floor(share * 100))} %`;
}
