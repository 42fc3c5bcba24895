import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { itemSplitter } from '../../../src/adapters/tail/itemSplitter.ts';

interface Outcome {
  readonly items: readonly (readonly [name: string | undefined, value: unknown])[];
  readonly whole: boolean;
  readonly dropped: number;
}

function split(text: string | Buffer, lengths: readonly number[] = [], maxItemBytes = 1_000_000): Outcome {
  const bytes = Buffer.from(text);
  const splitter = itemSplitter(maxItemBytes);
  const items: [string | undefined, unknown][] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
    const length = Math.max(1, lengths[Math.min(turn, lengths.length - 1)] ?? bytes.length);
    // The chunk's memory is used again, as the follower's is.
    const chunk = Buffer.from(bytes.subarray(start, start + length));
    for (const { name, bytes: item } of splitter.split(chunk)) items.push([name, JSON.parse(item.toString('utf8'))]);
    chunk.fill(0x78);
    start += length;
  }
  return { items, whole: splitter.isWhole(), dropped: splitter.dropped() };
}

function expected(value: object): Outcome['items'] {
  if (Array.isArray(value)) return value.map((element) => [undefined, element]);
  return Object.entries(value).flatMap(([name, member]): Outcome['items'] =>
    Array.isArray(member) ? member.map((element) => [name, element] as const) : [[name, member]],
  );
}

const documents = fc.oneof(
  fc.array(fc.jsonValue(), { maxLength: 5 }),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }),
);

test('the items of any document, however it is written and wherever it is cut', () => {
  fc.assert(
    fc.property(
      documents,
      fc.constantFrom(undefined, 1, '\t', ' '),
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
      (value, indent, lengths) => {
        const { items, whole } = split(JSON.stringify(value, null, indent), lengths);
        assert.deepEqual(items, expected(JSON.parse(JSON.stringify(value))));
        assert.ok(whole);
      },
    ),
    { numRuns: 500 },
  );
});

test('what is cut off anywhere is not whole, and its items up to there are those of the whole', () => {
  const text = JSON.stringify({ version: 1, name: 'a "b" \\', messages: [{ id: '[,]}' }, [1], 'x'], end: { a: [1] } });
  const all = split(text).items;
  for (let cut = 0; cut < text.length; cut += 1) {
    const { items, whole } = split(text.slice(0, cut));
    assert.ok(!whole, `cut at ${cut}`);
    assert.deepEqual(items, all.slice(0, items.length));
  }
});

test('a byte order mark, and NULs behind the end, are passed over; anything else there is not', () => {
  assert.ok(split('\ufeff[1]\u0000\u0000\n').whole);
  assert.ok(!split('[1][2]').whole);
  for (const no of ['', '"text"', '1', 'null', '{"a" 1}', '[1}', '{"a":1]']) assert.ok(!split(no).whole, no);
});

test('an item that is too long is passed over and counted, and its neighbours are not', () => {
  const long = 'x'.repeat(500);
  for (const length of [7, 100, 5_000]) {
    const { items, whole, dropped } = split(JSON.stringify(['a', long, 'b', { long }]), [length], 100);
    assert.deepEqual(items, [
      [undefined, 'a'],
      [undefined, 'b'],
    ]);
    assert.ok(whole);
    assert.equal(dropped, 2);
  }
});

test('bytes of any kind never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), documents, fc.nat(), (noise, value, at) => {
      const text = Buffer.from(JSON.stringify(value));
      const place = at % (text.length + 1);
      const splitter = itemSplitter(1_000);
      for (const part of [text.subarray(0, place), noise, text.subarray(place)]) {
        for (const item of splitter.split(Buffer.from(part))) assert.ok(item.bytes.length > 0);
      }
    }),
    { numRuns: 500 },
  );
});
