import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type LearningQuestion, learningMargins, nextLesson } from '../../../src/core/diagnose/learningMargins.ts';

const QUESTION: LearningQuestion = {
  models: [
    { model: 'large', success: 0.8, deviation: 0.03, credits: 20 },
    { model: 'small', success: 0.7, deviation: 0.2, credits: 1 },
  ],
  value: 200,
  horizon: 100,
  unjudged: [{ model: 'large', runs: 5, evidence: 0.2 }],
  checkCredits: 5,
};

describe('learningMargins', () => {
  it('the uncertain model near the best is worth a trial; the more it is uncertain, the more so', () => {
    const [rollout] = learningMargins(QUESTION);
    assert.equal(rollout.model, 'small');
    assert.ok((rollout.perCredit ?? 0) > 1);
    const known = learningMargins({
      ...QUESTION,
      models: QUESTION.models.map((model) => ({ ...model, deviation: model.deviation / 10 })),
    })[0];
    assert.ok((known.perCredit ?? 0) < (rollout.perCredit ?? 0));
  });

  it('a run whose labels say all is not worth a look, and where there is none nothing can be bought', () => {
    const [, told] = learningMargins({ ...QUESTION, unjudged: [{ model: 'large', runs: 5, evidence: 1 }] });
    assert.equal(told.gain, 0);
    const [, none, update] = learningMargins({ ...QUESTION, unjudged: [] });
    assert.equal(none.perCredit, undefined);
    assert.equal(update.perCredit, undefined);
  });

  it('one model: nothing else can be tried, and the next lesson is none', () => {
    const margins = learningMargins({ ...QUESTION, models: QUESTION.models.slice(0, 1), unjudged: [] });
    assert.equal(margins[0].perCredit, undefined);
    assert.equal(nextLesson(margins), undefined);
  });

  it('gains are never negative, and the next lesson is the dearest per credit that repays itself', () => {
    const chance = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    const amount = fc.double({ min: 0, max: 500, noNaN: true });
    const model = fc.record({
      model: fc.constantFrom('a', 'b', 'c', 'd'),
      success: chance,
      deviation: fc.double({ min: 0, max: 0.5, noNaN: true }),
      credits: amount,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(model, { selector: (each) => each.model, maxLength: 4 }),
        amount,
        fc.nat(1000),
        amount,
        fc.array(fc.record({ model: fc.constantFrom('a', 'b', 'z'), runs: fc.nat(5), evidence: chance }), {
          maxLength: 3,
        }),
        (models, value, horizon, checkCredits, unjudged) => {
          const margins = learningMargins({ models, value, horizon, unjudged, checkCredits });
          for (const { gain, credits } of margins) assert.ok(gain >= 0 && credits >= 0 && Number.isFinite(gain));
          const next = nextLesson(margins);
          for (const { perCredit } of margins) assert.ok((perCredit ?? 0) <= Math.max(1, next?.perCredit ?? 0));
        },
      ),
    );
  });
});
