import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeOf, quantileAt, shareBelow } from '../../../src/core/forecast/mixture.ts';
import { normalQuantile, normalShare } from '../../../src/core/forecast/normal.ts';

const mixture = fc
  .array(
    fc.record({
      // Nano-credits: below a millionth of one, doubles have too few digits left for any share.
      mean: fc.oneof(
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 9, arbitrary: fc.double({ min: 1e-6, max: 1e15, noNaN: true }) },
      ),
      shape: fc.double({ min: 0.01, max: 1000, noNaN: true }),
      weight: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((parts) => {
    const sum = parts.reduce((total, { weight }) => total + weight, 0);
    return parts.map(({ mean, shape, weight }) => ({ mean, shape, part: weight / sum }));
  });
const deviation = fc.double({ min: -3, max: 3, noNaN: true });

test('a normal’s shares and quantiles are each other’s inverse, and as tables have them', () => {
  assert.ok(Math.abs(normalShare(1.2815515655) - 0.9) < 1e-6);
  assert.ok(Math.abs(normalQuantile(0.1) + 1.2815515655) < 1e-3);
  for (let z = -3.5; z <= 3.5; z += 0.1) assert.ok(Math.abs(normalQuantile(normalShare(z)) - z) < 1e-3);
});

test('a gamma’s quantiles are near the true ones', () => {
  // shape 4, scale 1: 10 % at 1.7448, 50 % at 3.6721, 90 % at 6.6808
  const gamma = [{ mean: 4, shape: 4, part: 1 }];
  assert.ok(Math.abs(quantileAt(gamma, -1.2815515655) - 1.7448) < 0.03);
  assert.ok(Math.abs(quantileAt(gamma, 0) - 3.6721) < 0.03);
  assert.ok(Math.abs(quantileAt(gamma, 1.2815515655) - 6.6808) < 0.03);
});

test('quantiles rise with the deviation, are no less than 0, and have that share below them', () => {
  fc.assert(
    fc.property(mixture, deviation, deviation, (of, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const [from, to] = [quantileAt(of, low), quantileAt(of, high)];
      assert.ok(from >= 0 && Number.isFinite(to));
      assert.ok(from <= to * (1 + 1e-4));
      if (from > 0) assert.ok(shareBelow(of, from * (1 + 1e-4)) >= normalShare(low) - 1e-4);
      assert.ok(Math.abs(placeOf(of, to, 2)) <= 2.001);
    }),
  );
});
