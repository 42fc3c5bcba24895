/** How a subscription's windows stand: what its agent's own record says, and nothing where it says nothing. */
import type { QuotaEvent } from '../ledger/event.ts';
import type { MoneySum, NanoCredits } from '../money.ts';
import type { Period } from './period.ts';
import type { Plan } from './plan.ts';
import { usageWindow } from './usageWindow.ts';
import { type WindowPace, windowPace } from './windowPace.ts';

export interface WindowStanding {
  readonly window: string;
  readonly label: string;
  /** 0 to 1; undefined: not recorded, or the window has ended since. */
  readonly usedShare: number | undefined;
  /** Epoch ms; undefined: not recorded, or past. */
  readonly resetsAt: number | undefined;
  /** Who said so, and when (epoch ms); undefined: nobody. */
  readonly reading: { readonly source: string; readonly at: number } | undefined;
  /** What was seen here in the window, at list price; undefined: its beginning isn't known. */
  readonly spent: MoneySum | undefined;
  /** The agent worked here since the reading, so the share is a lower bound. */
  readonly usedSince: boolean;
  /** undefined: its beginning or its end isn't known. */
  readonly period?: Period | undefined;
  /** Nothing recorded tells of it: the period is that which calls seen here began, and ends by itself. */
  readonly isInferred?: boolean | undefined;
  /** Of an inferred one, 0 to 1 and beyond: what was seen here, by what the last recorded one held. undefined: not known. */
  readonly estimatedShare?: number | undefined;
  /** Credits at list price that the whole window seems to hold, an estimate: its vendor counts in units of its own. undefined: too little is known. */
  readonly capacityNanoCredits?: NanoCredits | undefined;
  /** undefined: too early in the window to say, or too little is known. */
  readonly pace?: WindowPace | undefined;
}

export interface SubscriptionStanding {
  readonly kind: 'windows';
  readonly label: string;
  readonly agents: readonly string[];
  readonly windows: readonly WindowStanding[];
}

/** What a ledger saw of a plan's agents. */
export interface SeenUse {
  /** In [from, to), epoch ms. */
  spent(from: number, to: number): MoneySum;
  /** When the hours, or parts of them, in [from, to) began in which they were at work; ascending. */
  hours(from: number, to: number): readonly number[];
}

export function subscriptionStanding(
  plan: Plan,
  readings: readonly QuotaEvent[],
  now: number,
  seen: SeenUse,
): SubscriptionStanding {
  const own = readings.filter(({ quota }) => plan.agents.includes(quota.agent));
  const offered = plan.offer.windows ?? [];
  const others = [...new Set(own.map(({ quota }) => quota.window))]
    .filter((window) => !offered.some((known) => known.window === window))
    .sort()
    .map((window) => ({ window, label: windowLabel(window) }));
  return {
    kind: 'windows',
    label: plan.label,
    agents: plan.agents,
    windows: [...offered, ...others].map(({ window, label }) => {
      const reading = own
        .filter(({ quota }) => quota.window === window)
        .reduce<QuotaEvent | undefined>((latest, each) => (latest && latest.at >= each.at ? latest : each), undefined);
      return standing(window, label, reading, now, seen);
    }),
  };
}

function standing(
  name: string,
  label: string,
  reading: QuotaEvent | undefined,
  now: number,
  { spent, hours }: SeenUse,
): WindowStanding {
  const { usedShare, resetsAt, windowMinutes } = reading?.quota ?? {};
  const minutes = windowMinutes ?? MINUTES[name];
  // A reading without its end holds for as long as a window at most.
  const ends = resetsAt ?? (reading && minutes !== undefined ? reading.at + minutes * 60_000 : undefined);
  const open = reading !== undefined && ends !== undefined && ends > now;
  if (!open && BEGINS_WITH_USE.has(name) && minutes !== undefined) {
    const period = usageWindow({ hours, isUsed }, minutes * 60_000, now);
    if (period) return inferred(period);
  }
  const from = open && resetsAt !== undefined && minutes !== undefined ? resetsAt - minutes * 60_000 : undefined;
  const since = open ? spent(reading.at, now) : undefined;
  const usedSince = open && isUsed(reading.at, now);
  const period = from === undefined || resetsAt === undefined ? undefined : { start: from, end: resetsAt };
  // A window of one model counts that model's calls alone, and what is seen is of all.
  const isOfAll = name in MINUTES;
  const capacity =
    period && isOfAll && usedShare !== undefined
      ? capacityOf(usedShare, spent(period.start, reading?.at ?? now))
      : undefined;
  return {
    window: name,
    label,
    usedShare: open ? usedShare : undefined,
    resetsAt: open ? resetsAt : undefined,
    reading: reading && { source: reading.source, at: reading.at },
    spent: from === undefined ? undefined : spent(from, now),
    usedSince,
    period,
    capacityNanoCredits: capacity,
    pace: period && reading && usedShare !== undefined ? paceOf(period, usedShare, reading.at) : undefined,
  };

  function isUsed(from: number, to: number): boolean {
    const { nanoCredits, unknown } = spent(from, to);
    return nanoCredits > 0 || unknown > 0;
  }

  function inferred(window: Period): WindowStanding {
    const inIt = spent(window.start, now);
    const begun = resetsAt === undefined || minutes === undefined ? undefined : resetsAt - minutes * 60_000;
    const held =
      reading && usedShare !== undefined && begun !== undefined
        ? capacityOf(usedShare, spent(begun, reading.at))
        : undefined;
    const share = held === undefined || inIt.unknown > 0 ? undefined : inIt.nanoCredits / held;
    return {
      window: name,
      label,
      usedShare: undefined,
      resetsAt: undefined,
      reading: reading && { source: reading.source, at: reading.at },
      spent: inIt,
      usedSince: false,
      period: window,
      isInferred: true,
      estimatedShare: share,
      capacityNanoCredits: held,
      pace: share === undefined ? undefined : windowPace(window, share, now),
    };
  }

  function paceOf(window: Period, share: number, readAt: number): WindowPace | undefined {
    if (!usedSince || since === undefined) return windowPace(window, share, now);
    // What was used since the reading has a share only where it is known what the window holds.
    if (capacity === undefined || since.unknown > 0) return windowPace(window, share, readAt);
    return windowPace(window, share + since.nanoCredits / capacity, now);
  }
}

/** A share is told in whole per cents: a smaller one says too little of the whole. */
const LEAST_SHARE = 0.05;

/** `seen`: what was seen here by the time at which so much of the window was used up. */
function capacityOf(usedShare: number, seen: MoneySum): NanoCredits | undefined {
  if (usedShare < LEAST_SHARE || seen.nanoCredits <= 0 || seen.unknown > 0) return undefined;
  return Math.round(seen.nanoCredits / usedShare);
}

/** Windows that begin with the first use after the last one ended; the weekly ones begin when their vendor says. */
const BEGINS_WITH_USE = new Set(['5h']);
const MINUTES: Readonly<Record<string, number>> = { '5h': 300, week: 7 * 24 * 60 };

/** `week-opus` reads as `Weekly window (opus)`. */
function windowLabel(window: string): string {
  return window.startsWith('week-') ? `Weekly window (${window.slice(5)})` : window;
}
