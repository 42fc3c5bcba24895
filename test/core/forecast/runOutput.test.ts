import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnOutput, outputDraws, type RunOutputs } from '../../../src/core/forecast/runOutput.ts';
import { addStep, newRun, type RunSoFar, withTask } from '../../../src/core/quality/runFeatures.ts';

const middleOf = (outputs: RunOutputs, run: RunSoFar) => {
  const draws = outputDraws(outputs, run).toSorted((a, b) => a[0] - b[0]);
  let sum = 0;
  return draws.find(([, share]) => {
    sum += share;
    return sum >= 0.5;
  })?.[0];
};

test('shares of the chance sum to one, more or less what is left out', () => {
  const run = withTask(newRun('model'), 6000);
  const outputs: RunOutputs = {};
  for (let index = 0; index < 300; index += 1) {
    const whole = outputDraws(outputs, run).reduce((sum, [, share]) => sum + share, 0);
    assert.ok(whole > 0.96 && whole < 1.000_001, String(whole));
    learnOutput(outputs, run, 100 + index);
  }
});

test('a long result is answered at length, an empty one is not; and a talkative model is followed', () => {
  const after = (appendedChars: number) =>
    addStep(withTask(newRun('model'), 6000), {
      usage: { fresh: 2000, text: 100 },
      credits: 1,
      actions: [{ kind: 'read', failed: false }],
      appendedChars,
    });
  const outputs: RunOutputs = {};
  const [empty, long] = [middleOf(outputs, after(20)) ?? 0, middleOf(outputs, after(4000)) ?? 0];
  assert.ok(long > 1.5 * empty, `${long}, ${empty}`);
  for (let index = 0; index < 60; index += 1) learnOutput(outputs, after(4000), 3000);
  assert.ok(Math.abs((middleOf(outputs, after(4000)) ?? 0) / 3000 - 1) < 0.1);
});
