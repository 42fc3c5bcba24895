/** How a plan stands in its present period: what was drawn here, what elsewhere, and what is left. */
import type { QuotaEvent } from '../ledger/event.ts';
import { type Confidence, type MoneySum, NANO_PER_CREDIT, type NanoCredits } from '../money.ts';
import { monthPeriod, type Period, periodUntil } from './period.ts';
import type { Plan } from './plan.ts';

/** What the vendor's own count says beyond what this ledger saw. */
export interface Elsewhere {
  /** undefined: not known; `why` says what is missing. */
  readonly nanoCredits: NanoCredits | undefined;
  /** Epoch ms of the vendor's word. */
  readonly at?: number;
  /** One sentence. */
  readonly why: string;
}

export interface PoolStanding {
  readonly kind: 'pool';
  readonly label: string;
  readonly agents: readonly string[];
  readonly period: Period;
  /** undefined: neither the catalogue, nor the developer, nor the vendor says. */
  readonly entitlementNanoCredits: NanoCredits | undefined;
  /** Here, in the period. */
  readonly spent: MoneySum;
  readonly elsewhere: Elsewhere;
  /** What is left as far as is known, never negative; undefined where the entitlement isn't known. */
  readonly leftNanoCredits: NanoCredits | undefined;
  /** `estimated` at best where something was drawn elsewhere; `unknown`: it may be less. */
  readonly leftConfidence: Confidence;
  readonly seats: number;
  readonly overage: 'list' | 'none';
}

/** The period as the vendor tells it, else by the plan's reset day. */
export function poolPeriod(plan: Plan, readings: readonly QuotaEvent[], now: number): Period {
  const reset = monthlyReading(plan, readings)?.quota.resetsAt;
  if (reset !== undefined && reset > now && reset - now <= LONGEST_PERIOD_MS) {
    const period = periodUntil(reset, plan.offer.zone);
    if (period.start <= now) return period;
  }
  return monthPeriod(now, plan.resetDay, plan.offer.zone);
}

/** `spentUntil`: what this ledger saw from the period's start up to an instant. */
export function poolStanding(
  plan: Plan,
  readings: readonly QuotaEvent[],
  now: number,
  spentUntil: (period: Period, until: number) => MoneySum,
): PoolStanding {
  const period = poolPeriod(plan, readings, now);
  const reading = monthlyReading(plan, readings);
  const current = reading && reading.at >= period.start && reading.at < period.end ? reading : undefined;
  const spent = spentUntil(period, now);
  const entitlement = plan.entitlementNanoCredits ?? (current && creditsOf(current, current.quota.entitlement));
  const elsewhere = elsewhereOf(plan, current, entitlement, (until) => spentUntil(period, until));
  return {
    kind: 'pool',
    label: plan.label,
    agents: plan.agents,
    period,
    entitlementNanoCredits: entitlement,
    spent,
    elsewhere,
    leftNanoCredits:
      entitlement === undefined
        ? undefined
        : Math.max(0, entitlement - spent.nanoCredits - (elsewhere.nanoCredits ?? 0)),
    leftConfidence:
      spent.unknown > 0 || elsewhere.nanoCredits === undefined
        ? 'unknown'
        : elsewhere.nanoCredits > 0
          ? 'estimated'
          : spent.confidence,
    seats: plan.seats,
    overage: plan.offer.overage,
  };
}

const LONGEST_PERIOD_MS = 32 * 86_400_000;

/** The latest word on the month's allowance of one of the plan's agents; what is said of chat alone is another pool. */
function monthlyReading(plan: Plan, readings: readonly QuotaEvent[]): QuotaEvent | undefined {
  return readings
    .filter(({ quota }) => quota.window === 'month' && plan.agents.includes(quota.agent))
    .reduce<QuotaEvent | undefined>((latest, each) => (latest && latest.at >= each.at ? latest : each), undefined);
}

function elsewhereOf(
  plan: Plan,
  reading: QuotaEvent | undefined,
  entitlement: NanoCredits | undefined,
  seenUntil: (until: number) => MoneySum,
): Elsewhere {
  const unknown = (why: string): Elsewhere => ({ nanoCredits: undefined, ...(reading ? { at: reading.at } : {}), why });
  if (!reading) {
    return unknown(
      plan.agents.includes('copilot')
        ? 'Not known: GitHub was not asked for the account’s own count in this period.'
        : 'Not known: nothing on this machine tells what else was drawn from it.',
    );
  }
  const { quota } = reading;
  if (quota.unlimited) return unknown('Not known: the vendor counts no allowance for this account.');
  const ofPool = isOfPool(reading, entitlement);
  if (quota.unit !== 'credits' && !ofPool) {
    return unknown('Not known: the vendor’s count isn’t said to be in credits of this plan.');
  }
  if (plan.offer.pooled && plan.seats > 1 && !ofPool) {
    return unknown(
      'Not known: the vendor tells this account’s own use, not what colleagues drew from the shared pool.',
    );
  }
  const used = usedOf(reading);
  if (used === undefined) return unknown('Not known: the vendor’s word holds no count.');
  const seen = seenUntil(reading.at);
  // What has no figure here may be part of what the vendor counted.
  if (seen.unknown > 0) return unknown('Not known: calls of unknown cost are part of the vendor’s count.');
  return {
    nanoCredits: Math.max(0, Math.round(used * NANO_PER_CREDIT) - seen.nanoCredits),
    at: reading.at,
    why: 'The vendor’s count of this account, less what was seen here up to then.',
  };
}

/** The vendor's allowance is that of this plan, so its count is in this plan's credits. */
function isOfPool({ quota }: QuotaEvent, entitlement: NanoCredits | undefined): boolean {
  return (
    quota.unit !== 'requests' &&
    quota.entitlement !== undefined &&
    entitlement !== undefined &&
    Math.round(quota.entitlement * NANO_PER_CREDIT) === entitlement
  );
}

/** All that was drawn, beyond the entitlement included. */
function usedOf({ quota }: QuotaEvent): number | undefined {
  const { used, entitlement, remaining, overage } = quota;
  const within = used ?? (entitlement === undefined || remaining === undefined ? undefined : entitlement - remaining);
  if (within === undefined || entitlement === undefined || !overage) return within;
  // Whether `used` holds what goes beyond isn't said.
  return Math.max(within, entitlement + overage);
}

function creditsOf({ quota }: QuotaEvent, amount: number | undefined): NanoCredits | undefined {
  return quota.unit === 'credits' && amount !== undefined ? Math.round(amount * NANO_PER_CREDIT) : undefined;
}
