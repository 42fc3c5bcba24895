import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { modelFacts, withFacts } from '../../../src/core/prices/modelFacts.ts';

const find = modelFacts([
  {
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
  },
  {
    source: 'another',
    date: '2026-09-23',
    models: [
      { provider: 'anthropic', id: 'claude-opus-4-8', context: 5, output: 7 },
      { provider: 'anthropic', id: 'claude-opus-5-5', aliases: ['claude-5-5-opus'], context: 2_000_000 },
    ],
  },
]);

describe('modelFacts', () => {
  it("finds a model's own provider first, and its maker where that is silent", () => {
    assert.equal(find('claude-opus-4.8', 'github-copilot')?.contextTokens, 200_000);
    assert.equal(find('claude-opus-4.8', 'github-copilot')?.tools, true);
    assert.equal(find('copilot/claude-opus-4.8')?.maxOutputTokens, 64_000);
    assert.equal(find('anthropic/claude-opus-4.8')?.contextTokens, 1_000_000);
    assert.equal(find('claude-opus-4-8-20260528', 'our-gateway')?.released, '2026-05-28');
    assert.equal(find('grok-4.3', 'x-ai')?.contextTokens, 1_000_000);
  });

  it('inherits abilities within a line, and nothing else', () => {
    for (const model of ['claude-opus-5-5', 'claude-5.5-opus']) {
      const facts = find(model, 'anthropic');
      assert.deepEqual([facts?.contextTokens, facts?.tools, facts?.images], [2_000_000, true, true]);
    }
    const unlisted = find('claude-opus-6', 'anthropic');
    assert.deepEqual([unlisted?.contextTokens, unlisted?.released, unlisted?.tools], [undefined, undefined, true]);
    assert.equal(find('claude-sonnet-6', 'anthropic')?.images, true);
    assert.equal(find('grok-4.3-mini', 'x-ai')?.tools, true);
    assert.equal(find('grok-imagine', 'x-ai'), undefined);
  });

  it('knows nothing of others', () => {
    assert.equal(find('gpt-9', 'openai'), undefined);
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
