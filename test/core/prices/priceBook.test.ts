import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localRate } from '../../../src/core/prices/cost.ts';
import type { PriceOverride, PriceQuery } from '../../../src/core/prices/price.ts';
import { createPriceBook } from '../../../src/core/prices/priceBook.ts';
import { tokenRate } from '../../../src/core/prices/priceTable.ts';
import { tableOf } from '../../fakes/priceLists.ts';

const row = (provider: string, name: string, input: number) => ({
  provider,
  names: [name],
  prices: [{ rate: tokenRate([{ input, output: 10 * input }]) }],
});
const rateCard = tableOf('GitHub rate card', '2026-07-30', [
  row('github-copilot', 'gpt-5.6-sol', 5),
  row('github-copilot', 'gemini-3.1-pro', 2),
  row('github-copilot', 'raptor-mini', 0.25),
]);
const first = tableOf(
  'list 1',
  '2026-09-23',
  [
    row('anthropic', 'claude-opus-4-8', 5),
    row('openai', 'gpt-5.5', 5),
    row('github-copilot', 'gpt-5.6-sol', 4),
    row('openrouter', 'anthropic/claude-opus-4.8', 6),
    row('zhipu', 'gpt-5.5', 99),
  ],
  { azure: ['openai'] },
);
const second = tableOf('list 2', '2026-07-02', [
  row('openai', 'gpt-5.5', 7),
  row('openai', 'gpt-5.3-codex-spark', 1.75),
  row('azure', 'gpt-4', 30),
]);
const localCost = { watts: 100, dollarsPerKilowattHour: 0.3, hardwareDollars: 2_000, hardwareLifeHours: 20_000 };
const at = Date.parse('2026-11-22T12:00:00Z');

const bookWith = (overrides: readonly PriceOverride[] = []) =>
  createPriceBook({ overrides, localCost, rateCard, tables: [first, second] });
const book = bookWith();

/** `source: dollars in`, or undefined. */
function asked(query: Partial<PriceQuery> & { model: string }, from = book): string | undefined {
  const price = from.priceOf({ at, ...query });
  if (!price) return undefined;
  const { rate } = price;
  return `${price.source}: ${rate.kind === 'tokens' ? (rate.tiers[0]?.price.fresh ?? Number.NaN) / 1e5 : 'by the second'}`;
}

describe('priceOf', () => {
  it("takes the serving provider's list, the better source first", () => {
    assert.equal(asked({ model: 'gpt-5.5', provider: 'openai' }), 'list 1: 5');
    assert.equal(asked({ model: 'gpt-5.3-codex-spark', provider: 'openai' }), 'list 2: 1.75');
    assert.equal(asked({ model: 'anthropic/claude-opus-4.8', provider: 'openrouter' }), 'list 1: 6');
    assert.equal(asked({ model: 'gpt-5.5', provider: 'azure' }), 'list 1: 5');
  });

  it('has no price for a model that its known provider does not list', () => {
    assert.equal(asked({ model: 'claude-opus-4-8', provider: 'openai' }), undefined);
    assert.equal(asked({ model: 'gpt-5.6', provider: 'openai' }), undefined);
    assert.equal(asked({ model: 'claude-opus-4.8', provider: 'github-copilot' }), undefined);
  });

  it("takes the maker's list where no list of the provider is known, and says whose", () => {
    assert.equal(asked({ model: 'claude-opus-4-8' }), "list 1 (anthropic's list price): 5");
    assert.equal(asked({ model: 'gpt-5.5', provider: 'our-gateway' }), "list 1 (openai's list price): 5");
    assert.equal(asked({ model: 'gpt-5.5', provider: 'ollama' }), undefined);
    assert.equal(asked({ model: 'qwen3:8b' }), undefined);
  });

  it("uses Copilot's card, and the newer statement once it was made", () => {
    assert.equal(asked({ model: 'gpt-5.6-sol', provider: 'github-copilot' }), 'list 1: 4');
    assert.equal(asked({ model: 'copilot/gpt-5.6-sol' }), 'list 1: 4');
    const august = Date.parse('2026-08-15');
    assert.equal(asked({ model: 'gpt-5.6-sol', provider: 'copilot', at: august }), 'GitHub rate card: 5');
    const before = Date.parse('2026-06-01');
    assert.equal(asked({ model: 'gpt-5.6-sol', provider: 'copilot', at: before }), 'GitHub rate card: 5');
    assert.equal(asked({ model: 'gemini-3.1-pro-preview', provider: 'github-copilot' }), 'GitHub rate card: 2');
  });

  it("takes the endpoint's own list before public ones", () => {
    const listedPrice = { fresh: 12_345, text: 1 };
    assert.equal(asked({ model: 'gpt-5.5', provider: 'openai', listedPrice }), "the endpoint's own list: 0.12345");
  });

  it('prices own hardware by its time, whatever the model is called and the endpoint lists', () => {
    const price = book.priceOf({
      model: 'gpt-5.5',
      provider: 'openai',
      local: true,
      at,
      listedPrice: { fresh: 1, text: 1 },
    });
    assert.deepEqual(price, {
      source: 'your electricity and hardware settings',
      date: '2026-11-22',
      rate: localRate(localCost),
    });
  });

  describe('with settings', () => {
    const set = bookWith([
      { model: '*', input: 1, output: 1 },
      { model: 'GPT-5.*', input: 2, output: 2 },
      { model: 'gpt-5.5', input: 3, output: 3, cachedInput: 0.3 },
      { model: 'broken', input: Number.NaN, output: 1 },
      { model: 'negative', input: -1, output: 1 },
      { model: 'a(b', input: 9, output: 9 },
    ]);
    it('takes the exact name, then the longest pattern, before all else', () => {
      assert.equal(asked({ model: 'gpt-5.5', provider: 'openai', local: true }, set), 'your setting: 3');
      assert.equal(asked({ model: 'gpt-5.4', listedPrice: { fresh: 1, text: 1 } }, set), 'your setting: 2');
      assert.equal(asked({ model: 'anything' }, set), 'your setting: 1');
      assert.equal(asked({ model: 'a(b' }, set), 'your setting: 9');
    });
    it('leaves out a price that is none', () => {
      const only = bookWith([
        { model: 'gpt-5.5', input: Number.NaN, output: 1 },
        { model: 'gpt-5.5', input: 1, output: -2 },
      ]);
      assert.equal(asked({ model: 'gpt-5.5', provider: 'openai' }, only), 'list 1: 5');
    });
  });
});

describe('version', () => {
  it('changes with any price, setting or tariff, and with nothing else', () => {
    assert.equal(bookWith().version, book.version);
    const others = [
      bookWith([{ model: 'a', input: 1, output: 1 }]),
      createPriceBook({ overrides: [], localCost: { ...localCost, watts: 101 }, rateCard, tables: [first, second] }),
      createPriceBook({ overrides: [], localCost, rateCard: first, tables: [first, second] }),
      createPriceBook({ overrides: [], localCost, rateCard, tables: [second, first] }),
    ];
    assert.equal(new Set([book, ...others].map(({ version }) => version)).size, 5);
  });
});
