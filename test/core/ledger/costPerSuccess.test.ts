import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Attempt, costPerSuccess } from '../../../src/core/ledger/costPerSuccess.ts';

let made = 0;
const attempt = (
  model: string,
  credits: number,
  accepted: boolean | undefined,
  more: Partial<Attempt> = {},
): Attempt => ({
  runId: `r${made++}`,
  model,
  taskKind: undefined,
  taskSize: undefined,
  calls: 4,
  cost: { nanoCredits: credits * 1e9, confidence: 'priced', unknown: 0 },
  outcome: { share: accepted ? 1 : 0, evidence: 0.9, labels: 1, accepted },
  ...more,
});

test('the cheaper model by request can be the dearer one by success', () => {
  const { byModel, all } = costPerSuccess([
    ...[true, false, false, false].map((accepted) => attempt('small', 8, accepted)),
    ...[true, true].map((accepted) => attempt('large', 20, accepted)),
  ]);
  const figures = byModel.map(({ key, perRequest, perSuccess }) => [key, perRequest, perSuccess]);
  assert.deepEqual(figures, [
    ['large', 5e9, 20e9],
    ['small', 2e9, 32e9],
  ]);
  assert.equal(all.perSuccess, (72 / 3) * 1e9);
});

test('an attempt that can’t be judged costs by request and not by success', () => {
  const { all } = costPerSuccess([attempt('m', 10, true), attempt('m', 30, undefined)]);
  assert.deepEqual([all.attempts, all.judged, all.accepted, all.perRequest, all.perSuccess], [2, 1, 1, 5e9, 10e9]);
});

test('no success has no price, and an unknown cost stays unknown', () => {
  assert.equal(costPerSuccess([attempt('m', 10, false)]).all.perSuccess, undefined);
  const unknown = attempt('m', 0, true, { cost: { nanoCredits: 0, confidence: 'billed', unknown: 4 } });
  const { all } = costPerSuccess([unknown]);
  assert.deepEqual([all.perRequest, all.perSuccess, all.incomplete, all.cost.unknown], [undefined, undefined, 1, 4]);
  assert.equal(costPerSuccess([]).all.share, undefined);
});

test('groups of attempts are together all of them, and the share lies in its interval', () => {
  const attempts = fc.array(
    fc.record({
      model: fc.constantFrom('a', 'b'),
      credits: fc.nat({ max: 50 }),
      accepted: fc.constantFrom(true, false, undefined),
      taskKind: fc.constantFrom('fix', undefined),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(attempts, (each) => {
      const all = each.map(({ model, credits, accepted, taskKind }) => attempt(model, credits, accepted, { taskKind }));
      const found = costPerSuccess(all);
      for (const rows of [found.byModel, found.byKind, found.bySize]) {
        for (const figure of ['attempts', 'judged', 'accepted', 'calls'] as const)
          assert.equal(
            rows.reduce((sum, row) => sum + row[figure], 0),
            found.all[figure],
          );
      }
      const { share } = found.all;
      if (share) assert(share.low <= share.mean && share.mean <= share.high && share.low >= 0 && share.high <= 1);
    }),
  );
});
