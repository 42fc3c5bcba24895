/**
 * Money is an integer number of nano-credits: 1 credit = US$0.01 = 10⁹ nano-credits (GitHub's nano-AIU).
 * A JavaScript number holds it exactly up to 9 million credits.
 */
import { wholeNumber } from './wholeNumber.ts';
export type NanoCredits = number;

export const NANO_PER_CREDIT = 1_000_000_000;

/** How sure a figure is, surest first: the vendor's own bill, exact tokens × dated list price, counted tokens, nothing known. */
export type Confidence = 'billed' | 'priced' | 'estimated' | 'unknown';

const ORDER: readonly Confidence[] = ['billed', 'priced', 'estimated', 'unknown'];

/** The less sure of two confidences: a sum is only as sure as its weakest part. */
export function weaker(a: Confidence, b: Confidence): Confidence {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

/** True when `a` is strictly surer than `b`. */
export function surer(a: Confidence, b: Confidence): boolean {
  return ORDER.indexOf(a) < ORDER.indexOf(b);
}

/** A sum of money that keeps what it doesn't know: `unknown` entries have no figure and are not counted as 0. */
export interface MoneySum {
  readonly nanoCredits: NanoCredits;
  /** The weakest confidence among the parts that have a figure; `billed` for an empty sum. */
  readonly confidence: Exclude<Confidence, 'unknown'>;
  /** How many parts had no figure. */
  readonly unknown: number;
}

export const NO_MONEY: MoneySum = { nanoCredits: 0, confidence: 'billed', unknown: 0 };

/** Adds one figure to a sum; `undefined` (nobody knows) raises `unknown` only. */
export function addMoney(sum: MoneySum, nanoCredits: NanoCredits | undefined, confidence: Confidence): MoneySum {
  if (nanoCredits === undefined || confidence === 'unknown') return { ...sum, unknown: sum.unknown + 1 };
  return {
    nanoCredits: sum.nanoCredits + nanoCredits,
    confidence: weaker(sum.confidence, confidence) as MoneySum['confidence'],
    unknown: sum.unknown,
  };
}

/** Joins two sums. Associative and commutative, with {@link NO_MONEY} as its zero. */
export function joinMoney(a: MoneySum, b: MoneySum): MoneySum {
  return {
    nanoCredits: a.nanoCredits + b.nanoCredits,
    confidence: weaker(a.confidence, b.confidence) as MoneySum['confidence'],
    unknown: a.unknown + b.unknown,
  };
}

/** US dollars to nano-credits, rounded once. */
export function dollarsToNanoCredits(dollars: number): NanoCredits {
  return Math.round(dollars * 100 * NANO_PER_CREDIT);
}

/**
 * Credits as a person reads them: `0`, `0.004`, `0.38`, `3.8`, `38`, `1,240`. Two significant digits below 10,
 * whole credits from 10 on; a positive figure never reads as 0.
 */
export function formatCredits(nanoCredits: NanoCredits): string {
  const credits = nanoCredits / NANO_PER_CREDIT;
  const size = Math.abs(credits);
  if (size === 0) return '0';
  if (size < 0.001) return credits < 0 ? '> −0.001' : '< 0.001';
  if (size >= 9.95) return wholeNumber(Math.round(credits)).replace('-', '−');
  const digits = size < 0.995 ? 2 : 1;
  const text = size < 0.995 ? Number(credits.toPrecision(digits)).toString() : credits.toFixed(digits);
  return text.replace('-', '−');
}

/** A sum as the status bar says it: `184 cr`, `≈ 184 cr` (estimated in part), `184 cr + ?` (something unknown). */
export function formatMoneySum(sum: MoneySum): string {
  const figure = `${sum.confidence === 'estimated' ? '≈ ' : ''}${formatCredits(sum.nanoCredits)} cr`;
  return sum.unknown > 0 ? `${figure} + ?` : figure;
}
