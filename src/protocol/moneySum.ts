import * as z from 'zod/mini';

/** A sum of money with its doubt, as core tells it. */
export const moneySumSchema = z.object({
  nanoCredits: z.number(),
  confidence: z.enum(['billed', 'priced', 'estimated']),
  unknown: z.int().check(z.nonnegative()),
});
