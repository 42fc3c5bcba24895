import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { beginning, either, optionalNumber, optionalText, textField } from '../../src/importers/beginnings.ts';
import { holds } from '../../src/importers/holds.ts';
import { chunkMemory, lineFeed } from '../../src/importers/scanner.ts';

const begins = beginning(
  optionalText('{"parent":'),
  either('"side":false,', '"side":true,', '"s"'),
  optionalNumber('"ordinal":'),
  textField('"model":'),
  either('"rest"'),
);
/** The same, said by way of a regular expression. */
const BEGINS =
  /^(?:\{"parent":"[^"\\]*",)?(?:"side":false,|"side":true,|"s")(?:"ordinal":\d*,)?"model":"[^"\\]*","rest"/s;

const piece = fc.oneof(
  fc.constantFrom('{"parent":', '"side":false,', '"side":true,', '"s"', '"ordinal":', '12,', '"model":', '"rest"'),
  fc.constantFrom('"x",', '"",', '"a\\"b",', `"${'long '.repeat(20)}",`, '12', '"', ',', 'é', '\n', '"text"'),
);
const usual = fc.constantFrom<string[]>(
  ['{"parent":', '"x",', '"side":false,', '"ordinal":', '12,', '"model":', '"m",', '"rest"'],
  ['"side":true,', '"model":', '"",', '"rest"', '}'],
  ['{"parent":', `"${'x'.repeat(300)}",`, '"s"', '"model":', '"m",', '"rest"'],
);
/** A usual line, a piece of which is another, missing, or one too many. */
const line = fc
  .tuple(usual, fc.nat(8), fc.nat(2), fc.array(piece, { maxLength: 2 }))
  .map(([pieces, index, left, others]) => pieces.toSpliced(index, left, ...others).join(''));

test('a line begins with the steps that stand in it, wherever it lies', () => {
  fc.assert(
    fc.property(line, fc.nat(20), fc.boolean(), (text, place, inChunk) => {
      const bytes = Buffer.from(text);
      const memory = inChunk ? chunkMemory(65_536) : Buffer.alloc(65_536);
      memory.fill('"rest","model":"m","rest"');
      bytes.copy(memory, place);
      for (let length = bytes.length; length >= Math.max(0, bytes.length - 3); length -= 1)
        assert.equal(begins(memory, place, place + length), BEGINS.test(bytes.toString('utf8', 0, length)), text);
    }),
    { numRuns: 3_000 },
  );
});

test('a line whose beginning is very long is taken for the same, wherever it lies', () => {
  for (let length = 4_000; length < 4_200; length += 1) {
    const bytes = Buffer.from(`{"parent":"${'x'.repeat(length)}","side":false,"model":"m","rest"`);
    const memory = chunkMemory(65_536);
    bytes.copy(memory);
    assert.equal(begins(memory, 0, bytes.length), begins(bytes, 0, bytes.length));
  }
});

test('a word is found where all of it is in the line', () => {
  const word = '"user"';
  const isHeld = holds(word);
  const parts = fc.array(fc.constantFrom('"user"', '"user', 'user"', '"u', '"', 'x', 'er"', '""', 'x'.repeat(15)));
  fc.assert(
    fc.property(parts, fc.nat(20), fc.boolean(), (pieces, place, inChunk) => {
      const bytes = Buffer.from(pieces.join(''));
      const memory = inChunk ? chunkMemory(65_536) : Buffer.alloc(65_536);
      memory.fill(word);
      bytes.copy(memory, place);
      assert.equal(isHeld(memory, place, place + bytes.length), bytes.includes(word));
    }),
    { numRuns: 1_000 },
  );
});

test('line feeds are found one after the other', () => {
  const memory = chunkMemory(65_536);
  fc.assert(
    fc.property(fc.array(fc.nat(1_000)), fc.nat(100), fc.nat(900), (places, start, length) => {
      memory.fill(10);
      const bytes = memory.subarray(start, start + length);
      bytes.fill('x');
      for (const place of places) if (place < length) bytes[place] = 10;
      for (const from of [0, 1, 15, 64, 100, ...places])
        if (from <= length) assert.equal(lineFeed(bytes, from), bytes.indexOf(10, from));
      const copy = Buffer.from(bytes);
      assert.equal(lineFeed(copy, 0), copy.indexOf(10));
    }),
    { numRuns: 500 },
  );
});
