import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fractionalOptimum, type Option } from '../../../src/core/diagnose/fractionalOptimum.ts';

const rows: fc.Arbitrary<Option[][]> = fc
  .array(
    fc.array(fc.record({ value: fc.integer({ min: -5, max: 20 }), cost: fc.integer({ min: 0, max: 10 }) }), {
      maxLength: 3,
    }),
    {
      maxLength: 4,
    },
  )
  .map((list) => list.map((options) => options.map((option, index) => ({ ...option, name: `o${index}` }))));

/** Every whole assignment within the budget. */
function bestWhole(list: readonly (readonly Option[])[], budget: number): number {
  const [first, ...rest] = list;
  if (!first) return 0;
  let best = bestWhole(rest, budget);
  for (const { value, cost } of first)
    if (cost <= budget) best = Math.max(best, value + bestWhole(rest, budget - cost));
  return best;
}

describe('fractionalOptimum', () => {
  it('takes steps by density, the last in part, and tells the price of a credit', () => {
    const list = [
      [
        { name: 'small', value: 5, cost: 1 },
        { name: 'large', value: 9, cost: 5 },
      ],
      [{ name: 'small', value: 3, cost: 1 }],
    ];
    assert.deepEqual(fractionalOptimum(list, 4), { value: 10, cost: 4, density: 1, choices: ['small', 'small'] });
    assert.deepEqual(fractionalOptimum(list, 100), { value: 12, cost: 6, density: 0, choices: ['large', 'small'] });
  });

  it('is an upper bound of every whole assignment, within one step of the best', () => {
    fc.assert(
      fc.property(rows, fc.nat(25), (list, budget) => {
        const optimum = fractionalOptimum(list, budget);
        const whole = bestWhole(list, budget);
        assert.ok(optimum.value >= whole - 1e-9, `${optimum.value} < ${whole}`);
        assert.ok(optimum.cost <= budget + 1e-9);
        const largest = Math.max(0, ...list.flat().map(({ value }) => value));
        assert.ok(optimum.value <= whole + largest + 1e-9);
      }),
    );
  });

  it('its price supports it: value = Σ max(value − price·cost, 0) + price·budget (strong duality)', () => {
    fc.assert(
      fc.property(rows, fc.nat(25), (list, budget) => {
        const { value, density } = fractionalOptimum(list, budget);
        if (!Number.isFinite(density)) return;
        const dual = list.reduce(
          (sum, options) => sum + Math.max(0, ...options.map((option) => option.value - density * option.cost)),
          density * budget,
        );
        assert.ok(Math.abs(dual - value) < 1e-9, `${dual} and ${value}`);
      }),
    );
  });
});
