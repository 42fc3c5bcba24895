import * as z from 'zod/mini';
import { later } from '../later.ts';
import type { Reservation } from './reservations.ts';

const schema = later(() => {
  const optionalText = z.optional(z.string());

  return z.array(
    z.object({
      id: z.string(),
      at: z.number(),
      draw: z.object({
        runId: optionalText,
        sessionId: optionalText,
        day: z.string(),
        folder: optionalText,
        model: optionalText,
      }),
      nanoCredits: z.optional(z.number()),
      local: z.optional(z.boolean()),
    }),
  );
});

/** Reservations as another window wrote them; none where they can't be read. */
export function readReservations(value: unknown): readonly Reservation[] {
  const read = schema().safeParse(value);
  return read.success ? read.data.map((each) => ({ ...each, nanoCredits: each.nanoCredits })) : [];
}
