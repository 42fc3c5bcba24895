import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { about, addEstimates, exactly, scaleEstimate } from '../../../src/core/tokens/estimate.ts';

const number = fc.double({ min: -10, max: 1e6, noNaN: true });
const estimates = fc.oneof(
  fc.nat(1e6).map(exactly),
  fc.tuple(number, number, number).map(([tokens, low, high]) => about(tokens, low, high)),
);

test('an estimate is whole and lies within its bar', () => {
  fc.assert(
    fc.property(estimates, ({ tokens, low, high, exact }) => {
      assert.ok([tokens, low, high].every((value) => Number.isInteger(value) && value >= 0));
      assert.ok(low <= tokens && tokens <= high);
      if (exact) assert.ok(low === tokens && tokens === high);
    }),
  );
});

test('a sum is exact only where every part is, and adds the bars', () => {
  assert.deepEqual(addEstimates(exactly(3), exactly(4)), exactly(7));
  assert.deepEqual(addEstimates(), exactly(0));
  assert.deepEqual(addEstimates(exactly(3), about(10, 8, 15)), { tokens: 13, exact: false, low: 11, high: 18 });
});

test('a scaled estimate is no longer exact and keeps its order', () => {
  assert.deepEqual(scaleEstimate(exactly(100), { factor: 1.1, low: 0.9, high: 1.4 }), {
    tokens: 110,
    exact: false,
    low: 90,
    high: 140,
  });
  fc.assert(
    fc.property(estimates, fc.double({ min: 0.2, max: 5, noNaN: true }), (estimate, factor) => {
      const { low, tokens, high } = scaleEstimate(estimate, { factor, low: factor * 0.9, high: factor * 1.1 });
      assert.ok(low <= tokens && tokens <= high);
    }),
  );
});
