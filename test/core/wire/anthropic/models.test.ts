import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAnthropicModels } from '../../../../src/core/wire/anthropic/models.ts';
import { bare, fixture } from '../readReply.ts';

const page = (number: number): unknown =>
  JSON.parse(new TextDecoder().decode(fixture(`anthropic/models-page-${number}.json`)));

test('a page of models: limits, images, and how each is asked to think', () => {
  assert.deepEqual(bare(readAnthropicModels(page(1))), {
    models: [
      {
        info: {
          name: 'claude-opus-4-8',
          displayName: 'Claude Opus 4.8',
          family: 'opus',
          contextTokens: 1_000_000,
          maxOutputTokens: 128_000,
          images: true,
          thinking: true,
        },
        dialect: { maxOutputTokens: 128_000, thinking: 'adaptive', canDisableThinking: true },
      },
    ],
    next: 'claude-opus-4-8',
  });
  const last = readAnthropicModels(page(2));
  assert.equal(last?.next, undefined);
  assert.equal(last?.models[0]?.dialect.thinking, 'budget');
});

test('a model that says little is known by name only; other answers are no list', () => {
  assert.deepEqual(bare(readAnthropicModels({ data: [{ id: 'm' }, 7] })), {
    models: [{ info: { name: 'm' }, dialect: {} }],
  });
  assert.equal(readAnthropicModels({ models: [] }), undefined);
  fc.assert(fc.property(fc.jsonValue(), (body) => void readAnthropicModels(body)));
});

test('a page of more models than anyone has is no list', () => {
  const page = (count: number) => ({ data: Array.from({ length: count }, (_, index) => ({ id: `m${index}` })) });
  assert.equal(readAnthropicModels(page(5000))?.models.length, 5000);
  assert.equal(readAnthropicModels(page(5001)), undefined);
});
