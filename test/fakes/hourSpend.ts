import type { HourSpend } from '../../src/core/forecast/forecast.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';

/** Priced spend at an instant. */
export function hourSpend(at: number, credits: number): HourSpend {
  return { at, cost: { nanoCredits: Math.round(credits * NANO_PER_CREDIT), confidence: 'priced', unknown: 0 } };
}

/** Each working day from ten to five, `credits` a day, give or take a third, in [from, to). */
export function workingDays(from: number, to: number, credits: number): readonly HourSpend[] {
  const spend: HourSpend[] = [];
  for (let day = 0; ; day += 1) {
    const date = new Date(from);
    const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate() + day);
    if (midnight.getTime() >= to) return spend;
    if (midnight.getDay() === 0 || midnight.getDay() === 6) continue;
    const factor = 1 + 0.33 * Math.sin(day * 2.4);
    for (let hour = 10; hour < 17; hour += 1) {
      const at = midnight.getTime() + hour * 3_600_000;
      if (at >= from && at < to) spend.push(hourSpend(at, (credits * factor) / 7));
    }
  }
}
