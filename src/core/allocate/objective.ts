/** net(i) = V·ΔQᵢ − (κ+β)·ΔCᵢ − λ·ΔLᵢ − ρ·ΔRᵢ (docs/economics, section 1), in integer nano-credits so that the terms sum to it exactly. */
import { NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import type { Use } from './use.ts';

/** What is paid for a credit: its cash price and the shadow price of the budget that it is drawn from. */
export interface CreditPrice {
  /** See `cashPrice`. */
  readonly kappa: number;
  readonly beta: number;
}

export interface Prices extends CreditPrice {
  /** Credits for a second that the developer waits. */
  readonly lambda: number;
  /** What a credit of expected loss is worth avoiding. */
  readonly rho: number;
}

/** What a use will probably cost. */
export interface CostRange {
  readonly p10: NanoCredits;
  readonly p50: NanoCredits;
  readonly p90: NanoCredits;
  /** The expectation, where it is known apart; else made of the three. */
  readonly mean?: NanoCredits | undefined;
}

/** What is foretold of a use. */
export interface Prediction {
  readonly use: Use;
  /** ΔQ: change of the probability that the task ends accepted. */
  readonly quality: number;
  /** Its standard deviation; undefined: not known. */
  readonly qualityDeviation?: number | undefined;
  /** ΔC; undefined: unknown, so the use has no net. */
  readonly cost: CostRange | undefined;
  /** What must be left of the budget for it to begin: p90 of its next request, where ΔC is of all that follow. undefined: p90 of ΔC. */
  readonly reserveNanoCredits?: NanoCredits | undefined;
  /** ΔL: seconds that the developer waits. */
  readonly waitSeconds: number;
  /** ΔR: expected loss. */
  readonly riskNanoCredits: NanoCredits;
  /** On own hardware: its cost is electricity, paid in cash, and no budget's. */
  readonly local?: boolean | undefined;
  /** Paid by another plan than the one whose prices are in force. */
  readonly credit?: CreditPrice | undefined;
  /** Why it can't be had, whatever it is worth: a rule of the user, a limit of the model. */
  readonly barred?: string | undefined;
}

/** The four terms with their signs, in nano-credits. */
export interface Terms {
  /** V·ΔQ */
  readonly value: NanoCredits;
  /** −(κ+β)·ΔC */
  readonly cost: NanoCredits;
  /** −λ·ΔL */
  readonly wait: NanoCredits;
  /** −ρ·ΔR */
  readonly risk: NanoCredits;
}

const CASH: CreditPrice = { kappa: 1, beta: 0 };

/** Which price of a credit a use is charged. */
export function creditPriceOf(prediction: Prediction, prices: Prices): CreditPrice {
  return prediction.local ? CASH : (prediction.credit ?? prices);
}

/** `value`: V, in nano-credits. undefined: the cost is unknown. */
export function termsOf(prediction: Prediction, value: NanoCredits, prices: Prices): Terms | undefined {
  if (prediction.cost === undefined) return undefined;
  const { kappa, beta } = creditPriceOf(prediction, prices);
  return {
    value: rounded(value * prediction.quality),
    cost: rounded(-(kappa + beta) * expectedOf(prediction.cost)),
    wait: rounded(-prices.lambda * prediction.waitSeconds * NANO_PER_CREDIT),
    risk: rounded(-prices.rho * prediction.riskNanoCredits),
  };
}

export function netOf({ value, cost, wait, risk }: Terms): NanoCredits {
  return value + cost + wait + risk;
}

/** The expectation of three quantiles (Swanson's rule: 30, 40 and 30 %; Hurst, Brown & Swanson 2000) where there is none. */
export function expectedOf({ p10, p50, p90, mean }: CostRange): NanoCredits {
  return mean ?? 0.3 * p10 + 0.4 * p50 + 0.3 * p90;
}

/** Never −0, which prints and compares oddly. */
function rounded(nanoCredits: number): NanoCredits {
  return Math.round(nanoCredits) + 0;
}
