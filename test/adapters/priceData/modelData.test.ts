import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findFacts, findStrength } from '../../../src/adapters/priceData/modelData.ts';
import { priceBooks } from '../../../src/adapters/priceData/priceBooks.ts';
import { shippedPrices } from '../../fakes/shippedPrices.ts';

const at = Date.parse('2026-11-22T20:00:00Z');
const localCost = { watts: 60, dollarsPerKilowattHour: 0.3, hardwareDollars: 1_500, hardwareLifeHours: 20_000 };
const book = priceBooks(shippedPrices)({ overrides: [], localCost });

describe('facts and strength', () => {
  it("fill in what a vendor's list of models leaves out", () => {
    assert.equal(findFacts('gpt-5.5', 'openai')?.contextTokens, 1_050_000);
    assert.equal(findFacts('claude-opus-4-8', 'anthropic')?.images, true);
    // In no list but genai-prices', which knows the window only.
    for (const model of ['gpt-5', 'gpt-5-2025-08-07', 'gpt-6-sol', 'gpt-5.6']) {
      const facts = findFacts(model, 'openai');
      assert.ok((facts?.contextTokens ?? 0) >= 400_000 && facts?.tools && facts.images, model);
    }
    assert.equal(findFacts('claude-opus-5-5', 'anthropic')?.contextTokens, 1_000_000);
    assert.equal(findFacts('claude-opus-4.8', 'github-copilot')?.contextTokens, 200_000);
    assert.equal(findFacts('qwen3:8b', 'ollama'), undefined);
  });

  it("rank the makers' newest over their older ones, and those over small local ones", () => {
    const rate = (name: string, provider?: string) =>
      findStrength({ name }, provider, book.priceOf({ model: name, provider, at }))?.passRate ?? Number.NaN;
    assert.ok(rate('gpt-5.5', 'openai') > rate('gpt-5', 'openai'));
    assert.ok(rate('claude-opus-5', 'anthropic') >= rate('claude-opus-4-8', 'anthropic'));
    assert.ok(rate('claude-opus-4-8', 'anthropic') > rate('claude-opus-4-20250514', 'anthropic'));
    assert.ok(rate('claude-fable-5', 'anthropic') > rate('claude-haiku-4-5', 'anthropic'));
    assert.ok(rate('gpt-5-mini', 'openai') > rate('qwen3:8b'));
    assert.equal(findStrength({ name: 'llama3.2', parameterCount: 3.2e9 })?.basis, 'parameters');
    assert.equal(findStrength({ name: 'llama3.2' }), undefined);
  });
});
