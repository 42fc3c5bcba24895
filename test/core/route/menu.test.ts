import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contractText, menuOf, preferredOf, worth } from '../../../src/core/route/menu.ts';
import { answer, CREDIT, FREE, predictions, prices } from '../allocate/predictions.ts';

const value = fc.integer({ min: 0, max: 5_000 }).map((credits) => credits * CREDIT);
/** Nets are compared as numbers with a fraction: of the size of 10¹³, so within a thousandth of a nano-credit. */
const EXACT = 0.01;

describe('menuOf', () => {
  it('Frugal is the cheapest, Best the likeliest, Balanced the best for the V that was named', () => {
    const answers = [answer('small', 0.4, 1), answer('middle', 0.6, 10), answer('large', 0.7, 100)];
    const menu = menuOf(answers, {
      valueNanoCredits: 200 * CREDIT,
      prices: { ...FREE, kappa: 1 },
      leftNanoCredits: 1000 * CREDIT,
    });
    assert.deepEqual(
      menu.map(({ name, prediction, success, p50NanoCredits, p90NanoCredits, fromValueNanoCredits, poolShare }) => [
        name,
        'model' in prediction.use && prediction.use.model,
        success,
        p50NanoCredits / CREDIT,
        p90NanoCredits / CREDIT,
        Math.round(fromValueNanoCredits / CREDIT),
        poolShare,
      ]),
      [
        ['frugal', 'small', 0.4, 1, 2, 0, 0.001],
        ['balanced', 'middle', 0.6, 10, 20, 45, 0.01],
        ['best', 'large', 0.7, 100, 200, 900, 0.1],
      ],
    );
  });

  it('says a contract in a line', () => {
    const [frugal] = menuOf([answer('small', 0.4, 1, { waitSeconds: 12.2 })], {
      valueNanoCredits: CREDIT,
      prices: FREE,
    });
    assert.ok(frugal);
    assert.equal(contractText(frugal), 'Frugal: small, success 40 %, 1.0 credits (9 in 10 below 2.0), 12 s.');
  });

  it('is empty where no model can be had', () => {
    assert.deepEqual(menuOf([answer('x', 0.5, 1, { cost: undefined })], { valueNanoCredits: 1, prices: FREE }), []);
  });

  it('chance of success and full price rise along it', () => {
    fc.assert(
      fc.property(predictions, value, prices, (answers, valueNanoCredits, at) => {
        const menu = menuOf(answers, { valueNanoCredits, prices: at });
        for (const [index, contract] of menu.slice(1).entries()) {
          const below = menu[index];
          assert.ok(below && contract.success >= below.success);
          assert.ok(contract.fullPriceNanoCredits >= below.fullPriceNanoCredits - EXACT);
        }
      }),
    );
  });

  it('a higher V prefers the same or a higher contract (single crossing)', () => {
    fc.assert(
      fc.property(predictions, value, prices, value, value, (answers, valueNanoCredits, at, one, other) => {
        const menu = menuOf(answers, { valueNanoCredits, prices: at });
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((v) => preferredOf(menu, v));
        assert.equal(low === undefined, high === undefined);
        if (low && high) assert.ok(high.success >= low.success);
      }),
    );
  });

  it('none gains by naming another V (incentive-compatible)', () => {
    fc.assert(
      fc.property(predictions, value, value, prices, (answers, own, named, at) => {
        const balanced = (valueNanoCredits: number) =>
          menuOf(answers, { valueNanoCredits, prices: at }).find(({ name }) => name === 'balanced');
        const [honest, other] = [balanced(own), balanced(named)];
        if (honest && other) assert.ok(worth(honest, own) >= worth(other, own) - EXACT);
      }),
    );
  });

  it('and on one menu the contract that is named for one’s own V is the preferred one', () => {
    fc.assert(
      fc.property(predictions, value, prices, (answers, valueNanoCredits, at) => {
        const menu = menuOf(answers, { valueNanoCredits, prices: at });
        const balanced = menu.find(({ name }) => name === 'balanced');
        const preferred = preferredOf(menu, valueNanoCredits);
        if (balanced && preferred)
          assert.ok(worth(balanced, valueNanoCredits) >= worth(preferred, valueNanoCredits) - EXACT);
      }),
    );
  });
});
