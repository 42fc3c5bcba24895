import type { Price } from '../../src/core/prices/price.ts';
import type { WorkerApi } from '../../src/ports.ts';

/** A price by the token, in nano-credits; what is written costs five times what is read. */
export const priced = (fresh: number): Price => ({
  source: 'test',
  date: '2026-11-01',
  rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh, text: fresh * 5 } }] },
});

/** Describes models by their names: prices, and measured strengths in percent. */
export function fakeDescriber(
  prices: Readonly<Record<string, Price>>,
  strengths: Readonly<Record<string, number>>,
): Pick<WorkerApi, 'describeModels'> {
  return {
    describeModels: async (queries) => ({
      priceBook: 'v1',
      models: queries.map(({ model }) => ({
        model,
        price: prices[model.name],
        strength: {
          passRate: strengths[model.name] ?? 0,
          date: '2025-10-01',
          source: 'test',
          matchedAs: model.name,
          basis: 'measured',
        },
      })),
    }),
  };
}
