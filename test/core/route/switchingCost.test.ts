import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Price } from '../../../src/core/prices/price.ts';
import { stepCost, switchingCost } from '../../../src/core/route/switchingCost.ts';

const price: Price = {
  source: 's',
  date: '2026-11-26',
  rate: {
    kind: 'tokens',
    tiers: [{ inputTokensAbove: 0, price: { fresh: 300_000, cacheRead: 30_000, text: 1_500_000 } }],
  },
};

describe('switching', () => {
  it('costs cachedTokens × (input price − cached price), inside the step’s cost', () => {
    const tokens = { inputTokens: 50_000, cachedTokens: 40_000, outputTokens: 500 };
    assert.equal(switchingCost(tokens, price), 40_000 * 270_000);
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(300_000), fc.nat(5000), (inputTokens, cachedTokens, outputTokens) => {
        const step = { inputTokens, cachedTokens, outputTokens };
        const [stays, goes] = [false, true].map((switches) => stepCost(step, price, { switches }) ?? Number.NaN);
        assert.equal((goes ?? 0) - (stays ?? 0), switchingCost(step, price));
      }),
    );
  });

  it('is unknown without a price, and no money on own hardware', () => {
    const tokens = { inputTokens: 10, cachedTokens: 5, outputTokens: 1 };
    assert.equal(switchingCost(tokens, undefined), undefined);
    const own: Price = { ...price, rate: { kind: 'seconds', nanoCreditsPerSecond: 5 } };
    assert.equal(switchingCost(tokens, own), 0);
    assert.equal(stepCost(tokens, own, { switches: true, seconds: 2 }), 10);
  });
});
