import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addUsage,
  inputTokens,
  outputTokens,
  remainder,
  sumTokens,
  tokenCount,
  USAGE_KINDS,
  type Usage,
} from '../../src/core/usage.ts';

const count = fc.option(fc.nat({ max: 1e9 }), { nil: undefined });
const usage: fc.Arbitrary<Usage> = fc.record(Object.fromEntries(USAGE_KINDS.map((kind) => [kind, count])));

test('a sum is unknown only where every part is', () => {
  assert.equal(sumTokens(), undefined);
  assert.equal(sumTokens(undefined, undefined), undefined);
  assert.equal(sumTokens(undefined, 0), 0);
  assert.equal(sumTokens(3, undefined, 4), 7);
});

test('input and output are made of all their kinds', () => {
  const all = { fresh: 1, cacheRead: 20, cacheWrite: 300, cacheWriteHour: 4000, text: 50_000, reasoning: 600_000 };
  assert.equal(inputTokens(all), 4321);
  assert.equal(outputTokens(all), 650_000);
  assert.equal(outputTokens({ fresh: 5 }), undefined);
});

test('adding usages loses no token and invents none', () => {
  fc.assert(
    fc.property(usage, usage, usage, (a, b, c) => {
      const sum = addUsage(a, b);
      for (const kind of USAGE_KINDS) {
        assert.equal(
          sum[kind],
          a[kind] === undefined && b[kind] === undefined ? undefined : (a[kind] ?? 0) + (b[kind] ?? 0),
        );
        assert.equal(kind in sum, sum[kind] !== undefined);
      }
      assert.deepEqual(sum, addUsage(b, a));
      assert.deepEqual(addUsage(addUsage(a, b), c), addUsage(a, addUsage(b, c)));
      assert.equal(
        sumTokens(inputTokens(sum), outputTokens(sum)),
        sumTokens(...USAGE_KINDS.flatMap((k) => [a[k], b[k]])),
      );
    }),
  );
});

test('a count from outside is a whole number from 0 on, or unknown', () => {
  assert.equal(tokenCount(12), 12);
  assert.equal(tokenCount(12.9), 12);
  assert.equal(tokenCount(0), 0);
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, '12', null, undefined, {}, true, 12n]) {
    assert.equal(tokenCount(value), undefined, String(value));
  }
});

test('what remains of a total is never below 0, and unknown where the total is', () => {
  assert.equal(remainder(100, 30, 20), 50);
  assert.equal(remainder(100, undefined), 100);
  assert.equal(remainder(100, 130), 0);
  assert.equal(remainder(undefined, 5), undefined);
});
