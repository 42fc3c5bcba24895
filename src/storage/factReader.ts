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

/** Kinds of rows that tell of a call's end. */
const ENDS: ReadonlySet<string> = new Set(['settled', 'failed', 'witnessed', 'block']);

interface ChangeRow {
  readonly id: number;
  readonly call: number;
  readonly kind: string;
  readonly body: string | null;
  /** Of a block: how many calls' ends it tells, the first of which is `call`. */
  readonly calls: number | null;
}

export function factReader(
  database: DatabaseSync,
  toEntry: (row: EntryRow, now: number) => Entry | undefined,
): FactReader {
  const events = eventTable(database);
  const selectLast = database.prepare('SELECT max(id) AS id FROM events');
  const selectChanges = database.prepare(
    `SELECT id, call, kind, CASE WHEN kind IN ('decision', 'outcome', 'gate') THEN body END AS body, calls FROM events
     WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const selectRow = database.prepare('SELECT * FROM entries WHERE call = ?');
  const selectNth = database.prepare('SELECT at FROM entries ORDER BY at DESC LIMIT 1 OFFSET ?');

  /** A call is told once, by the first event of its end; undefined: it was told, or it ended before `since`. */
  function ended(id: number, call: number, since: number, now: number): LedgerFact | 'passed' | undefined {
    if (events.firstEnd(call) !== id) return undefined;
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
      let looked = 0;
      let next = after;
      for (const row of rows) {
        if (looked >= limit) break;
        next = row.id;
        const ends = ENDS.has(row.kind) ? (row.calls ?? 1) : 0;
        looked += Math.max(1, ends);
        for (let call = row.call; call < row.call + ends; call += 1) {
          const told = ended(row.id, call, since, now);
          if (told === 'passed') passed += 1;
          else if (told) facts.push(told);
        }
        if (row.body !== null) {
          const event = parseEvent(row.body);
          if (event.kind === 'decision' || event.kind === 'outcome' || event.kind === 'gate')
            facts.push({ kind: event.kind, event } as LedgerFact);
        }
      }
      return { facts, passed, next, more: looked >= limit };
    },
    startOfLatest(calls) {
      const at = selectNth.get(Math.max(0, calls - 1))?.at;
      return at === undefined ? undefined : Number(at);
    },
  };
}
