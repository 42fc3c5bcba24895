import fc from 'fast-check';
import type { Prediction, Prices } from '../../../src/core/allocate/objective.ts';

export const CREDIT = 1_000_000_000;

/** An answer of a model; money in credits. */
export function answer(model: string, quality: number, credits: number, more: Partial<Prediction> = {}): Prediction {
  const nanoCredits = Math.round(credits * CREDIT);
  return {
    use: { kind: 'answer', model },
    quality,
    cost: { p10: nanoCredits / 2, p50: nanoCredits, p90: nanoCredits * 2, mean: nanoCredits },
    waitSeconds: 0,
    riskNanoCredits: 0,
    ...more,
  };
}

export const FREE: Prices = { kappa: 0, beta: 0, lambda: 0, rho: 1 };

/** Answers of named models with costs, waits and risks of every size. */
export const predictions: fc.Arbitrary<readonly Prediction[]> = fc
  .array(
    fc.record({
      quality: fc.double({ min: -0.2, max: 1, noNaN: true }),
      credits: fc.double({ min: 0, max: 500, noNaN: true }),
      waitSeconds: fc.double({ min: 0, max: 600, noNaN: true }),
      risk: fc.double({ min: 0, max: 100, noNaN: true }),
      local: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ quality, credits, waitSeconds, risk, local }, index) =>
      answer(`model-${index}`, quality, credits, { waitSeconds, riskNanoCredits: Math.round(risk * CREDIT), local }),
    ),
  );

export const prices: fc.Arbitrary<Prices> = fc.record({
  kappa: fc.constantFrom(0, 1),
  beta: fc.double({ min: 0, max: 20, noNaN: true }),
  lambda: fc.double({ min: 0, max: 5, noNaN: true }),
  rho: fc.double({ min: 1, max: 20, noNaN: true }),
});
