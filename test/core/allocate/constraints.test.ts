import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { constraintsOf, planLeft } from '../../../src/core/allocate/constraints.ts';
import { pricesOf, startPrices } from '../../../src/core/allocate/shadowPrices.ts';
import { NO_MONEY } from '../../../src/core/money.ts';
import type { PlanStanding } from '../../../src/core/plans/planStandings.ts';
import type { PoolStanding } from '../../../src/core/plans/poolStanding.ts';
import { CREDIT } from './predictions.ts';

const pool = (left: number, overage: PoolStanding['overage']): PoolStanding => ({
  kind: 'pool',
  label: 'Pool',
  agents: ['copilot'],
  period: { start: 0, end: 1 },
  entitlementNanoCredits: 300 * CREDIT,
  spent: NO_MONEY,
  elsewhere: { nanoCredits: 0, why: '' },
  leftNanoCredits: left * CREDIT,
  leftConfidence: 'priced',
  seats: 1,
  overage,
});
const metered: PlanStanding = {
  kind: 'metered',
  label: 'Pay as you go',
  agents: [],
  period: { start: 0, end: 1 },
  spent: NO_MONEY,
};

describe('constraintsOf', () => {
  const creditPrice = (standing: PlanStanding | undefined, hasHardBudget = false) => {
    const constraints = constraintsOf(standing, { lambdaFloor: 0.1, hasHardBudget });
    const { kappa, beta } = pricesOf(startPrices(constraints, { beta: 7 }), constraints);
    return { kappa, beta };
  };

  it('κ + β stays within the list price at which more is sold, and a pool’s credits cost nothing in cash', () => {
    assert.deepEqual(creditPrice(metered), { kappa: 1, beta: 0 });
    assert.deepEqual(creditPrice(undefined), { kappa: 1, beta: 0 });
    assert.deepEqual(creditPrice(pool(100, 'list')), { kappa: 0, beta: 1 });
    assert.deepEqual(creditPrice(pool(0, 'list')), { kappa: 1, beta: 0 });
  });

  it('where nothing more is sold, or the developer’s own limit refuses, a credit may be worth more', () => {
    assert.deepEqual(creditPrice(pool(100, 'none')), { kappa: 0, beta: 7 });
    assert.deepEqual(creditPrice(metered, true), { kappa: 1, beta: 7 });
  });

  it('only a pool beyond which nothing is sold is a limit by itself', () => {
    assert.equal(planLeft(pool(100, 'none')), 100 * CREDIT);
    assert.equal(planLeft(pool(100, 'list')), undefined);
    assert.equal(planLeft(metered), undefined);
  });
});
