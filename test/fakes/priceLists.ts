import { type PriceRow, type PriceTable, priceTable } from '../../src/core/prices/priceTable.ts';

/** A price table of rows at hand, each with its provider. */
export function tableOf(
  source: string,
  date: string,
  rows: readonly (PriceRow & { readonly provider: string })[],
  passesOn: Readonly<Record<string, readonly string[]>> = {},
): PriceTable {
  const lists = Map.groupBy(rows, ({ provider }) => provider);
  return priceTable({
    source,
    date,
    passesOn,
    providers: [...lists.keys()],
    rowsOf: (provider) => lists.get(provider) ?? [],
    content: JSON.stringify(rows),
  });
}
