/** When allowances are filled again. Instants are epoch ms, periods are [start, end). */
import type { Zone } from './plan.ts';

export interface Period {
  readonly start: number;
  readonly end: number;
}

/**
 * The monthly period that holds `at`: from the reset day of a month to that of the next. Where a month has no such day
 * its last day stands for it, so the 31st resets on 28 or 29 February and on 30 April.
 */
export function monthPeriod(at: number, resetDay: number, zone: Zone): Period {
  const { year, month } = monthOf(at, zone);
  for (const offset of [1, 0, -1]) {
    const start = resetOf(year, month + offset, resetDay, zone);
    if (start <= at) return { start, end: resetOf(year, month + offset + 1, resetDay, zone) };
  }
  throw new Error(`No period holds ${at}.`);
}

/** The monthly period that ends when the vendor says it does. */
export function periodUntil(end: number, zone: Zone): Period {
  const { year, month, day, timeOfDay } = monthOf(end, zone);
  return { start: resetOf(year, month - 1, day, zone) + timeOfDay, end };
}

function resetOf(year: number, month: number, resetDay: number, zone: Zone): number {
  // Day 0 of the next month is the last of this one.
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(resetDay, lastDay);
  return zone === 'utc' ? Date.UTC(year, month, day) : new Date(year, month, day).getTime();
}

function monthOf(at: number, zone: Zone) {
  const date = new Date(at);
  const [year, month, day] =
    zone === 'utc'
      ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
      : [date.getFullYear(), date.getMonth(), date.getDate()];
  return { year, month, day, timeOfDay: at - resetOf(year, month, day, zone) };
}
