import { type LocalHour, localHourOf } from './localHour.ts';
import type { WeekProfile } from './weekProfile.ts';

/** The time from an hour of one day to an hour of the same or a later one. */
export interface Stretch {
  readonly fromHour: number;
  /** How many midnights lie within. */
  readonly nights: number;
  readonly toHour: number;
}

/** The stretch between two instants as local calendars and clocks count it. */
export function stretchOf(from: number, to: number): Stretch {
  const [begin, end] = [localHourOf(from), localHourOf(to)];
  // a clock set back within the stretch must not turn it around
  if (end.day === begin.day) {
    return { fromHour: begin.hour, nights: 0, toHour: Math.max(begin.hour, end.hour) };
  }
  return { fromHour: begin.hour, nights: end.day - begin.day, toHour: end.hour };
}

/** The parts of a stretch, day by day, in ordinary days (see WeekProfile). */
export function dayWeights(profile: WeekProfile, weekday: number, stretch: Stretch): readonly number[] {
  const weights: number[] = [];
  for (let offset = 0; offset <= stretch.nights; offset += 1) {
    const day = (weekday + offset) % 7;
    const from = offset === 0 ? profile.shareBefore(day, stretch.fromHour) : 0;
    const to = offset === stretch.nights ? profile.shareBefore(day, stretch.toHour) : 1;
    weights.push(profile.weight(day) * Math.max(0, to - from));
  }
  return weights;
}

/** The length of a stretch in days. */
export function daysOf({ fromHour, nights, toHour }: Stretch): number {
  return nights + (toHour - fromHour) / 24;
}

/** The hours of the clock in a stretch, each with how much of it lies within. */
export function* clockHours(from: LocalHour, stretch: Stretch): Generator<LocalHour & { readonly part: number }> {
  for (let offset = 0; offset <= stretch.nights; offset += 1) {
    const begin = offset === 0 ? stretch.fromHour : 0;
    const end = offset === stretch.nights ? stretch.toHour : 24;
    for (let hour = Math.floor(begin); hour < end; hour += 1) {
      const part = Math.min(end, hour + 1) - Math.max(begin, hour);
      if (part > 0) yield { day: from.day + offset, hour, part };
    }
  }
}
