import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ranges } from '../../src/storage/rollup.ts';

const WIDTHS = [96, 4, 1];

test('a stretch of time is made up of the widest buckets that fit, each quarter once', () => {
  fc.assert(
    fc.property(fc.integer({ min: -500, max: 20_000 }), fc.nat({ max: 4000 }), (from, length) => {
      const quarters: number[] = [];
      const parts = ranges(from, from + length);
      for (const [level, first, end] of parts) {
        assert.ok(first < end);
        const width = WIDTHS[level] ?? 0;
        for (let quarter = first * width; quarter < end * width; quarter += 1) quarters.push(quarter + 0);
      }
      assert.deepEqual(
        quarters,
        Array.from({ length }, (_, index) => from + index),
      );
      assert.ok(parts.length <= 5);
    }),
  );
});

test('whole days are read as days, days that begin at an odd hour as hours', () => {
  assert.deepEqual(ranges(96, 96 * 31), [[0, 1, 31]]);
  assert.deepEqual(ranges(20, 116), [[1, 5, 29]]);
  assert.deepEqual(ranges(19, 115), [
    [2, 19, 20],
    [1, 5, 28],
    [2, 112, 115],
  ]);
});
