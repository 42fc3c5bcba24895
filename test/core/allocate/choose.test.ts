import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { choose, type Valued } from '../../../src/core/allocate/choose.ts';
import { expectedOf, type Prices } from '../../../src/core/allocate/objective.ts';
import { answer, CREDIT, FREE, predictions, prices } from './predictions.ts';

const value = fc.integer({ min: 0, max: 5_000 }).map((credits) => credits * CREDIT);

/** What a choice uses of what a price is for. */
const USED: Readonly<Record<'beta' | 'lambda' | 'rho', (choice: Valued) => number>> = {
  beta: ({ prediction: { cost, local } }) => (local || !cost ? 0 : expectedOf(cost)),
  lambda: ({ prediction }) => prediction.waitSeconds * CREDIT,
  rho: ({ prediction }) => prediction.riskNanoCredits,
};

/** Each term is rounded to a nano-credit once: where two nets are this near, either may be the higher. */
const ROUNDING = 4;

describe('choose', () => {
  it('takes the use of highest net, with its terms and the next best', () => {
    const decision = choose(
      [answer('small', 0.5, 1, { waitSeconds: 2 }), answer('large', 0.7, 30, { waitSeconds: 10 })],
      { valueNanoCredits: 100 * CREDIT, prices: { kappa: 1, beta: 0.5, lambda: 0.1, rho: 1 } },
    );
    assert.deepEqual(decision.choice.use, { kind: 'answer', model: 'small' });
    assert.deepEqual(decision.choice.terms, { value: 50 * CREDIT, cost: -1.5 * CREDIT, wait: -0.2 * CREDIT, risk: 0 });
    assert.equal(decision.choice.net, 48.3 * CREDIT);
    assert.deepEqual(decision.runnerUp?.use, { kind: 'answer', model: 'large' });
    assert.equal(decision.runnerUp?.net, 24 * CREDIT);
    assert.deepEqual(
      decision.candidates.map(({ use }) => use.kind),
      ['answer', 'answer', 'stop'],
    );
  });

  it('terms sum to net, exactly', () => {
    fc.assert(
      fc.property(predictions, value, prices, (list, valueNanoCredits, at) => {
        for (const { terms, net } of choose(list, { valueNanoCredits, prices: at }).candidates) {
          assert.ok(terms);
          assert.equal(net, terms.value + terms.cost + terms.wait + terms.risk);
          assert.equal(net, terms.risk + terms.wait + terms.value + terms.cost);
        }
      }),
    );
  });

  it('stop is always there, with net 0, and wins when every other net is negative', () => {
    fc.assert(
      fc.property(predictions, value, prices, (list, valueNanoCredits, at) => {
        const { choice, candidates } = choose(list, { valueNanoCredits, prices: at });
        const stop = candidates.find(({ use }) => use.kind === 'stop');
        assert.equal(stop?.net, 0);
        assert.equal(stop.barred, undefined);
        const others = candidates.filter(({ use }) => use.kind !== 'stop');
        assert.equal(
          choice.use.kind === 'stop',
          others.every(({ net = 0 }) => net <= 0),
        );
      }),
    );
  });

  it('a higher price never raises the use of what it prices', () => {
    fc.assert(
      fc.property(
        predictions,
        value,
        prices,
        fc.constantFrom('beta' as const, 'lambda' as const, 'rho' as const),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (list, valueNanoCredits, at, price, rise) => {
          const higher: Prices = { ...at, [price]: at[price] + rise };
          const before = USED[price](choose(list, { valueNanoCredits, prices: at }).choice);
          const after = USED[price](choose(list, { valueNanoCredits, prices: higher }).choice);
          assert.ok(after <= before || (after - before) * rise <= ROUNDING, `${before} -> ${after}`);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('fits what is left of the budget, own hardware aside', () => {
    fc.assert(
      fc.property(predictions, value, fc.integer({ min: 0, max: 300 }), (list, valueNanoCredits, left) => {
        const { choice, candidates } = choose(list, { valueNanoCredits, prices: FREE, leftNanoCredits: left * CREDIT });
        const { cost, local } = choice.prediction;
        assert.ok(local || (cost !== undefined && cost.p90 <= left * CREDIT));
        for (const each of candidates) {
          if ((each.net ?? 0) > (choice.net ?? 0)) assert.match(each.barred ?? '', /left of the budget/);
        }
      }),
    );
  });

  it('an unknown price is no price of 0: it is never chosen, and says why', () => {
    const { choice, candidates } = choose([answer('dear', 0.9, 0, { cost: undefined })], {
      valueNanoCredits: 1000 * CREDIT,
      prices: FREE,
    });
    assert.equal(choice.use.kind, 'stop');
    assert.equal(candidates[1]?.net, undefined);
    assert.equal(candidates[1]?.barred, 'its price is unknown');
  });

  it('a rule of the user goes before every net', () => {
    const { choice, candidates } = choose(
      [
        answer('cloud', 0.9, 1, { barred: 'this folder must not leave the machine' }),
        answer('own', 0.2, 1, { local: true }),
      ],
      { valueNanoCredits: 1000 * CREDIT, prices: FREE },
    );
    assert.deepEqual(choice.use, { kind: 'answer', model: 'own' });
    assert.equal(candidates.at(-1)?.barred, 'this folder must not leave the machine');
  });

  it('own hardware costs its electricity in cash, whatever the budget’s price; another plan its own price', () => {
    const at: Prices = { kappa: 0, beta: 3, lambda: 0, rho: 1 };
    const { candidates } = choose(
      [
        answer('own', 0.5, 2, { local: true }),
        answer('pool', 0.5, 2),
        answer('other', 0.5, 2, { credit: { kappa: 1, beta: 0.5 } }),
      ],
      { valueNanoCredits: 100 * CREDIT, prices: at },
    );
    const costs = Object.fromEntries(
      candidates.map(({ use, terms }) => ['model' in use ? use.model : use.kind, terms?.cost]),
    );
    assert.deepEqual(costs, { own: -2 * CREDIT, pool: -6 * CREDIT, other: -3 * CREDIT, stop: 0 });
  });

  it('does not depend on the order in which uses are told', () => {
    fc.assert(
      fc.property(predictions, value, prices, (list, valueNanoCredits, at) => {
        const [one, other] = [list, [...list].reverse()].map((each) => choose(each, { valueNanoCredits, prices: at }));
        assert.deepEqual(one, other);
      }),
    );
  });
});
