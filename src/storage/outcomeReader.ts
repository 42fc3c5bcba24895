/** Answers what became of runs: the outcomes that were recorded, and what the runs they are about were and cost. */
import type { DatabaseSync } from 'node:sqlite';
import { canonicalEvent } from '../core/ledger/canonicalEvent.ts';
import type { Attempt } from '../core/ledger/costPerSuccess.ts';
import type { OutcomeEvent } from '../core/ledger/event.ts';
import type { RowReading } from './breakdownReader.ts';
import { type EntryRow, OPEN } from './entryRow.ts';
import { eventTable } from './eventTable.ts';
import type { NameTable } from './nameTable.ts';

export interface OutcomeReader {
  outcomes(from: number, to: number): readonly OutcomeEvent[];
  attempts(runIds: readonly string[], now: number): readonly Omit<Attempt, 'outcome'>[];
}

export function outcomeReader(
  database: DatabaseSync,
  names: NameTable,
  reading: Pick<RowReading, 'isLost' | 'toEntry' | 'rowOf' | 'runOf'>,
): OutcomeReader {
  const events = eventTable(database);
  const selectRun = database.prepare('SELECT * FROM entries WHERE run = ?');

  function rowsOf(runId: string): readonly EntryRow[] {
    const run = names.find('run', runId);
    const rows = run === undefined ? [] : (selectRun.all(run) as unknown as EntryRow[]);
    if (rows.length > 0) return rows;
    const single = reading.rowOf(runId);
    return single && single.run === null ? [single] : [];
  }

  return {
    outcomes(from, to) {
      const latest = new Map<string, OutcomeEvent>();
      for (const event of events.outcomes(from, to)) {
        const known = latest.get(event.callId);
        if (!known || isLater(event, known)) latest.set(event.callId, event);
      }
      return [...latest.values()].sort((a, b) => a.at - b.at || (a.callId < b.callId ? -1 : 1));
    },
    attempts(runIds, now) {
      return [...new Set(runIds)].flatMap((runId) => {
        const { rows, cost } = reading.runOf(rowsOf(runId), now);
        const counted = rows.filter(
          (row) => row.billable === 1 && row.covered === 0 && (row.state !== OPEN || reading.isLost(row, now)),
        );
        const models = [...Map.groupBy(counted, ({ model }) => model)].sort(([, a], [, b]) => weight(b) - weight(a));
        const model = models[0]?.[0];
        const first = rows[0] && reading.toEntry(rows[0], now);
        if (model === undefined || !first) return [];
        const { taskKind, taskSize } = first.facts;
        return [{ runId, model: names.name(model), taskKind, taskSize, calls: counted.length, cost }];
      });
    },
  };
}

/** The order in which they were written doesn't matter. */
function isLater(a: OutcomeEvent, b: OutcomeEvent): boolean {
  return a.at !== b.at ? a.at > b.at : canonicalEvent(a) > canonicalEvent(b);
}

/** By credits, and where none are known by calls. */
function weight(rows: readonly EntryRow[]): number {
  return rows.reduce((sum, row) => sum + (row.nano ?? 0), 0) + rows.length;
}
