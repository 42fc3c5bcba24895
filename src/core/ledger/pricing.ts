/**
 * One observation may be priced more than once: when a log is read again, or when a price was set that wasn't known
 * before. The later pricing counts, also where it knows less; a pricing that changes nothing is no news.
 */
import { type Confidence, surer } from '../money.ts';
import { canonicalEvent } from './canonicalEvent.ts';
import type { Cost, LedgerEvent, ObservedEvent } from './event.ts';

/** Whether two costs are the same money; when and from which price book they were found doesn't matter. */
export function isSameCost(a: Cost | undefined, b: Cost | undefined): boolean {
  return (
    a?.nanoCredits === b?.nanoCredits &&
    (a?.confidence ?? 'unknown') === (b?.confidence ?? 'unknown') &&
    (a?.atListPrice ?? false) === (b?.atListPrice ?? false)
  );
}

/**
 * Of observations that differ in nothing but their pricing the one whose pricing counts: the latest, or where the last
 * ones came to the same cost, the first of these.
 */
export function latestPricings(observed: readonly ObservedEvent[]): readonly ObservedEvent[] {
  const groups = Map.groupBy(observed, placeOf);
  if (groups.size === observed.length) return observed;
  return [...groups.values()].flatMap((group) => {
    if (group.length < 2) return group;
    return [...Map.groupBy(group, contentOf).values()].map(latestOf);
  });
}

/** Whether an event tells again what is known, with the same cost as last time. */
export function isKnownPricing(known: readonly LedgerEvent[], event: LedgerEvent): boolean {
  if (known.length === 0 || !isObserved(event) || event.cost?.pricedAt === undefined) return false;
  const place = placeOf(event);
  const same = known.filter((each): each is ObservedEvent => isObserved(each) && placeOf(each) === place);
  if (same.length === 0) return false;
  const content = contentOf(event);
  const pricings = same.filter((each) => contentOf(each) === content);
  if (pricings.length === 0) return false;
  const latest = latestOf(pricings).cost;
  const lastPricedAt = Math.max(...pricings.map(pricedAtOf));
  return isSameCost(latest, event.cost) && event.cost.pricedAt > lastPricedAt;
}

function isObserved(event: LedgerEvent): event is ObservedEvent {
  return event.kind === 'settled' || event.kind === 'witnessed' || event.kind === 'failed';
}

function latestOf(pricings: readonly ObservedEvent[]): ObservedEvent {
  const sorted = [...pricings].sort(byPricing);
  const last = sorted.at(-1);
  if (!last) throw new Error('There is at least one pricing.');
  const differs = sorted.findLastIndex((each) => !isSameCost(each.cost, last.cost));
  return sorted[differs + 1] ?? last;
}

/** Earlier pricings first; of those at the same time the less sure first. */
function byPricing(a: ObservedEvent, b: ObservedEvent): number {
  const [at, bt] = [pricedAtOf(a), pricedAtOf(b)];
  if (at !== bt) return at < bt ? -1 : 1;
  if (surer(confidenceOf(b), confidenceOf(a))) return -1;
  if (surer(confidenceOf(a), confidenceOf(b))) return 1;
  return canonicalEvent(a) < canonicalEvent(b) ? -1 : 1;
}

function pricedAtOf({ cost }: ObservedEvent): number {
  return cost?.pricedAt ?? Number.NEGATIVE_INFINITY;
}

function confidenceOf({ cost }: ObservedEvent): Confidence {
  return cost?.confidence ?? 'unknown';
}

/** What two pricings of one observation have in common in any case; cheap. */
function placeOf(event: ObservedEvent): string {
  return `${event.at} ${event.source} ${event.callId}`;
}

function contentOf(event: ObservedEvent): string {
  return canonicalEvent({ ...event, cost: undefined });
}
