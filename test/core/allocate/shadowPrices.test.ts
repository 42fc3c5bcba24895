import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { choose } from '../../../src/core/allocate/choose.ts';
import {
  type Constraints,
  constraintTexts,
  LEARNING_RATE,
  type PriceEvent,
  type PriceState,
  pricesOf,
  startPrices,
  updatePrices,
} from '../../../src/core/allocate/shadowPrices.ts';
import { answer, CREDIT } from './predictions.ts';

const PREPAID: Constraints = { kappa: 0, lambdaFloor: 0.1 };
const HOUR_MS = 3_600_000;

const event = (more: Partial<PriceEvent>): PriceEvent => ({
  at: 0,
  workingHours: 0,
  spentNanoCredits: 0,
  budget: { leftNanoCredits: 1000 * CREDIT, workingHoursLeft: 100 },
  ...more,
});

describe('updatePrices', () => {
  it('β ← max(0, β + η·(spend − a·Δt)/(a·1 h))', () => {
    const spent = updatePrices(
      startPrices(PREPAID),
      event({ spentNanoCredits: 30 * CREDIT, workingHours: 0.5 }),
      PREPAID,
    );
    // a = 10 credits an hour
    assert.ok(Math.abs(spent.beta - (LEARNING_RATE * (30 - 10 * 0.5)) / 10) < 1e-12);
    const idle = updatePrices(spent, event({ workingHours: 2 }), PREPAID);
    assert.ok(Math.abs(idle.beta - (spent.beta - LEARNING_RATE * 2)) < 1e-12);
    assert.equal(updatePrices(idle, event({ workingHours: 8 }), PREPAID).beta, 0);
  });

  it('κ + β stays within the list price where more is sold at it', () => {
    for (const [kappa, most] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const constraints = { ...PREPAID, kappa, mostCreditPrice: 1 };
      let state = startPrices(constraints, { beta: 5 });
      assert.equal(state.beta, most);
      for (let step = 0; step < 50; step += 1)
        state = updatePrices(state, event({ spentNanoCredits: 500 * CREDIT }), constraints);
      assert.equal(state.beta, most);
      const prices = pricesOf(state, constraints);
      assert.equal(prices.kappa + prices.beta, 1);
    }
  });

  it('an unknown cost moves β neither up nor down; without a budget there is no β', () => {
    const state = startPrices(PREPAID, { beta: 0.3 });
    assert.equal(updatePrices(state, event({ spentNanoCredits: undefined, workingHours: 1 }), PREPAID).beta, 0.3);
    assert.equal(updatePrices(state, event({ budget: undefined }), PREPAID).beta, 0);
    const dry = event({ budget: { leftNanoCredits: 0, workingHoursLeft: 10 }, spentNanoCredits: 5 });
    assert.equal(updatePrices(state, dry, PREPAID).beta, 0.3);
  });

  it('λ rises while nine in ten answers take longer than the target, and falls to its floor', () => {
    const constraints = { ...PREPAID, waitTargetSeconds: 20 };
    let state = startPrices(constraints);
    state = updatePrices(state, event({ waitSeconds: 60 }), constraints);
    assert.ok(Math.abs(state.lambda - (0.1 + 0.1 * LEARNING_RATE * 2)) < 1e-12);
    for (let step = 0; step < 200; step += 1) state = updatePrices(state, event({ waitSeconds: 5 }), constraints);
    assert.equal(state.lambda, 0.1);
    assert.ok(state.waits.length <= 50);
    assert.equal(updatePrices(state, event({ waitSeconds: 900 }), PREPAID).lambda, 0.1, 'no target');
  });

  it('ρ rises with expected loss beyond the limit and is never below 1', () => {
    const constraints = { ...PREPAID, riskLimitPerHour: 10 * CREDIT };
    const risky = updatePrices(
      startPrices(constraints),
      event({ riskNanoCredits: 60 * CREDIT, workingHours: 1 }),
      constraints,
    );
    assert.ok(Math.abs(risky.rho - 1.5) < 1e-12);
    assert.equal(updatePrices(risky, event({ workingHours: 10 }), constraints).rho, 1);
  });

  it('history has one point an hour, the last of it, and is bounded', () => {
    let state = startPrices(PREPAID);
    for (let quarter = 0; quarter < 4 * 1000; quarter += 1) {
      state = updatePrices(state, event({ at: (quarter * HOUR_MS) / 4, spentNanoCredits: CREDIT }), PREPAID);
    }
    assert.equal(state.history.length, 744);
    assert.equal(state.history.at(-1)?.at, 999.75 * HOUR_MS);
    assert.equal(state.history.at(-1)?.beta, state.beta);
    assert.equal(state.history.at(-2)?.at, 998.75 * HOUR_MS);
  });

  it('replay equals live state', () => {
    const events = fc.array(
      fc.record({
        at: fc.nat(1e9),
        workingHours: fc.double({ min: 0, max: 8, noNaN: true }),
        spentNanoCredits: fc.option(fc.nat(1e12), { nil: undefined }),
        budget: fc.option(fc.record({ leftNanoCredits: fc.nat(1e13), workingHoursLeft: fc.nat(160) }), {
          nil: undefined,
        }),
        waitSeconds: fc.option(fc.nat(500), { nil: undefined }),
        riskNanoCredits: fc.option(fc.nat(1e11), { nil: undefined }),
      }),
    );
    const constraints = {
      kappa: 0,
      mostCreditPrice: 1,
      waitTargetSeconds: 30,
      riskLimitPerHour: 1e10,
      lambdaFloor: 0.1,
    };
    fc.assert(
      fc.property(events, fc.nat(20), (list, cut) => {
        const fold = (state: PriceState, some: readonly PriceEvent[]) =>
          some.reduce((before, each) => updatePrices(before, each, constraints), state);
        const whole = fold(startPrices(constraints), list);
        // Stored as JSON half-way, and gone on with.
        const half = JSON.parse(JSON.stringify(fold(startPrices(constraints), list.slice(0, cut)))) as PriceState;
        assert.deepEqual(fold(half, list.slice(cut)), whole);
      }),
    );
  });

  it('each price says which constraint it belongs to', () => {
    assert.deepEqual(constraintTexts({ ...PREPAID, waitTargetSeconds: 20 }, event({})), {
      beta: '1,000 credits for 100 working hours',
      lambda: 'nine in ten answers within 20 s',
      rho: 'no risk limit is set',
    });
  });
});

/** A month of 160 working hours, ten requests an hour, each answered by what `choose` takes; returns what was drawn. */
function monthOf(poolCredits: number): { readonly spent: number; readonly dear: number; readonly beta: number } {
  const hours = 160;
  const perHour = 10;
  let state = startPrices({ ...PREPAID, mostCreditPrice: 1 });
  let [left, dear] = [poolCredits * CREDIT, 0];
  for (let step = 0; step < hours * perHour; step += 1) {
    // V from 2 to 22 credits: a dearer answer is worth its 3 credits to some requests at any β.
    const valueNanoCredits = (2 + ((step * 7919) % 100) / 5) * CREDIT;
    const { choice } = choose([answer('small', 0.4, 0.2), answer('large', 0.8, 3)], {
      valueNanoCredits,
      prices: pricesOf(state, PREPAID),
      leftNanoCredits: left,
    });
    const spentNanoCredits = choice.prediction.cost?.p50 ?? 0;
    if ('model' in choice.use && choice.use.model === 'large') dear += 1;
    const budget = { leftNanoCredits: left, workingHoursLeft: hours - step / perHour };
    const seen = { at: step, workingHours: 1 / perHour, spentNanoCredits, budget };
    state = updatePrices(state, seen, { ...PREPAID, mostCreditPrice: 1 });
    left -= spentNanoCredits;
  }
  return { spent: poolCredits - left / CREDIT, dear: dear / (hours * perHour), beta: state.beta };
}

describe('a prepaid pool', () => {
  it('with slack is used up rather than saved: β is 0 and every request gets what is best for it', () => {
    const { dear, beta, spent } = monthOf(6000);
    assert.equal(beta, 0);
    assert.ok(dear >= 0.99, `${dear} had the dear answer`);
    assert.ok(spent >= 0.99 * 3 * 1600);
  });

  it('that is short is drawn until its end and never beyond', () => {
    for (const pool of [1500, 2500, 3500]) {
      const { spent } = monthOf(pool);
      assert.ok(spent <= pool, `${spent} of ${pool}`);
      assert.ok(spent >= 0.97 * pool, `${spent} of ${pool}`);
    }
  });
});
