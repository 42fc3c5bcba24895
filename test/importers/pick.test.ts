import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHUNK_BYTES } from '../../src/adapters/tail/readLimits.ts';
import { instantIn } from '../../src/importers/line.ts';
import { picker, type Shape } from '../../src/importers/pick.ts';
import { chunkMemory } from '../../src/importers/scanner.ts';

const SHAPE = {
  type: true,
  'ключ "1"\\': true,
  message: { id: true, usage: { input: true, parts: { hour: true } }, content: [{ type: true, name: true }] },
  list: [{ a: true }],
} as const;
const pick = picker(SHAPE);

/** What is picked, said by way of JSON.parse. */
function expected(value: unknown, shape: Shape): unknown {
  if (shape === true || shape === 'instant') return value;
  const isList = Array.isArray(shape);
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== isList) return null;
  if (isList) return (value as unknown[]).map((each) => expected(each, shape[0]));
  const fields = shape as Readonly<Record<string, Shape>>;
  const found = new Map(Object.entries(value));
  return Object.fromEntries(
    Object.entries(fields).map(([key, inside]) => [key, found.has(key) ? expected(found.get(key), inside) : undefined]),
  );
}

/** undefined: it isn't JSON. */
function parsed(line: string): unknown {
  try {
    return expected(JSON.parse(line), SHAPE);
  } catch {
    return undefined;
  }
}

const key = fc.oneof(
  fc.constantFrom(
    'type',
    'message',
    'id',
    'usage',
    'input',
    'parts',
    'hour',
    'content',
    'name',
    'list',
    'a',
    'ключ "1"\\',
  ),
  fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '"', '\\', '\\"', '{"type":"x"}', ']', '\u0000', 'ü', '😀'),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 8, noNullPrototype: true }),
  ),
}));
const object = fc.dictionary(key, value, { maxKeys: 8, noNullPrototype: true });

/** The same JSON in other writings: with spaces and breaks, and with every letter of it escaped. */
const writings: readonly ((object: unknown) => string)[] = [
  (each) => JSON.stringify(each),
  (each) => ` ${JSON.stringify(each, null, '\t')}\r\n`,
  (each) => JSON.stringify(each).replace(/[a-zÀ-\uffff]/g, escapedInTexts),
];

function escapedInTexts(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

test('what is picked of a line is what JSON.parse gives of it', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(...writings), (each, write) => {
      const line = write(each);
      let parsed: unknown;
      try {
        parsed = JSON.parse(line);
      } catch {
        return; // true, false and null can't be written with escapes
      }
      assert.deepEqual(pick(Buffer.from(line)), expected(parsed, SHAPE));
    }),
    { numRuns: 2_000 },
  );
});

test('a text is told apart from the one of the line before', () => {
  for (const text of ['abc', 'abc', 'abcd', 'ab', 'abc', 'ab"c', 'ab"c', 'abc\\', 'abc', 'abç', 'abc', '', 'abc']) {
    const line = JSON.stringify({ type: text, message: { id: `${text}-1` } });
    assert.deepEqual(pick(Buffer.from(line)), expected(JSON.parse(line), SHAPE));
  }
  assert.deepEqual(pick(Buffer.from('{"type":"abc"}')), expected({ type: 'abc' }, SHAPE));
  for (const cut of ['{"type":"abc', '{"type":"abc"', '{"type":"ab']) assert.equal(pick(Buffer.from(cut)), undefined);
});

test('long texts end where JSON says, whatever is escaped in them', () => {
  const text = fc.array(fc.constantFrom('"', '\\', '\\\\', 'x'.repeat(47), 'é', '\n', '}'), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(text, (pieces) => {
      const long = pieces.join('');
      const line = JSON.stringify({ other: [long, { [long]: long }], type: long, message: { id: 'last' } });
      assert.deepEqual(pick(Buffer.from(line)), expected(JSON.parse(line), SHAPE));
    }),
    { numRuns: 500 },
  );
});

test('nothing is remembered of a line but what stays true once its memory is used again', () => {
  const memory = Buffer.alloc(200);
  const pickAnew = picker(SHAPE);
  const lines = [
    { type: 'a', other: 1, message: { id: 'x' } },
    { message: { id: 'y', usage: { input: 2 } }, type: 'b' },
    { mess: 'type', type: 'c', list: [{ a: 1 }] },
    { typ: 'x', message: null, type: 'd' },
  ];
  for (const line of [...lines, ...lines.toReversed(), ...lines]) {
    const text = JSON.stringify(line);
    memory.fill('"');
    memory.write(text, 7);
    const picked = pickAnew(memory.subarray(7, 7 + text.length));
    assert.deepEqual(picked, expected(line, SHAPE));
  }
});

test('numbers are those that JSON.parse gives', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.tuple(fc.nat(999), fc.nat(999_999)).map(([whole, part]) => Number(`${whole}.${part}`)),
    fc.constantFrom(0, 0.1, 12.5, 0.05, 123456789012345, 1234567890123456, 9.999999999999999e22),
  );
  fc.assert(
    fc.property(number, (each) => {
      const line = JSON.stringify({ type: each });
      assert.deepEqual(pick(Buffer.from(line)), expected(JSON.parse(line), SHAPE));
    }),
    { numRuns: 1_000 },
  );
});

test('a number is what JSON.parse makes of its text, or spoils the line', () => {
  const valid =
    '0 -0 1.0 0.0 0.10 1e3 1E+3 12345678901234567 9007199254740993 0.12345678901234567 1e400 99999999999999.5';
  const invalid = '00 01 1. .5 - +1 1..2 1.2.3 1e 0x1 1_0 NaN';
  for (const number of [...valid.split(' '), ...invalid.split(' ')]) {
    const inList = `{"list":[{"a":${number}},{"a":${number} }]}`;
    for (const line of [`{"type":${number}}`, `{"type":${number},"b":1}`, inList])
      assert.deepEqual(pick(Buffer.from(line)), parsed(line), line);
  }
});

test('texts as long as are kept, and longer ones, stay apart from what stands beside them', () => {
  const lengths = [40, 236].flatMap((first) => Array.from({ length: 44 }, (_, index) => first + index));
  for (const length of lengths) {
    const pickAnew = picker(SHAPE);
    const long = (letter: string) => letter.repeat(length);
    const lines = [
      { type: long('a'), x: 1, message: { id: 'b', usage: { input: long('c') }, y: long('d') }, list: [{ a: 2 }] },
      { type: 'a', [long('e')]: 3, message: { id: long('f'), usage: { input: 4 } }, x: 5 },
    ];
    for (const line of [...lines, ...lines, ...lines.toReversed()])
      assert.deepEqual(pickAnew(Buffer.from(JSON.stringify(line))), expected(line, SHAPE));
  }
});

test('a line is read from its first byte to its last, whatever stands around it', () => {
  fc.assert(
    fc.property(object, fc.constantFrom('', '"', '\\', '}', ',"type":1}', '\n{"type":2}'), (each, around) => {
      const line = Buffer.from(JSON.stringify(each));
      const before = Buffer.from(around);
      const memory = Buffer.concat([before, line, before]);
      const [start, end] = [before.length, before.length + line.length];
      assert.deepEqual(pick(memory, start, end), expected(JSON.parse(line.toString()), SHAPE));
      assert.equal(pick(memory, start, end - 1), undefined);
    }),
    { numRuns: 1_000 },
  );
});

test('values that are passed over are told from those that begin with the same bytes', () => {
  const passed = fc.constantFrom(
    '1',
    '12',
    '1.5',
    '1e3',
    'true',
    'null',
    '"a"',
    '"a\\""',
    '[1]',
    '[1,2]',
    '{"b":1}',
    ' 1',
    '1 ',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(passed, passed, passed), { minLength: 3, maxLength: 12 }), (lines) => {
      const pickAnew = picker(SHAPE);
      for (const [a, b, c] of lines) {
        const line = `{"a":${a},"b":${b},"type":${b},"c":${c},"message":{"x":${a},"y":${c}}}`;
        assert.deepEqual(pickAnew(Buffer.from(line)), expected(JSON.parse(line), SHAPE));
      }
    }),
    { numRuns: 1_000 },
  );
});

test('of a list of millions the first members are told', () => {
  const many = Buffer.from(`{"list":[${'{"a":1},'.repeat(1_000_000)}{"a":2}],"type":"last"}`);
  const picked = pick(many);
  const list = picked?.list as readonly unknown[];
  assert.equal(picked?.type, 'last');
  assert.ok(list.length >= 100_000 && list.length < 101_000);
  assert.deepEqual([list[0], list.at(-1)], [{ a: 1 }, { a: 1 }]);
});

test('of keys that come twice the last counts, as in JSON.parse', () => {
  const line = '{"type":1,"message":{"id":1},"type":"two","message":{"usage":{"input":3}}}';
  assert.deepEqual(pick(Buffer.from(line)), expected(JSON.parse(line), SHAPE));
});

test('a line that is cut off anywhere is none', () => {
  const line = JSON.stringify({
    type: 'ü"\\',
    other: [{ x: '}' }, -1.5e3],
    message: { content: [{ type: 'text' }, 2] },
  });
  assert.notEqual(pick(Buffer.from(line)), undefined);
  const bytes = Buffer.from(line);
  for (let length = 0; length < bytes.length; length += 1) assert.equal(pick(bytes.subarray(0, length)), undefined);
});

for (const line of [
  '',
  '[]',
  '1',
  '{"type":"a"} x',
  '{"type":"a"}{"type":"b"}',
  '{"type" "a"}',
  '{"type":"a" "id":1}',
  '{"type":"a",}',
  '{type:"a"}',
  '{"type":007}',
  '{"type":nul}',
  '{"type":"\u0001"}',
  '{"type":}',
  '{"list":[{"a":1},]}',
]) {
  test(`not taken for an object: ${JSON.stringify(line)}`, () => {
    assert.throws(() => {
      const parsed: unknown = JSON.parse(line);
      if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new Error('no object');
    });
    assert.equal(pick(Buffer.from(line)), undefined);
  });
}

test('bytes of any kind never throw', () => {
  const piece = fc.oneof(
    fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '"type"', '"message"', '1', '-', 'null', ' ', '{"type":'),
    fc.uint8Array({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const picked = pick(Buffer.concat(pieces.map((each) => Buffer.from(each as string))));
      assert.ok(picked === undefined || typeof picked === 'object');
    }),
    { numRuns: 5_000 },
  );
});

/** The same line where a file's chunk is, from a place on, with other bytes around it. */
function inChunk(line: Buffer, start: number, around: number): readonly [bytes: Buffer, start: number, end: number] {
  const chunk = chunkMemory(CHUNK_BYTES);
  chunk.fill(around);
  line.copy(chunk, start);
  return [chunk, start, start + line.length];
}

test('a line is read where the chunk of its file is, up to its last byte', () => {
  const around = fc.constantFrom(...Buffer.from('"}\\,1 \n'));
  fc.assert(
    fc.property(object, fc.nat(40), around, fc.boolean(), (each, place, byte, atEnd) => {
      const line = Buffer.from(JSON.stringify(each));
      const start = atEnd ? CHUNK_BYTES - line.length : place;
      assert.deepEqual(pick(...inChunk(line, start, byte)), expected(JSON.parse(line.toString()), SHAPE));
      const [chunk, , end] = inChunk(line, start, byte);
      assert.equal(pick(chunk, start, end - 1), undefined);
    }),
    { numRuns: 300 },
  );
});

test('a long line is read as any other, and what comes after it', () => {
  for (const length of [80_000, 92_000, 300_000, 6_000_000, 91_000]) {
    for (const type of ['a', 'b', 'a"', 'b"']) {
      const line = JSON.stringify({ other: 'x"\\'.repeat(length / 5), type, message: { id: `${length}` } });
      assert.deepEqual(pick(Buffer.from(line)), expected(JSON.parse(line), SHAPE));
      assert.equal(pick(Buffer.from(line.slice(0, -1))), undefined);
      const short = JSON.stringify({ type: `${type}${type}`, message: { id: type } });
      assert.deepEqual(picker(SHAPE)(Buffer.from(short)), expected(JSON.parse(short), SHAPE));
      assert.deepEqual(pick(Buffer.from(short)), expected(JSON.parse(short), SHAPE));
    }
  }
});

test('a list is read whole, however many members it has', () => {
  const shape = { list: [{ a: true, in: { b: { c: true }, d: true } }], last: true } as const;
  const pickList = picker(shape);
  for (const count of [0, 1, 2, 50, 200, 20_000]) {
    const list = Array.from({ length: count }, (_, index) =>
      index % 7 === 3 ? [index] : { a: `${index}"`, in: index % 5 === 1 ? 1 : { b: { c: index }, d: [index] } },
    );
    const text = JSON.stringify({ list, last: count });
    assert.deepEqual(pickList(Buffer.from(text)), expected(JSON.parse(text), shape));
    // Of two lists the last counts.
    const twice = `{"list":${JSON.stringify(list)},"list":${JSON.stringify(list.slice(1))}}`;
    assert.deepEqual(pickList(Buffer.from(twice)), expected(JSON.parse(twice), shape));
    assert.equal(pickList(Buffer.from(text).subarray(0, text.length - 1)), undefined);
  }
});

test('values that are passed over may be nested as deep as they like', () => {
  const deep = '['.repeat(1_000_000);
  const line = Buffer.from(`{"other":${deep}${']'.repeat(1_000_000)},"type":"x"}`);
  assert.equal(pick(line)?.type, 'x');
  assert.equal(pick(Buffer.from(`{"other":${deep}`)), undefined);
});

test('a time is the instant that its text tells', () => {
  const pickTime = picker({ at: 'instant' });
  const two = fc.integer({ min: 0, max: 70 }).map((number) => String(number).padStart(2, '0'));
  const year = fc.constantFrom(
    '0000',
    '0001',
    '0099',
    '1600',
    '1899',
    '1900',
    '1969',
    '1970',
    '2000',
    '2024',
    '2026',
    '9999',
  );
  const day = fc.tuple(year, fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
  const time = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc
      .tuple(day, two, two, two, fc.integer({ min: 0, max: 999 }))
      .map(
        ([[years, month, each], hour, minute, second, ms]) =>
          `${years}-${String(month).padStart(2, '0')}-${String(each).padStart(2, '0')}T${hour}:${minute}:${second}.${String(ms).padStart(3, '0')}Z`,
      ),
    fc.constantFrom('2026-11-26T10:00:00Z', '2026-11-26 10:00:00', '2026-1a-26T10:00:00.000Z', '', 'x'.repeat(24)),
  );
  fc.assert(
    fc.property(fc.oneof(time, fc.constantFrom(5, null, true, [], {})), (at) => {
      const line = JSON.stringify({ at });
      assert.equal(pickTime(Buffer.from(line))?.at, instantIn(at), line);
      assert.equal(pickTime(Buffer.from(line.replaceAll('-', '\\u002d')))?.at, instantIn(at), line);
    }),
    { numRuns: 3_000 },
  );
});
