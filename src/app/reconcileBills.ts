import type { ObservedEvent } from '../core/ledger/event.ts';
import { type BilledCall, billedCalls, type Reconciliation, reconcile } from '../core/ledger/reconcile.ts';
import type { CallPlace, LedgerStore } from '../ports.ts';
import { othersTurn } from './othersTurn.ts';

export interface ReconcilePorts {
  readonly ledger: Pick<LedgerStore, 'billed'>;
  /** What an observation's tokens cost at the list price of its time, its bill set aside. */
  compute(observation: ObservedEvent): ReturnType<Parameters<typeof billedCalls>[1]>;
}

/** Calls that are looked at in one go: a few milliseconds' work. */
const CALLS_AT_ONCE = 25;

/** The latest calls tell enough of how far figures are off, and as they are now. */
const MOST_BILLS = 2_000;

/** Looked at in all, billed or not: where bills are few, older ones aren't searched for long. */
const MOST_CALLS = 20_000;

/**
 * The error of computed figures by model and source, from the latest bills in [since, until), epoch ms; without `until`
 * up to now. Others can use the thread in between. Rejects with a LedgerError.
 */
export async function reconcileBills(
  { ledger, compute }: ReconcilePorts,
  since: number,
  until?: number,
): Promise<readonly Reconciliation[]> {
  const calls: BilledCall[] = [];
  let bills = 0;
  let next: CallPlace | undefined = until === undefined ? undefined : { at: until, call: 0 };
  for (let looked = 0; looked < MOST_CALLS && bills < MOST_BILLS; looked += CALLS_AT_ONCE) {
    const chunk = ledger.billed(since, CALLS_AT_ONCE, next);
    bills += chunk.calls.length;
    for (const told of chunk.calls) calls.push(...billedCalls(told, compute));
    next = chunk.next;
    if (next === undefined) break;
    await othersTurn();
  }
  return reconcile(calls);
}
