// Lines are looked at where they lie, in the memory of a chunk, or copied: what is found of them is the same.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { beginning, either, optionalNumber, optionalText, textField } from '../../src/importers/beginnings.ts';
import { holds } from '../../src/importers/holds.ts';
import { instantIn } from '../../src/importers/line.ts';
import { picker } from '../../src/importers/pick.ts';
import { chunkMemory, lineFeed } from '../../src/importers/scanner.ts';

const CHUNK_BYTES = 256 * 1024;
const chunk = chunkMemory(CHUNK_BYTES);
/** With what is around the chunk. */
const memory = Buffer.from(chunk.buffer);

const around = fc.constantFrom('"', '\\', '}', ',', '0', 'e', '\n', ' ');
/** From the chunk's beginning, or to its very end. */
const place = fc.oneof(fc.nat(100), fc.constant(-1));

/** The line in the chunk, with something else all around it. */
function inChunk(line: Buffer, at: number, filling: string): readonly [start: number, end: number] {
  const start = at < 0 ? chunk.length - line.length : at;
  const first = chunk.byteOffset + start;
  memory.fill(filling, first - 40, first + line.length + 40);
  line.copy(chunk, start);
  return [start, start + line.length];
}

const SHAPE = { a: true, at: 'instant', in: { b: true }, list: [{ a: true, at: 'instant' }] } as const;

test('a line is read from its first byte to its last, wherever it lies', () => {
  const [picked, copied] = [picker(SHAPE), picker(SHAPE)];
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('\\', '"', '\\"', 'u', 'v', 'w'));
  const value = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
  const lines = fc.record(
    {
      a: value,
      x: value,
      at: text,
      in: fc.record({ b: value }),
      list: fc.array(fc.record({ a: value, at: text })),
      z: value,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(lines, place, around, fc.nat(3), (each, at, filling, cut) => {
      const line = Buffer.from(JSON.stringify(each));
      const [start, end] = inChunk(line, at, filling);
      assert.deepEqual(picked(chunk, start, end - cut), copied(line.subarray(0, line.length - cut)));
    }),
    { numRuns: 5_000 },
  );
});

test('a line longer than any room is read between others', () => {
  const pick = picker(SHAPE);
  for (const length of [90 * 1024 - 1, 90 * 1024, 90 * 1024 + 1, CHUNK_BYTES, 5_000_000, 6_000_000]) {
    const short = { a: `text ${length % 7}`, list: [{ a: 1 }, { a: 'é' }] };
    const long = { x: '', a: 'in the long one', list: [{ a: length }, 2], in: { b: '\\"' } };
    long.x = 'x'.repeat(length - Buffer.byteLength(JSON.stringify(long)));
    for (const line of [short, long, short, long, long, short]) {
      const bytes = Buffer.from(JSON.stringify(line));
      const view = pick(bytes);
      const list = line.list.map((each) => (typeof each === 'object' ? { a: each.a, at: undefined } : null));
      const inside = 'in' in line ? line.in : undefined;
      assert.deepEqual(view, { a: line.a, at: undefined, in: inside, list });
      assert.equal(pick(bytes.subarray(0, -1)), undefined);
    }
  }
});

test('times are those that Date reads', () => {
  const pick = picker({ at: 'instant' });
  const digits = (most: number, width: number) => fc.nat(most).map((each) => String(each).padStart(width, '0'));
  const written = fc
    .tuple(digits(9999, 4), digits(13, 2), digits(32, 2), digits(24, 2), digits(60, 2), digits(60, 2), digits(999, 3))
    .map(([year, month, day, h, m, s, ms]) => `${year}-${month}-${day}T${h}:${m}:${s}.${ms}Z`);
  const time = fc.oneof(
    written,
    fc
      .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
      .map((each) => each.toISOString()),
    fc.constantFrom(
      '2024-02-29T23:59:59.999Z',
      '2026-11-22T24:00:00.000Z',
      '2026-11-22T04:49:31Z',
      '2026-11-22 04:49:31',
      '',
    ),
  );
  fc.assert(
    fc.property(time, (each) => {
      const line = Buffer.from(JSON.stringify({ at: each }));
      assert.equal(pick(line)?.at, instantIn(each), each);
      const parsed = Date.parse(each.includes(' ') ? `${each.replace(' ', 'T')}Z` : each);
      assert.equal(pick(line)?.at, Number.isNaN(parsed) ? undefined : parsed, each);
    }),
    { numRuns: 20_000 },
  );
  for (const each of ['1', 'null', 'true', '{}', '["2026-11-22T04:49:31.268Z"]'])
    assert.equal(pick(Buffer.from(`{"at":${each}}`))?.at, undefined);
  const escaped = Buffer.from('{"at":"2026-11-22T04:49:31.268\\u005a"}');
  assert.equal(pick(escaped)?.at, Date.parse('2026-11-22T04:49:31.268Z'));
});

test('line feeds and words are found where Buffer finds them', () => {
  const word = holds('"user"');
  const piece = fc.constantFrom('"user"', '"use', 'r"', '"', '\n', 'x'.repeat(15), 'y'.repeat(16), '\u0000');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), place, around, fc.nat(20), (pieces, at, filling, cut) => {
      const line = Buffer.from(pieces.join(''));
      const [start, whole] = inChunk(line, at, filling);
      const end = Math.max(start, whole - cut);
      const part = chunk.subarray(start, end);
      for (let from = 0; from <= part.length; from += 1) assert.equal(lineFeed(part, from), part.indexOf(10, from));
      assert.equal(word(chunk, start, end), Buffer.from(part).includes('"user"'));
      assert.equal(word(Buffer.from(part), 0, part.length), word(chunk, start, end));
    }),
    { numRuns: 2_000 },
  );
});

test('a beginning is known by its bytes, and the same wherever the line lies', () => {
  const begins = beginning(
    optionalText('{"time":'),
    optionalNumber('"number":'),
    either('"one":', '"two":'),
    textField('{"id":'),
    either('"kind":"a"', '"kind":"bc"'),
  );
  const pattern = /^(?:\{"time":"[^"\\]*",)?(?:"number":[0-9]*,)?"(?:one|two)":\{"id":"[^"\\]*","kind":"(?:a|bc)"/;
  const texts = fc.constantFrom('""', '"a"', '"\\""', '"\\', '"é"', 'null', `"${'t'.repeat(40)}"`);
  const long = fc.integer({ min: 4_000, max: 4_200 }).map((length) => `"${'t'.repeat(length)}"`);
  const field = (key: string, values: fc.Arbitrary<string>) =>
    fc.option(
      values.map((each) => `${key}${each},`),
      { nil: '', freq: 4 },
    );
  const lines = fc
    .tuple(
      field('{"time":', fc.oneof({ weight: 4, arbitrary: texts }, long)),
      field('"number":', fc.constantFrom('', '1', '123', 'x', '"1"')),
      fc.constantFrom('"one":', '"two":', '"on":', ''),
      field('{"id":', texts),
      fc.constantFrom('"kind":"a"', '"kind":"bc"', '"kind":"b"', '"kind":"bc"}'),
    )
    .map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(lines, place, around, fc.nat(3), (line, at, filling, cut) => {
      const end = Math.max(0, line.length - cut);
      const [start] = inChunk(line, at, filling);
      const found = begins(line, 0, end);
      assert.equal(begins(chunk, start, start + end), found);
      if (line.length < 4_000) assert.equal(found, pattern.test(line.toString('utf8', 0, end)));
    }),
    { numRuns: 5_000 },
  );
});
