/** Answers what learners ask of the ledger: decisions, and what was written since they last looked. */
import type { DatabaseSync } from 'node:sqlite';
import type { Entry } from '../core/ledger/entry.ts';
import type { DecisionEvent, GateEvent } from '../core/ledger/event.ts';
import type { LedgerFact } from '../core/ledger/fact.ts';
import type { LedgerChanges } from '../ports.ts';
import type { EntryRow } from './entryRow.ts';
import { eventTable, parseEvent } from './eventTable.ts';

export interface FactReader {
  decisions(from: number, to: number): readonly DecisionEvent[];
  latestDecision(runId?: string, cued?: boolean): DecisionEvent | undefined;
  gateDecisions(from: number, to: number): readonly GateEvent[];
  lastChange(): number;
  changes(after: number, limit: number, since: number, now: number): LedgerChanges;
  startOfLatest(calls: number): number | undefined;
}

interface ChangeRow {
  readonly id: number;
  readonly call: number;
  readonly kind: string;
  readonly body: string | null;
}

export function factReader(
  database: DatabaseSync,
  toEntry: (row: EntryRow, now: number) => Entry | undefined,
): FactReader {
  const events = eventTable(database);
  const selectLast = database.prepare('SELECT max(id) AS id FROM events');
  const selectChanges = database.prepare(
    `SELECT id, call, kind, CASE WHEN kind IN ('decision', 'outcome', 'gate') THEN body END AS body FROM events
     WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const selectFirstEnd = database.prepare(
    `SELECT min(id) AS id FROM events WHERE call = ? AND kind IN ('settled', 'failed', 'witnessed')`,
  );
  const selectRow = database.prepare('SELECT * FROM entries WHERE call = ?');
  const selectNth = database.prepare('SELECT at FROM entries ORDER BY at DESC LIMIT 1 OFFSET ?');

  /** A call is told once, by the first event of its end; undefined: it was told, or it ended before `since`. */
  function ended({ id, call }: ChangeRow, since: number, now: number): LedgerFact | 'passed' | undefined {
    if (Number(selectFirstEnd.get(call)?.id) !== id) return undefined;
    const row = selectRow.get(call) as unknown as EntryRow | undefined;
    if (!row) return undefined;
    if ((row.ended ?? row.at) < since) return 'passed';
    const entry = toEntry(row, now);
    return entry && { kind: 'entry', entry };
  }

  return {
    decisions: events.decisions,
    latestDecision: events.latestDecision,
    gateDecisions: events.gateDecisions,
    lastChange: () => Number(selectLast.get()?.id ?? 0),
    changes(after, limit, since, now) {
      const rows = selectChanges.all(after, limit) as unknown as ChangeRow[];
      const facts: LedgerFact[] = [];
      let passed = 0;
      for (const row of rows) {
        if (row.kind === 'settled' || row.kind === 'failed' || row.kind === 'witnessed') {
          const told = ended(row, since, now);
          if (told === 'passed') passed += 1;
          else if (told) facts.push(told);
        } else if (row.body !== null) {
          const event = parseEvent(row.body);
          if (event.kind === 'decision' || event.kind === 'outcome' || event.kind === 'gate')
            facts.push({ kind: event.kind, event } as LedgerFact);
        }
      }
      return { facts, passed, next: rows.at(-1)?.id ?? after, more: rows.length === limit };
    },
    startOfLatest(calls) {
      const at = selectNth.get(Math.max(0, calls - 1))?.at;
      return at === undefined ? undefined : Number(at);
    },
  };
}
