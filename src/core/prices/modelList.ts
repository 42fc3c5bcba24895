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
  const owner = (model: ListedModel) => providerKey(model.provider ?? provider ?? '');
  const priced = Map.groupBy(
    list.models.filter((model) => model.tiers !== undefined && owner(model) !== ''),
    owner,
  );
  return priceTable({
    source,
    date: list.date,
    providers: [...priced.keys()],
    rowsOf: (lister) =>
      (priced.get(lister) ?? []).map(({ id, aliases = [], tiers = [] }) => ({
        names: [id, ...aliases],
        prices: [{ rate: tokenRate(tiers) }],
      })),
    content: JSON.stringify([source, list, provider]),
  });
}
