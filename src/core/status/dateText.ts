/** Dates and times as surfaces say them, in this machine's time zone. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `24 Nov`. */
export function dateText(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()]}`;
}

/** `24 Nov–2 Dec`, `24–28 Nov`, `24 Nov`. */
export function dateRangeText(from: number, to: number): string {
  const [first, last] = [dateText(from), dateText(to)];
  if (first === last) return first;
  const sameMonth = new Date(from).getMonth() === new Date(to).getMonth() && to - from < 31 * 86_400_000;
  return `${sameMonth ? first.split(' ')[0] : first}–${last}`;
}

/** `15:40` on the day of `now`, else `Mon 15:40` within a week, else `24 Nov`. */
export function momentText(at: number, now: number): string {
  const date = new Date(at);
  const time = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  if (dateText(at) === dateText(now) && Math.abs(at - now) < 86_400_000) return time;
  if (Math.abs(at - now) > 6 * 86_400_000) return dateText(at);
  return `${['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getDay()]} ${time}`;
}

/** `now`, `12 min ago`, `5 h ago`, `3 days ago`. */
export function agoText(at: number, now: number): string {
  const minutes = Math.max(0, Math.round((now - at) / 60_000));
  if (minutes < 1) return 'now';
  if (minutes < 90) return `${minutes} min ago`;
  if (minutes < 36 * 60) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 1440)} days ago`;
}
