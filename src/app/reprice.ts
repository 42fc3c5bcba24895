import type { ObservedEvent } from '../core/ledger/event.ts';
import { startOfMonth } from '../core/ledger/localDay.ts';
import { isSameCost } from '../core/ledger/pricing.ts';
import type { CallPlace, Clock, LedgerStore } from '../ports.ts';
import { othersTurn } from './othersTurn.ts';

export interface RepricePorts {
  readonly ledger: Pick<LedgerStore, 'append' | 'unbilled'>;
  readonly clock: Pick<Clock, 'now'>;
  /** An observation with its cost under the prices that hold now; as it is where they have no say. */
  price(observation: ObservedEvent): ObservedEvent;
}

/** Calls that are looked at in one go: a few milliseconds' work. */
const CALLS_AT_ONCE = 25;

/**
 * Prices the calls of this month and the last anew, after prices have changed: each whose cost differs, unknown ones
 * included, is told again with its new cost. Others can use the thread in between. Doing so twice changes nothing.
 * Resolves to how many were told; sooner where `signal` is aborted. Rejects with a LedgerError.
 */
export async function repriceEntries({ ledger, clock, price }: RepricePorts, signal?: AbortSignal): Promise<number> {
  const since = startOfMonth(clock.now(), -1);
  let told = 0;
  let next: CallPlace | undefined;
  do {
    const chunk = ledger.unbilled(since, CALLS_AT_ONCE, next);
    const changed = chunk.observations.flatMap((observation) => {
      const priced = price(observation);
      return isSameCost(priced.cost, observation.cost) ? [] : [priced];
    });
    if (changed.length > 0) ledger.append(changed);
    told += changed.length;
    next = chunk.next;
    await othersTurn();
  } while (next !== undefined && !signal?.aborted);
  return told;
}
