import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counted, wholeNumber } from '../../src/core/wholeNumber.ts';

test('a whole number reads as English writes it', () => {
  assert.deepEqual([0, 7, 999, 1_000, 12_345_678, -12, -1_240].map(wholeNumber), [
    '0',
    '7',
    '999',
    '1,000',
    '12,345,678',
    '-12',
    '-1,240',
  ]);
});

test('it is what toLocaleString says, for every whole number', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      assert.equal(wholeNumber(value), value.toLocaleString('en-US'));
    }),
  );
});

test('a count has its noun, one or many', () => {
  assert.deepEqual([counted(1, 'step'), counted(1_200, 'step')], ['1 step', '1,200 steps']);
});
