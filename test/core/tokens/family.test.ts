import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { claudeVersion, tokenizerFamilyOf } from '../../../src/core/tokens/family.ts';

const FAMILIES: Record<string, string[]> = {
  o200k: [
    ...[
      'gpt-4o',
      'gpt-4o-mini',
      'gpt-4o-2024-08-06',
      'chatgpt-4o-latest',
      'gpt-4.1',
      'gpt-4.1-nano',
      'gpt-4.5-preview',
    ],
    ...['gpt-5', 'gpt-5-mini', 'gpt-5.1-codex-max', 'gpt-5.2', 'gpt-5-codex', 'codex-mini-latest', 'o1', 'o1-pro'],
    ...['o3', 'o3-mini', 'o4-mini-2025-04-16', 'gpt-oss:20b', 'openai/gpt-oss-120b', 'openai/gpt-4o', 'GPT-4o'],
    ...['gpt-oss:120b-cloud', 'unsloth/gpt-oss-20b-GGUF', 'copilot/gpt-4.1'],
  ],
  cl100k: ['gpt-4', 'gpt-4-turbo', 'gpt-4-0613', 'gpt-3.5-turbo', 'gpt-35-turbo', 'openai/gpt-4-32k'],
  claude: [
    ...['claude-3-5-sonnet-20241022', 'claude-3.5-sonnet', 'claude-3-opus', 'claude-sonnet-4', 'claude-2.1'],
    ...['claude-sonnet-4-20250514', 'claude-opus-4-1-20250805', 'anthropic/claude-sonnet-4.5', 'claude-haiku-4-5'],
    ...['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-opus-4-6', 'claude-instant-1.2'],
  ],
  'claude-4.7': ['claude-opus-4-7', 'claude-opus-4.8', 'claude-sonnet-5', 'claude-haiku-5-5', 'sonnet', 'claude'],
  gemini: ['gemini-2.5-pro', 'models/gemini-3-flash', 'google/gemma-3-27b-it', 'gemma3:27b'],
  qwen: ['qwen3-coder:30b', 'Qwen/Qwen2.5-Coder-7B-Instruct', 'qwq:32b', 'deepseek-r1-distill-qwen-7b'],
  llama3: ['llama3.1:8b', 'meta-llama/Llama-3.3-70B-Instruct', 'llama-4-maverick', 'deepseek-r1-distill-llama-70b'],
  deepseek: ['deepseek-chat', 'deepseek-v3.1:671b', 'deepseek/deepseek-r1'],
  tekken: ['mistral-nemo', 'devstral:24b', 'mistralai/magistral-small', 'ministral-8b', 'mistral-small-3.2'],
  'sentencepiece-32k': ['mistral:7b', 'mixtral:8x7b', 'codestral:22b', 'codellama:13b', 'llama2:7b', 'tinyllama'],
  unknown: ['grok-4', 'kimi-k2', 'glm-4.6', 'phi4:14b', 'o5', 'gpt-6', 'random-o200k-local', '', '///'],
};

test('models are known by the names that endpoints give them', () => {
  for (const [id, models] of Object.entries(FAMILIES)) {
    for (const model of models) assert.equal(tokenizerFamilyOf(model).id, id, model);
  }
});

test('only o200k is without a factor, and every factor lies within its bar', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...Object.values(FAMILIES).flat())), (model) => {
      const { id, prior } = tokenizerFamilyOf(model);
      assert.equal(prior === undefined, id === 'o200k');
      if (prior) assert.ok(0 < prior.low && prior.low < prior.factor && prior.factor < prior.high);
    }),
  );
});

test('a version of Claude is not a date, nor another model', () => {
  assert.equal(claudeVersion('claude-opus-4-1-20250805'), 4.1);
  assert.equal(claudeVersion('claude-sonnet-4-20250514'), 4);
  assert.equal(claudeVersion('claude-3-haiku'), 3);
  assert.equal(claudeVersion('opus'), Number.POSITIVE_INFINITY);
  assert.equal(claudeVersion('gpt-4'), undefined);
});
