import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writePrices } from '../../scripts/prices/pack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'marginal-prices-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The price lists as the build ships them, made for this test run. */
export const shippedPrices = path.join(folder, 'prices.jsonl');
await writePrices(shippedPrices);
