import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { liveCost } from '../../../src/core/prices/liveCost.ts';
import type { Price } from '../../../src/core/prices/price.ts';

const cloud: Price = {
  source: 'a list',
  date: '2026-01-01',
  rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 100, cacheRead: 10, text: 1_000 } }] },
};

describe('liveCost', () => {
  it('adds the input and what came so far, as an estimate', () => {
    assert.deepEqual(liveCost(cloud, { inputTokens: 50, outputCharacters: 400 }), {
      nanoCredits: 50 * 100 + 100 * 1_000,
      confidence: 'estimated',
    });
    assert.equal(liveCost(cloud, { inputTokens: 50, cachedTokens: 40, outputCharacters: 0 })?.nanoCredits, 1_400);
    assert.equal(liveCost(cloud, { inputTokens: 50, cachedTokens: 90, outputCharacters: 0 })?.nanoCredits, 500);
  });

  it('is unknown without a price or, for own hardware, without seconds', () => {
    const own: Price = { source: 's', date: '2026-01-01', rate: { kind: 'seconds', nanoCreditsPerSecond: 7 } };
    assert.equal(liveCost(undefined, { inputTokens: 1, outputCharacters: 1 }), undefined);
    assert.equal(liveCost(own, { inputTokens: 1, outputCharacters: 1 }), undefined);
    assert.equal(liveCost(own, { inputTokens: 1, outputCharacters: 1, seconds: 3 })?.nanoCredits, 21);
  });

  it('never falls as the reply grows', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6), (inputTokens, outputCharacters, more) => {
        const now = liveCost(cloud, { inputTokens, outputCharacters })?.nanoCredits ?? Number.NaN;
        const later = liveCost(cloud, { inputTokens, outputCharacters: outputCharacters + more })?.nanoCredits ?? -1;
        assert.ok(later >= now);
      }),
    );
  });
});
