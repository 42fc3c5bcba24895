import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';
import {
  learnOutcome,
  MOST_MODELS,
  newRequestLearner,
  predictCredits,
  predictSuccess,
  type RequestOutcome,
} from '../../../src/core/quality/requestLearner.ts';
import { seededRandom } from '../../../src/core/quality/seededRandom.ts';
import { processorMs } from '../../fakes/processorTime.ts';

const features = requestFeatures('How do I sort a list in Python?');
const math = requestFeatures('Prove that the integral of x^2 from 0 to 1 is 1/3.');

test('evidence makes it surer, and moves it to what was seen', () => {
  const learner = newRequestLearner();
  let before = predictSuccess(learner, features, 'a');
  assert.equal(before.outcomes, 0);
  for (let count = 1; count <= 64; count += 1) {
    learnOutcome(learner, { features, model: 'a', success: count % 8 === 0 });
    if (Math.log2(count) % 2 !== 0) continue;
    // The first failure moves the chance towards one half, where the same doubt in logits is more doubt in chances.
    const after = predictSuccess(learner, features, 'a');
    if (count > 4) assert.ok(after.standardDeviation < before.standardDeviation, `${count} outcomes`);
    before = after;
  }
  assert.equal(before.outcomes, 64);
  assert.ok(before.mean < 0.3, String(before.mean));
});

test('evidence fades back to the prior', () => {
  const learner = newRequestLearner();
  const prior = predictSuccess(learner, features, 'a');
  for (let count = 0; count < 50; count += 1) learnOutcome(learner, { features, model: 'a', success: false });
  const [fresh, later, longAfter] = [0, 60, 5000].map((day) => predictSuccess(learner, features, 'a', { day }));
  assert.ok(fresh && later && longAfter);
  assert.ok(fresh.mean < later.mean && later.mean < longAfter.mean);
  assert.ok(fresh.standardDeviation < later.standardDeviation);
  assert.ok(Math.abs(longAfter.mean - prior.mean) < 0.02);
  assert.ok(Math.abs(longAfter.standardDeviation - prior.standardDeviation) < 0.03);
});

test('what a day forgets is the same in one step or in many', () => {
  const [often, once] = [newRequestLearner(), newRequestLearner()];
  for (const learner of [often, once])
    for (let count = 0; count < 30; count += 1) learnOutcome(learner, { features, model: 'a', success: false });
  for (let day = 1; day <= 40; day += 1) learnOutcome(often, { features: math, model: 'b', credits: 1, day });
  learnOutcome(often, { features: math, model: 'b', success: true, day: 40 });
  learnOutcome(once, { features: math, model: 'b', success: true, day: 40 });
  const [a, b] = [often, once].map((learner) => predictSuccess(learner, features, 'a', { day: 40 }));
  assert.ok(a && b && Math.abs(a.mean - b.mean) < 1e-3);
});

test('it learns which model is good at what', () => {
  const learner = newRequestLearner();
  for (let count = 0; count < 400; count += 1) {
    learnOutcome(learner, { features, model: 'coder', success: true });
    learnOutcome(learner, { features: math, model: 'coder', success: count % 4 === 0 });
    learnOutcome(learner, { features, model: 'prover', success: count % 4 === 0 });
    learnOutcome(learner, { features: math, model: 'prover', success: true });
  }
  assert.ok(predictSuccess(learner, features, 'coder').mean > predictSuccess(learner, features, 'prover').mean + 0.4);
  assert.ok(predictSuccess(learner, math, 'prover').mean > predictSuccess(learner, math, 'coder').mean + 0.4);
});

test('a task that others failed at is a hard one', () => {
  const learner = newRequestLearner();
  const alone = predictSuccess(learner, features, 'a');
  const after = predictSuccess(learner, features, 'a', { failed: ['b'] });
  assert.ok(after.mean < alone.mean);
  // Where a second model never helps, less is expected of it; where it always does, more.
  const [alike, apart] = [false, true].map((success) => {
    const taught = newRequestLearner();
    for (let count = 0; count < 60; count += 1) {
      learnOutcome(taught, { features, model: 'b', success: count % 2 === 0 });
      if (count % 2 === 1) learnOutcome(taught, { features, model: 'a', success, failed: ['b'] });
    }
    return predictSuccess(taught, features, 'a', { failed: ['b'] }).mean;
  });
  assert.ok(alike !== undefined && apart !== undefined && alike < 0.2 && apart > 0.7, `${alike} ${apart}`);
});

test('a new version starts from its predecessor, less sure', () => {
  const learner = newRequestLearner();
  for (let count = 0; count < 60; count += 1) {
    learnOutcome(learner, { features, model: 'claude-opus-4-1', success: true });
    learnOutcome(learner, { features, model: 'gpt-5-mini', success: false });
  }
  const old = predictSuccess(learner, features, 'claude-opus-4-1');
  learnOutcome(learner, { features, model: 'claude-opus-4-5', credits: 1 });
  const next = predictSuccess(learner, features, 'claude-opus-4-5');
  const stranger = predictSuccess(learner, features, 'unheard-of');
  assert.ok(Math.abs(next.mean - old.mean) < 0.1);
  assert.ok(next.standardDeviation > old.standardDeviation);
  assert.ok(next.mean > stranger.mean);
  assert.equal(next.outcomes, 0);
});

test('a public benchmark is where a model starts, until outcomes say otherwise', () => {
  const learner = newRequestLearner({ priorOf: (model) => (model === 'strong' ? { passRate: 85 } : { passRate: 20 }) });
  assert.ok(predictSuccess(learner, features, 'strong').mean > predictSuccess(learner, features, 'weak').mean + 0.1);
  for (let count = 0; count < 60; count += 1) {
    learnOutcome(learner, { features, model: 'strong', success: count % 3 === 0 });
    learnOutcome(learner, { features, model: 'weak', success: count % 3 !== 0 });
  }
  assert.ok(predictSuccess(learner, features, 'strong').mean < predictSuccess(learner, features, 'weak').mean);
});

test('costs are learned by length; a free model is free; nobody knows a new one', () => {
  const learner = newRequestLearner();
  const long = requestFeatures('word '.repeat(2000));
  for (let count = 0; count < 40; count += 1) {
    learnOutcome(learner, { features, model: 'dear', credits: 2 });
    learnOutcome(learner, { features: long, model: 'dear', credits: 20 });
    learnOutcome(learner, { features, model: 'local', credits: 0 });
  }
  const [small, large] = [features, long].map((some) => predictCredits(learner, some, 'dear'));
  assert.ok(
    small && large && Math.abs(small.mean / 2 - 1) < 0.2 && Math.abs(large.mean / 20 - 1) < 0.2,
    JSON.stringify({ small, large }),
  );
  assert.ok(small.p10 < small.p50 && small.p50 < small.p90);
  assert.ok(predictCredits(learner, features, 'local').mean < 1e-3);
  assert.ok(predictCredits(learner, features, 'new').spread > 1);
});

test('replay equals live: looking changes nothing, and the same outcomes give the same state', () => {
  const outcome = fc.record({
    features: fc.constantFrom(features, math),
    model: fc.constantFrom('a', 'b', 'gpt-5', 'gpt-5-1'),
    success: fc.option(fc.boolean(), { nil: undefined }),
    credits: fc.option(fc.double({ min: 0, max: 1e4, noNaN: true }), { nil: undefined }),
    failed: fc.constantFrom([], ['a'], ['b', 'gpt-5']),
    weight: fc.double({ min: 0, max: 1, noNaN: true }),
    day: fc.integer({ min: 0, max: 400 }),
  });
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 25 }), (outcomes: readonly RequestOutcome[]) => {
      const [live, replayed] = [newRequestLearner(), newRequestLearner()];
      for (const one of outcomes) {
        predictSuccess(live, math, 'b', { failed: ['a'], day: (one.day ?? 0) + 3 });
        predictCredits(live, math, 'zzz', one.day);
        learnOutcome(live, one);
      }
      for (const one of outcomes) learnOutcome(replayed, one);
      assert.deepEqual({ ...live, priorOf: 0 }, { ...replayed, priorOf: 0 });
      const { mean, standardDeviation } = predictSuccess(live, features, 'a', { day: 400 });
      assert.ok(mean >= 0 && mean <= 1 && standardDeviation > 0 && standardDeviation <= 0.5);
    }),
    { numRuns: 40 },
  );
});

test('it stays small and quick', () => {
  const learner = newRequestLearner();
  const random = seededRandom(3);
  const prompts = Array.from({ length: 50 }, (_, index) =>
    requestFeatures(Array.from({ length: 200 }, () => `w${Math.floor(random() * 5000)}`).join(' ') + index),
  );
  const learn = () => {
    for (let count = 0; count < 3000; count += 1) {
      const some = prompts[count % prompts.length];
      assert.ok(some);
      learnOutcome(learner, { features: some, model: `m${count % 40}`, success: random() < 0.5, credits: random() });
    }
  };
  assert.ok(processorMs(learn, 1) / 3000 < 1, 'an outcome takes less than 1 ms');
  assert.equal(learner.models.size, MOST_MODELS);
  const arrays = [
    learner.level,
    learner.shared,
    ...[...learner.models.values()].flatMap(({ level, own }) => [level, own]),
  ];
  const bytes = arrays.reduce(
    (sum, { mean, variance }) => sum + mean.byteLength + variance.byteLength,
    learner.wordCounts.byteLength,
  );
  assert.ok(bytes < 1.6e6, `${bytes} bytes`);
});
