import type { TokenPrice } from '../chat.ts';

/** Sources of prices that nobody but the user, or the endpoint that served the call, knows. */
export const USERS_SETTING = 'your setting';
export const ENDPOINTS_LIST = "the endpoint's own list";

/** What a model asks, where that was read and when. Every price that is shown or used carries its source and date. */
export interface Price {
  /** For a person: `genai-prices 0.1.8`, `GitHub rate card`, `your setting`, `the endpoint's own list`. */
  readonly source: string;
  /** ISO day on which the source was read or from which the price holds. */
  readonly date: string;
  readonly rate: TokenRate | TimeRate;
}

/** Priced by token; the tier with the highest `inputTokensAbove` below the request's input applies to all of it. */
export interface TokenRate {
  readonly kind: 'tokens';
  /** Ascending; the first has `inputTokensAbove: 0`. */
  readonly tiers: readonly { readonly inputTokensAbove: number; readonly price: TokenPrice }[];
}

/** A model on own hardware: electricity and the hardware's share, by second of work. */
export interface TimeRate {
  readonly kind: 'seconds';
  readonly nanoCreditsPerSecond: number;
}

/** What a price is asked for. */
export interface PriceQuery {
  /** As its endpoint or log names it: `claude-opus-4-8`, `gpt-5.5`, `qwen3:8b`. */
  readonly model: string;
  /** `anthropic`, `openai`, `github-copilot`, `openrouter`, …; undefined: any vendor that has the model. */
  readonly provider?: string | undefined;
  /** Runs on own hardware. */
  readonly local?: boolean | undefined;
  /** Epoch ms of the call: prices change. */
  readonly at: number;
  /** What the endpoint itself asks, where it says. */
  readonly listedPrice?: TokenPrice | undefined;
}

export interface PriceBook {
  /** Changes whenever any price may have; stored with each cost. */
  readonly version: string;
  /** undefined: unknown price, which is not 0. */
  priceOf(query: PriceQuery): Price | undefined;
}

/** A price from the user's settings, in US dollars per million tokens. */
export interface PriceOverride {
  /** A model's name, or a pattern with `*` and `?`. */
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** What own hardware costs: watts under load, tariff, and the hardware's price over its life. */
export interface LocalCost {
  readonly watts: number;
  readonly dollarsPerKilowattHour: number;
  readonly hardwareDollars: number;
  readonly hardwareLifeHours: number;
}
