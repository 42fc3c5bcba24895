import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  readListedPrice,
  readLlamaServerProps,
  readLmStudioModels,
  readOpenAiModels,
} from '../../../../src/core/wire/openai/models.ts';
import { bare, fixture } from '../readReply.ts';

const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(fixture(`openai/${name}.json`)));
const models = (name: string) => bare(readOpenAiModels(json(name))?.models);

test('OpenRouter: context, prices in nano-credits per token, what goes in; models without text are left out', () => {
  assert.deepEqual(models('openrouter-models'), [
    {
      name: 'anthropic/claude-sonnet-4.5',
      displayName: 'Anthropic: Claude Sonnet 4.5',
      contextTokens: 1_000_000,
      maxOutputTokens: 64_000,
      tools: true,
      images: true,
      thinking: true,
      listedPrice: { fresh: 300_000, text: 1_500_000, cacheRead: 30_000, cacheWrite: 375_000 },
    },
    {
      name: 'openrouter/auto',
      displayName: 'Auto Router',
      contextTokens: 2_000_000,
      tools: false,
      images: false,
      thinking: false,
    },
  ]);
});

test('llama-server: the context that it runs with, not the one it was trained for', () => {
  const list = readOpenAiModels(json('llama-server-models'));
  assert.equal(list?.ownedBy, 'llamacpp');
  assert.deepEqual(bare(list?.models), [
    { name: 'model.gguf', contextTokens: 4096, images: false, parameterCount: 6_409_920 },
  ]);
  assert.deepEqual(readLlamaServerProps(json('llama-server-props')), {
    contextTokens: 4096,
    images: false,
    tools: false,
  });
});

test('vLLM and LM Studio', () => {
  assert.deepEqual(models('vllm-models'), [{ name: 'Qwen/Qwen3-8B', contextTokens: 40_960 }]);
  assert.equal(readOpenAiModels(json('lm-studio-models'))?.ownedBy, 'organization_owner');
  assert.deepEqual(
    [...readLmStudioModels(json('lm-studio-api-v0-models'))],
    [
      ['qwen3-8b', { contextTokens: 8192, family: 'qwen3', images: false, tools: true, resident: true }],
      ['text-embedding-nomic', undefined],
    ],
  );
});

test('OpenAI tells names only', () => {
  assert.deepEqual(models('models'), [{ name: 'gpt-5-mini' }, { name: 'text-embedding-3-small' }]);
});

test('a price that varies, or is missing, is unknown; a free one is 0', () => {
  assert.equal(readListedPrice({ prompt: '-1', completion: '-1' }), undefined);
  assert.equal(readListedPrice({ prompt: '0.000001' }), undefined);
  assert.equal(readListedPrice({ prompt: '', completion: 'x' }), undefined);
  assert.deepEqual(bare(readListedPrice({ prompt: '0', completion: '0' })), { fresh: 0, text: 0 });
});

test('whatever the answer is, nothing throws; entries that are no models are left out', () => {
  assert.deepEqual(
    readOpenAiModels({ data: [5, { id: 'a' }, { id: 'a' }] })?.models.map((model) => model.name),
    ['a'],
  );
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      readOpenAiModels(body);
      readLlamaServerProps(body);
      readLmStudioModels(body);
    }),
  );
});

test('a list of more models than anyone has is no list', () => {
  const list = (count: number) => ({ data: Array.from({ length: count }, (_, index) => ({ id: `m${index}` })) });
  assert.equal(readOpenAiModels(list(5000))?.models.length, 5000);
  assert.equal(readOpenAiModels(list(5001)), undefined);
});
