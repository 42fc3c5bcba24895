import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgement } from '../../../src/core/quality/judgement.ts';
import { outcomeOf } from '../../fakes/agentRun.ts';

const MINUTE = 60_000;
const at = (outcome: string, minutes: number, success = 1) => outcomeOf('run', outcome, minutes * MINUTE, success);

test('a strong label is learned at once, a weak one once the last should have come', () => {
  assert.deepEqual(judgement([at('committed', 20)], 10 * MINUTE, 20 * MINUTE), {
    at: 20 * MINUTE,
    accepted: true,
    weight: 0.8,
  });
  const weak = [at('survived30', 40)];
  assert.equal(judgement(weak, 10 * MINUTE, 60 * MINUTE), undefined);
  assert.equal(judgement(weak, 10 * MINUTE, 400 * MINUTE)?.at, 160 * MINUTE);
  assert.equal(judgement([at('checkFailed', 5, 0)], 10 * MINUTE, 11 * MINUTE)?.at, 10 * MINUTE, 'not before it ended');
});

test('five minutes’ survival alone judges nothing, and a commit on the next day still does', () => {
  assert.equal(judgement([at('survived5', 10)], 0, 500 * MINUTE), undefined);
  assert.equal(judgement([at('committed', 1_500)], 0, 1_600 * MINUTE)?.accepted, true);
});

test('what is judged at an instant stays so, whatever comes later', () => {
  const label = fc
    .record({
      outcome: fc.constantFrom('committed', 'survived5', 'survived30', 'undone', 'checkFailed'),
      minutes: fc.nat(500),
      success: fc.constantFrom(0, 1),
    })
    .map(({ outcome, minutes, success }) => at(outcome, minutes, success));
  fc.assert(
    fc.property(fc.array(label, { maxLength: 6 }), fc.nat(600), fc.nat(600), (labels, now, later) => {
      const first = judgement(labels, 30 * MINUTE, now * MINUTE);
      if (first) assert.deepEqual(judgement(labels, 30 * MINUTE, (now + later) * MINUTE), first);
    }),
  );
});
