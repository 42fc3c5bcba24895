import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { packedRanks } from '../../../scripts/make-ranks.mjs';
import { createO200kTokenizer } from '../../../src/adapters/tokenizer/o200kTokenizer.ts';
import { texts } from './texts.ts';

const tokenizer = createO200kTokenizer(packedRanks());
const reference = new Tiktoken(o200k);

function sameIds(text: string): void {
  const ids = tokenizer.encode(text);
  assert.deepEqual(ids, reference.encode(text, [], []));
  assert.equal(tokenizer.count(text), ids.length);
}

test('ids equal js-tiktoken on any text', () => {
  fc.assert(fc.property(texts, sameIds), { numRuns: 5_000 });
});

test('ids equal js-tiktoken on pieces that the long merge takes', () => {
  // One piece: letters without a break, long enough for the queue, from few letters so that ranks tie and nest.
  const letters = (alphabet: string) =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: 60, maxLength: 160 });
  for (const alphabet of [
    'a',
    'ab',
    'aehnrst',
    'abcdefghijklmnopqrstuvwxyz',
    'あいうかの',
    '日本語中国',
    'ابتن',
    '=-',
    '😀😃',
  ]) {
    fc.assert(fc.property(letters(alphabet), sameIds), { numRuns: 60 });
  }
});

test('ids equal js-tiktoken on unbroken runs around every limit', () => {
  for (const unit of ['a', ' ', '\t', '\n', '=', '/', '漢', '😀', 'é', '\u0301', '0']) {
    for (const length of [1, 2, 3, 31, 32, 63, 64, 65, 66, 127, 128, 129, 130, 257]) sameIds(unit.repeat(length));
  }
});

test('ids equal js-tiktoken on TypeScript and on many scripts', () => {
  sameIds(readFileSync(new URL('../../fixtures/tokens/multilingual.txt', import.meta.url), 'utf8'));
  sameIds(readFileSync(new URL('../../../src/adapters/tokenizer/pieceScanner.ts', import.meta.url), 'utf8'));
});

test('a large text after a small one, and the reverse', () => {
  const line = 'const answer = 42; // ünïcödé 漢字\n';
  const lines = 40_000;
  const large = line.repeat(lines);
  const once = tokenizer.count(line);
  assert.equal(tokenizer.count(large), once * lines);
  assert.equal(tokenizer.count(line), once);
});

test('short texts are quick after a long one', () => {
  tokenizer.count('a'.repeat(300_000));
  const start = process.cpuUsage();
  for (let round = 0; round < 5_000; round++) tokenizer.count('word');
  // Reading on into the long text's remains would take seconds.
  assert.ok(process.cpuUsage(start).user < 500_000);
});

test('time grows as the text does, without any break in it', () => {
  for (const unit of ['a', ' ', '漢', '😀', '=', '\n ']) {
    const time = (length: number) => {
      const text = unit.repeat(length);
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const start = process.cpuUsage();
        tokenizer.count(text);
        const { user, system } = process.cpuUsage(start);
        best = Math.min(best, (user + system) / 1000);
      }
      return best;
    };
    time(20_000);
    const [small, large] = [time(40_000), time(320_000)];
    // Quadratic would be 64 times; the fixed cost of the small text and noise are forgiven.
    assert.ok(large <= 24 * Math.max(small, 2), `${JSON.stringify(unit)}: ${small} ms, then ${large} ms`);
  }
});
