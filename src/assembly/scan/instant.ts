/** Reads the times that logs are full of. */
import { isDigit } from './json';

const TIME_BYTES: usize = 24;
const DAY_MS: f64 = 86_400_000;
/** Stands for a time that there isn't. */
export const NO_INSTANT: f64 = Infinity;
const ZERO: i32 = 0x30;
const DASH: u8 = 0x2d;
const COLON: u8 = 0x3a;

/** Whether a text has a time's length, and all that stands between its digits. */
export function isTime(start: usize, length: usize): bool {
  if (length !== TIME_BYTES) return false;
  if (load<u8>(start, 4) !== DASH || load<u8>(start, 7) !== DASH || load<u8>(start, 10) !== 0x54) return false;
  if (load<u8>(start, 13) !== COLON || load<u8>(start, 16) !== COLON) return false;
  return load<u8>(start, 19) === 0x2e && load<u8>(start, 23) === 0x5a;
}

/** Epoch ms of `YYYY-MM-DDTHH:MM:SS.mmmZ`; NO_INSTANT: it has other characters, or no such day or hour is. */
export function instantOf(start: usize): f64 {
  const century = twoAt(start);
  const year = twoAt(start + 2);
  const month = twoAt(start + 5);
  const day = twoAt(start + 8);
  const hour = twoAt(start + 11);
  const minute = twoAt(start + 14);
  const second = twoAt(start + 17);
  const tenMs = twoAt(start + 20);
  const digit: i32 = load<u8>(start + 22);
  if ((century | year | month | day | hour | minute | second | tenMs) < 0 || !isDigit(digit as u8)) return NO_INSTANT;
  // Later days some months don't have, and these are left to Date.
  if (month < 1 || month > 12 || day < 1 || day > daysOf(month) || hour > 23 || minute > 59 || second > 59)
    return NO_INSTANT;
  const seconds = (hour * 60 + minute) * 60 + second;
  return (
    daysSince1970(century * 100 + year, month, day) * DAY_MS + ((seconds * 1000 + tenMs * 10 + digit - ZERO) as f64)
  );
}

/** Some days that a month has in every year. */
function daysOf(month: i32): i32 {
  if (month === 2) return 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Of the calendar that is in use, counted in years that begin with March: the day that some have more is their last. */
function daysSince1970(year: i32, month: i32, day: i32): f64 {
  const marchYear = month > 2 ? year : year - 1;
  // Counted from the year -400, so that none is below 0.
  const years = marchYear + 400;
  const leapDays = years / 4 - years / 100 + years / 400;
  const monthDays = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
  return (years * 365 + leapDays + monthDays + day - 1 - DAYS_BEFORE_1970) as f64;
}

/** Of these years and days as they are counted here, 1 January 1970. */
const DAYS_BEFORE_1970: i32 = 719_468 + 146_097;

/** A number of two digits; below 0: other characters stand there. */
function twoAt(start: usize): i32 {
  const tens: i32 = load<u8>(start) - ZERO;
  const ones: i32 = load<u8>(start + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
