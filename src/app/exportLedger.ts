import type { ToolCost } from '../core/explain/toolCosts.ts';
import { type Column, type ExportFormat, tableText } from '../core/export/table.ts';
import {
  addToGroup,
  addToRun,
  DAY_COLUMNS,
  GROUP_VIEWS,
  type GroupRow,
  groupColumns,
  RUN_COLUMNS,
  type RunRow,
  STEP_COLUMNS,
  TOOL_COLUMNS,
} from '../core/export/views.ts';
import { type BreakdownKind, breakdownKey } from '../core/ledger/breakdown.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { dayOf } from '../core/ledger/localDay.ts';
import { runIdOf } from '../core/ledger/runs.ts';
import { isSummed } from '../core/ledger/sums.ts';
import type { CallPlace, EntrySelection, ExportRequest, LedgerStore } from '../ports.ts';
import type { Explainer } from './explainer.ts';
import { othersTurn } from './othersTurn.ts';

export interface ExportPorts {
  readonly ledger: Pick<LedgerStore, 'entries' | 'burn'>;
  readonly explainer: Pick<Explainer, 'toolCosts'>;
}

type Ledger = ExportPorts['ledger'];

/** Entries that are read in one go: some milliseconds' work. */
const ENTRIES_AT_ONCE = 100;

/**
 * A view of the ledger as text, in pieces that are some kilobytes long; others can use the thread between two of them.
 * Rejects with a LedgerError.
 */
export function exportLedger({ ledger, explainer }: ExportPorts, request: ExportRequest): AsyncIterable<string> {
  const { view, format, from, to } = request;
  switch (view) {
    case 'steps':
      return written(format, STEP_COLUMNS, pages(ledger, { from, to }));
    case 'runs':
      return written(format, RUN_COLUMNS, runs(ledger, { from, to }));
    case 'days':
      // The last day is the one that the last instant lies in.
      return written(format, DAY_COLUMNS, [ledger.burn(dayOf(from), dayOf(to - 1))]);
    case 'tools':
      return written(format, TOOL_COLUMNS, tools(explainer, dayOf(from), dayOf(to - 1)));
    default:
      return written(format, groupColumns(view), groups(ledger, GROUP_VIEWS[view], { from, to }));
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

/** Dearest first, as the dashboard shows them; here all of them. */
async function* groups(
  ledger: Ledger,
  kind: BreakdownKind,
  selection: EntrySelection,
): AsyncIterable<readonly GroupRow[]> {
  const found = new Map<string | undefined, GroupRow>();
  for await (const entries of pages(ledger, selection)) {
    for (const entry of entries.filter(isSummed)) {
      const key = breakdownKey(kind, entry);
      found.set(key, addToGroup(kind, found.get(key), entry));
    }
  }
  yield [...found.values()].sort((a, b) => b.sum.cost.nanoCredits - a.sum.cost.nanoCredits || a.firstAt - b.firstAt);
}

async function* tools(
  explainer: ExportPorts['explainer'],
  fromDay: string,
  toDay: string,
): AsyncIterable<readonly ToolCost[]> {
  const costs = await explainer.toolCosts(fromDay, toDay);
  yield [...costs].sort((a, b) => b.cost.nanoCredits - a.cost.nanoCredits);
}

async function* pages(ledger: Ledger, selection: EntrySelection): AsyncIterable<readonly Entry[]> {
  let next: CallPlace | undefined;
  do {
    const page = ledger.entries(selection, ENTRIES_AT_ONCE, next);
    next = page.next;
    yield page.entries;
    await othersTurn();
  } while (next !== undefined);
}
