/** An instant as the local calendar and clock tell it, in numbers that can be counted with; days of 23 or 25 hours included. */

const DAY_MS = 86_400_000;

export interface LocalHour {
  /** Local calendar days since 1970-01-01. */
  readonly day: number;
  /** The clock's hour with its fraction, from 0 to below 24. */
  readonly hour: number;
}

export function localHourOf(at: number): LocalHour {
  const date = new Date(at);
  return {
    day: Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS),
    hour: date.getHours() + date.getMinutes() / 60 + date.getSeconds() / 3600,
  };
}

/** Epoch ms; an hour that the clocks leave out is the one after it, one that comes twice the first. */
export function instantOf({ day, hour }: LocalHour): number {
  const date = new Date(day * DAY_MS);
  return new Date(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    0,
    0,
    Math.round(hour * 3600),
  ).getTime();
}

/** 0: Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
