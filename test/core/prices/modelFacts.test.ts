import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelFacts, withFacts } from '../../../src/core/prices/modelFacts.ts';

const find = modelFacts({
  source: 'a list',
  date: '2026-07-02',
  models: [
    {
      provider: 'anthropic',
      id: 'claude-opus-4-8',
      context: 1_000_000,
      output: 128_000,
      tools: true,
      images: true,
      thinking: true,
      released: '2026-05-28',
    },
    { provider: 'github-copilot', id: 'claude-opus-4.8', context: 200_000, output: 64_000 },
    { provider: 'xai', id: 'grok-4.3', context: 1_000_000, tools: true },
  ],
});

describe('modelFacts', () => {
  it("finds a model's own provider first, and its maker where that is silent", () => {
    assert.equal(find('claude-opus-4.8', 'github-copilot')?.contextTokens, 200_000);
    assert.equal(find('claude-opus-4.8', 'github-copilot')?.tools, true);
    assert.equal(find('copilot/claude-opus-4.8')?.maxOutputTokens, 64_000);
    assert.equal(find('anthropic/claude-opus-4.8')?.contextTokens, 1_000_000);
    assert.equal(find('claude-opus-4-8-20260528', 'our-gateway')?.released, '2026-05-28');
    assert.equal(find('grok-4.3', 'x-ai')?.contextTokens, 1_000_000);
  });

  it('knows nothing of others', () => {
    assert.equal(find('claude-opus-4-9', 'anthropic'), undefined);
    assert.equal(find('opus:8b'), undefined);
  });
});

describe('withFacts', () => {
  it("keeps the endpoint's word and fills only what it doesn't say", () => {
    const model = withFacts({ name: 'claude-opus-4-8', contextTokens: 5, tools: false }, find('claude-opus-4-8'));
    assert.deepEqual(model, {
      name: 'claude-opus-4-8',
      contextTokens: 5,
      maxOutputTokens: 128_000,
      tools: false,
      images: true,
      thinking: true,
    });
    const plain = { name: 'x' };
    assert.equal(withFacts(plain, undefined), plain);
  });
});
