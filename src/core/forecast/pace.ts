import type { Pace } from './forecast.ts';
import { instantOf, localHourOf, weekdayOf } from './localHour.ts';
import type { SpendDays } from './spendDays.ts';
import { clockHours, stretchOf } from './stretch.ts';
import type { WeekProfile } from './weekProfile.ts';

/** Days after which what was spent counts half: the pace is that of the last working days. */
const HALF_LIFE_DAYS = 3;
/** Days that still count for something. */
const DAYS = 21;
/** Working hours that must have been seen: a few minutes' burst is no pace. */
const LEAST_HOURS = 1;

/** `left`: what is left of the pool, nano-credits; undefined: there is none. */
export function paceOf(
  days: SpendDays,
  profile: WeekProfile,
  { now, periodEnd, left }: { readonly now: number; readonly periodEnd: number; readonly left: number | undefined },
): Pace {
  const here = localHourOf(now);
  const ahead = [...clockHours(here, stretchOf(now, periodEnd))].map(({ day, hour, part }) => ({
    day,
    hour,
    working: part * profile.activeChance(weekdayOf(day), hour),
  }));
  const workingAhead = ahead.reduce((sum, { working }) => sum + working, 0);
  const recentPerHour = recentPace(days, profile, here.hour);
  const lastsPerHour =
    left === undefined ? undefined : left <= 0 ? 0 : workingAhead > 0 ? left / workingAhead : undefined;
  const dryAt = left === undefined || recentPerHour === undefined ? undefined : dryInstant(left, recentPerHour);
  return {
    ...(recentPerHour === undefined ? {} : { recentPerHour: Math.round(recentPerHour) }),
    ...(lastsPerHour === undefined ? {} : { lastsPerHour: Math.round(lastsPerHour) }),
    ...(dryAt === undefined ? {} : { dryAt }),
  };

  function dryInstant(pool: number, perHour: number): number | undefined {
    if (pool <= 0) return now;
    let rest = pool;
    for (const { day, hour, working } of ahead) {
      const spent = working * perHour;
      if (spent > 0 && spent >= rest) return Math.max(now, instantOf({ day, hour: hour + rest / spent }));
      rest -= spent;
    }
    return undefined;
  }
}

function recentPace(days: SpendDays, profile: WeekProfile, hourNow: number): number | undefined {
  let [spent, working, seen] = [0, 0, 0];
  for (let age = 0; age < Math.min(DAYS, days.count); age += 1) {
    const index = days.count - 1 - age;
    const kept = 0.5 ** (age / HALF_LIFE_DAYS);
    const weekday = weekdayOf(days.first + index);
    const from = index === 0 ? days.firstHour : 0;
    const to = age === 0 ? hourNow : 24;
    spent += kept * days.before(index, to);
    for (let hour = from; hour < to; hour += 1) {
      const hours = profile.activeChance(weekday, hour) * Math.min(1, to - hour);
      working += kept * hours;
      seen += hours;
    }
  }
  return seen >= LEAST_HOURS ? spent / working : undefined;
}
