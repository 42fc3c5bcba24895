import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { priceBooks } from '../../../src/adapters/priceData/priceBooks.ts';
import { openPricesFile } from '../../../src/adapters/priceData/pricesFile.ts';
import { dollarsPerMillion } from '../../../src/core/prices/cost.ts';
import { providerKey, readModelName } from '../../../src/core/prices/modelName.ts';
import type { Price } from '../../../src/core/prices/price.ts';
import { tokenRate } from '../../../src/core/prices/priceTable.ts';
import { shippedPrices } from '../../fakes/shippedPrices.ts';

const at = Date.parse('2026-11-22T20:00:00Z');
const localCost = { watts: 60, dollarsPerKilowattHour: 0.3, hardwareDollars: 1_500, hardwareLifeHours: 20_000 };
const bookUnder = priceBooks(shippedPrices);
const book = bookUnder({ overrides: [], localCost });

it('ships what data/prices gives', () => {
  execFileSync(process.execPath, [
    fileURLToPath(new URL('../../../scripts/make-prices.mjs', import.meta.url)),
    '--check',
  ]);
});

/** Dollars per million: in, out of the first tier; undefined: unknown. */
function dollars(price: Price | undefined): string | undefined {
  if (price?.rate.kind !== 'tokens') return undefined;
  const tiers = price.rate.tiers.map(({ inputTokensAbove, price: { fresh, cacheRead, text } }) =>
    [
      inputTokensAbove ? `>${inputTokensAbove}` : '',
      dollarsPerMillion(fresh),
      cacheRead === undefined ? '-' : dollarsPerMillion(cacheRead),
      dollarsPerMillion(text),
    ]
      .join(' ')
      .trim(),
  );
  return tiers.join(' ');
}

describe('real names, as agents and vendors write them', () => {
  const cases: readonly (readonly [string | undefined, string, string | undefined])[] = [
    // Claude Code's logs: Anthropic, Bedrock, Vertex.
    ['anthropic', 'claude-opus-4-8', '5 0.5 25'],
    ['anthropic', 'claude-opus-4-8[1m]', '5 0.5 25'],
    ['anthropic', 'claude-sonnet-4-20250514', '3 0.3 15'],
    ['anthropic', 'claude-sonnet-4-5-20250929', '3 0.3 15 >200000 6 0.6 22.5'],
    ['anthropic', 'claude-haiku-4-5-20251001', '1 0.1 5'],
    ['anthropic', 'claude-3-5-haiku-20241022', '0.8 0.08 4'],
    ['anthropic', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', '3.3 0.33 16.5'],
    ['anthropic', 'global.anthropic.claude-opus-4-6-v1', '5 0.5 25'],
    [undefined, 'claude-opus-4-5@20251101', '5 0.5 25'],
    [undefined, 'claude-opus-4-6-thinking', '5 0.5 25'],
    ['anthropic', '<synthetic>', undefined],
    // Newer than the table: the package's own rule would take Sonnet 5's price.
    ['anthropic', 'claude-sonnet-5-5', undefined],
    // Copilot's records and VS Code's chats.
    ['github-copilot', 'copilot/gpt-5.5', '5 0.5 30 >272000 10 1 45'],
    ['github-copilot', 'claude-opus-4.8', '5 0.5 25'],
    ['github-copilot', 'claude-opus-4.8-fast', '10 1 50'],
    ['github-copilot', 'claude-sonnet-4.6', '3 0.3 15'],
    ['github-copilot', 'gpt-5-mini', '0.25 0.025 2'],
    ['github-copilot', 'oswe-vscode-prime', '0.25 0.025 2'],
    ['github-copilot', 'mai-code-1-flash', '0.75 0.075 4.5'],
    ['github-copilot', 'gemini-3.1-pro-preview', '2 0.2 12 >200000 4 0.4 18'],
    ['github-copilot', 'gpt-4.1', '0 - 0'],
    ['github-copilot', 'auto', undefined],
    // Codex.
    ['openai', 'gpt-5.5', '5 0.5 30 >271999 10 1 45'],
    ['openai', 'gpt-5.1-codex-max', '1.25 0.125 10'],
    ['openai', 'gpt-5.3-codex-max', undefined],
    ['openai', 'gpt-5-high', '1.25 0.125 10'],
    ['openai', 'gpt-4o-2024-05-13', '5 - 15'],
    ['openai', 'gpt-4o-2024-11-20', '2.5 1.25 10'],
    // Gemini CLI.
    ['google', 'models/gemini-2.5-pro', '1.25 0.125 10 >200000 2.5 0.25 15'],
    ['google', 'gemini-2.5-pro-preview-06-05', '1.25 0.125 10 >200000 2.5 0.25 15'],
    ['google', 'gemini-2.5-pro-preview-tts', '1 - 20'],
    ['google', 'gemini-2.5-flash', '0.3 0.03 2.5'],
    // OpenRouter, Groq, Azure, own gateways.
    ['openrouter', 'anthropic/claude-opus-4.5', '5 0.5 25'],
    ['openrouter', 'deepseek/deepseek-r1:free', '0 - 0'],
    ['openrouter', 'openrouter/auto', undefined],
    ['groq', 'llama-3.3-70b-versatile', '0.59 - 0.79'],
    ['azure', 'gpt-4.1', '2 0.5 8'],
    ['our-gateway', 'gpt-5-mini', '0.25 0.025 2'],
    ['xai', 'grok-4', '3 0.75 15'],
    ['mistral', 'mistral-medium-2508', '0.4 0.04 2'],
    ['mistral', 'mistral-medium-2604', '1.5 - 7.5'],
    ['alibaba', 'qwen3-coder-plus', '1 - 5'],
    ['zai', 'glm-4.6', '0.6 0.11 2.2'],
    // Rolling names that mean another model now than in 2025.
    ['deepseek', 'deepseek-chat', '0.14 0.0028 0.28'],
    ['mistral', 'mistral-large-latest', '0.5 - 1.5'],
    // Own hardware and open weights.
    ['ollama', 'qwen3:8b', undefined],
    [undefined, 'qwen3:8b', undefined],
    [undefined, 'Qwen/Qwen3-32B', undefined],
    ['ollama', 'gpt-oss:120b-cloud', undefined],
    [undefined, 'gpt-oss-120b', undefined],
    [undefined, 'fake-model', undefined],
  ];
  for (const [provider, model, expected] of cases)
    it(`${provider ?? 'anyone'}: ${model}: ${expected ?? 'unknown'}`, () =>
      assert.equal(dollars(book.priceOf({ model, provider, at })), expected));
});

it('follows the settings, and its version tells', () => {
  const overrides = [{ model: 'gpt-5.5', input: 1, output: 2 }];
  const other = bookUnder({ overrides, localCost });
  assert.equal(dollars(other.priceOf({ model: 'gpt-5.5', provider: 'openai', at })), '1 - 2');
  assert.equal(dollars(book.priceOf({ model: 'gpt-5.5', provider: 'openai', at })), '5 0.5 30 >271999 10 1 45');
  assert.notEqual(other.version, book.version);
  assert.equal(bookUnder({ overrides: [], localCost }).version, book.version);
});

it('reads nothing before the first book', () => {
  const books = priceBooks('/nowhere/prices.jsonl');
  assert.throws(() => books({ overrides: [], localCost }), /can't be read.*Reinstall/);
});

it('never throws, and any price has tiers and a source', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('claude-opus-4-8', 'gpt-5.5', 'github-copilot', 'openai', '__proto__'),
  );
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), fc.double(), (model, provider, when) => {
      const price = book.priceOf({ model, provider, at: when });
      assert.ok(price === undefined || (price.source && price.rate.kind === 'tokens' && price.rate.tiers.length > 0));
    }),
  );
});

interface Listed {
  readonly provider?: string;
  readonly id: string;
  readonly tiers?: readonly {
    readonly input: number;
    readonly cachedInput?: number;
    readonly cacheWrite?: number;
    readonly output: number;
  }[];
}
const shipped = (name: string): readonly Listed[] =>
  JSON.parse(readFileSync(new URL(`../../../src/adapters/priceData/${name}`, import.meta.url), 'utf8')).models;

/** Where the lists disagree, each looked at; a new difference must be looked at too, and told in data/prices/README.md. */
const KNOWN_DIFFERENCES = [
  // The package is newer: price changes since July 2026, and cached input that models.dev lacks.
  'anthropic/claude-3-sonnet-20240229',
  'deepseek/deepseek-v4-flash',
  'deepseek/deepseek-v4-pro',
  'github-copilot/gpt-4.1',
  'github-copilot/gpt-5.6-sol',
  'mistral/devstral-2512',
  'mistral/ministral-8b-latest',
  'mistral/mistral-large-2512',
  'mistral/mistral-medium-2505',
  'mistral/mistral-medium-2508',
  'mistral/mistral-small-2603',
  'moonshotai/kimi-k2-turbo-preview',
  // The package has the long-context tier of the million-token beta.
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-sonnet-4-5-20250929',
  // models.dev: free while in the lab, and a cached price of 0 that means none.
  'mistral/labs-devstral-small-2512',
  'openai/gpt-3.5-turbo',
];

it('the lists agree on every model that several have, but for the differences that we know', () => {
  const genai = openPricesFile(shippedPrices);
  const models = [
    ...shipped('modelsDev.json'),
    ...shipped('githubCopilot.json').map((model) => ({ ...model, provider: 'github-copilot' })),
  ];
  const different = new Set<string>();
  let compared = 0;
  for (const { provider = '', id, tiers } of models) {
    const price = tiers && genai.find(providerKey(provider), readModelName(id).spellings, at);
    if (price?.rate.kind !== 'tokens' || !tiers) continue;
    compared++;
    const ours = price.rate.tiers.map(({ price: { fresh, cacheRead, cacheWrite, text } }) => [
      fresh,
      cacheRead,
      cacheWrite,
      text,
    ]);
    const theirs = tokenRate(tiers).tiers.map(({ price: { fresh, cacheRead, cacheWrite, text } }) => [
      fresh,
      cacheRead,
      cacheWrite,
      text,
    ]);
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) different.add(`${provider}/${id}`);
  }
  assert.ok(compared >= 120, `${compared} models`);
  assert.deepEqual([...different].sort(), KNOWN_DIFFERENCES.toSorted());
});
