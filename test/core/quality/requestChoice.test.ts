import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseModel, STOP } from '../../../src/core/quality/requestChoice.ts';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';
import { learnOutcome, newRequestLearner } from '../../../src/core/quality/requestLearner.ts';
import { seededRandom } from '../../../src/core/quality/seededRandom.ts';
import { processorMs } from '../../fakes/processorTime.ts';

const features = requestFeatures('How do I sort a list in Python?');

/** Learned from models that succeed in these shares of 40 tries and cost so much. */
function learned(models: Readonly<Record<string, { readonly share: number; readonly credits: number }>>) {
  const learner = newRequestLearner();
  for (let count = 0; count < 40; count += 1) {
    for (const [model, { share, credits }] of Object.entries(models))
      learnOutcome(learner, { features, model, success: ((count * 7) % 40) / 40 < share, credits });
  }
  return learner;
}

const pair = () => learned({ mini: { share: 0.5, credits: 0.1 }, maxi: { share: 0.9, credits: 10 } });
const options = [{ model: 'mini' }, { model: 'maxi' }];

test('what a task is worth decides', () => {
  assert.equal(chooseModel(pair(), { features, options, value: 1 }).choice, 'mini');
  assert.equal(chooseModel(pair(), { features, options, value: 1000 }).choice, 'maxi');
});

test('stop wins where every net is negative', () => {
  for (const observesFailure of [false, true]) {
    const choice = chooseModel(pair(), { features, options, value: 0.01, observesFailure });
    assert.equal(choice.choice, STOP);
    assert.equal(choice.candidates[0]?.use, STOP);
    assert.notEqual(choice.runnerUp?.use, STOP);
    assert.equal(choice.propensity, 1);
  }
  assert.equal(chooseModel(pair(), { features, options: [], value: 100 }).choice, STOP);
});

test('where failures are seen, a cheap try comes first and the dear one after it', () => {
  const learner = pair();
  const first = chooseModel(learner, { features, options, value: 100, observesFailure: true });
  assert.equal(first.choice, 'mini');
  assert.ok((first.candidates[0]?.terms.afterFailure ?? 0) > 0);
  const left = [{ model: 'maxi' }];
  assert.equal(
    chooseModel(learner, { features, options: left, value: 100, observesFailure: true, failed: ['mini'] }).choice,
    'maxi',
  );
  assert.equal(
    chooseModel(learner, { features, options: left, value: 11, observesFailure: true, failed: ['mini'] }).choice,
    STOP,
  );
});

test('it gives up on tasks where nobody who failed was ever followed by a success', () => {
  const learner = pair();
  for (let count = 0; count < 60; count += 1)
    learnOutcome(learner, { features, model: 'maxi', success: false, credits: 10, failed: ['mini'] });
  const left = [{ model: 'maxi' }];
  assert.equal(
    chooseModel(learner, { features, options: left, value: 60, observesFailure: true, failed: ['mini'] }).choice,
    STOP,
  );
});

const question = fc.record({
  value: fc.double({ min: 0, max: 1000, noNaN: true }),
  price: fc.double({ min: 0, max: 20, noNaN: true }),
  observesFailure: fc.boolean(),
  credits: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 9 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});
const many = learned(
  Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`m${index}`, { share: (index + 1) / 10, credits: index + 0.1 }]),
  ),
);

test('terms sum to the net, stop is always there at 0, propensities are chances', () => {
  fc.assert(
    fc.property(question, ({ credits, seed, ...rest }) => {
      const asked = {
        ...rest,
        features,
        options: credits.map((own, index) => ({ model: `m${index}`, credits: own, alsoCredits: seed % 3 })),
      };
      const answer = chooseModel(many, { ...asked, explore: { random: seededRandom(seed) } });
      assert.equal(answer.candidates.length, credits.length + 1);
      for (const { terms, net } of answer.candidates)
        assert.ok(Math.abs(terms.quality + terms.credits + terms.also + terms.afterFailure - net) < 1e-9);
      assert.equal(answer.candidates.find(({ use }) => use === STOP)?.net, 0);
      assert.ok(answer.propensity > 0 && answer.propensity <= 1);
      assert.notEqual(answer.runnerUp?.use, answer.choice);
      const best = chooseModel(many, asked);
      assert.equal(best.choice, best.candidates[0]?.use);
      assert.ok(
        best.candidates.every(({ net }, index) => index === 0 || net <= (best.candidates[index - 1]?.net ?? 0)),
      );
    }),
    { numRuns: 150 },
  );
});

test('a higher price of a model never raises its use, nor a higher price of credits the credits that are spent', () => {
  fc.assert(
    fc.property(question, fc.nat({ max: 8 }), fc.double({ min: 0, max: 50, noNaN: true }), (some, which, more) => {
      const ask = (extra: number, price = some.price) =>
        chooseModel(many, {
          features,
          value: some.value,
          price,
          observesFailure: some.observesFailure,
          options: some.credits.map((credits, index) => ({
            model: `m${index}`,
            credits: credits + (index === which ? extra : 0),
          })),
        }).choice;
      if (ask(more) === `m${which}`) assert.equal(ask(0), `m${which}`);
      const spent = (choice: string) => (choice === STOP ? 0 : (some.credits[Number(choice.slice(1))] ?? 0));
      if (!some.observesFailure) assert.ok(spent(ask(0, some.price + more)) <= spent(ask(0)) + 1e-9);
    }),
    { numRuns: 150 },
  );
});

test('what is little known is tried while it is worth it, and not when nothing is at stake', () => {
  const learner = learned({ known: { share: 0.6, credits: 1 } });
  const asked = { features, options: [{ model: 'known' }, { model: 'new', credits: 1.5 }] };
  const tried = (value: number, more = {}) => {
    const random = seededRandom(5);
    let count = 0;
    for (let time = 0; time < 100; time += 1)
      if (chooseModel(learner, { ...asked, value, explore: { random, ...more } }).choice === 'new') count += 1;
    return count;
  };
  assert.ok(tried(1000) > 10);
  assert.equal(tried(1000, { horizon: 0 }) === 0 || tried(1000, { horizon: 0 }) === 100, true);
  assert.equal(tried(0.5), 0);
});

test('in 500 tasks at a high value it finds the better of two models that cost the same', () => {
  let found = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = seededRandom(seed);
    const learner = newRequestLearner();
    let late = 0;
    for (let task = 0; task < 500; task += 1) {
      const { choice } = chooseModel(learner, {
        features,
        options: [{ model: 'a' }, { model: 'b' }],
        value: 1000,
        explore: { random },
      });
      learnOutcome(learner, {
        features,
        model: choice,
        success: random() < (choice === 'b' ? 0.75 : 0.55),
        credits: 1,
      });
      if (task >= 400 && choice === 'b') late += 1;
    }
    if (late > 80) found += 1;
  }
  assert.ok(found >= 9, `${found} of 10`);
});

test('a decision takes less than 2 ms', () => {
  const random = seededRandom(1);
  const all = Array.from({ length: 9 }, (_, index) => ({ model: `m${index}` }));
  const ask = () =>
    chooseModel(many, { features, options: all, value: 100, observesFailure: true, failed: [], explore: { random } });
  for (let warm = 0; warm < 50; warm += 1) ask();
  const times = 40;
  const time = processorMs(() => {
    for (let asked = 0; asked < times; asked += 1) ask();
  });
  assert.ok(time / times < 2, `${time / times} ms`);
});
