import type { HourSpend } from './forecast.ts';
import { localHourOf } from './localHour.ts';

/** Spend by local day and hour, from the first day that is known to today. */
export interface SpendDays {
  /** The first day's number (see LocalHour). */
  readonly first: number;
  /** The hour of the first day at which the record begins. */
  readonly firstHour: number;
  /** How many days, today included. */
  readonly count: number;
  /** The 24 hours' nano-credits of the `index`th day. */
  hours(index: number): Float64Array;
  total(index: number): number;
  /** What was spent on all days before the `index`th. */
  until(index: number): number;
  /** What was spent in the `index`th day before an hour (with its fraction, an hour's spend being even within it). */
  before(index: number, hour: number): number;
}

const HOURS = 24;

/**
 * Sorts spend into local days. What lies after `now`, or more than `mostDays` before, is left out; undefined: nothing
 * remains. Rows may come in any order.
 */
export function spendDays(rows: readonly HourSpend[], now: number, mostDays: number): SpendDays | undefined {
  const today = localHourOf(now);
  const oldest = today.day - mostDays + 1;
  const places: { readonly day: number; readonly hour: number; readonly nano: number }[] = [];
  let [first, firstHour] = [Number.POSITIVE_INFINITY, 0];
  for (const { at, cost } of rows) {
    if (at > now || !Number.isFinite(cost.nanoCredits)) continue;
    const { day, hour } = localHourOf(at);
    if (day < oldest) continue;
    if (day < first) [first, firstHour] = [day, Math.floor(hour)];
    else if (day === first) firstHour = Math.min(firstHour, Math.floor(hour));
    places.push({ day, hour: Math.floor(hour), nano: Math.max(0, cost.nanoCredits) });
  }
  if (places.length === 0) return undefined;
  const count = today.day - first + 1;
  const table = new Float64Array(count * HOURS);
  for (const { day, hour, nano } of places) {
    const cell = (day - first) * HOURS + hour;
    table[cell] = (table[cell] ?? 0) + nano;
  }
  // The hour that isn't over: all of it was spent before now.
  const lastHour = Math.floor(today.hour);
  const hours = (index: number) => table.subarray(index * HOURS, (index + 1) * HOURS);
  const sums = new Float64Array(count + 1);
  for (let index = 0; index < count; index += 1) {
    let sum = sums[index] ?? 0;
    for (const nano of hours(index)) sum += nano;
    sums[index + 1] = sum;
  }
  const until = (index: number) => sums[Math.min(count, index)] ?? 0;
  return {
    first,
    firstHour,
    count,
    hours,
    total: (index) => until(index + 1) - until(index),
    until,
    before(index, hour) {
      const whole = Math.floor(hour);
      const open = index === count - 1 && whole >= lastHour;
      let sum = 0;
      for (let each = 0; each < whole; each += 1) sum += table[index * HOURS + each] ?? 0;
      if (whole >= HOURS) return sum;
      return sum + (table[index * HOURS + whole] ?? 0) * (open ? 1 : hour - whole);
    },
  };
}
