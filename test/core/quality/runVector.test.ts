import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newRun, runFeatures, withTask } from '../../../src/core/quality/runFeatures.ts';
import { RUN_PRIOR } from '../../../src/core/quality/runPrior.ts';
import { RUN_TERMS, runVector, vectorAtStep } from '../../../src/core/quality/runVector.ts';

const features = runFeatures(withTask(newRun('model'), 12_000), 24_000);

test('there is a figure and a coefficient for every term', () => {
  assert.equal(runVector(features).length, RUN_TERMS.length);
  for (const row of [RUN_PRIOR.accepted, RUN_PRIOR.ending, ...RUN_PRIOR.rest]) {
    assert.equal(row.length, RUN_TERMS.length + 1);
  }
});

test('a later step changes nothing but the step and its products', () => {
  const vector = runVector(features);
  assert.deepEqual(vectorAtStep(vector, features.step), vector);
  const later = vectorAtStep(vector, 60);
  assert.deepEqual(later.slice(0, 7), vector.slice(0, 7));
  assert.equal(later[7], Math.log(3));
});

test('what is unknown says nothing: it is 0', () => {
  const vector = runVector(runFeatures(newRun(), undefined));
  assert.deepEqual(vector.slice(0, 4), [0, 0, 0, 0]);
});
