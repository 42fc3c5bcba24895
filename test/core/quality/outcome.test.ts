import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Label, OUTCOMES, runOutcome, WEIGHTS, withLabel } from '../../../src/core/quality/outcome.ts';

let made = 0;
const label = (outcome: string, success: number, at = 0, weight?: number): Label => ({
  callId: `o${made++}`,
  outcome,
  success,
  at,
  ...(weight === undefined ? {} : { weight }),
});

test('without labels nothing is known', () => {
  assert.equal(runOutcome([]), undefined);
});

test('the strongest label speaks first, and weaker ones for what it left open', () => {
  const outcome = runOutcome([label('survived30', 0), label('checkPassed', 1)]);
  // 0.9 of it says success, 0.35 of the remaining tenth says failure.
  assert.equal(outcome?.share.toFixed(4), (0.9 / (0.9 + 0.1 * 0.35)).toFixed(4));
  assert.equal(outcome?.accepted, true);
  assert.equal(runOutcome([label('checkPassed', 1), label('reverted', 0)])?.accepted, false);
});

test('tests that failed and then pass have passed; a later look at the lines replaces an earlier one', () => {
  assert.equal(runOutcome([label('checkFailed', 0, 1), label('checkPassed', 1, 2)])?.share, 1);
  assert.equal(runOutcome([label('checkPassed', 1, 1), label('checkFailed', 0, 2)])?.share, 0);
  assert.deepEqual(runOutcome([label('survived5', 1, 1), label('survived120', 0.2, 2)]), {
    share: 0.2,
    evidence: 0.5,
    labels: 1,
    accepted: false,
  });
});

test('one look after five minutes is too little to judge by, and an even share decides nothing', () => {
  assert.equal(runOutcome([label('survived5', 1)])?.accepted, undefined);
  assert.equal(runOutcome([label('committed', 0.5)])?.accepted, undefined);
});

test('the order of weights is that of the economics', () => {
  const order = ['checkPassed', 'committed', 'survived120', 'survived30', 'survived5'] as const;
  for (const [index, name] of order.slice(1).entries()) assert(WEIGHTS[name] < WEIGHTS[order[index] ?? name]);
});

const labels = fc.array(
  fc.record({
    callId: fc.constantFrom('a', 'b', 'c'),
    outcome: fc.constantFrom(...OUTCOMES, 'somethingElse'),
    success: fc.option(fc.double(), { nil: undefined }),
    weight: fc.option(fc.double(), { nil: undefined }),
    at: fc.integer({ min: 0, max: 5 }),
  }),
  { maxLength: 8 },
);

test('of the labels that come one by one only those are kept that count, in whatever order', () => {
  fc.assert(
    fc.property(labels, (all) => {
      const kept = all.reduce<readonly Label[]>(withLabel, []);
      assert.deepEqual(runOutcome(kept), runOutcome(all));
      assert(kept.length <= 8 + 1);
    }),
  );
});

test('whatever the labels and their order, share and evidence are shares', () => {
  fc.assert(
    fc.property(labels, (all) => {
      const outcome = runOutcome(all);
      assert.deepEqual(runOutcome(all.toReversed()), outcome);
      if (!outcome) return;
      for (const share of [outcome.share, outcome.evidence]) assert(share >= 0 && share <= 1, `${share}`);
    }),
  );
});

test('a label that speaks more for the work never lowers its share', () => {
  fc.assert(
    fc.property(labels, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (all, place, more) => {
      const before = all.map((each, index) => ({ ...each, callId: `c${index}`, at: index }));
      const index = before.length === 0 ? 0 : place % before.length;
      const chosen = before[index];
      if (chosen?.success === undefined || !(chosen.success >= 0 && chosen.success <= more)) return;
      const after = before.map((each, at) => (at === index ? { ...each, success: more } : each));
      assert((runOutcome(after)?.share ?? 0) >= (runOutcome(before)?.share ?? 0) - 1e-12);
    }),
  );
});
