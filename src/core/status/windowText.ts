/** A subscription's window in words, the same on every surface. */
import type { PeriodForecast } from '../forecast/forecast.ts';
import type { WindowStanding } from '../plans/subscriptionStanding.ts';
import { formatShare } from './budget.ts';
import { agoText, momentText } from './dateText.ts';
import { dryText } from './forecastText.ts';
import { sourceLabel } from './labels.ts';
import { moneyText } from './moneyText.ts';

/** How full it is: `62 %`, `≥ 62 %`, `≈ 40 %` where only what was seen here tells, `?`. */
export function windowShareText({ usedShare, usedSince, estimatedShare }: WindowStanding): string {
  if (usedShare !== undefined) return `${usedSince ? '≥ ' : ''}${formatShare(usedShare)}`;
  return estimatedShare === undefined ? '?' : `≈ ${formatShare(estimatedShare)}`;
}

/** Who says so, when it ends, and what was seen here of it. */
export function windowNotes(window: WindowStanding, now: number): readonly string[] {
  const { usedShare, usedSince, estimatedShare, resetsAt, reading, spent, period, isInferred } = window;
  const notes: string[] = [];
  if (resetsAt !== undefined) notes.push(`resets ${momentText(resetsAt, now)}`);
  if (isInferred && period) {
    notes.push(`began ${momentText(period.start, now)} and ends ${momentText(period.end, now)}, by what was seen here`);
    if (estimatedShare !== undefined) notes.push('estimated by what the last recorded one held');
    else notes.push('its share isn’t recorded on this machine');
  } else if (usedShare !== undefined && reading) {
    notes.push(`as ${sourceLabel(reading.source)} recorded ${agoText(reading.at, now)}`);
    if (usedSince) notes.push('used since');
  } else notes.push(reading ? 'the recorded window has ended' : 'its share isn’t recorded on this machine');
  if (spent) notes.push(`${moneyText(spent)} at list price here`);
  return notes;
}

/**
 * Where a subscription's window is heading: `At this pace full at 15:40, before it resets.`, `At this pace 71 % by its
 * reset.` `forecast`: of a window of several days, whose nights and weekends a straight line doesn't know. undefined: too
 * little is known. An estimate in any case.
 */
export function windowOutlook(
  { pace, usedShare, capacityNanoCredits }: Pick<WindowStanding, 'pace' | 'usedShare' | 'capacityNanoCredits'>,
  forecast: PeriodForecast | undefined,
  now: number,
): string | undefined {
  if (usedShare !== undefined && usedShare >= 1) return undefined;
  const range = forecast && dryText(forecast, capacityNanoCredits, 'window');
  if (range !== undefined) return `${range} (80 % range, estimated at list price)`;
  if (!pace) return undefined;
  if (pace.fullAt === undefined) return `at this pace ${formatShare(pace.shareAtEnd)} by its reset, estimated`;
  if (pace.fullAt <= now) return 'full by now at this pace, estimated';
  return `at this pace full ${momentText(pace.fullAt, now)}, before it resets, estimated`;
}
