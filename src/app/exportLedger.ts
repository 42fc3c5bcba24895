import type { ToolCost } from '../core/explain/toolCosts.ts';
import {
  DEAREST_COLUMNS,
  FORECAST_COLUMNS,
  forecastRows,
  GATE_COLUMNS,
  RECONCILIATION_COLUMNS,
  SUCCESS_COLUMNS,
  successRows,
} from '../core/export/reportViews.ts';
import { type Column, type ExportFormat, tableText } from '../core/export/table.ts';
import {
  addToGroup,
  addToRun,
  addToSource,
  DAY_COLUMNS,
  GROUP_VIEWS,
  type GroupRow,
  groupColumns,
  RUN_COLUMNS,
  type RunRow,
  SOURCE_COLUMNS,
  type SourceSum,
  STEP_COLUMNS,
  TOOL_COLUMNS,
} from '../core/export/views.ts';
import { type BreakdownKind, breakdownKey } from '../core/ledger/breakdown.ts';
import { dayOf } from '../core/ledger/localDay.ts';
import type { Reconciliation } from '../core/ledger/reconcile.ts';
import { runIdOf } from '../core/ledger/runs.ts';
import { isSummed } from '../core/ledger/sums.ts';
import type { NanoCredits } from '../core/money.ts';
import type { EntrySelection, ExportRequest, LedgerStore } from '../ports.ts';
import { entryPages } from './entryPages.ts';
import type { Explainer } from './explainer.ts';
import type { Outlook } from './outlook.ts';
import { successes } from './successes.ts';

export interface ExportPorts {
  readonly ledger: Pick<LedgerStore, 'entries' | 'burn' | 'outcomes' | 'attempts' | 'gateDecisions'>;
  readonly explainer: Pick<Explainer, 'toolCosts' | 'dearest' | 'breakdown'>;
  /** How far computed figures are from the latest bills in [from, to), epoch ms. */
  reconcile(from: number, to: number): Promise<readonly Reconciliation[]>;
  /** Where everything that pays is heading now. */
  outlook(monthBudgetNanoCredits: NanoCredits | undefined): Promise<Outlook>;
}

type Ledger = ExportPorts['ledger'];

/** Each one's whole session is read for its reason. */
const MOST_DEAREST = 500;

/**
 * A view of the ledger as text, in pieces that are some kilobytes long; others can use the thread between two of them.
 * The forecast is that of now, whatever the time asked for. Rejects with a LedgerError.
 */
export function exportLedger(ports: ExportPorts, request: ExportRequest): AsyncIterable<string> {
  const { ledger, explainer } = ports;
  const { view, format, from, to } = request;
  // The last day is the one that the last instant lies in.
  const [fromDay, toDay] = [dayOf(from), dayOf(to - 1)];
  switch (view) {
    case 'steps':
      return written(format, STEP_COLUMNS, entryPages(ledger, { from, to }));
    case 'runs':
      return written(format, RUN_COLUMNS, runs(ledger, { from, to }));
    case 'days':
      return written(format, DAY_COLUMNS, [ledger.burn(fromDay, toDay)]);
    case 'tools':
      return written(format, TOOL_COLUMNS, tools(explainer, fromDay, toDay));
    case 'sources':
      return written(format, SOURCE_COLUMNS, sources(ledger, { from, to }));
    case 'gate':
      return written(format, GATE_COLUMNS, [ledger.gateDecisions(from, to)]);
    case 'dearest':
      return written(
        format,
        DEAREST_COLUMNS,
        once(() => explainer.dearest(fromDay, toDay, MOST_DEAREST)),
      );
    case 'forecast':
      return written(
        format,
        FORECAST_COLUMNS,
        once(async () => forecastRows(await ports.outlook(request.monthBudgetNanoCredits))),
      );
    case 'reconciliation':
      return written(
        format,
        RECONCILIATION_COLUMNS,
        once(() => ports.reconcile(from, to)),
      );
    case 'successes':
      return written(
        format,
        SUCCESS_COLUMNS,
        once(async () => successRows(await successes(ledger, explainer, fromDay, toDay))),
      );
    default:
      return written(format, groupColumns(view), groups(ledger, GROUP_VIEWS[view], { from, to }));
  }
}

async function* once<Row>(read: () => Promise<readonly Row[]>): AsyncIterable<readonly Row[]> {
  yield await read();
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
  for await (const entries of entryPages(ledger, selection)) {
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
  for await (const entries of entryPages(ledger, selection)) {
    for (const entry of entries.filter(isSummed)) {
      const key = breakdownKey(kind, entry);
      found.set(key, addToGroup(kind, found.get(key), entry));
    }
  }
  yield [...found.values()].sort((a, b) => b.sum.cost.nanoCredits - a.sum.cost.nanoCredits || a.firstAt - b.firstAt);
}

async function* sources(ledger: Ledger, selection: EntrySelection): AsyncIterable<readonly SourceSum[]> {
  const found = new Map<string, SourceSum>();
  for await (const entries of entryPages(ledger, selection)) {
    for (const entry of entries.filter(isSummed)) {
      const key = JSON.stringify([entry.source, entry.facts.agent, entry.cost.confidence]);
      found.set(key, addToSource(found.get(key), entry));
    }
  }
  yield [...found.values()].sort((a, b) => b.calls - a.calls);
}

async function* tools(
  explainer: ExportPorts['explainer'],
  fromDay: string,
  toDay: string,
): AsyncIterable<readonly ToolCost[]> {
  const costs = await explainer.toolCosts(fromDay, toDay);
  yield [...costs].sort((a, b) => b.cost.nanoCredits - a.cost.nanoCredits);
}
