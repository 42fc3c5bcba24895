/** Readings of allowances as events of the ledger. */
import { canonicalEvent } from './canonicalEvent.ts';
import type { QuotaEvent, QuotaReading } from './event.ts';

/**
 * A reading as an event. Its name tells who said it, of what and when, so that reading a record twice adds nothing.
 * `at`: epoch ms at which the source said it.
 */
export function quotaEvent(source: string, at: number, quota: QuotaReading): QuotaEvent {
  return { kind: 'quota', callId: `quota:${source}:${quota.agent}:${quota.window}:${at}`, at, source, quota };
}

/**
 * Whether a reading tells something that the one before it didn't. A source that repeats its allowance with every call
 * keeps only those that do, each the first of its kind in the order of its record.
 */
export function isNewReading(before: QuotaReading | undefined, next: QuotaReading): boolean {
  if (!before) return true;
  return differs(before, next) || differs(next, before);
}

/** In what the first has. */
function differs(a: QuotaReading, b: QuotaReading): boolean {
  for (const key in a) if (a[key as keyof QuotaReading] !== b[key as keyof QuotaReading]) return true;
  return false;
}

/** Of readings the latest by source, agent and window, newest first. */
export function latestQuotas(readings: Iterable<QuotaEvent>): readonly QuotaEvent[] {
  const latest = new Map<string, QuotaEvent>();
  for (const reading of readings) {
    const key = JSON.stringify([reading.source, reading.quota.agent, reading.quota.window]);
    const known = latest.get(key);
    if (!known || isLater(reading, known)) latest.set(key, reading);
  }
  return [...latest.values()].sort((a, b) => b.at - a.at || (a.callId < b.callId ? -1 : 1));
}

/** Two readings of one instant differ where an agent wrote twice within a millisecond: the greater use is the later. */
function isLater(a: QuotaEvent, b: QuotaEvent): boolean {
  if (a.at !== b.at) return a.at > b.at;
  const [ofA, ofB] = [a, b].map(({ quota }) => quota.used ?? quota.usedShare ?? 0) as [number, number];
  return ofA !== ofB ? ofA > ofB : canonicalEvent(a) > canonicalEvent(b);
}
