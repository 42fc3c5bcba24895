import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makerOf, providerKey, readModelName } from '../../../src/core/prices/modelName.ts';

const spellings = (model: string) => readModelName(model).spellings;

describe('readModelName', () => {
  const takenOff: readonly (readonly [string, string])[] = [
    ['claude-sonnet-4-20250514', 'claude-sonnet-4'],
    ['claude-opus-4-8[1m]', 'claude-opus-4-8'],
    ['claude-sonnet-4-5-20250929[1m]', 'claude-sonnet-4-5'],
    ['claude-opus-4-6-thinking', 'claude-opus-4-6'],
    ['gpt-5-2025-08-07', 'gpt-5'],
    ['gpt-5-high', 'gpt-5'],
    ['gpt-5 (high)', 'gpt-5'],
    ['gpt-5.5-2026-04-23', 'gpt-5.5'],
    ['o3-mini-low', 'o3-mini'],
    ['GPT-5.4-Mini', 'gpt-5.4-mini'],
    ['chatgpt-4o-latest', 'chatgpt-4o'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['publishers/google/models/gemini-2.5-flash', 'gemini-2.5-flash'],
    ['accounts/fireworks/models/deepseek-v3p1', 'deepseek-v3p1'],
    ['anthropic/claude-opus-4.5', 'claude-opus-4.5'],
    ['openrouter/anthropic/claude-opus-4.5', 'claude-opus-4.5'],
    ['copilot/gpt-5.5', 'gpt-5.5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0',
      'claude-opus-4-5',
    ],
    ['claude-sonnet-4@20250514', 'claude-sonnet-4'],
  ];
  for (const [model, bare] of takenOff)
    it(`reads ${model} as ${bare}, last`, () => assert.equal(spellings(model).at(-1), bare));

  const kept = [
    // Other models or other prices than the name before the last dash.
    'gpt-5.1-codex-max',
    'claude-opus-4.8-fast',
    'mistral-medium-2508',
    'magistral-medium',
    'kimi-k2-thinking',
    'kimi-k2-0905-preview',
    'grok-4-0709',
    'gemini-2.5-pro-preview-06-05',
    // A date that is none.
    'claude-sonnet-4-20259914',
    // What follows a colon is another price.
    'qwen3:8b',
    'gpt-oss:120b-cloud',
    'deepseek-r1:free',
    '<synthetic>',
    'auto',
    '',
  ];
  for (const model of kept)
    it(`leaves ${model || 'an empty name'} as it is`, () => assert.deepEqual(spellings(model), [model]));

  it('gives the most specific spelling first', () => {
    assert.deepEqual(spellings('gpt-4o-2024-05-13'), ['gpt-4o-2024-05-13', 'gpt-4o']);
    assert.equal(spellings('openrouter/deepseek/deepseek-r1:free')[0], 'deepseek/deepseek-r1:free');
  });

  it("keeps Bedrock's global profiles apart from its dearer regions", () => {
    assert.ok(spellings('global.anthropic.claude-opus-4-6-v1').every((name) => name.startsWith('global.')));
  });

  it('knows who serves it, where only one writes names so', () => {
    assert.equal(readModelName('copilot/gpt-5.5').provider, 'github-copilot');
    assert.equal(readModelName('us.anthropic.claude-opus-4-8').provider, 'aws');
    assert.equal(readModelName('claude-opus-4-5@20251101').provider, 'google');
    assert.equal(readModelName('claude-opus-4-5').provider, undefined);
    assert.equal(readModelName('anthropic/claude-opus-4.5').provider, undefined);
  });

  it('never throws, ends, and keeps what it was given as a spelling of something', () => {
    fc.assert(fc.property(fc.string(), (model) => assert.ok(spellings(model).length > 0)));
  });
});

it('is not misled by names that objects have', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.deepEqual(spellings(name), [name.toLowerCase()]);
    assert.equal(providerKey(name), name.toLowerCase());
  }
});

describe('makerOf', () => {
  const makers: readonly (readonly [string, string | undefined])[] = [
    ['claude-opus-4-8', 'anthropic'],
    ['anthropic/claude-opus-4.8', 'anthropic'],
    ['gpt-5.5', 'openai'],
    ['o4-mini', 'openai'],
    ['gemini-2.5-flash', 'google'],
    ['grok-code-fast-1', 'x-ai'],
    ['kimi-k3', 'moonshotai'],
    ['glm-4.6', 'zai'],
    ['qwen3-coder-plus', 'alibaba'],
    // Open weights: anyone serves them, at any price.
    ['gpt-oss-120b', undefined],
    ['qwen3:8b', undefined],
    ['Qwen/Qwen3-32B', undefined],
    ['llama-3.3-70b-versatile', undefined],
    ['deepseek-r1', undefined],
    // Somebody else's model under a known name.
    ['acme/claude-opus-4.8', undefined],
    ['fake-model', undefined],
    ['', undefined],
  ];
  for (const [model, maker] of makers)
    it(`${model || 'an empty name'}: ${maker ?? 'nobody'}`, () => assert.equal(makerOf(readModelName(model)), maker));
});

it('providerKey reads the many names of a provider as one', () => {
  for (const [name, key] of [
    ['xai', 'x-ai'],
    ['Copilot', 'github-copilot'],
    ['amazon-bedrock', 'aws'],
    ['moonshot_ai', 'moonshotai'],
    ['openai', 'openai'],
    [' Anthropic ', 'anthropic'],
  ] as const)
    assert.equal(providerKey(name), key);
});
