/** The price book's and the policies' data, as shipped. The JSON files are made by scripts/make-prices.mjs. */
import type { ModelInfo } from '../../core/chat.ts';
import { dollarsPerMillion } from '../../core/prices/cost.ts';
import { type FindFacts, modelFacts } from '../../core/prices/modelFacts.ts';
import { listedPrices, type ModelList } from '../../core/prices/modelList.ts';
import type { LocalCost, Price, PriceBook, PriceOverride } from '../../core/prices/price.ts';
import { createPriceBook } from '../../core/prices/priceBook.ts';
import type { PriceTable } from '../../core/prices/priceTable.ts';
import { type BenchmarkTable, benchmark, type Strength } from '../../core/quality/benchmark.ts';
import aiderPolyglot from './aiderPolyglot.json' with { type: 'json' };
import { loadGenaiPrices } from './genaiPrices.ts';
import githubCopilot from './githubCopilot.json' with { type: 'json' };
import modelsDev from './modelsDev.json' with { type: 'json' };

const copilotList: ModelList = githubCopilot;
const modelsDevList: ModelList = modelsDev;

/** Context windows and abilities by model name, for endpoints that don't say. */
export const findFacts: FindFacts = modelFacts(modelsDevList);

const aiderTable: BenchmarkTable = aiderPolyglot;
const strengthByName = benchmark(aiderTable, modelsDevList.date);

/** How strong a model is, with what that rests on; undefined: nothing known. */
export function findStrength(model: ModelInfo, provider?: string, price?: Price): Strength | undefined {
  const dollars = price?.rate.kind === 'tokens' ? price.rate.tiers[0]?.price.text : undefined;
  const released = findFacts(model.name, provider)?.released;
  return strengthByName(model.name, {
    ...(released === undefined ? {} : { released }),
    parameterCount: model.parameterCount,
    outputDollarsPerMillion: dollars === undefined ? undefined : dollarsPerMillion(dollars),
  });
}

let tables: Promise<{ readonly rateCard: PriceTable; readonly tables: readonly PriceTable[] }> | undefined;

/**
 * The price book under these settings. The tables are loaded once; rejects only where the bundle is incomplete. For
 * the worker: it reads half a megabyte.
 */
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
