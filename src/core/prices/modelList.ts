import { providerKey } from './modelName.ts';
import { type ListedTier, type PriceTable, priceTable, tokenRate } from './priceTable.ts';

/** A list of hosted models, as scripts/make-prices.mjs writes it. */
export interface ModelList {
  readonly source: string;
  /** ISO day. */
  readonly date: string;
  readonly models: readonly ListedModel[];
}

export interface ListedModel {
  /** undefined: the list is one provider's own. */
  readonly provider?: string | undefined;
  readonly id: string;
  /** Other ids of the same model at the same provider. */
  readonly aliases?: readonly string[] | undefined;
  /** undefined: no price published. */
  readonly tiers?: readonly ListedTier[] | undefined;
  /** Tokens of input and output together. */
  readonly context?: number | undefined;
  /** Most output tokens. */
  readonly output?: number | undefined;
  readonly tools?: boolean | undefined;
  readonly images?: boolean | undefined;
  readonly thinking?: boolean | undefined;
  /** ISO day or month. */
  readonly released?: string | undefined;
}

/** The price table of a model list; `provider` where the list is one provider's own. */
export function listedPrices(list: ModelList, source: string, provider?: string): PriceTable {
  return priceTable({
    source,
    date: list.date,
    rows: list.models.flatMap((model) => {
      const owner = model.provider ?? provider;
      if (owner === undefined || model.tiers === undefined) return [];
      return {
        provider: providerKey(owner),
        names: [model.id, ...(model.aliases ?? [])],
        prices: [{ rate: tokenRate(model.tiers) }],
      };
    }),
  });
}
