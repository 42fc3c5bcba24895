import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Tokenizer } from '../../src/ports.ts';
import { texts } from '../adapters/tokenizer/texts.ts';

/** What every Tokenizer must do, whatever its encoding. `runs`: how many random texts each property gets. */
export function tokenizerContract(name: string, make: () => Tokenizer, runs = 300): void {
  describe(`tokenizer contract: ${name}`, () => {
    const tokenizer = make();

    test('it names its encoding', () => {
      assert.match(tokenizer.encoding, /^\w+$/);
    });

    test('nothing counts as nothing', () => {
      assert.equal(tokenizer.count(''), 0);
    });

    test('a text has at least one token and at most one for each byte', () => {
      fc.assert(
        fc.property(texts, (text) => {
          const tokens = tokenizer.count(text);
          assert.ok(Number.isInteger(tokens));
          assert.ok(tokens >= (text === '' ? 0 : 1));
          assert.ok(tokens <= new TextEncoder().encode(text).length);
        }),
        { numRuns: runs },
      );
    });

    test('counting again gives the same', () => {
      fc.assert(
        fc.property(texts, (text) => {
          assert.equal(tokenizer.count(text), tokenizer.count(text));
        }),
        { numRuns: runs },
      );
    });

    test('lines counted apart are as many tokens as together', () => {
      // A line that begins with a letter starts a piece of its own, whatever the line before it holds.
      const line = fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,4}\n$/);
      fc.assert(
        fc.property(line, line, (first, second) => {
          assert.equal(tokenizer.count(first + second), tokenizer.count(first) + tokenizer.count(second));
        }),
        { numRuns: runs },
      );
    });

    test('spellings of special tokens are plain text', () => {
      for (const special of ['<|endoftext|>', '<|endofprompt|>', 'a <|endoftext|> b']) {
        assert.ok(tokenizer.count(special) > 3, special);
      }
    });

    test('lone surrogates count as the replacement character', () => {
      for (const lone of ['\ud800', '\udfff', 'a\ud83d', '\ud83d\ud83d\ude00']) {
        assert.equal(tokenizer.count(lone), tokenizer.count(lone.toWellFormed()));
      }
    });
  });
}
