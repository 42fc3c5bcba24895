import type { Price } from '../../../src/core/prices/price.ts';

/** Of the n-th made model: the first is own hardware, each next one dearer. */
export function madePrice(index: number): Price {
  const rate: Price['rate'] =
    index === 0
      ? { kind: 'seconds', nanoCreditsPerSecond: 2e6 }
      : {
          kind: 'tokens',
          tiers: [
            {
              inputTokensAbove: 0,
              price: { fresh: 2e4 * index ** 1.5, cacheRead: 2e3 * index ** 1.5, text: 1e5 * index ** 1.5 },
            },
          ],
        };
  return { source: 'made', date: '2026-11-26', rate };
}
