import { type Column, type ExportFormat, tableText } from '../core/export/table.ts';
import { addToRun, DAY_COLUMNS, RUN_COLUMNS, type RunRow, STEP_COLUMNS } from '../core/export/views.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { dayOf } from '../core/ledger/localDay.ts';
import { runIdOf } from '../core/ledger/runs.ts';
import type { CallPlace, EntrySelection, ExportRequest, LedgerStore } from '../ports.ts';

type Ledger = Pick<LedgerStore, 'entries' | 'burn'>;

/** Entries that are read in one go: some milliseconds' work. */
const ENTRIES_AT_ONCE = 100;

/**
 * A view of the ledger as text, in pieces that are some kilobytes long; others can use the thread between two of them.
 * Rejects with a LedgerError.
 */
export function exportLedger(ledger: Ledger, request: ExportRequest): AsyncIterable<string> {
  const { view, format, from, to } = request;
  switch (view) {
    case 'steps':
      return written(format, STEP_COLUMNS, pages(ledger, { from, to }));
    case 'runs':
      return written(format, RUN_COLUMNS, runs(ledger, { from, to }));
    case 'days':
      // The last day is the one that the last instant lies in.
      return written(format, DAY_COLUMNS, [ledger.burn(dayOf(from), dayOf(to - 1))]);
  }
}

async function* written<Row>(
  format: ExportFormat,
  columns: readonly Column<Row>[],
  parts: Iterable<readonly Row[]> | AsyncIterable<readonly Row[]>,
): AsyncIterable<string> {
  const text = tableText(format, columns);
  let isFirst = true;
  yield text.head;
  for await (const part of parts) {
    let piece = '';
    for (const row of part) {
      piece += text.row(row, isFirst);
      isFirst = false;
    }
    yield piece;
  }
  yield text.tail;
}

async function* runs(ledger: Ledger, selection: EntrySelection): AsyncIterable<readonly RunRow[]> {
  const found = new Map<string, RunRow>();
  for await (const entries of pages(ledger, selection)) {
    for (const entry of entries) found.set(runIdOf(entry), addToRun(found.get(runIdOf(entry)), entry));
  }
  yield [...found.values()].sort((a, b) => a.startedAt - b.startedAt);
}

async function* pages(ledger: Ledger, selection: EntrySelection): AsyncIterable<readonly Entry[]> {
  let next: CallPlace | undefined;
  do {
    const page = ledger.entries(selection, ENTRIES_AT_ONCE, next);
    next = page.next;
    yield page.entries;
    await new Promise((resolve) => setImmediate(resolve));
  } while (next !== undefined);
}
