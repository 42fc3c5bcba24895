/** The build's file of price lists: what scripts/prices makes of `@pydantic/genai-prices`. */
import { readFileSync } from 'node:fs';
import { type PriceRow, type PriceTable, priceTable } from '../../core/prices/priceTable.ts';

/** Price lists of many providers, before they are a file. */
export interface PriceLists {
  readonly source: string;
  /** ISO day. */
  readonly date: string;
  readonly passesOn: Readonly<Record<string, readonly string[]>>;
  /** By provider, as `providerKey` writes it. */
  readonly rows: Readonly<Record<string, readonly PriceRow[]>>;
}

/** The file's first line. Each line after it is one provider's rows, in the order of `providers`. */
export interface PricesFileHead extends Omit<PriceLists, 'rows'> {
  readonly providers: readonly string[];
  /** A digest of all that the file says. */
  readonly content: string;
}

/**
 * Opens the file; a provider's line is only parsed when a price of it is asked. Throws one clear sentence where the file
 * is missing or damaged.
 */
export function openPricesFile(file: string): PriceTable {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    const { providers, ...head } = JSON.parse(lines[0] ?? '') as PricesFileHead;
    // Every line ends with a line break: a file that was cut off shows it here.
    if (lines.length !== providers.length + 2 || lines.at(-1) !== '') throw new Error('The file is cut off.');
    const lineOf = new Map(providers.map((provider, index) => [provider, lines[index + 1] ?? '']));
    return priceTable({ ...head, providers, rowsOf: (provider) => JSON.parse(lineOf.get(provider) ?? '') });
  } catch (cause) {
    throw new Error(
      "Marginal's price lists can't be read, so calls can't be priced. Reinstall the extension to mend it.",
      {
        cause,
      },
    );
  }
}
