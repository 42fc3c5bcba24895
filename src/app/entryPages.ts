import type { Entry } from '../core/ledger/entry.ts';
import type { CallPlace, EntrySelection, LedgerStore } from '../ports.ts';
import { othersTurn } from './othersTurn.ts';

/** Entries that are read in one go: some milliseconds' work. */
const ENTRIES_AT_ONCE = 100;

/** Entries of a selection in the order of time, a page at a time; others can use the thread between two of them. Throws LedgerError. */
export async function* entryPages(
  ledger: Pick<LedgerStore, 'entries'>,
  selection: EntrySelection,
): AsyncGenerator<readonly Entry[], void> {
  let next: CallPlace | undefined;
  do {
    const page = ledger.entries(selection, ENTRIES_AT_ONCE, next);
    next = page.next;
    if (page.entries.length > 0) yield page.entries;
    await othersTurn();
  } while (next !== undefined);
}
