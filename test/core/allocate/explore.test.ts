import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { choose } from '../../../src/core/allocate/choose.ts';
import { explore } from '../../../src/core/allocate/explore.ts';
import { useKey } from '../../../src/core/allocate/use.ts';
import { answer, CREDIT, FREE, predictions, prices } from './predictions.ts';

const situation = { valueNanoCredits: 100 * CREDIT, prices: { ...FREE, kappa: 1 } };

describe('explore', () => {
  it('takes each use as often as the propensities say, and they sum to 1', () => {
    fc.assert(
      fc.property(predictions, prices, (list, at) => {
        const decision = choose(list, { ...situation, prices: at });
        const learningNanoCredits = 100 * CREDIT;
        const { propensities } = explore(decision, { chance: 0.999, learningNanoCredits });
        assert.ok(Math.abs(propensities.reduce((sum, each) => sum + each.propensity, 0) - 1) < 1e-12);
        const counts = new Map<string, number>();
        const draws = 4200;
        for (let index = 0; index < draws; index += 1) {
          const { taken } = explore(decision, { chance: (index + 0.5) / draws, learningNanoCredits });
          counts.set(useKey(taken.use), (counts.get(useKey(taken.use)) ?? 0) + 1 / draws);
        }
        for (const { use, propensity } of propensities) {
          assert.ok(Math.abs((counts.get(useKey(use)) ?? 0) - propensity) < 1e-3);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('tries nothing that the learning budget can’t bear, or that the rules forbid', () => {
    const decision = choose([answer('small', 0.6, 1), answer('large', 0.6, 90)], situation);
    assert.equal(explore(decision, { chance: 0, learningNanoCredits: CREDIT }).explored, false);
    assert.equal(explore(decision, { chance: 0, learningNanoCredits: 100 * CREDIT }).explored, true);
    const never = explore(decision, { chance: 0, learningNanoCredits: 100 * CREDIT, mayTry: () => false });
    assert.deepEqual(never.propensities, [{ use: decision.choice.use, propensity: 1 }]);
  });

  it('one stop in twenty is advised but not taken', () => {
    const decision = choose([answer('small', 0.001, 5)], situation);
    assert.equal(decision.choice.use.kind, 'stop');
    const taken = [0.01, 0.06].map((chance) => explore(decision, { chance, learningNanoCredits: 0 }).taken.use.kind);
    assert.deepEqual(taken, ['answer', 'stop']);
  });
});
