import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takesEffort, toOpenAiEffort } from '../../../../src/core/wire/openai/effort.ts';

test('OpenAI: no thinking is the least that the model knows', () => {
  const none = (model: string) => toOpenAiEffort('openai', model, 'none', false);
  assert.deepEqual(['o3', 'o4-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5.1', 'gpt-5.6-sol'].map(none), [
    'low',
    'low',
    'minimal',
    'minimal',
    'none',
    'none',
  ]);
  assert.equal(toOpenAiEffort('openai', 'gpt-5', undefined, true), undefined);
  assert.equal(toOpenAiEffort('openai', 'gpt-5', 'high', true), 'high');
});

test('OpenAI: models that take no tools while they think are told not to', () => {
  for (const model of ['gpt-5.2', 'gpt-5.4-mini', 'gpt-5.5', 'gpt-5.6-terra', 'gpt-6', 'gpt-5.10-2026-12-01']) {
    assert.equal(toOpenAiEffort('openai', model, undefined, true), 'none', model);
    assert.equal(toOpenAiEffort('azure', model, 'high', true), 'none', model);
    assert.equal(toOpenAiEffort('openai', model, 'high', false), 'high', model);
    assert.equal(takesEffort('openai', model), false, model);
  }
  for (const model of ['gpt-4.1', 'gpt-4o', 'gpt-5', 'gpt-5-mini-2025-08-07', 'gpt-5.1', 'gpt-5.2-chat-latest', 'o3']) {
    assert.equal(toOpenAiEffort('openai', model, undefined, true), undefined, model);
    assert.equal(takesEffort('openai', model), true, model);
  }
});

test('other vendors: as it is where that is known to work, else not at all', () => {
  assert.equal(toOpenAiEffort('openrouter', 'x-ai/grok-4', 'none', true), 'none');
  assert.equal(toOpenAiEffort(undefined, 'qwen3', 'low', true), 'low');
  assert.deepEqual(
    ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-3-pro'].map((model) =>
      toOpenAiEffort('google', model, 'none', true),
    ),
    ['none', 'low', 'low'],
  );
  assert.equal(toOpenAiEffort('x-ai', 'grok-4', 'high', true), undefined);
  assert.equal(takesEffort('x-ai', 'grok-4'), false);
});
