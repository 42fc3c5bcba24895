/** The window that use began, where nobody recorded one: a subscription's begins with the first use after the last one ended. */
import type { Period } from './period.ts';

/** What is known of when a plan's agents were at work; instants are epoch ms, stretches are [from, to). */
export interface Use {
  /** When the hours, or parts of them, began in which they were at work; ascending. */
  hours(from: number, to: number): readonly number[];
  isUsed(from: number, to: number): boolean;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** In so many days most people sleep. */
const LOOKED_BACK_MS = 3 * 86_400_000;

/**
 * The window that is open at `now`, its beginning to the minute. undefined: none is, or it isn't certain which, for want
 * of a pause as long as a window: only after one is it certain that use began one.
 */
export function usageWindow(use: Use, lengthMs: number, now: number): Period | undefined {
  const hours = use.hours(now - LOOKED_BACK_MS, now);
  // The last use in an hour may have been at its end; before the first hour all is a pause.
  const pauses = (hour: number, index: number) => hour - (hours[index - 1] ?? now - LOOKED_BACK_MS) - HOUR_MS;
  const first = hours.findLast((hour, index) => pauses(hour, index) >= lengthMs);
  let start = first === undefined ? undefined : firstUse(use, first, now);
  while (start !== undefined && start + lengthMs <= now) start = firstUse(use, start + lengthMs, now);
  return start === undefined ? undefined : { start, end: start + lengthMs };
}

/** The first minute of use in [from, to). */
function firstUse(use: Use, from: number, to: number): number | undefined {
  if (!(from < to) || !use.isUsed(from, to)) return undefined;
  let [low, high] = [from, to];
  while (high - low > MINUTE_MS) {
    const middle = Math.floor((low + high) / 2);
    if (use.isUsed(low, middle)) high = middle;
    else low = middle;
  }
  return low;
}
