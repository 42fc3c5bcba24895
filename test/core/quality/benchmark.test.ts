import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type BenchmarkTable, benchmark, GAIN_PER_MONTH } from '../../../src/core/quality/benchmark.ts';

const table: BenchmarkTable = JSON.parse(
  readFileSync(new URL('../../../src/adapters/priceData/aiderPolyglot.json', import.meta.url), 'utf8'),
);
const find = benchmark(table, '2026-07-02');

describe('a model in the table', () => {
  const measured: readonly (readonly [string, number, string])[] = [
    ['gpt-5', 88, 'gpt-5 (high)'],
    ['gpt-5-2025-08-07', 88, 'gpt-5 (high)'],
    ['openai/gpt-5-high', 88, 'gpt-5 (high)'],
    ['gpt-4.1', 52.4, 'gpt-4.1'],
    ['gpt-4.1-mini', 32.4, 'gpt-4.1-mini'],
    ['gpt-4.1-nano', 8.9, 'gpt-4.1-nano'],
    ['gpt-4o', 23.1, 'gpt-4o-2024-08-06'],
    ['gpt-4o-mini', 3.6, 'gpt-4o-mini-2024-07-18'],
    ['o3', 81.3, 'o3 (high)'],
    ['o3-pro', 84.9, 'o3-pro (high)'],
    ['o4-mini', 72, 'o4-mini (high)'],
    ['claude-opus-4-20250514', 72, 'claude-opus-4-20250514 (32k thinking)'],
    ['claude-sonnet-4', 61.3, 'claude-sonnet-4-20250514 (32k thinking)'],
    ['claude-3-7-sonnet-20250219', 64.9, 'claude-3-7-sonnet-20250219 (32k thinking tokens)'],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 28, 'claude-3-5-haiku-20241022'],
    ['models/gemini-2.5-pro', 83.1, 'gemini-2.5-pro-preview-06-05 (32k think)'],
    ['gemini-2.5-flash', 55.1, 'gemini-2.5-flash-preview-05-20 (24k think)'],
    ['grok-4', 79.6, 'grok-4 (high)'],
    ['grok-3-mini', 49.3, 'Grok 3 Mini Beta (high)'],
    ['moonshotai/kimi-k2', 59.1, 'Kimi K2'],
    ['gpt-oss:120b', 41.8, 'gpt-oss-120b (high)'],
    ['qwen3:32b', 40, 'Qwen3 32B'],
    ['Qwen/Qwen3-32B', 40, 'Qwen3 32B'],
    ['qwen3-235b-a22b', 59.6, 'Qwen3 235B A22B diff, no think, Alibaba API'],
    ['qwen2.5-coder:32b', 16.4, 'Qwen2.5-Coder-32B-Instruct'],
    ['qwen2.5-coder:32b-instruct-q4_K_M', 16.4, 'Qwen2.5-Coder-32B-Instruct'],
    ['gemma3:27b', 4.9, 'gemma-3-27b-it'],
  ];
  for (const [model, passRate, matchedAs] of measured)
    it(`${model}: ${passRate} % as ${matchedAs}`, () => {
      const found = find(model);
      assert.deepEqual([found?.passRate, found?.matchedAs, found?.basis], [passRate, matchedAs, 'measured']);
      assert.ok(found?.date && found.source.includes('Aider'));
    });

  it('is never one that two models reached together', () => {
    for (const { matchedAs } of table.rows.flatMap(({ model }) => find(model) ?? []))
      assert.ok(!matchedAs.includes(' + '), matchedAs);
  });
});

describe('a model that came after the table', () => {
  const inherited: readonly (readonly [string, string])[] = [
    ['gpt-5.5', 'gpt-5 (high)'],
    ['gpt-5-codex', 'gpt-5 (high)'],
    ['gpt-5.6-sol', 'gpt-5 (high)'],
    ['gpt-5-mini', 'gpt-4.1-mini'],
    ['gpt-5.4-nano', 'gpt-4.1-nano'],
    ['claude-opus-4-8', 'claude-opus-4-20250514 (32k thinking)'],
    ['claude-opus-5', 'claude-opus-4-20250514 (32k thinking)'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-20250514 (32k thinking)'],
    ['claude-haiku-4.5', 'claude-3-5-haiku-20241022'],
    ['gemini-3.1-pro-preview', 'gemini-2.5-pro-preview-06-05 (32k think)'],
    ['grok-4.6', 'grok-4 (high)'],
    ['deepseek-v4-pro', 'DeepSeek-V3.2-Exp (Reasoner)'],
    ['kimi-k3', 'Kimi K2'],
  ];
  for (const [model, matchedAs] of inherited)
    it(`${model} inherits from ${matchedAs}`, () => {
      const found = find(model);
      const row = table.rows.find((one) => one.model === matchedAs);
      assert.deepEqual([found?.basis, found?.matchedAs], ['inherited', matchedAs]);
      assert.ok((found?.passRate ?? 0) >= (row?.passRate ?? Number.NaN));
    });

  it('gains with the months between, and where no list knows it, counts as newer than the list', () => {
    const early = find('claude-opus-4-5', { released: '2025-11-24' })?.passRate ?? Number.NaN;
    const late = find('claude-opus-4-8', { released: '2026-05-28' })?.passRate ?? Number.NaN;
    const unlisted = find('claude-opus-5')?.passRate ?? Number.NaN;
    assert.ok(72 < early && early < late && late < unlisted && unlisted < 100, `${early} ${late} ${unlisted}`);
    // 72 % is 0.944 logits; 6 months of 30.44 days add 0.6.
    const six = find('claude-opus-4-5', { released: '2025-11-23T15:21:36Z' })?.passRate ?? Number.NaN;
    assert.ok(Math.abs(six - 100 / (1 + Math.exp(-(Math.log(0.72 / 0.28) + 6 * GAIN_PER_MONTH)))) < 0.1);
  });

  it('does not lose by a release that cannot be read or lies before the measurement', () => {
    assert.equal(find('claude-opus-4-5', { released: 'soon' })?.passRate, 72);
    assert.equal(find('claude-opus-4-5', { released: '2020-01-01' })?.passRate, 72);
  });

  it("is taken to gain less than half of what the table's own successions did", () => {
    const logit = (percent: number) => Math.log(percent / (100 - percent));
    const pairs = [
      ['gpt-4o-2024-11-20', 'gpt-4.1'],
      ['gpt-4.1', 'gpt-5 (high)'],
      ['claude-3-5-sonnet-20241022', 'claude-3-7-sonnet-20250219 (32k thinking tokens)'],
      ['Gemini 2.0 Pro exp-02-05', 'gemini-2.5-pro-preview-06-05 (32k think)'],
      ['gemini-2.0-flash-exp', 'gemini-2.5-flash-preview-05-20 (24k think)'],
      ['Grok 3 Beta', 'grok-4 (high)'],
      ['o1-2024-12-17 (high)', 'o3 (high)'],
      ['o3-mini (high)', 'o4-mini (high)'],
      ['DeepSeek V3 (0324)', 'DeepSeek-V3.2-Exp (Reasoner)'],
    ];
    const gains = pairs
      .map((pair) => {
        const [from, to] = pair.map((model) => table.rows.find((row) => row.model === model));
        assert.ok(from && to, pair.join(' -> '));
        const months = (Date.parse(to.date) - Date.parse(from.date)) / 86_400_000 / 30.44;
        return (logit(to.passRate) - logit(from.passRate)) / months;
      })
      .sort((a, b) => a - b);
    assert.ok((gains[4] ?? 0) > 2 * GAIN_PER_MONTH, `${gains}`);
  });
});

describe('a model without a relative in the table', () => {
  it('is guessed from its size, by its name or by what its server says', () => {
    assert.deepEqual([find('qwen3:8b')?.basis, find('qwen3:8b')?.matchedAs], ['parameters', '8B parameters']);
    assert.equal(find('llama3.2', { parameterCount: 3_210_000_000 })?.matchedAs, '3.21B parameters');
    assert.equal(find('deepseek-r1:8b')?.basis, 'parameters');
  });

  it('is guessed from its price where its size is not known', () => {
    const fable = find('claude-fable-5', { outputDollarsPerMillion: 50, released: '2026-06-09' });
    assert.deepEqual([fable?.basis, fable?.matchedAs], ['price', '$50 per M output']);
    assert.ok((fable?.passRate ?? 0) < 88);
  });

  it('is unknown where neither is', () => {
    assert.equal(find('fake-model'), undefined);
    assert.equal(find('fake-model', { outputDollarsPerMillion: 0, parameterCount: 0 }), undefined);
  });

  it('counts for more the larger or dearer it is, within 0 and 100', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e13, noNaN: true }),
        fc.double({ min: 1, max: 1e3, noNaN: true }),
        (size, more) => {
          for (const hint of ['parameterCount', 'outputDollarsPerMillion'] as const) {
            const [small, large] = [
              find('x', { [hint]: size })?.passRate,
              find('x', { [hint]: size * more })?.passRate,
            ];
            assert.ok(small !== undefined && large !== undefined && 0 < small && small <= large && large < 100);
          }
        },
      ),
    );
  });

  it('fits the prices of the rows that have both', () => {
    // Output dollars per million when they were measured.
    const priced = {
      'gpt-4.1': 8,
      'gpt-4.1-mini': 1.6,
      'claude-opus-4-20250514': 75,
      'claude-sonnet-4': 15,
      o1: 60,
      'gpt-5': 10,
      'grok-4': 15,
    };
    const errors = Object.entries(priced)
      .map(([model, dollars]) =>
        Math.abs(
          (find('x', { outputDollarsPerMillion: dollars, released: '2025-01-01' })?.passRate ?? 0) -
            (find(model)?.passRate ?? 0),
        ),
      )
      .sort((a, b) => a - b);
    assert.ok((errors[3] ?? 99) < 15, `${errors}`);
  });
});

it('never throws', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (model, released) => void find(model, { released })));
});
