import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  readOllamaResident,
  readOllamaShow,
  readOllamaTags,
  readParameterSize,
} from '../../../../src/core/wire/ollama/models.ts';
import { fixture } from '../readReply.ts';

const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(fixture(`ollama/${name}.json`)));

test('the tags: name, digest, family, size, and where a cloud runs it', () => {
  assert.deepEqual(readOllamaTags(json('tags'))?.[0], {
    name: 'qwen3:8b',
    digest: '500a1f067a9f',
    info: { family: 'qwen3', parameterCount: 8_200_000_000 },
  });
  assert.equal(readOllamaTags(json('tags'))?.[2]?.info.remoteHost, 'https://ollama.com:443');
});

test('what a model can do and hold', () => {
  assert.deepEqual(readOllamaShow(json('show-qwen3')), {
    chats: true,
    info: {
      family: 'qwen3',
      parameterCount: 8_190_735_360,
      tools: true,
      images: false,
      thinking: true,
      contextTokens: 40_960,
    },
  });
  assert.equal(readOllamaShow(json('show-nomic-embed-text'))?.chats, false);
});

test('a server that tells no capabilities leaves them unknown', () => {
  assert.deepEqual(readOllamaShow({ model_info: {} }), { chats: true, info: {} });
});

test('what is in memory, and with how much context', () => {
  assert.deepEqual(readOllamaResident(json('ps')), new Map([['qwen3:8b', 16_384]]));
});

test('sizes as people write them', () => {
  assert.deepEqual(['8.2B', '751.63M', '1T', '22k', 'big', ''].map(readParameterSize), [
    8_200_000_000,
    751_630_000,
    1_000_000_000_000,
    22_000,
    undefined,
    undefined,
  ]);
});

test('whatever the answer is, nothing throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      readOllamaTags(body);
      readOllamaShow(body);
      readOllamaResident(body);
    }),
  );
});

test('a list of more models than anyone has is no list', () => {
  const list = (count: number) => ({ models: Array.from({ length: count }, (_, index) => ({ name: `m${index}` })) });
  assert.equal(readOllamaTags(list(5000))?.length, 5000);
  assert.equal(readOllamaTags(list(5001)), undefined);
  assert.equal(readOllamaResident(list(5001)), undefined);
});
