/** How a subscription's windows stand: what its agent's own record says, and nothing where it says nothing. */
import type { QuotaEvent } from '../ledger/event.ts';
import type { MoneySum } from '../money.ts';
import type { Plan } from './plan.ts';

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
}

export interface SubscriptionStanding {
  readonly kind: 'windows';
  readonly label: string;
  readonly agents: readonly string[];
  readonly windows: readonly WindowStanding[];
}

/** `spent`: what this ledger saw of the plan's agents in [from, to). */
export function subscriptionStanding(
  plan: Plan,
  readings: readonly QuotaEvent[],
  now: number,
  spent: (from: number, to: number) => MoneySum,
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
      return standing(window, label, reading, now, spent);
    }),
  };
}

function standing(
  window: string,
  label: string,
  reading: QuotaEvent | undefined,
  now: number,
  spent: (from: number, to: number) => MoneySum,
): WindowStanding {
  const { usedShare, resetsAt, windowMinutes } = reading?.quota ?? {};
  const minutes = windowMinutes ?? MINUTES[window];
  // A reading without its end holds for as long as a window at most.
  const ends = resetsAt ?? (reading && minutes !== undefined ? reading.at + minutes * 60_000 : undefined);
  const open = reading !== undefined && ends !== undefined && ends > now;
  const from = open && resetsAt !== undefined && minutes !== undefined ? resetsAt - minutes * 60_000 : undefined;
  const since = open ? spent(reading.at, now) : undefined;
  return {
    window,
    label,
    usedShare: open ? usedShare : undefined,
    resetsAt: open ? resetsAt : undefined,
    reading: reading && { source: reading.source, at: reading.at },
    spent: from === undefined ? undefined : spent(from, now),
    usedSince: since !== undefined && (since.nanoCredits > 0 || since.unknown > 0),
  };
}

const MINUTES: Readonly<Record<string, number>> = { '5h': 300, week: 7 * 24 * 60 };

/** `week-opus` reads as `Weekly window (opus)`. */
function windowLabel(window: string): string {
  return window.startsWith('week-') ? `Weekly window (${window.slice(5)})` : window;
}
