import * as z from 'zod/mini';

/** A `MoneySum` as messages carry it. */
export const moneySumSchema = z.object({
  nanoCredits: z.number(),
  confidence: z.enum(['billed', 'priced', 'estimated']),
  unknown: z.int().check(z.nonnegative()),
});
