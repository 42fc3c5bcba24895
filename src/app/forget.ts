import type { LedgerEvent } from '../core/ledger/event.ts';
import { isSummed } from '../core/ledger/sums.ts';
import { addMoney, NO_MONEY } from '../core/money.ts';
import type { CallPlace, Clock, EntrySelection, Forgettable, LedgerStore } from '../ports.ts';

type Ledger = Pick<LedgerStore, 'entries' | 'append' | 'forgetNames'>;

/** Calls that are looked at in one go: some milliseconds' work. */
const CALLS_AT_ONCE = 200;
const SOURCE = 'forget';

/** Counts what {@link forget} would erase. Rejects with a LedgerError. */
export async function forgettable(ledger: Pick<Ledger, 'entries'>, selection: EntrySelection): Promise<Forgettable> {
  const agents = new Set<string>();
  let calls = 0;
  let cost = NO_MONEY;
  for await (const entries of pages(ledger, selection)) {
    for (const entry of entries) {
      calls += 1;
      agents.add(entry.facts.agent);
      if (isSummed(entry)) cost = addMoney(cost, entry.cost.nanoCredits, entry.cost.confidence);
    }
  }
  return { calls, cost, agents: [...agents].sort() };
}

/**
 * Erases the content of every call in a selection; that calls were erased is all that remains, so that no agent's log
 * brings them back. Resolves to how many. Rejects with a LedgerError; what was erased until then stays so, and doing it
 * again erases the rest.
 */
export async function forget(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Pick<Clock, 'now'> },
  selection: EntrySelection,
): Promise<number> {
  let erased = 0;
  for await (const entries of pages(ledger, selection)) {
    const at = clock.now();
    ledger.append(
      entries.map(({ callId }): LedgerEvent => ({ kind: 'erased', callId, at, source: SOURCE, reason: 'asked for' })),
    );
    erased += entries.length;
  }
  if (erased > 0) ledger.forgetNames();
  return erased;
}

/** Others can use the thread between two pages. */
async function* pages(ledger: Pick<Ledger, 'entries'>, selection: EntrySelection) {
  let next: CallPlace | undefined;
  do {
    const page = ledger.entries(selection, CALLS_AT_ONCE, next);
    next = page.next;
    if (page.entries.length > 0) yield page.entries;
    await new Promise((resolve) => setImmediate(resolve));
  } while (next !== undefined);
}
