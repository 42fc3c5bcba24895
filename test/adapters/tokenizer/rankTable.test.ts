import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packedRanks, vocabulary } from '../../../scripts/make-ranks.mjs';
import { extendHash, NO_RANK, readRanks } from '../../../src/adapters/tokenizer/rankTable.ts';

const table = readRanks(packedRanks());

function rankOf(token: Uint8Array): number {
  return table.find(token, 0, token.length, token.reduce(extendHash, 0));
}

test('every token of js-tiktoken is found under its rank', () => {
  const tokens = vocabulary();
  assert.equal(tokens.length, 199_998);
  assert.equal(table.tokenCount, tokens.length);
  for (const [rank, token] of tokens.entries()) if (rankOf(token) !== rank) assert.fail(`rank ${rank}`);
  assert.equal(
    table.longest,
    tokens.reduce((longest, token) => Math.max(longest, token.length), 0),
  );
});

test('single bytes and pairs have tables of their own', () => {
  for (let byte = 0; byte < 256; byte++) assert.equal(table.ofByte[byte], rankOf(Uint8Array.of(byte)));
  for (let pair = 0; pair < 0x10000; pair++) assert.equal(table.ofPair[pair], rankOf(Uint8Array.of(pair >> 8, pair)));
});

test('a span that is no token has no rank', () => {
  assert.equal(rankOf(new TextEncoder().encode('qzxjkvwq')), NO_RANK);
  assert.equal(rankOf(Uint8Array.of(0xff, 0xfe, 0xfd)), NO_RANK);
});

test('a hash that two spans share does not confuse them', () => {
  const token = new TextEncoder().encode('function');
  const hash = token.reduce(extendHash, 0);
  assert.equal(table.find(new TextEncoder().encode('Function'), 0, 8, hash), NO_RANK);
});

test('damaged data are refused', () => {
  const packed = packedRanks();
  const withoutSpace = packed.slice();
  withoutSpace[packed.indexOf(0x20, 4 + 199_998)] = 0x21;
  const parts = [
    packed.subarray(0, -1),
    packed.subarray(0, 1000),
    packed.subarray(0, 3),
    new Uint8Array(4),
    withoutSpace,
  ];
  for (const part of parts) assert.throws(() => readRanks(part), /damaged/);
});
