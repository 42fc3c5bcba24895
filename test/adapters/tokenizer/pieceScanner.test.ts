import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { pieceEnd } from '../../../src/adapters/tokenizer/pieceScanner.ts';
import { texts } from './texts.ts';

const rule = new RegExp(o200k.pat_str, 'gu');

function scanned(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = pieceEnd(bytes, start, bytes.length);
    if (end <= start) throw new Error('The scanner stands still.');
    pieces.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end)));
    start = end;
  }
  return pieces;
}

/** What the regular expression takes; lone surrogates become U+FFFD as they do in UTF-8. */
function matched(text: string): string[] {
  return (text.match(rule) ?? []).map((piece) => piece.toWellFormed());
}

test('pieces equal those of the regular expression on any text', () => {
  fc.assert(
    fc.property(texts, (text) => {
      assert.deepEqual(scanned(text), matched(text));
    }),
    { numRuns: 20_000 },
  );
});

test('pieces equal those of the regular expression on every text of four classes', () => {
  // A letter of each kind, a mark, a digit, each kind of space and symbol: all 17⁴ sequences.
  const kinds = ['a', 'A', 'ǅ', '日', '\u0301', '1', ' ', '\t', '\n', '\r', '/', '.', "'", 's', 'R', 'e', '\u3000'];
  for (const first of kinds)
    for (const second of kinds)
      for (const third of kinds)
        for (const fourth of kinds) {
          const text = first + second + third + fourth;
          const [ours, theirs] = [scanned(text), matched(text)];
          if (ours.join('|') !== theirs.join('|')) assert.deepEqual(ours, theirs, JSON.stringify(text));
        }
});

test('pieces equal those of the regular expression in many scripts', () => {
  const text = readFileSync(new URL('../../fixtures/tokens/multilingual.txt', import.meta.url), 'utf8');
  assert.deepEqual(scanned(text), matched(text));
});
