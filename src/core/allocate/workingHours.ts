import { type LocalHour, localHourOf, weekdayOf } from '../forecast/localHour.ts';

/** When the developer works: the same hours on each working day, by the local clock. */
export interface WorkingWeek {
  /** 0: Sunday. */
  readonly days: readonly number[];
  /** The clock's hours, with fractions; `to` above `from`. */
  readonly from: number;
  readonly to: number;
}

export const COMMON_WEEK: WorkingWeek = { days: [1, 2, 3, 4, 5], from: 9, to: 17 };

/** Working hours between two instants (epoch ms), from the local calendar; 0 where `to` isn't after `from`. */
export function workingHoursBetween(from: number, to: number, week: WorkingWeek = COMMON_WEEK): number {
  if (!(to > from)) return 0;
  const [start, end] = [localHourOf(from), localHourOf(to)];
  if (start.day === end.day) return worked(end, week) - worked(start, week);
  let hours = wholeDay(start.day, week) - worked(start, week) + worked(end, week);
  for (let day = start.day + 1; day < end.day; day += 1) hours += wholeDay(day, week);
  return hours;
}

/** Of its day, up to an instant. */
function worked({ day, hour }: LocalHour, week: WorkingWeek): number {
  if (!week.days.includes(weekdayOf(day))) return 0;
  return Math.min(week.to, Math.max(week.from, hour)) - week.from;
}

const wholeDay = (day: number, week: WorkingWeek) => worked({ day, hour: 24 }, week);
