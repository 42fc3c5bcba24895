/**
 * The tables of `@pydantic/genai-prices` (MIT) as price lists of ours. The package loads and reads all that it knows at
 * once, which costs 20 MB; so the build writes what we use of it into a file, and the product reads that a provider at a
 * time (src/adapters/priceData/pricesFile.ts).
 */
import type { ConditionalPrice, MatchLogic, ModelInfo, ModelPrice, Provider } from '@pydantic/genai-prices';
import type { PriceLists } from '../../src/adapters/priceData/pricesFile.ts';
import { providerKey } from '../../src/core/prices/modelName.ts';
import { type DatedRate, type ListedTier, type PriceRow, tokenRate } from '../../src/core/prices/priceTable.ts';

/** The installed version and the day of its release; a test compares the version with the package. */
export const GENAI_PRICES = { version: '0.1.8', date: '2026-09-23' } as const;

/**
 * Names that the package still prices as the model they meant in 2025: its records of them have that model's context
 * window or snapshots, and it prices the model that they mean now under another name. models.dev knows better.
 */
const OUTDATED: ReadonlySet<string> = new Set([
  'deepseek/deepseek-chat',
  'deepseek/deepseek-reasoner',
  'mistral/mistral-large',
  'mistral/mistral-large-latest',
  'mistral/mistral-small-latest',
]);

/** The package's providers as price lists. */
export function genaiPriceLists(providers: readonly Provider[]): PriceLists {
  const rows: Record<string, PriceRow[]> = {};
  for (const provider of providers) {
    const listed = provider.models.flatMap((model) => rowOf(model, provider.id) ?? []);
    const key = providerKey(provider.id);
    if (listed.length > 0) rows[key] = [...(rows[key] ?? []), ...listed];
  }
  return {
    source: `genai-prices ${GENAI_PRICES.version}`,
    date: GENAI_PRICES.date,
    passesOn: Object.fromEntries(
      providers.flatMap(({ id, fallback_model_providers: others }) => (others ? [[providerKey(id), others]] : [])),
    ),
    rows,
  };
}

/** undefined: no price of it can be told. */
function rowOf(model: ModelInfo, provider: string): PriceRow | undefined {
  const prices = datedRates(model);
  if (prices.length === 0) return undefined;
  const names = { whole: [model.id], open: [] as string[] };
  collectNames(model.match, names);
  const current = (name: string) => !OUTDATED.has(`${provider}/${name}`);
  return { names: names.whole.filter(current), openNames: names.open.filter(current), prices };
}

/**
 * The names in a rule of the package. Its rules match parts of names and so match models that came later
 * (`claude-sonnet-5…` takes Sonnet 5.5): here each text in a rule is a name, matched whole or with a harmless tail.
 * Regular expressions are left out: nearly all allow a date, which is taken off anyway.
 */
function collectNames(match: MatchLogic, names: { whole: string[]; open: string[] }): void {
  if ('or' in match) for (const part of match.or) collectNames(part, names);
  else if ('and' in match) for (const part of match.and) collectNames(part, names);
  else if ('equals' in match) names.whole.push(match.equals);
  else if ('ends_with' in match) names.whole.push(match.ends_with);
  else if ('starts_with' in match) names.open.push(trimmed(match.starts_with));
  else if ('contains' in match) names.open.push(trimmed(match.contains));
}

const trimmed = (name: string) => name.replace(/[-@]$/, '');

function datedRates(model: ModelInfo): readonly DatedRate[] {
  const all: readonly ConditionalPrice[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const rates = all.map(({ constraint, prices }): DatedRate | undefined => {
    const rate = rateOf(prices);
    if (!rate) return undefined;
    if (constraint === undefined) return { rate };
    if (constraint.type === 'start_date') return { from: constraint.start_date, rate };
    return { daily: { fromSecond: secondOf(constraint.start_time), toSecond: secondOf(constraint.end_time) }, rate };
  });
  // One period that can't be told makes the whole model untold: the others would be used for it.
  return rates.every((rate) => rate !== undefined) ? rates : [];
}

/** `16:30:00Z` as a second of the UTC day; the package writes all of them in UTC. */
function secondOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.replace('Z', '').split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

/** Token prices that the package knows and we use, by our names. */
const KINDS = {
  input: 'input_mtok',
  cachedInput: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWriteHour: 'cache_write_1h_mtok',
  output: 'output_mtok',
  reasoning: 'output_reasoning_mtok',
} as const;

/**
 * A rate; undefined where text tokens aren't all that is paid (a fee per request, no price for output: transcription,
 * embeddings). No prices at all are the package's word for free: models that a Copilot subscription includes,
 * OpenRouter's `:free`.
 */
function rateOf(prices: ModelPrice) {
  if (Object.keys(prices).length === 0) return tokenRate([{ input: 0, output: 0 }]);
  if (prices.requests_kcount !== undefined) return undefined;
  const starts = new Set([0]);
  for (const key of Object.values(KINDS)) {
    const price = prices[key];
    if (typeof price === 'object') for (const { start } of price.tiers) starts.add(start);
  }
  const tiers: ListedTier[] = [];
  for (const inputTokensAbove of starts) {
    const at = (key: string) => priceAbove(prices[key], inputTokensAbove);
    const input = at(KINDS.input);
    const output = at(KINDS.output);
    if (input === undefined || output === undefined) return undefined;
    tiers.push({
      inputTokensAbove,
      input,
      output,
      cachedInput: at(KINDS.cachedInput),
      cacheWrite: at(KINDS.cacheWrite),
      cacheWriteHour: at(KINDS.cacheWriteHour),
      reasoning: at(KINDS.reasoning),
    });
  }
  return tokenRate(tiers);
}

/** The price for requests just above a number of input tokens. */
function priceAbove(price: ModelPrice[string], inputTokensAbove: number): number | undefined {
  if (typeof price !== 'object') return price;
  const tiers = [...price.tiers].sort((a, b) => a.start - b.start);
  return tiers.findLast(({ start }) => start <= inputTokensAbove)?.price ?? price.base;
}
