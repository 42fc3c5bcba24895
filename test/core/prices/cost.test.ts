import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  cost,
  costParts,
  dollarsPerMillion,
  localRate,
  perMillion,
  settleCost,
  tierFor,
} from '../../../src/core/prices/cost.ts';
import type { Price, TokenRate } from '../../../src/core/prices/price.ts';
import { USAGE_KINDS, type Usage } from '../../../src/core/usage.ts';

/** Claude Sonnet 4.5: $3 in, $15 out, cache 0.3/3.75/6; above 200k tokens of input 6/22.5/0.6/7.5/12. */
const sonnet: Price = {
  source: 'a list',
  date: '2026-09-23',
  rate: {
    kind: 'tokens',
    tiers: [
      {
        inputTokensAbove: 0,
        price: { fresh: 300_000, cacheRead: 30_000, cacheWrite: 375_000, cacheWriteHour: 600_000, text: 1_500_000 },
      },
      {
        inputTokensAbove: 200_000,
        price: { fresh: 600_000, cacheRead: 60_000, cacheWrite: 750_000, cacheWriteHour: 1_200_000, text: 2_250_000 },
      },
    ],
  },
};
const flat = (fresh: number, text: number, more = {}): Price => ({
  source: 'a list',
  date: '2026-01-01',
  rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh, text, ...more } }] },
});
const own: Price = { source: 'settings', date: '2026-01-01', rate: { kind: 'seconds', nanoCreditsPerSecond: 1_000 } };

describe('cost', () => {
  it('prices every kind of token at its own price', () => {
    // What the endpoint served in a true Claude Code run: 12 fresh, 2,000 read, 1,000 written, 7 out.
    const usage = { fresh: 12, cacheRead: 2_000, cacheWrite: 1_000, text: 7 };
    assert.equal(cost(usage, sonnet), 12 * 300_000 + 2_000 * 30_000 + 1_000 * 375_000 + 7 * 1_500_000);
  });

  it('applies a tier to the whole request, by all input, cached too', () => {
    assert.equal(cost({ fresh: 1, cacheRead: 199_999, text: 0 }, sonnet), 300_000 + 199_999 * 30_000);
    assert.equal(cost({ fresh: 2, cacheRead: 199_999, text: 1 }, sonnet), 2 * 600_000 + 199_999 * 60_000 + 2_250_000);
  });

  it('prices a kind without its own price as fresh input or as text; an hour-long cache write as a short one', () => {
    assert.equal(cost({ fresh: 1, cacheRead: 1, cacheWrite: 1, cacheWriteHour: 1, text: 0 }, flat(10, 100)), 40);
    assert.equal(cost({ fresh: 0, cacheWriteHour: 2, text: 0 }, flat(10, 100, { cacheWrite: 12 })), 24);
    assert.equal(cost({ fresh: 0, text: 1, reasoning: 3 }, flat(10, 100)), 400);
    assert.equal(cost({ fresh: 0, text: 1, reasoning: 3 }, flat(10, 100, { reasoning: 300 })), 1_000);
  });

  it('is unknown, not 0, without a price, without any input or output figure, without seconds', () => {
    assert.equal(cost({ fresh: 10, text: 10 }, undefined), undefined);
    assert.equal(cost({ text: 10 }, sonnet), undefined);
    assert.equal(cost({ fresh: 10, cacheRead: 5 }, sonnet), undefined);
    assert.equal(cost(undefined, sonnet), undefined);
    assert.equal(cost({ fresh: 10, text: 10 }, own), undefined);
    assert.equal(cost({ fresh: 10, text: 10 }, { ...sonnet, rate: { kind: 'tokens', tiers: [] } }), undefined);
  });

  it('counts a kind that nobody reported as nothing where the rest is known', () => {
    assert.equal(cost({ cacheRead: 10, reasoning: 1 }, sonnet), 10 * 30_000 + 1_500_000);
    assert.equal(cost({ fresh: 0, text: 0 }, sonnet), 0);
  });

  it('prices own hardware by the second, tokens known or not', () => {
    assert.equal(cost(undefined, own, { seconds: 2.5 }), 2_500);
    assert.equal(cost({ fresh: 5, text: 5 }, own, { seconds: 0 }), 0);
    for (const seconds of [-1, Number.NaN]) assert.equal(cost({}, own, { seconds }), undefined);
  });

  it('takes a batch factor', () => {
    assert.equal(cost({ fresh: 100, text: 10 }, flat(10, 100), { batchFactor: 0.5 }), 1_000);
  });
});

const tokens = fc.option(fc.nat(1_000_000), { nil: undefined });
const anyUsage: fc.Arbitrary<Usage> = fc.record({
  fresh: tokens,
  cacheRead: tokens,
  cacheWrite: tokens,
  cacheWriteHour: tokens,
  text: tokens,
  reasoning: tokens,
});
const knownUsage = fc.record(Object.fromEntries(USAGE_KINDS.map((kind) => [kind, fc.nat(1_000_000)])));
const dear = fc.nat(20_000_000);
const anyTokenPrice = fc.record(
  { fresh: dear, cacheRead: dear, cacheWrite: dear, cacheWriteHour: dear, text: dear, reasoning: dear },
  { requiredKeys: ['fresh', 'text'] },
);
const anyRate: fc.Arbitrary<TokenRate> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2_000_000 }), anyTokenPrice), { maxLength: 3 })
  .chain((above) =>
    anyTokenPrice.map((first) => ({
      kind: 'tokens',
      tiers: [
        { inputTokensAbove: 0, price: first },
        ...above.sort((a, b) => a[0] - b[0]).map(([inputTokensAbove, price]) => ({ inputTokensAbove, price })),
      ],
    })),
  );
const priced = (rate: TokenRate): Price => ({ source: 's', date: '2026-01-01', rate });

describe('cost, for any usage and price', () => {
  it('is the sum of its parts, and a whole number', () => {
    fc.assert(
      fc.property(anyUsage, anyRate, (usage, rate) => {
        const total = cost(usage, priced(rate));
        const parts = costParts(usage, rate);
        assert.equal(total === undefined, parts === undefined);
        if (total === undefined || parts === undefined) return;
        assert.ok(Number.isSafeInteger(total) && total >= 0);
        assert.equal(
          total,
          Object.values(parts).reduce((sum, part) => sum + part, 0),
        );
        assert.deepEqual(
          Object.keys(parts),
          USAGE_KINDS.filter((kind) => usage[kind] !== undefined),
        );
      }),
    );
  });

  it('never falls when a price rises', () => {
    fc.assert(
      fc.property(anyUsage, anyRate, fc.nat(2_000_000), (usage, rate, rise) => {
        const dearer: TokenRate = {
          kind: 'tokens',
          tiers: rate.tiers.map(({ inputTokensAbove, price }) => ({
            inputTokensAbove,
            price: { ...price, fresh: price.fresh + rise, text: price.text + rise },
          })),
        };
        const [before, after] = [cost(usage, priced(rate)), cost(usage, priced(dearer))];
        assert.equal(before === undefined, after === undefined);
        assert.ok((after ?? 0) >= (before ?? 0));
      }),
    );
  });

  it('never falls when a call has more tokens, within a tier', () => {
    fc.assert(
      fc.property(
        knownUsage,
        anyTokenPrice,
        fc.constantFrom(...USAGE_KINDS),
        fc.nat(100_000),
        (usage, price, kind, more) => {
          const rate = priced({ kind: 'tokens', tiers: [{ inputTokensAbove: 0, price }] });
          const larger = { ...usage, [kind]: (usage[kind] ?? 0) + more };
          assert.ok((cost(larger, rate) ?? -1) >= (cost(usage, rate) ?? Number.NaN));
        },
      ),
    );
  });

  it('takes the highest tier below the input', () => {
    fc.assert(
      fc.property(anyRate, fc.nat(3_000_000), (rate, input) => {
        const above = rate.tiers.filter(({ inputTokensAbove }) => inputTokensAbove < input);
        assert.equal(tierFor(rate, input), (above.at(-1) ?? rate.tiers[0])?.price);
      }),
    );
  });
});

describe('settleCost', () => {
  const usage = { fresh: 100, text: 10 };
  const book = { priceBook: 'abc' };

  it("keeps the vendor's bill before anything of ours", () => {
    const billed = settleCost({ usage, usageBasis: 'reported', billedNanoCredits: 12.4, price: sonnet, ...book });
    assert.deepEqual(billed, { nanoCredits: 12, confidence: 'billed' });
    assert.equal(
      settleCost({ usage: undefined, usageBasis: undefined, billedNanoCredits: 0, price: undefined }).confidence,
      'billed',
    );
  });

  it('does not take an impossible bill', () => {
    for (const billedNanoCredits of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      assert.equal(
        settleCost({ usage, usageBasis: 'reported', billedNanoCredits, price: sonnet }).confidence,
        'priced',
      );
  });

  it('is priced for reported tokens, estimated for counted ones, and says by which book and source', () => {
    const nanoCredits = 100 * 300_000 + 10 * 1_500_000;
    assert.deepEqual(settleCost({ usage, usageBasis: 'reported', price: sonnet, ...book }), {
      nanoCredits,
      confidence: 'priced',
      priceBook: 'abc',
      priceSource: 'a list',
    });
    assert.equal(settleCost({ usage, usageBasis: 'reported', price: sonnet, pricedAt: 9 }).pricedAt, 9);
    assert.equal(settleCost({ usage, usageBasis: 'reported', price: undefined, pricedAt: 9 }).pricedAt, 9);
    assert.equal(settleCost({ usage, usageBasis: 'counted', price: sonnet, ...book }).confidence, 'estimated');
    assert.equal(settleCost({ usage, usageBasis: undefined, price: sonnet, ...book }).confidence, 'estimated');
    assert.equal(
      settleCost({ usage, usageBasis: 'reported', price: own, seconds: 3, ...book }).confidence,
      'estimated',
    );
  });

  it('says unknown without a figure, with the book that had none', () => {
    assert.deepEqual(settleCost({ usage, usageBasis: 'reported', price: undefined, ...book }), {
      confidence: 'unknown',
      ...book,
    });
    assert.deepEqual(settleCost({ usage: {}, usageBasis: 'reported', price: sonnet }), { confidence: 'unknown' });
  });

  it('labels what a plan pays', () => {
    assert.equal(settleCost({ usage, usageBasis: 'reported', price: sonnet, atListPrice: true }).atListPrice, true);
    assert.ok(!('atListPrice' in settleCost({ usage, usageBasis: 'reported', price: sonnet, atListPrice: false })));
  });
});

describe('localRate', () => {
  const laptop = { watts: 100, dollarsPerKilowattHour: 0.3, hardwareDollars: 2_000, hardwareLifeHours: 20_000 };

  it('is electricity and the share of the hardware, small and not zero', () => {
    // 0.1 kW × $0.30 + $2,000 ÷ 20,000 h = $0.13 an hour = 13 credits an hour.
    assert.equal(Math.round(localRate(laptop).nanoCreditsPerSecond * 3_600), 13_000_000_000);
    assert.ok(localRate({ ...laptop, hardwareDollars: 0 }).nanoCreditsPerSecond > 0);
  });

  it('leaves the hardware out where its life is not given', () => {
    assert.equal(
      Math.round(localRate({ ...laptop, hardwareLifeHours: 0 }).nanoCreditsPerSecond * 3_600),
      3_000_000_000,
    );
  });
});

describe('perMillion', () => {
  it('gives whole nano-credits for published prices, and back', () => {
    assert.equal(perMillion(1.25), 125_000);
    assert.equal(perMillion(0.0028), 280);
    assert.equal(perMillion(0.003625), 362.5);
    assert.equal(dollarsPerMillion(perMillion(0.075)), 0.075);
  });
});
