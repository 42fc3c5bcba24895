import type { Entry } from './entry.ts';
import type { DecisionEvent, GateEvent, OutcomeEvent } from './event.ts';

/** What learners learn from: a choice, a call that ended, what an agent was let do, what became of a run's work. */
export type LedgerFact =
  | { readonly kind: 'decision'; readonly event: DecisionEvent }
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'gate'; readonly event: GateEvent }
  | { readonly kind: 'outcome'; readonly event: OutcomeEvent };

/** Epoch ms at which it became known. */
export function timeOf(fact: LedgerFact): number {
  return fact.kind === 'entry' ? (fact.entry.endedAt ?? fact.entry.at) : fact.event.at;
}

const ORDER = { decision: 0, entry: 1, gate: 2, outcome: 3 } as const;

/** The order of time; of one instant, a choice before its call, and a call before what it did and what became of it. */
export function byTime(a: LedgerFact, b: LedgerFact): number {
  return timeOf(a) - timeOf(b) || ORDER[a.kind] - ORDER[b.kind] || (nameOf(a) < nameOf(b) ? -1 : 1);
}

/** The same for the same fact. */
export function nameOf(fact: LedgerFact): string {
  return fact.kind === 'entry' ? fact.entry.callId : fact.event.callId;
}
