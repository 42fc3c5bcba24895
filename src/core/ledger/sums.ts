/** Sums over entries. A figure that nobody knows stays unknown in every one of them. */
import { addMoney, type MoneySum, NO_MONEY } from '../money.ts';
import { addUsage, USAGE_KINDS, type Usage } from '../usage.ts';
import type { Entry } from './entry.ts';

export interface Sum {
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: MoneySum;
}

export const NOTHING: Sum = { calls: 0, usage: {}, cost: NO_MONEY };

/**
 * Whether a call is part of sums. Not yet: an open one. Not twice: a run's total whose steps are known. Kept apart: a
 * helper call that the plan doesn't charge for (`billable: false`); it is in the ledger and among its run's steps, but
 * its tokens and credits are in no sum, so that sums stay comparable with what is paid. A lost call counts, as unknown.
 */
export function isSummed(entry: Entry): boolean {
  return entry.facts.billable !== false && ['settled', 'failed', 'lost'].includes(entry.state);
}

/** Whether anything is known of what the call used. */
export function hasFigures(entry: Entry): boolean {
  return entry.cost.nanoCredits !== undefined || USAGE_KINDS.some((kind) => entry.usage[kind] !== undefined);
}

export function addEntry(sum: Sum, entry: Entry): Sum {
  if (!isSummed(entry)) return sum;
  return {
    calls: sum.calls + 1,
    usage: addUsage(sum.usage, entry.usage),
    cost: addMoney(sum.cost, entry.cost.nanoCredits, entry.cost.confidence),
  };
}

export function sumEntries(entries: Iterable<Entry>): Sum {
  let sum = NOTHING;
  for (const entry of entries) sum = addEntry(sum, entry);
  return sum;
}

/** Sums by any key: its day, `(entry) => entry.facts.agent`, … A key whose entries are all kept out of sums has none. */
export function sumBy<Key>(entries: Iterable<Entry>, keyOf: (entry: Entry) => Key): Map<Key, Sum> {
  const sums = new Map<Key, Sum>();
  for (const entry of entries) {
    if (!isSummed(entry)) continue;
    const key = keyOf(entry);
    sums.set(key, addEntry(sums.get(key) ?? NOTHING, entry));
  }
  return sums;
}

/** The model that a call is summed under: the one that answered, where that is known. */
export function modelOf({ facts }: Pick<Entry, 'facts'>): string {
  return facts.servedModel ?? facts.model ?? 'unknown';
}
