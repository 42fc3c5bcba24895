import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apgr, apgrError, type Scored, strongCallsFor } from '../bench/routing/curve.ts';

// Ten rows, of which the strong model alone gets two right.
const rows = (scores: readonly number[]): readonly Scored[] =>
  scores.map((score, index) => ({ score, weak: index >= 2 && index < 6, strong: index < 6 }));

test('APGR and CPT of the best and of the worst order', () => {
  const best = rows([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  assert.ok(Math.abs(apgr(best) - 0.9) < 1e-9);
  assert.equal(strongCallsFor(best, 0.5), 0.1);
  assert.equal(strongCallsFor(best, 0.8), 0.2);
  const worst = rows([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.ok(Math.abs(apgr(worst) - 0.1) < 1e-9);
  assert.equal(strongCallsFor(worst, 0.5), 0.9);
  assert.ok(apgrError(best) > 0 && apgrError(best) < 0.2);
});
