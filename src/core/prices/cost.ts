import type { TokenPrice } from '../chat.ts';
import type { Cost } from '../ledger/event.ts';
import { dollarsToNanoCredits, type NanoCredits } from '../money.ts';
import { inputTokens, outputTokens, USAGE_KINDS, type Usage, type UsageKind } from '../usage.ts';
import type { LocalCost, Price, TimeRate, TokenRate } from './price.ts';

export interface CostOptions {
  /** Seconds of work, for a price by the second. */
  readonly seconds?: number | undefined;
  /** What a batch tariff leaves of the list price (0.5 at most vendors); 1 where it isn't given. */
  readonly batchFactor?: number | undefined;
}

/** The price per token of one kind, in nano-credits; a kind without its own is priced as TokenPrice says. */
export function priceOfKind(price: TokenPrice, kind: UsageKind): number {
  switch (kind) {
    case 'fresh':
    case 'text':
      return price[kind];
    case 'reasoning':
      return price.reasoning ?? price.text;
    case 'cacheRead':
      return price.cacheRead ?? price.fresh;
    case 'cacheWrite':
      return price.cacheWrite ?? price.fresh;
    case 'cacheWriteHour':
      return price.cacheWriteHour ?? price.cacheWrite ?? price.fresh;
  }
}

/** The prices that apply to a request of this many input tokens, cached ones included: the tier holds for all of it. */
export function tierFor(rate: TokenRate, requestInputTokens: number): TokenPrice | undefined {
  const { tiers } = rate;
  for (let index = tiers.length - 1; index > 0; index -= 1) {
    const tier = tiers[index];
    if (tier && tier.inputTokensAbove < requestInputTokens) return tier.price;
  }
  return tiers[0]?.price;
}

/**
 * What each kind of token of one call costs, in nano-credits, not rounded; kinds that nobody reported are absent.
 * undefined: unknown (see {@link cost}).
 */
export function costParts(
  usage: Usage,
  rate: TokenRate,
  batchFactor = 1,
): Partial<Record<UsageKind, number>> | undefined {
  const price = tierOf(usage, rate);
  if (price === undefined) return undefined;
  const parts: Partial<Record<UsageKind, number>> = {};
  for (const kind of USAGE_KINDS) {
    const tokens = usage[kind];
    if (tokens !== undefined) parts[kind] = tokens * priceOfKind(price, kind) * batchFactor;
  }
  return parts;
}

/** The prices that apply to a call; undefined: there are none, or half of the call is unknown. */
function tierOf(usage: Usage, rate: TokenRate): TokenPrice | undefined {
  const input = inputTokens(usage);
  return input === undefined || outputTokens(usage) === undefined ? undefined : tierFor(rate, input);
}

/**
 * What one call costs, in nano-credits, rounded once. undefined is unknown, never 0: no price; nothing known of the
 * whole input or of the whole output (half a call's price is not an estimate of the call's); no seconds for a price
 * by the second. A single kind that nobody reported contributes nothing: vendors leave out the kinds that they
 * don't have.
 */
export function cost(
  usage: Usage | undefined,
  price: Price | undefined,
  options: CostOptions = {},
): NanoCredits | undefined {
  if (price === undefined) return undefined;
  const { rate } = price;
  if (rate.kind === 'seconds') {
    const { seconds = Number.NaN } = options;
    return seconds >= 0 ? Math.round(seconds * rate.nanoCreditsPerSecond) : undefined;
  }
  const tier = usage && tierOf(usage, rate);
  if (!tier) return undefined;
  // The sum of costParts; no object is made for it, since this is asked of each of years of calls.
  const { batchFactor = 1 } = options;
  return Math.round(
    (usage.fresh ?? 0) * priceOfKind(tier, 'fresh') * batchFactor +
      (usage.cacheRead ?? 0) * priceOfKind(tier, 'cacheRead') * batchFactor +
      (usage.cacheWrite ?? 0) * priceOfKind(tier, 'cacheWrite') * batchFactor +
      (usage.cacheWriteHour ?? 0) * priceOfKind(tier, 'cacheWriteHour') * batchFactor +
      (usage.text ?? 0) * priceOfKind(tier, 'text') * batchFactor +
      (usage.reasoning ?? 0) * priceOfKind(tier, 'reasoning') * batchFactor,
  );
}

export interface Settlement {
  /** undefined: neither reported nor counted. */
  readonly usage: Usage | undefined;
  readonly usageBasis: 'reported' | 'counted' | undefined;
  /** The vendor's own figure for the call. */
  readonly billedNanoCredits?: NanoCredits | undefined;
  readonly price: Price | undefined;
  /** Version of the book that gave the price, or had none. */
  readonly priceBook?: string | undefined;
  /** Epoch ms of now: a later pricing of the same call takes the place of an earlier one. */
  readonly pricedAt?: number | undefined;
  /** Seconds of work, for models on own hardware. */
  readonly seconds?: number | undefined;
  readonly batchFactor?: number | undefined;
  /** A plan pays: the figure is what the call would cost at list price. */
  readonly atListPrice?: boolean | undefined;
}

/**
 * The cost of a call that ended, with how sure it is: the vendor's bill where there is one; reported tokens at a known
 * price are `priced`; counted tokens, and seconds at assumed watts, are `estimated`; anything else is `unknown`.
 */
export function settleCost(settlement: Settlement): Cost {
  const { usage, usageBasis, billedNanoCredits, price, priceBook, pricedAt, seconds, batchFactor } = settlement;
  if (billedNanoCredits !== undefined && Number.isFinite(billedNanoCredits) && billedNanoCredits >= 0) {
    return { nanoCredits: Math.round(billedNanoCredits), confidence: 'billed' };
  }
  const nanoCredits = cost(usage, price, { seconds, batchFactor });
  const isKnown = nanoCredits !== undefined && price !== undefined;
  const settled: Cost = isKnown
    ? { nanoCredits, confidence: confidenceOf(usageBasis, price) }
    : { confidence: 'unknown' };
  // Set one by one: no object is made but this one, since this is asked of each of years of calls.
  if (priceBook !== undefined) settled.priceBook = priceBook;
  if (pricedAt !== undefined) settled.pricedAt = pricedAt;
  if (isKnown) {
    settled.priceSource = price.source;
    if (settlement.atListPrice) settled.atListPrice = true;
  }
  return settled;
}

function confidenceOf(usageBasis: Settlement['usageBasis'], { rate }: Price): Cost['confidence'] {
  return usageBasis === 'reported' && rate.kind === 'tokens' ? 'priced' : 'estimated';
}

const SECONDS_PER_HOUR = 3600;

/**
 * What a second of own hardware costs: watts × tariff + the hardware's price ÷ its life (docs/economics, section 6).
 * Small, not zero.
 */
export function localRate(local: LocalCost): TimeRate {
  const electricity = (local.watts / 1000) * local.dollarsPerKilowattHour;
  const hardware = local.hardwareLifeHours > 0 ? local.hardwareDollars / local.hardwareLifeHours : 0;
  return {
    kind: 'seconds',
    nanoCreditsPerSecond: dollarsToNanoCredits(Math.max(0, electricity + hardware)) / SECONDS_PER_HOUR,
  };
}

const NANO_CREDITS_PER_TOKEN_PER_DOLLAR_PER_MILLION = 100_000;

/** US dollars per million tokens to nano-credits per token, without the noise of binary fractions. */
export function perMillion(dollars: number): number {
  return Math.round(dollars * NANO_CREDITS_PER_TOKEN_PER_DOLLAR_PER_MILLION * 1e6) / 1e6;
}

/** Nano-credits per token to US dollars per million tokens, as price lists are read. */
export function dollarsPerMillion(nanoCreditsPerToken: number): number {
  return nanoCreditsPerToken / NANO_CREDITS_PER_TOKEN_PER_DOLLAR_PER_MILLION;
}
