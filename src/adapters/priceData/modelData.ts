/** What public lists know of models by name; indexed when the first is asked for. Made by scripts/make-prices.mjs. */
import type { ModelInfo } from '../../core/chat.ts';
import { dollarsPerMillion } from '../../core/prices/cost.ts';
import { type FindFacts, modelFacts } from '../../core/prices/modelFacts.ts';
import type { ModelList } from '../../core/prices/modelList.ts';
import type { Price } from '../../core/prices/price.ts';
import { type BenchmarkTable, benchmark, type FindStrength, type Strength } from '../../core/quality/benchmark.ts';
import aiderPolyglot from './aiderPolyglot.json' with { type: 'json' };
import genaiContexts from './genaiContexts.json' with { type: 'json' };
import modelsDev from './modelsDev.json' with { type: 'json' };

const modelsDevList: ModelList = modelsDev;
const genaiList: ModelList = genaiContexts;
const aiderTable: BenchmarkTable = aiderPolyglot;

let factsByName: FindFacts | undefined;
let strengthByName: FindStrength | undefined;

/** Context windows and abilities by model name, for endpoints that don't say. */
export const findFacts: FindFacts = (model, provider) => {
  factsByName ??= modelFacts([modelsDevList, genaiList]);
  return factsByName(model, provider);
};

/** How strong a model is at code, with what that rests on; undefined: nothing known. */
export function findStrength(model: ModelInfo, provider?: string, price?: Price): Strength | undefined {
  const dollars = price?.rate.kind === 'tokens' ? price.rate.tiers[0]?.price.text : undefined;
  strengthByName ??= benchmark(aiderTable, modelsDevList.date);
  return strengthByName(model.name, {
    released: findFacts(model.name, provider)?.released,
    parameterCount: model.parameterCount,
    outputDollarsPerMillion: dollars === undefined ? undefined : dollarsPerMillion(dollars),
  });
}
