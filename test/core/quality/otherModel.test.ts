import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chanceWith, type OtherModel, stepsElsewhere } from '../../../src/core/quality/otherModel.ts';
import { addStep, newRun, runFeatures } from '../../../src/core/quality/runFeatures.ts';
import type { RunStep } from '../../../src/core/quality/runStep.ts';
import { runValuer } from '../../../src/core/quality/runValue.ts';

const price = fc.record({
  fresh: fc.double({ min: 1e-5, max: 1e-3, noNaN: true }),
  cached: fc.double({ min: 1e-6, max: 1e-5, noNaN: true }),
  output: fc.double({ min: 1e-5, max: 5e-3, noNaN: true }),
});
const OTHER: OtherModel = {
  id: 'other',
  use: 'escalate',
  ifOwnSucceeds: 0.95,
  ifOwnFails: 0.4,
  tokenPrice: { fresh: 5e-4, cached: 5e-5, output: 2.5e-3 },
  creditsPerStep: 0,
  price: 1,
  stepSeconds: 10,
  switchSeconds: 5,
};
const STEP: RunStep = {
  usage: { fresh: 500, cacheRead: 30_000, text: 300 },
  credits: 3,
  actions: [{ kind: 'read' }],
  appendedChars: 2_000,
};

test('alike in price, another model costs as much as going on and the prefix that it has to read anew', () => {
  fc.assert(
    fc.property(
      price,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1_000, max: 200_000 }),
      (own, count, context) => {
        let run = newRun('opus');
        for (let step = 0; step < count; step++) run = addStep(run, STEP);
        const steps = stepsElsewhere(
          run,
          { ...OTHER, tokenPrice: own },
          {
            stepCredits: 2,
            ownPrice: own,
            contextTokens: context,
            steps: 4,
          },
        );
        const [first = 0, second = 0, third = 0] = steps;
        const growth = third - second;
        // What the predictor of the own model's step says is taken over, within bounds.
        const later = second - growth;
        assert.ok(growth >= 0 && first >= later - 1e-9, JSON.stringify(steps));
        const hit = 30_000 / 30_500;
        assert.ok(Math.abs(first - later - context * hit * (own.fresh - own.cached)) < 1e-6 * first + 1e-9);
      },
    ),
  );
});

test('the chance with a stronger model is the more above the run’s own the likelier that one fails', () => {
  const gain = (going: number) => chanceWith(OTHER, going) - going;
  assert.ok(gain(0.1) > gain(0.5) && gain(0.5) > gain(0.9));
  assert.ok(Math.abs(chanceWith({ ...OTHER, ifOwnSucceeds: 1, ifOwnFails: 0 }, 0.37) - 0.37) < 1e-12);
});

/** A run of so many steps, and what its next tokens are worth. */
function worth(others: readonly OtherModel[], { value = 300, step = STEP, count = 10 } = {}) {
  const valuer = runValuer();
  valuer.begin('run', 'opus');
  for (let index = 0; index < count; index++) valuer.observeStep('run', step);
  const said = valuer.runValue('run', {
    value,
    stopKeepsWork: true,
    tokenPrice: { fresh: 5e-4, cached: 5e-5, output: 2.5e-3 },
    secondPrice: 0.05,
    stepWait: 0.5,
    others,
  });
  assert.ok(said);
  return said;
}

test('a model that is no stronger, no cheaper and no quicker is never worth more than going on', () => {
  const alike = { ...OTHER, ifOwnSucceeds: 1, ifOwnFails: 0 };
  for (const count of [1, 2, 5, 20, 60]) {
    const { candidates } = worth([alike], { count });
    const net = (use: string) => candidates.find((each) => each.use === use)?.net ?? Number.NaN;
    assert.ok(net('escalate') <= net('continue') + 1e-9, String(count));
  }
});

test('escalating wins where failing is likely and much is at stake, and loses where little is', () => {
  const strong = { ...OTHER, ifOwnFails: 0.7, tokenPrice: { fresh: 1.5e-3, cached: 1.5e-4, output: 7.5e-3 } };
  assert.equal(worth([strong], { value: 5_000 }).advice, 'escalate');
  assert.notEqual(worth([strong], { value: 20 }).advice, 'escalate');
});

test('of several only the best stronger one and the best local one are told', () => {
  const local: OtherModel = { ...OTHER, use: 'switch', id: 'local', ifOwnSucceeds: 0.9, ifOwnFails: 0.1, price: 1 };
  const free = { tokenPrice: { fresh: 0, cached: 0, output: 0 }, creditsPerStep: 0.05 };
  const { candidates } = worth([
    OTHER,
    { ...OTHER, id: 'dearer', tokenPrice: { fresh: 5e-3, cached: 5e-4, output: 2.5e-2 } },
    { ...local, ...free },
    { ...local, ...free, id: 'slow', stepSeconds: 500 },
  ]);
  assert.deepEqual(candidates.flatMap(({ other }) => other ?? []).toSorted(), ['local', 'other']);
});

test('a dearer credit makes a local model worth no less beside going on', () => {
  const local: OtherModel = {
    ...OTHER,
    use: 'switch',
    ifOwnSucceeds: 0.9,
    ifOwnFails: 0.1,
    tokenPrice: { fresh: 0, cached: 0, output: 0 },
    creditsPerStep: 0.05,
  };
  const valuer = runValuer();
  valuer.begin('run', 'opus');
  for (let index = 0; index < 10; index++) valuer.observeStep('run', STEP);
  const gap = (price: number) => {
    const said = valuer.runValue('run', { value: 300, price, stopKeepsWork: true, others: [local] });
    const net = (use: string) => said?.candidates.find((each) => each.use === use)?.net ?? Number.NaN;
    return net('switch') - net('continue');
  };
  assert.ok(gap(1) <= gap(2) && gap(2) <= gap(5));
});

test('planning is weighed early in a long run that likely fails, looking up where a run only looks around', () => {
  const uses = (count: number, step = STEP) =>
    worth([], { count, step, value: 2_000 }).candidates.map(({ use }) => use);
  assert.ok(uses(20).includes('retrieve'));
  assert.ok(!uses(3).includes('retrieve'));
  assert.ok(!uses(20).includes('plan'));
  const editing: RunStep = { ...STEP, actions: [{ kind: 'edit' }] };
  assert.ok(!uses(20, editing).includes('retrieve'));
  assert.equal(runFeatures(addStep(newRun(), editing), 1).edits, 1);
});
