/** The price book from all that ships. */
import { createHash } from 'node:crypto';
import { listedPrices, type ModelList } from '../../core/prices/modelList.ts';
import type { LocalCost, PriceBook, PriceOverride } from '../../core/prices/price.ts';
import { createPriceBook } from '../../core/prices/priceBook.ts';
import type { PriceTable } from '../../core/prices/priceTable.ts';
import githubCopilot from './githubCopilot.json' with { type: 'json' };
import modelsDev from './modelsDev.json' with { type: 'json' };
import { openPricesFile } from './pricesFile.ts';

const copilotList: ModelList = githubCopilot;
const modelsDevList: ModelList = modelsDev;

interface Settings {
  readonly overrides: readonly PriceOverride[];
  readonly localCost: LocalCost;
}

/** What makes the book under given settings; the lists are opened for the first and shared by all. `file`: see openPricesFile, whose error it throws. */
export function priceBooks(file: string): (settings: Settings) => PriceBook {
  let lists: { readonly rateCard: PriceTable; readonly tables: readonly PriceTable[] } | undefined;
  return (settings) => {
    lists ??= {
      rateCard: shortened(listedPrices(copilotList, 'GitHub rate card', 'github-copilot')),
      tables: [openPricesFile(file), shortened(listedPrices(modelsDevList, 'models.dev'))],
    };
    return createPriceBook({ ...settings, ...lists });
  };
}

/** With a digest for its content: over the whole of it the book's own fingerprint takes longer than all else here. */
function shortened(table: PriceTable): PriceTable {
  return { ...table, content: createHash('sha256').update(table.content).digest('hex') };
}
