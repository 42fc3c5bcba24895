import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choose } from '../../../src/core/allocate/choose.ts';
import { explain, tippingPrices } from '../../../src/core/allocate/explain.ts';
import { answer, CREDIT, FREE } from './predictions.ts';

describe('explain', () => {
  const answers = [answer('small', 0.5, 1, { waitSeconds: 2 }), answer('large', 0.7, 30, { waitSeconds: 10 })];

  it('says what, why, the runner-up, and the price that tipped it', () => {
    const decision = choose(answers, {
      valueNanoCredits: 100 * CREDIT,
      prices: { kappa: 0, beta: 0.9, lambda: 0.1, rho: 1 },
    });
    assert.deepEqual(explain(decision), {
      what: 'Answer with small: it is worth 49 cr net.',
      why: 'It raises the chance of success by 50 points of a task worth 100 cr: 50 cr, less 0.9 cr of cost and 0.2 cr of waiting.',
      runnerUp: 'Next: Answer with large, 42 cr net, 6.9 cr less, mostly for its cost.',
      price: 'What tipped it: the shadow price of the budget (β 0.9); without it: Answer with large.',
      barred: [],
    });
  });

  it('names the one price of several that decides', () => {
    const slow = [answer('quick', 0.5, 1), answer('slow', 0.7, 1, { waitSeconds: 100 })];
    const decision = choose(slow, {
      valueNanoCredits: 100 * CREDIT,
      prices: { kappa: 1, beta: 0.2, lambda: 1, rho: 2 },
    });
    assert.deepEqual(
      tippingPrices(decision).map(({ price }) => price),
      ['lambda'],
    );
  });

  it('says so where no price decides', () => {
    const decision = choose(answers, { valueNanoCredits: 1000 * CREDIT, prices: FREE });
    assert.equal(explain(decision).price, 'No single price decided it.');
  });

  it('a stop is explained, and what could not be chosen', () => {
    const decision = choose([answer('small', 0.001, 5), answer('large', 0.9, 0, { cost: undefined })], {
      valueNanoCredits: 100 * CREDIT,
      prices: { ...FREE, kappa: 1 },
    });
    const { what, why, barred } = explain(decision);
    assert.equal(what, 'Stop.');
    assert.equal(why, 'Everything else would cost more than it is expected to bring.');
    assert.deepEqual(barred, ['Answer with large: not possible, since its price is unknown.']);
  });
});
