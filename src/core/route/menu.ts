/**
 * The menu of the model picker (docs/economics, section 4): Frugal, Balanced and Best as contracts for the request at hand.
 * Each is the best of all models for some V: Frugal for V → 0 with an answer that must be given, Balanced for the V that the
 * developer named, Best for V → ∞. Hence single crossing (Mirrlees 1971; Spence 1974): chance of success and full price both
 * rise along the menu, a higher V prefers a higher contract, and none gains by naming another V, since its own contract is its
 * best among all (the taxation principle: a choice from a fixed price list is incentive-compatible).
 */

import { choose, type Valued } from '../allocate/choose.ts';
import type { Prediction, Prices } from '../allocate/objective.ts';
import { useText } from '../allocate/use.ts';
import { formatCredits, type NanoCredits } from '../money.ts';

export type ContractName = 'frugal' | 'balanced' | 'best';

export interface Contract {
  readonly name: ContractName;
  readonly prediction: Prediction;
  /** Predicted success, 0 to 1. */
  readonly success: number;
  readonly p50NanoCredits: NanoCredits;
  readonly p90NanoCredits: NanoCredits;
  readonly waitSeconds: number;
  /** All that is charged in the objective: credits at κ+β, waiting at λ, risk at ρ. */
  readonly fullPriceNanoCredits: NanoCredits;
  /** The V from which on this contract is preferred to the one below it; 0 for the lowest. */
  readonly fromValueNanoCredits: NanoCredits;
  /** The part of what is left of the pool that it draws; undefined: no pool, or on own hardware. */
  readonly poolShare: number | undefined;
}

export interface MenuSituation {
  /** V of the request, in nano-credits. */
  readonly valueNanoCredits: NanoCredits;
  readonly prices: Prices;
  readonly leftNanoCredits?: NanoCredits | undefined;
}

/** Empty where no model can be had. Contracts may share a model: then the dearer name buys nothing more here. */
export function menuOf(answers: readonly Prediction[], situation: MenuSituation): readonly Contract[] {
  const offered = offeredOf(answers, situation);
  const frugal = bestFor(offered, 0);
  const balanced = bestFor(offered, situation.valueNanoCredits);
  const best = bestFor(offered, Number.POSITIVE_INFINITY);
  if (!frugal || !balanced || !best) return [];
  return [
    contractOf('frugal', frugal, undefined, situation),
    contractOf('balanced', balanced, frugal, situation),
    contractOf('best', best, balanced, situation),
  ];
}

/** Which of a menu's contracts a developer with this V prefers; equally good: the lower. */
export function preferredOf(menu: readonly Contract[], valueNanoCredits: NanoCredits): Contract | undefined {
  let preferred = menu[0];
  for (const contract of menu) {
    if (preferred && worth(contract, valueNanoCredits) > worth(preferred, valueNanoCredits)) preferred = contract;
  }
  return preferred;
}

/** What a contract is worth to a developer with this V. */
export function worth({ success, fullPriceNanoCredits }: Contract, valueNanoCredits: NanoCredits): number {
  return valueNanoCredits * success - fullPriceNanoCredits;
}

interface Offer {
  readonly prediction: Prediction;
  readonly success: number;
  readonly fullPrice: NanoCredits;
}

function offeredOf(answers: readonly Prediction[], { prices, leftNanoCredits }: MenuSituation): readonly Offer[] {
  const { candidates } = choose(answers, { valueNanoCredits: 0, prices, leftNanoCredits });
  return candidates
    .filter(({ use, barred }: Valued) => use.kind !== 'stop' && barred === undefined)
    .flatMap(({ prediction, terms }) =>
      terms ? [{ prediction, success: prediction.quality, fullPrice: -(terms.cost + terms.wait + terms.risk) }] : [],
    );
}

/** V → 0: the cheapest; V → ∞: the likeliest; equally good ones: the cheaper. */
function bestFor(offered: readonly Offer[], value: number): Offer | undefined {
  const key = ({ success, fullPrice }: Offer) => (Number.isFinite(value) ? value * success - fullPrice : success);
  return offered.reduce<Offer | undefined>((best, each) => {
    if (!best) return each;
    const gain = key(each) - key(best);
    if (gain !== 0) return gain > 0 ? each : best;
    return each.fullPrice < best.fullPrice || (each.fullPrice === best.fullPrice && each.success > best.success)
      ? each
      : best;
  }, undefined);
}

function contractOf(
  name: ContractName,
  offer: Offer,
  below: Offer | undefined,
  { leftNanoCredits }: MenuSituation,
): Contract {
  const { prediction, success, fullPrice } = offer;
  const { p50 = 0, p90 = 0 } = prediction.cost ?? {};
  return {
    name,
    prediction,
    success,
    p50NanoCredits: p50,
    p90NanoCredits: p90,
    waitSeconds: prediction.waitSeconds,
    fullPriceNanoCredits: fullPrice,
    fromValueNanoCredits:
      below && success > below.success ? (fullPrice - below.fullPrice) / (success - below.success) : 0,
    poolShare:
      leftNanoCredits === undefined || leftNanoCredits <= 0 || prediction.local ? undefined : p50 / leftNanoCredits,
  };
}

const NAMES = { frugal: 'Frugal', balanced: 'Balanced', best: 'Best' } as const;

/** `Balanced: gpt-5-mini, success 62 %, 3.1 credits (9 in 10 below 6.2), 12 s.` */
export function contractText({
  name,
  prediction,
  success,
  p50NanoCredits,
  p90NanoCredits,
  waitSeconds,
}: Contract): string {
  const model = 'model' in prediction.use ? prediction.use.model : useText(prediction.use);
  const cost = `${formatCredits(p50NanoCredits)} credits (9 in 10 below ${formatCredits(p90NanoCredits)})`;
  return `${NAMES[name]}: ${model}, success ${Math.round(success * 100)} %, ${cost}, ${Math.max(1, Math.round(waitSeconds))} s.`;
}
