/** The price book from all that ships. For the worker: it reads half a megabyte. */
import { listedPrices, type ModelList } from '../../core/prices/modelList.ts';
import type { LocalCost, PriceBook, PriceOverride } from '../../core/prices/price.ts';
import { createPriceBook } from '../../core/prices/priceBook.ts';
import type { PriceTable } from '../../core/prices/priceTable.ts';
import { loadGenaiPrices } from './genaiPrices.ts';
import githubCopilot from './githubCopilot.json' with { type: 'json' };
import modelsDev from './modelsDev.json' with { type: 'json' };

const copilotList: ModelList = githubCopilot;
const modelsDevList: ModelList = modelsDev;

let tables: Promise<{ readonly rateCard: PriceTable; readonly tables: readonly PriceTable[] }> | undefined;

/** The book under these settings. The tables are loaded once; rejects only where the bundle is incomplete. */
export async function loadPriceBook(settings: {
  readonly overrides: readonly PriceOverride[];
  readonly localCost: LocalCost;
}): Promise<PriceBook> {
  tables ??= loadGenaiPrices().then((genai) => ({
    rateCard: listedPrices(copilotList, 'GitHub rate card', 'github-copilot'),
    tables: [genai, listedPrices(modelsDevList, 'models.dev')],
  }));
  return createPriceBook({ ...settings, ...(await tables) });
}
