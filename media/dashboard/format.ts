/** Figures as the dashboard prints them. What is unknown is `?`. */
/** `48,210`; unknown: `?`. */
export function tokensText(tokens: number | undefined): string {
  return tokens === undefined ? '?' : tokens.toLocaleString('en-US');
}

/** `12.3k`, `4.1M` for tables that are narrow; the exact figure stands in a title. */
export function shortTokensText(tokens: number | undefined): string {
  if (tokens === undefined) return '?';
  if (tokens < 10_000) return tokens.toLocaleString('en-US');
  if (tokens < 999_500) return `${significant(tokens / 1e3)}k`;
  if (tokens < 999_500_000) return `${significant(tokens / 1e6)}M`;
  return `${significant(tokens / 1e9)}G`;
}

function significant(value: number): string {
  return value >= 99.95 ? Math.round(value).toString() : value.toFixed(1);
}

/** Seconds of a step: `0.4`, `6.2`, `112`; unknown: `?`. */
export function secondsText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '?';
  const seconds = milliseconds / 1000;
  return seconds >= 99.95 ? Math.round(seconds).toLocaleString('en-US') : seconds.toFixed(1);
}

/** `14:05:09` in this machine's time zone. */
export function clockText(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** `22 Nov 14:05` in this machine's time zone. */
export function momentText(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${dayText(day)} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** `14:05` of the day that `now` lies in, `22 Nov 14:05` of another. */
export function whenText(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? clockText(at).slice(0, 5) : momentText(at);
}

/** How long ago, from the nearest unit down: `now`, `40 s ago`, `3 min ago`, `5 h ago`, `2 days ago`. */
export function agoText(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 5) return 'now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

/** `2026-11-22` as `22 Nov`. */
export function dayText(day: string): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const [, month = '1', date = '1'] = day.split('-');
  return `${Number(date)} ${months[Number(month) - 1] ?? '?'}`;
}

/** `sub-agent a1c0ffee` where its id is a number, `sub-agent general-purpose` where it is a name. */
export function subagentText(id: string): string {
  return `sub-agent ${/^[0-9a-f-]{9,}$/i.test(id) ? id.slice(0, 8) : id.slice(0, 24)}`;
}

/** `Codex`, `Codex and Cline`, `Codex, Cline and Continue`. */
export function listed(names: readonly string[]): string {
  const [last = '', ...before] = [...names].reverse();
  return before.length === 0 ? last : `${before.reverse().join(', ')} and ${last}`;
}

/** Every calendar day from the first to the last, both included. */
export function daysBetween(fromDay: string, toDay: string): readonly string[] {
  const days: string[] = [];
  const last = Date.parse(`${toDay}T00:00:00Z`);
  for (let at = Date.parse(`${fromDay}T00:00:00Z`); at <= last && days.length < 400; at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

/** Tools in the order of their first call, repeats counted: `Read ×3, Edit`. */
export function toolsText(tools: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const tool of tools) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  return [...counts].map(([tool, count]) => (count === 1 ? tool : `${tool} ×${count}`)).join(', ');
}

/** The last part of a path, of either kind of separator. */
export function folderName(folder: string): string {
  return folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder;
}

/** A share in percent: `0 %`, `0.4 %`, `12 %`; unknown: `?`. */
export function shareText(share: number | undefined): string {
  if (share === undefined) return '?';
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.05) return '<0.1 %';
  return `${percent >= 9.95 ? Math.round(percent).toLocaleString('en-US') : percent.toFixed(1)} %`;
}

/** `+2.1 %` where there is more, `−0.4 %` where there is less. */
export function signedShareText(share: number | undefined): string {
  if (share === undefined || share === 0) return shareText(share);
  return `${share < 0 ? '−' : '+'}${shareText(Math.abs(share))}`;
}
