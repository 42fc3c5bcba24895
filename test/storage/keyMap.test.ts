import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyOf } from '../../src/storage/callTable.ts';
import { keyMap } from '../../src/storage/keyMap.ts';

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
