// `node scripts/prices/pack.ts FILE`: writes the price lists that are shipped. The build and the tests call writePrices.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForUpdate } from '@pydantic/genai-prices';
import type { PriceLists, PricesFileHead } from '../../src/adapters/priceData/pricesFile.ts';
import { genaiPriceLists } from './genaiPrices.ts';

/** The lists as src/adapters/priceData/pricesFile.ts reads them: a line of what they are, then a line for each provider. */
export function packedPrices({ source, date, passesOn, rows }: PriceLists): string {
  const content = createHash('sha256')
    .update(JSON.stringify([source, date, passesOn, rows]))
    .digest('hex');
  const head: PricesFileHead = { source, date, passesOn, content, providers: Object.keys(rows) };
  return [head, ...Object.values(rows)].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Writes the installed package's lists; takes some 50 ms. */
export async function writePrices(file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, packedPrices(genaiPriceLists((await waitForUpdate()) ?? [])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2];
  if (file === undefined) throw new Error('Usage: node scripts/prices/pack.ts FILE');
  await writePrices(file);
}
