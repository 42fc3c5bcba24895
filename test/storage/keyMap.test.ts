import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyOf } from '../../src/storage/callTable.ts';
import { type KeyMap, keyMap, type ManyNames, MOST_NAMES, MOST_WORD_BYTES } from '../../src/storage/keyMap.ts';

/** Few enough that keys come again, and some whose last half is the same, so that they want the same place. */
const key = fc.oneof(
  fc.nat(40).map((number) => keyOf(`name-${number}`)),
  fc.nat(9).map((number) => `\u0000\u00ff\u0001${String.fromCharCode(number * 28)}same`),
  fc.nat(9).map((number) => `\u0080\u00ff\u0001${String.fromCharCode(number * 28)}\u00ff\u00ff\u00ff\u00ff`),
);
const step = fc.record({ kind: fc.constantFrom('set', 'set', 'delete'), key, call: fc.integer({ min: 1, max: 9 }) });

test('it holds what a Map would, whatever is put in and taken out', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = keyMap();
      const expected = new Map<string, number>();
      for (const { kind, key, call } of steps) {
        if (kind === 'set') {
          map.set(key, call);
          expected.set(key, call);
        } else {
          map.delete(key);
          expected.delete(key);
        }
      }
      assert.equal(map.size, expected.size);
      for (const { key } of steps) assert.equal(map.get(key), expected.get(key));
      const wanted = [...expected].filter(([, call]) => call === 3).map(([each]) => each);
      assert.deepEqual([...map.keysOf(3)].sort(), wanted.sort());
    }),
  );
});

test('it grows, and its slices together are all of it, in order', () => {
  const map = keyMap();
  const expected = new Map<string, number>();
  for (let index = 1; index <= 20_000; index += 1) {
    map.set(keyOf(`name-${index}`), index);
    expected.set(keyOf(`name-${index}`), index);
  }
  for (let index = 1; index <= 20_000; index += 3) {
    map.delete(keyOf(`name-${index}`));
    expected.delete(keyOf(`name-${index}`));
  }
  assert.equal(map.size, expected.size);
  const slices = Array.from({ length: 128 }, (_, slice) => map.slice(slice, 128)).flat();
  assert.deepEqual(
    slices,
    [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  for (const [each, call] of expected) assert.equal(map.get(each), call);
});

/** Keys of a few first halves, the least and the greatest ones among them, so that they crowd in a few places. */
const crowdedKey = fc
  .tuple(fc.constantFrom('\u0000\u0000\u0000\u0000', '\u0000@\u0000\u0000', '\u00ff\u00ff\u00ff\u00ff'), fc.nat(4_000))
  .map(([half, number]) => half + keyOf(`${number}`).slice(0, 4));

test('keys that crowd in a few places, the last ones too, are found however often it grows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(crowdedKey, { size: '+2' }), { minLength: 4, maxLength: 9, size: 'max' }),
      (parts) => {
        const map = keyMap();
        const expected = new Map<string, number>();
        for (const [index, part] of parts.entries()) {
          for (const key of part) {
            if (index % 3 === 2) {
              map.delete(key);
              expected.delete(key);
              continue;
            }
            map.set(key, index + 1);
            expected.set(key, index + 1);
          }
        }
        assert.equal(map.size, expected.size);
        assert.deepEqual(
          Array.from({ length: 4 }, (_, slice) => map.slice(slice, 4)).flat(),
          [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
        for (const key of parts.flat()) assert.equal(map.get(key), expected.get(key));
      },
    ),
    { numRuns: 20 },
  );
});

/** As they stand in a pack behind other names. */
function manyNames(names: readonly string[]): ManyNames {
  const before = 7;
  const each = names.map((name) => Buffer.from(name));
  let end = before;
  const ends = each.map(({ length }) => {
    end += length;
    return end;
  });
  return { words: Buffer.concat(each), ends: Uint32Array.from(ends), before };
}

function keysBy(map: KeyMap, names: readonly string[]): readonly string[] {
  map.look(manyNames(names));
  return names.map((_, place) => map.keyAt(place));
}

test('keys are the first half of the published hashes of SHA-256’s examples', () => {
  const runs = (length: number, count: number) =>
    Array.from({ length: count }, (_, start) => 'abcdefghijklmnopqrstuvwxyz'.slice(start, start + length)).join('');
  const keys = keysBy(keyMap(), ['abc', '', runs(4, 14), runs(8, 14)]);
  const published = ['ba7816bf8f01cfea', 'e3b0c44298fc1c14', '248d6a61d20638b8', 'cf5b16a778af8380'];
  assert.deepEqual(
    keys.map((key) => Buffer.from(key, 'latin1').toString('hex')),
    published,
  );
});

test('keys of names of any length, many at once, are what they are one by one', () => {
  const map = keyMap();
  const lengths = Array.from({ length: 301 }, (_, length) => 'claude-code:msg_01'.repeat(20).slice(0, length));
  const long = 'Größe:日本😀'.repeat(4_000);
  for (const names of [lengths, lengths.toReversed(), lengths.filter((_, at) => at % 7 === 3), [long, 'a', long, '']]) {
    assert.deepEqual(keysBy(map, names), names.map(keyOf));
  }
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 20, maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 60 }), (names) => {
      assert.deepEqual(keysBy(map, names), names.map(keyOf));
    }),
  );
});

test('what can be looked at together has its bounds, and up to them every name has its key', () => {
  const map = keyMap();
  const most = Array.from({ length: MOST_NAMES }, (_, index) => `name-${index}`);
  assert.deepEqual(keysBy(map, most), most.map(keyOf));
  assert.throws(() => map.look(manyNames([...most, 'one more'])), RangeError);
  const longest = 'x'.repeat(MOST_WORD_BYTES);
  assert.deepEqual(keysBy(map, [longest]), [keyOf(longest)]);
  assert.throws(() => map.look(manyNames([`${longest}x`])), RangeError);
});

test('names that are looked at are set together, and stand in a row that another map can take in', () => {
  const [map, other] = [keyMap(), keyMap()];
  const names = Array.from({ length: MOST_NAMES }, (_, index) => `name-${index}`);
  map.look(manyNames(names));
  assert.equal(map.isAnyKnown(0, MOST_NAMES), false);
  const rows: Uint8Array[] = [];
  for (let place = 0; place < MOST_NAMES; place += 4) assert.equal(map.setAll(place, 4, place + 1), true);
  assert.equal(map.setAll(0, 1, 1), false, 'the row is full');
  rows.push(map.takeRow().slice());
  assert.equal(map.takeRow().length, 0);
  assert.equal(map.setAll(1, 2, 1_000_000_000), true);
  rows.push(map.takeRow().slice());
  assert.deepEqual([map.isAnyKnown(0, 1), map.isAnyKnown(MOST_NAMES - 1, 1)], [true, true]);
  for (const row of rows) other.setRow(row);
  for (const each of [map, other]) {
    assert.equal(each.size, MOST_NAMES);
    const call = (at: number) => (at === 1 || at === 2 ? 1_000_000_000 : at - (at % 4) + 1);
    for (const [at, name] of names.entries()) assert.equal(each.get(keyOf(name)), call(at), name);
  }
  const [key, value] = [Buffer.from(keyOf('name-1'), 'latin1'), Buffer.alloc(8)];
  value.writeDoubleLE(1_000_000_000);
  assert.deepEqual(Buffer.from(rows[1] ?? []).subarray(0, 16), Buffer.concat([key, value]));
});

test('a row that is damaged sets what it can', () => {
  const map = keyMap();
  const row = Buffer.alloc(3 * 16 + 5, 0xff);
  row.writeDoubleLE(7, 24);
  map.setRow(row);
  assert.deepEqual(map.keysOf(7), ['\u00ff'.repeat(8)]);
  assert.equal(map.size, 1);
});
