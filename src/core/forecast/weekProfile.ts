/**
 * How one developer's spend is spread over the week: a weight for each weekday and, within a day, shares by the hour.
 * Learned with exponential decay and shrunk towards how a developer's week commonly looks, so that it says something on
 * the first day and little of it is left after some weeks.
 */

export interface WeekProfile {
  /** Learns from a whole day; `typical` is an ordinary day's spend at weight 1, undefined while there is none. */
  learn(weekday: number, hours: Float64Array, typical: number | undefined): void;
  /** A weekday's spend in units of an ordinary day's; over the week they have a mean of about 5.6 ÷ 7, as the common week's. */
  weight(weekday: number): number;
  /** The share of a day's spend that falls before an hour (with fraction). */
  shareBefore(weekday: number, hour: number): number;
  /** The hour before which a share of the day's spend falls. */
  hourOf(weekday: number, share: number): number;
  /** The chance that something is spent in an hour. */
  activeChance(weekday: number, hour: number): number;
}

/** Days after which what was learned counts half: a season at work. */
const HALF_LIFE_DAYS = 35;
/** The common week, Sunday first: two weekend days of less than a working day's third. */
const COMMON_WEEK = [0.3, 1, 1, 1, 1, 1, 0.3] as const;
/** A working day's hours as parts of it: slow mornings, noon, a long afternoon, some evenings. */
const COMMON_DAY = [
  1, 0.5, 0.3, 0.2, 0.2, 0.3, 0.6, 1.5, 4, 8, 10, 10, 7, 8, 10, 10, 9, 7, 4, 3, 3, 3, 2.5, 2,
] as const;
const COMMON_DAY_SUM = COMMON_DAY.reduce((sum, part) => sum + part, 0);
/** The chance of spend in a common working day's fullest hour. */
const COMMON_FULL_HOUR = 0.5;
/** How many days' evidence the common week is worth, by weekday and by hour. */
const WEIGHT_PRIOR_DAYS = 2;
const HOUR_PRIOR_DAYS = 3;
const GROUP_PRIOR_DAYS = 3;
/** A day of more than so many ordinary ones counts as that many: one huge day says nothing of its weekday. */
const MOST_TYPICAL = 4;

/** Days that look like each other. */
const WORKING_DAYS = [1, 2, 3, 4, 5] as const;
const WEEKEND = [0, 6] as const;
const HOURS = 24;
const DAYS = 7;

export function weekProfile(): WeekProfile {
  const decay = 0.5 ** (1 / HALF_LIFE_DAYS);
  const seen = new Float64Array(DAYS);
  const spent = new Float64Array(DAYS);
  const active = new Float64Array(DAYS);
  /** Each active day's spend as shares of itself, so that a dear day counts as much as a cheap one. */
  const shares = new Float64Array(DAYS * HOURS);
  const activeHours = new Float64Array(DAYS * HOURS);

  /** A group's shares by the hour, shrunk to the common day's. */
  function grouped(weekdays: readonly number[]): Float64Array {
    let days = GROUP_PRIOR_DAYS;
    for (const weekday of weekdays) days += active[weekday] ?? 0;
    const day = new Float64Array(HOURS);
    for (let hour = 0; hour < HOURS; hour += 1) {
      let sum = (GROUP_PRIOR_DAYS * (COMMON_DAY[hour] ?? 0)) / COMMON_DAY_SUM;
      for (const weekday of weekdays) sum += shares[weekday * HOURS + hour] ?? 0;
      day[hour] = sum / days;
    }
    return day;
  }

  /** Shares of a day by the hour; kept, group by group and day by day, until something is learned. */
  const groups = new Map<readonly number[], Float64Array>();
  const known = new Map<number, Float64Array>();
  function sharesOf(weekday: number): Float64Array {
    const found = known.get(weekday);
    if (found) return found;
    const like = weekday === 0 || weekday === 6 ? WEEKEND : WORKING_DAYS;
    const group = groups.get(like) ?? grouped(like);
    groups.set(like, group);
    const day = new Float64Array(HOURS);
    let sum = 0;
    for (let hour = 0; hour < HOURS; hour += 1) {
      day[hour] = (shares[weekday * HOURS + hour] ?? 0) + HOUR_PRIOR_DAYS * (group[hour] ?? 0);
      sum += day[hour] ?? 0;
    }
    for (let hour = 0; hour < HOURS; hour += 1) day[hour] = (day[hour] ?? 0) / sum;
    known.set(weekday, day);
    return day;
  }

  return {
    learn(weekday, hours, typical) {
      known.clear();
      groups.clear();
      for (const table of [seen, spent, active, shares, activeHours]) {
        for (let cell = 0; cell < table.length; cell += 1) table[cell] = (table[cell] ?? 0) * decay;
      }
      const total = hours.reduce((sum, nano) => sum + nano, 0);
      const relative = typical && typical > 0 ? Math.min(MOST_TYPICAL, total / typical) : undefined;
      if (relative !== undefined) {
        seen[weekday] = (seen[weekday] ?? 0) + 1;
        spent[weekday] = (spent[weekday] ?? 0) + relative;
      }
      if (total <= 0) return;
      active[weekday] = (active[weekday] ?? 0) + 1;
      for (let hour = 0; hour < HOURS; hour += 1) {
        const cell = weekday * HOURS + hour;
        const nano = hours[hour] ?? 0;
        shares[cell] = (shares[cell] ?? 0) + nano / total;
        if (nano > 0) activeHours[cell] = (activeHours[cell] ?? 0) + 1;
      }
    },
    weight(weekday) {
      const common = COMMON_WEEK[weekday] ?? 1;
      return ((spent[weekday] ?? 0) + WEIGHT_PRIOR_DAYS * common) / ((seen[weekday] ?? 0) + WEIGHT_PRIOR_DAYS);
    },
    shareBefore(weekday, hour) {
      const day = sharesOf(weekday);
      const whole = Math.min(HOURS, Math.floor(hour));
      let sum = 0;
      for (let each = 0; each < whole; each += 1) sum += day[each] ?? 0;
      return Math.min(1, sum + (day[whole] ?? 0) * (hour - whole));
    },
    hourOf(weekday, wanted) {
      const day = sharesOf(weekday);
      let sum = 0;
      for (let hour = 0; hour < HOURS; hour += 1) {
        const part = day[hour] ?? 0;
        if (sum + part >= wanted) return hour + (part > 0 ? Math.max(0, wanted - sum) / part : 0);
        sum += part;
      }
      return HOURS;
    },
    activeChance(weekday, hour) {
      const common = ((COMMON_DAY[hour] ?? 0) / 10) * COMMON_FULL_HOUR * (COMMON_WEEK[weekday] ?? 1);
      const own = activeHours[weekday * HOURS + hour] ?? 0;
      return (own + WEIGHT_PRIOR_DAYS * common) / ((seen[weekday] ?? 0) + WEIGHT_PRIOR_DAYS);
    },
  };
}
