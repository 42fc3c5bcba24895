import type { TokenPrice } from '../chat.ts';
import { perMillion } from './cost.ts';
import { dashed, OPEN_TAIL } from './modelName.ts';
import type { Price, TokenRate } from './price.ts';

/** Prices of one model over time, as a source lists them; the last that applies at an instant holds. */
export interface PriceRow {
  /** Names that are this model, matched whole. */
  readonly names: readonly string[];
  /** Names that are this model also with what OPEN_TAIL allows after them. */
  readonly openNames?: readonly string[] | undefined;
  readonly prices: readonly DatedRate[];
}

export interface DatedRate {
  /** ISO day from which it holds; undefined: from the start. */
  readonly from?: string | undefined;
  /** Holds at these seconds of the UTC day only; may run over midnight. */
  readonly daily?: { readonly fromSecond: number; readonly toSecond: number } | undefined;
  readonly rate: TokenRate;
}

/** Price lists of one source, to be asked by provider. */
export interface PriceTable {
  /** For a person: `genai-prices 0.1.8`. */
  readonly source: string;
  /** ISO day on which the source was read. */
  readonly date: string;
  /** Whose lists it has. */
  readonly providers: ReadonlySet<string>;
  /** The providers whose prices `provider` passes on, as the source says. */
  passesOn(provider: string): readonly string[];
  /** The price of the first spelling that is listed. */
  find(provider: string, spellings: readonly string[], at: number): Price | undefined;
  /** A text that changes with whatever decides an answer: for the version of the book. */
  readonly content: string;
}

export interface PriceTableData {
  readonly source: string;
  readonly date: string;
  readonly passesOn?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Whose lists there are, as `providerKey` writes them. */
  readonly providers: readonly string[];
  /** One provider's list; asked for once, and only when a price of it is: few of the providers are ever met. */
  rowsOf(provider: string): readonly PriceRow[];
  /** A text that changes with whatever decides an answer. */
  readonly content: string;
}

interface Shelf {
  readonly exact: Map<string, PriceRow>;
  /** `4.5` written `4-5`; undefined where two rows would fall together. */
  readonly dashed: Map<string, PriceRow | undefined>;
  readonly open: Map<string, PriceRow>;
}

/** A price, and when it holds. */
interface DatedPrice {
  /** Epoch ms; undefined: from the start. */
  readonly from: number | undefined;
  readonly daily: DatedRate['daily'];
  readonly price: Price;
}

/** Makes the table that answers for a source's lists; of two rows with one name the first holds. */
export function priceTable({ source, date, passesOn = {}, providers, rowsOf, content }: PriceTableData): PriceTable {
  const listers = new Set(providers);
  const shelves = new Map<string, Shelf>();
  function shelfOf(provider: string): Shelf | undefined {
    if (!listers.has(provider)) return undefined;
    const shelf = shelves.get(provider) ?? shelved(rowsOf(provider));
    shelves.set(provider, shelf);
    return shelf;
  }

  const passedOn = new Map(Object.entries(passesOn));

  function rowOf(shelf: Shelf, spellings: readonly string[]): PriceRow | undefined {
    for (const name of spellings) {
      const row = shelf.exact.get(name) ?? shelf.dashed.get(dashed(name)) ?? openRow(shelf, name);
      if (row) return row;
    }
    return undefined;
  }

  const priced = new Map<PriceRow, readonly DatedPrice[]>();
  function pricesOf(row: PriceRow): readonly DatedPrice[] {
    const known = priced.get(row);
    if (known) return known;
    const prices = row.prices.map(({ from, daily, rate }) => ({
      from: from === undefined ? undefined : Date.parse(from),
      daily,
      price: { source, date: from ?? date, rate },
    }));
    priced.set(row, prices);
    return prices;
  }

  /** What was asked for last: thousands of calls of one model follow each other. */
  let asked: {
    readonly provider: string;
    readonly spellings: readonly string[];
    readonly prices: readonly DatedPrice[] | undefined;
  } = { provider: '', spellings: [], prices: undefined };

  return {
    source,
    date,
    providers: listers,
    passesOn: (provider) => passedOn.get(provider) ?? [],
    find(provider, spellings, at) {
      if (provider !== asked.provider || spellings !== asked.spellings) {
        const shelf = shelfOf(provider);
        const row = shelf && rowOf(shelf, spellings);
        asked = { provider, spellings, prices: row && pricesOf(row) };
      }
      return asked.prices && priceAt(asked.prices, at);
    },
    content,
  };
}

function shelved(rows: readonly PriceRow[]): Shelf {
  const shelf: Shelf = { exact: new Map(), dashed: new Map(), open: new Map() };
  for (const row of rows) {
    for (const name of [...row.names, ...(row.openNames ?? [])].map((name) => name.toLowerCase())) {
      if (!shelf.exact.has(name)) shelf.exact.set(name, row);
      const key = dashed(name);
      const clash = shelf.dashed.has(key) && shelf.dashed.get(key) !== row;
      shelf.dashed.set(key, clash ? undefined : row);
    }
    for (const name of (row.openNames ?? []).map((name) => name.toLowerCase()))
      if (!shelf.open.has(name)) shelf.open.set(name, row);
  }
  return shelf;
}

function openRow(shelf: Shelf, name: string): PriceRow | undefined {
  for (let end = name.lastIndexOf('-'); end > 0; end = name.lastIndexOf('-', end - 1)) {
    const row = OPEN_TAIL.test(name.slice(end)) ? shelf.open.get(name.slice(0, end)) : undefined;
    if (row) return row;
  }
  return undefined;
}

function priceAt(prices: readonly DatedPrice[], at: number): Price | undefined {
  for (let index = prices.length - 1; index >= 0; index -= 1) {
    const dated = prices[index];
    if (dated && (dated.from === undefined || at >= dated.from) && isDaily(dated.daily, at)) return dated.price;
  }
  return undefined;
}

const SECONDS_PER_DAY = 86_400;

function isDaily(daily: DatedRate['daily'], at: number): boolean {
  if (!daily) return true;
  const second = Math.floor(at / 1000) % SECONDS_PER_DAY;
  const { fromSecond, toSecond } = daily;
  return fromSecond <= toSecond ? second >= fromSecond && second < toSecond : second >= fromSecond || second < toSecond;
}

/** One tier of a price list, in US dollars per million tokens. */
export interface ListedTier {
  readonly inputTokensAbove?: number | undefined;
  readonly input: number;
  readonly cachedInput?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly cacheWriteHour?: number | undefined;
  readonly output: number;
  readonly reasoning?: number | undefined;
}

/** A price list's tiers as a rate. */
export function tokenRate(tiers: readonly ListedTier[]): TokenRate {
  return {
    kind: 'tokens',
    tiers: tiers
      .map((tier) => ({ inputTokensAbove: tier.inputTokensAbove ?? 0, price: tokenPrice(tier) }))
      .sort((a, b) => a.inputTokensAbove - b.inputTokensAbove),
  };
}

function tokenPrice(tier: ListedTier): TokenPrice {
  const { input, cachedInput, cacheWrite, cacheWriteHour, output, reasoning } = tier;
  return {
    fresh: perMillion(input),
    text: perMillion(output),
    ...(cachedInput === undefined ? {} : { cacheRead: perMillion(cachedInput) }),
    ...(cacheWrite === undefined ? {} : { cacheWrite: perMillion(cacheWrite) }),
    ...(cacheWriteHour === undefined ? {} : { cacheWriteHour: perMillion(cacheWriteHour) }),
    ...(reasoning === undefined ? {} : { reasoning: perMillion(reasoning) }),
  };
}
