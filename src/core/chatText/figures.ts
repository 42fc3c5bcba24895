/** Foretold figures as the chat says them. All of them are estimates; the text around them says so once. */
import type { CostRange } from '../allocate/objective.ts';
import type { Evidence } from '../allocate/outlook.ts';
import { formatCredits, type NanoCredits } from '../money.ts';
import { counted } from '../wholeNumber.ts';

/** `3.1 (1.2–6.2)`: the middle, and between what eight of ten cases lie; `?`: the price is unknown. */
export function rangeText(range: CostRange | undefined): string {
  if (range === undefined) return '?';
  const [low, high] = [formatCredits(range.p10), formatCredits(range.p90)];
  const middle = formatCredits(range.p50);
  return low === middle && high === middle ? middle : `${middle} (${low}–${high})`;
}

/** `+14`, `−3`, `0`, `?`: what a use is worth beside stopping, in credits. */
export function netText(net: NanoCredits | undefined): string {
  if (net === undefined) return '?';
  return `${net > 0 ? '+' : ''}${formatCredits(net)}`;
}

/** `62 % (41 outcomes)`; as long as too little came back to trust it: `value ? (guess 62 %, 3 outcomes)`. */
export function chanceText(success: number, { outcomes, settled }: Evidence): string {
  const share = `${Math.round(success * 100)} %`;
  const seen = counted(outcomes, 'outcome');
  return settled ? `${share} (${seen})` : `value ? (guess ${share}, ${seen})`;
}

/** `12 s`, `4 min`, `1.5 h`. */
export function secondsText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toPrecision(2))} h`;
}

/** What a figure of credits means that nobody was billed yet, once for a text. */
export const ESTIMATED =
  '○ All of it is estimated: the middle case (p50), and in brackets from p10 to p90, between which eight of ten lie';
