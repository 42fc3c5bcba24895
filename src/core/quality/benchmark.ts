/**
 * How strong a model is at code: the Aider polyglot leaderboard, a dated public table. It ends in October 2025, so for
 * later models there is a documented fallback, and every answer says on what it rests.
 */
import { type Standing, standing } from '../prices/modelLine.ts';
import { dashed, readModelName } from '../prices/modelName.ts';

/** The table, as scripts/make-prices.mjs writes it. */
export interface BenchmarkTable {
  readonly source: string;
  readonly rows: readonly BenchmarkRow[];
}

interface BenchmarkRow {
  /** With its settings: `gpt-5 (high)`. */
  readonly model: string;
  /** ISO day of the run. */
  readonly date: string;
  /** Percent of 225 exercises solved within two tries. */
  readonly passRate: number;
}

export interface Strength {
  /** Percent of the exercises; an estimate unless `basis` is `measured`. */
  readonly passRate: number;
  /** ISO day of the measurement that it rests on. */
  readonly date: string;
  readonly source: string;
  /** The row it rests on, as the table writes it; for `price` and `parameters` what was read instead. */
  readonly matchedAs: string;
  /**
   * `measured`: this model's best row. `inherited`: the best row of an earlier model of its line, moved up by the time
   * between. `price`: dear models are taken to be strong. `parameters`: large ones.
   */
  readonly basis: 'measured' | 'inherited' | 'price' | 'parameters';
}

/** What is known of a model besides its name, for the fallbacks. */
interface StrengthHints {
  /** ISO day or month of its release. */
  readonly released?: string | undefined;
  /** Dollars per million output tokens. */
  readonly outputDollarsPerMillion?: number | undefined;
  readonly parameterCount?: number | undefined;
}

export type FindStrength = (model: string, hints?: StrengthHints) => Strength | undefined;

interface Entry extends Standing {
  readonly key: string;
  readonly row: BenchmarkRow;
}

/**
 * Logits of the pass rate gained by a month's newer model of the same line. The table's own successions gain more than
 * twice as much (their median is in the test); gains taper off, so the smaller figure is taken.
 */
export const GAIN_PER_MONTH = 0.1;
const DAYS_PER_MONTH = 30.44;

/**
 * Makes the look-up in a table. `unlistedSince` (ISO day): the release that is taken where a hint gives none, the day of
 * the list in which releases are looked up: what it doesn't know came later.
 */
export function benchmark(table: BenchmarkTable, unlistedSince: string): FindStrength {
  const entries: Entry[] = table.rows.flatMap((row) => {
    const key = rowKey(row.model);
    return key === undefined ? [] : [{ key, row, ...(standing(key) ?? { line: key, version: 0 }) }];
  });
  const best = (some: readonly Entry[]) => some.toSorted((a, b) => b.row.passRate - a.row.passRate)[0];

  return (model, hints = {}) => {
    const keys = readModelName(model).spellings.map((spelling) => aliasOf(tagless(dashed(spelling))));
    for (const key of keys) {
      const row = best(entries.filter((entry) => entry.key === key))?.row;
      if (row) return { ...resting(row, table), passRate: row.passRate, basis: 'measured' };
    }
    for (const key of keys) {
      const own = standing(key);
      const earlier = own && entries.filter(({ line, version }) => line === own.line && version <= own.version);
      const latest = earlier && Math.max(...earlier.map(({ version }) => version));
      const row = earlier && best(earlier.filter(({ version }) => version === latest))?.row;
      if (row) {
        const months = monthsBetween(row.date, hints.released ?? unlistedSince);
        return { ...resting(row, table), passRate: raised(row.passRate, months), basis: 'inherited' };
      }
    }
    return guess(model, { ...hints, released: hints.released ?? unlistedSince }, table);
  };
}

/**
 * Without a relative in the table: by parameters for open weights, else by price. Both are read off the table's own rows
 * (at $8 per M 48 for a measured 52, at $1.6 35 for 32, at $75 68 for 72; at 32B 23 for 16 to 40, at 235B 44 for 60)
 * and held low, so that a guess doesn't beat a measured leader.
 */
function guess(model: string, hints: StrengthHints, table: BenchmarkTable): Strength | undefined {
  const date =
    table.rows
      .map((row) => row.date)
      .toSorted()
      .at(-1) ?? '';
  const { source } = table;
  const billions = hints.parameterCount === undefined ? billionsIn(model) : hints.parameterCount / 1e9;
  if (billions !== undefined && billions > 0) {
    const passRate = oneDecimal(bounded(25 * Math.log10(billions) - 15, 1, 60));
    return { passRate, date, source, matchedAs: `${rounded(billions)}B parameters`, basis: 'parameters' };
  }
  const dollars = hints.outputDollarsPerMillion;
  if (dollars !== undefined && dollars > 0) {
    const passRate = raised(bounded(20 + 20 * Math.log10(dollars / 0.3), 1, 70), monthsBetween(date, hints.released));
    return { passRate, date, source, matchedAs: `$${rounded(dollars)} per M output`, basis: 'price' };
  }
  return undefined;
}

const resting = (row: BenchmarkRow, table: BenchmarkTable) => ({
  date: row.date,
  source: table.source,
  matchedAs: row.model,
});

const bounded = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const rounded = (value: number) => Number(value.toPrecision(3));
const oneDecimal = (value: number) => Math.round(value * 10) / 10;

function raised(passRate: number, months: number): number {
  const share = bounded(passRate, 1, 99) / 100;
  const logit = Math.log(share / (1 - share)) + GAIN_PER_MONTH * months;
  return oneDecimal(100 / (1 + Math.exp(-logit)));
}

/** Never negative; 0 where a day can't be read. */
function monthsBetween(from: string, to: string | undefined): number {
  const days = to === undefined ? Number.NaN : (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return Number.isNaN(days) ? 0 : Math.max(0, days / DAYS_PER_MONTH);
}

/** The table's names for people, as ids; undefined where two models worked together. */
function rowKey(model: string): string | undefined {
  if (model.includes(' + ')) return undefined;
  const name = model
    .toLowerCase()
    .replace(/ \((?!\d{4}\)|prev|reasoner|chat).*\)$/, '')
    .replace(/, .*$| diff.*$/, '')
    .replace(/[()]/g, '')
    .replaceAll(' ', '-');
  return aliasOf(dashed(readModelName(name).spellings.at(-1) ?? name));
}

/** Other names of the table's models. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['deepseek-r1-0528', 'deepseek-r1'],
  ['deepseek-chat-v3-prev', 'deepseek-v3'],
  ['deepseek-v3-0324', 'deepseek-v3'],
  ['deepseek-chat-v2-5', 'deepseek-v2-5'],
  ['deepseek-v3-2-exp-reasoner', 'deepseek-v3-2-exp'],
  ['deepseek-v3-2-exp-chat', 'deepseek-v3-2-exp'],
  ['grok-3-beta', 'grok-3'],
  ['grok-3-mini-beta', 'grok-3-mini'],
  ['grok-4-0709', 'grok-4'],
  ['kimi-k2-0711-preview', 'kimi-k2'],
  ['claude-opus-4-0', 'claude-opus-4'],
  ['claude-sonnet-4-0', 'claude-sonnet-4'],
  ['qwen2-5-coder-32b-instruct', 'qwen2-5-coder-32b'],
  ['gemma-3-27b-it', 'gemma3-27b'],
  ['gemma-3-27b', 'gemma3-27b'],
  ['codestral-25-01', 'codestral-2501'],
  ['gemini-2-0-pro-exp-02-05', 'gemini-2-0-pro'],
  ['gemini-2-0-flash-exp', 'gemini-2-0-flash'],
]);

function aliasOf(key: string): string {
  const known = ALIASES.get(key) ?? key;
  // Dated previews of a Gemini are that Gemini, before it was final.
  return known.replace(/^(gemini-\d-\d-[a-z-]+?)-(?:preview|exp)(?:-\d\d-\d\d(?:-\d{4})?)?$/, '$1');
}

/** An Ollama tag as part of a name: `qwen3:32b` is `qwen3-32b`; the quantization in it is left out. */
function tagless(key: string): string {
  return key.replace(':', '-').replace(/-(?:instruct-|it-)?(?:q\d.*|fp16|bf16|cloud)$/, '');
}

function billionsIn(model: string): number | undefined {
  const found = /(?:^|[-_:.x])(\d+(?:\.\d+)?)b(?:$|[-_:.])/i.exec(model.toLowerCase());
  return found ? Number(found[1]) : undefined;
}
