/**
 * Days and months as this machine's time zone cuts them. They begin on a quarter of an hour in every zone in use, also
 * where a day has 23 or 25 hours, or begins at one o'clock.
 */

/** The local day of an instant (epoch ms): `2026-11-22`. */
export function dayOf(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Epoch ms at which a local day begins, and at which the `offset`th day after it does. NaN where it isn't a day. */
export function startOfDay(day: string, offset = 0): number {
  const [year = Number.NaN, month = Number.NaN, date = Number.NaN] = day.split('-').map(Number);
  return new Date(year, month - 1, date + offset).getTime();
}

/** Epoch ms at which the month of an instant begins, and at which the `offset`th month after it does. */
export function startOfMonth(at: number, offset = 0): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth() + offset, 1).getTime();
}

/** Whether every local hour between two instants begins on one of UTC's hours: not so in India, say. */
export function hoursAreWhole(from: number, to: number): boolean {
  const isWhole = (at: number) => new Date(at).getTimezoneOffset() % 60 === 0;
  for (let at = from; at < to; at += BETWEEN_CLOCK_CHANGES_MS) if (!isWhole(at)) return false;
  return isWhole(to);
}

/** Clocks that change by half an hour stay so for longer. */
const BETWEEN_CLOCK_CHANGES_MS = 20 * 86_400_000;
