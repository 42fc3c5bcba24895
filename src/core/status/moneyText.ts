import { type Confidence, formatCredits, formatMoneySum, type MoneySum, type NanoCredits } from '../money.ts';
import { wholeNumber } from '../wholeNumber.ts';

/** A sum as the surfaces say it: as {@link formatMoneySum}, but a sum of which nothing is known is `? cr`, never `0 cr`. */
export function moneyText(sum: MoneySum): string {
  return sum.nanoCredits === 0 && sum.unknown > 0 ? '? cr' : formatMoneySum(sum);
}

/** One figure with its doubt: `5.2`, `≈ 5.2`, `?`. Without the unit, for tables whose head says it. */
export function figureText(nanoCredits: NanoCredits | undefined, confidence: Confidence): string {
  if (nanoCredits === undefined || confidence === 'unknown') return '?';
  return `${confidence === 'estimated' ? '≈ ' : ''}${formatCredits(nanoCredits)}`;
}

/** A sum for a screen reader: `about 184 credits, and 3 calls of unknown cost`. */
export function spokenMoney(sum: MoneySum): string {
  const unknown = `${wholeNumber(sum.unknown)} ${sum.unknown === 1 ? 'call' : 'calls'} of unknown cost`;
  if (sum.nanoCredits === 0 && sum.unknown > 0) return unknown;
  const about = sum.confidence === 'estimated' ? 'about ' : '';
  const credits = formatCredits(sum.nanoCredits);
  return `${about}${credits} ${credits === '1' ? 'credit' : 'credits'}${sum.unknown > 0 ? `, and ${unknown}` : ''}`;
}

/** How sure a sum is, in words: `priced`, `estimated in part · 2 calls unknown`. */
export function sureness(sum: MoneySum): string {
  const unknown = `${wholeNumber(sum.unknown)} ${sum.unknown === 1 ? 'call' : 'calls'} unknown`;
  if (sum.nanoCredits === 0) return sum.unknown > 0 ? unknown : 'nothing spent';
  const known = sum.confidence === 'estimated' ? 'estimated in part' : sum.confidence;
  return sum.unknown > 0 ? `${known} · ${unknown}` : known;
}
