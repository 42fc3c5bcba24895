import { localRate } from './cost.ts';
import { fingerprint } from './fingerprint.ts';
import { type ModelName, makerOf, providerKey, readModelName } from './modelName.ts';
import {
  ENDPOINTS_LIST,
  type LocalCost,
  type Price,
  type PriceBook,
  type PriceOverride,
  type PriceQuery,
  USERS_SETTING,
} from './price.ts';
import { type PriceTable, tokenRate } from './priceTable.ts';

export interface PriceBookSources {
  /** From the user's settings: they come before everything. */
  readonly overrides: readonly PriceOverride[];
  readonly localCost: LocalCost;
  /** GitHub's own card. */
  readonly rateCard: PriceTable;
  /** Lists of many vendors, the better first. */
  readonly tables: readonly PriceTable[];
}

/** A model's name, and who serves it: as they were asked for, and as they are read. */
interface ServedName {
  readonly model: string;
  readonly asked: string | undefined;
  readonly name: ModelName;
  readonly provider: string | undefined;
}

const COPILOT = 'github-copilot';
const MOST_NAMES = 1_000;
/** Servers for own hardware: a maker's list price says nothing about a model that they serve. */
const OWN_SERVERS = new Set([
  'ollama',
  'llama.cpp',
  'llamacpp',
  'llama-server',
  'lmstudio',
  'lm-studio',
  'vllm',
  'demo',
]);

/**
 * One answer from all sources, the first that has one: the user's setting; own hardware's time; what the endpoint itself
 * lists; the list of the provider that served the call (Copilot's: the newest statement of its card that is not younger
 * than the call); where no provider is known, or one that publishes no list, the maker's list price, which the source then
 * says. No source, no price: nothing is ever guessed from a similar name.
 */
export function createPriceBook({ overrides, localCost, rateCard, tables }: PriceBookSources): PriceBook {
  const ownRate = localRate(localCost);
  const settings = overrides
    .filter(isUsable)
    .sort((a, b) => wildness(a.model) - wildness(b.model))
    .map((override) => ({ override, matches: matcher(override.model) }));
  const version = fingerprint(
    JSON.stringify([overrides, localCost, rateCard.content, tables.map((table) => table.content)]),
  );

  const names = new Map<string, ModelName>();
  /** Reading a name takes longer than finding its price, and a log of 100,000 calls has few names. */
  function nameOf(model: string): ModelName {
    const known = names.get(model);
    if (known) return known;
    if (names.size >= MOST_NAMES) names.clear();
    const name = readModelName(model);
    names.set(model, name);
    return name;
  }

  let latest: ServedName | undefined;
  /** Thousands of calls of one model follow each other. */
  function servedName({ model, provider }: PriceQuery): ServedName {
    if (latest?.model === model && latest.asked === provider) return latest;
    const name = nameOf(model);
    // Names that only Bedrock, Vertex or Copilot use say more than the log's idea of who served the call.
    const served = name.provider ?? (provider === undefined ? undefined : providerKey(provider));
    latest = { model, asked: provider, name, provider: served };
    return latest;
  }

  function fromTables(provider: string, name: ModelName, at: number): Price | undefined {
    for (const table of tables) {
      const own = table.find(provider, name.spellings, at);
      if (own) return own;
      for (const lister of table.passesOn(provider)) {
        const price = table.find(lister, name.spellings, at);
        if (price) return price;
      }
    }
    return undefined;
  }

  /** GitHub's card as its docs had it, and as other sources have read it since. */
  function copilotPrice(name: ModelName, at: number): Price | undefined {
    const previewless = name.spellings.map((spelling) => spelling.replace(/-preview$|-picker$/, ''));
    const spellings = [...new Set([...name.spellings, ...previewless, ...previewless.map((s) => `${s}-picker`)])];
    const stated = [rateCard, ...tables]
      .map((table) => table.find(COPILOT, spellings, at))
      .filter((price) => price !== undefined)
      .sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0));
    return stated.find(({ date }) => Date.parse(date) <= at) ?? stated.at(-1);
  }

  function priceOf(query: PriceQuery): Price | undefined {
    const setting = settings.find(({ matches }) => matches(query.model));
    if (setting) return { source: USERS_SETTING, date: dayOf(query.at), rate: overrideRate(setting.override) };
    if (query.local) {
      return { source: 'your electricity and hardware settings', date: dayOf(query.at), rate: ownRate };
    }
    if (query.listedPrice) {
      const tiers = [{ inputTokensAbove: 0, price: query.listedPrice }];
      return { source: ENDPOINTS_LIST, date: dayOf(query.at), rate: { kind: 'tokens', tiers } };
    }
    const { name, provider } = servedName(query);
    if (provider === COPILOT) return copilotPrice(name, query.at);
    if (provider !== undefined) {
      const price = fromTables(provider, name, query.at);
      if (price || OWN_SERVERS.has(provider)) return price;
      if (tables.some((table) => table.providers.has(provider))) return undefined;
    }
    const maker = makerOf(name);
    const price = maker === undefined ? undefined : fromTables(maker, name, query.at);
    return price && { ...price, source: `${price.source} (${maker}'s list price)` };
  }

  return { version, priceOf };
}

/** Dollars that are finite and not negative; anything else in a setting is left out. */
function isUsable({ model, input, output, cachedInput = 0, cacheWrite = 0 }: PriceOverride): boolean {
  return (
    model.trim() !== '' && [input, output, cachedInput, cacheWrite].every((dollars) => dollars >= 0 && dollars < 1e6)
  );
}

function overrideRate({ input, output, cachedInput, cacheWrite }: PriceOverride) {
  return tokenRate([{ input, output, cachedInput, cacheWrite }]);
}

/** Whole names, any case; `*` is any characters, `?` one. */
function matcher(pattern: string): (model: string) => boolean {
  const source = pattern
    .trim()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'i');
  return (model) => expression.test(model.trim());
}

/** Exact names before patterns, and longer patterns before shorter. */
function wildness(pattern: string): number {
  return /[*?]/.test(pattern) ? 1e6 - pattern.replaceAll('*', '').length : 0;
}

function dayOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}
