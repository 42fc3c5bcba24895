/**
 * Sums by run and quarter of an hour, kept beside the entries: projects, sessions, tasks, sub-agents and the dearest runs
 * of a period are read from it, some twenty times shorter than from the entries.
 */
import type { DatabaseSync } from 'node:sqlite';
import { USAGE_KINDS } from '../core/usage.ts';
import { bulkInsert } from './bulkInsert.ts';
import type { EntryRow } from './entryRow.ts';
import { NAME_KINDS } from './nameTable.ts';
import { addFigures, addTo, contributes, figuresOf, QUARTER_MS, type RollupChanges } from './rollup.ts';

const KEYS = ['bucket', 'run', 'session', 'folder', 'task', 'subagent', 'confidence', 'known'] as const;
const FIGURES = ['calls', 'nano', ...USAGE_KINDS] as const;

type Cell = Record<(typeof KEYS)[number] | (typeof FIGURES)[number], number>;

/** Figures of one group, one confidence and what is known. */
export type GroupRow = Readonly<Record<'confidence' | 'known' | (typeof FIGURES)[number], number>> & {
  /** A name's number; 0: none. Of runs: below 0 it is a call that is a run by itself. */
  readonly key: number;
  /** One run of the group. */
  readonly run: number;
  readonly firstBucket: number;
  readonly lastBucket: number;
};

export type GroupColumn = 'run' | 'session' | 'folder' | 'task' | 'subagent';

export interface RunRollup {
  changes(): RollupChanges;
  clear(): void;
  /**
   * The dearest groups over [from, to), epoch ms, both on a quarter of an hour, and how many there are in all. It pauses
   * after each stretch of the period that it has read, some milliseconds' work.
   */
  groups(
    column: GroupColumn,
    from: number,
    to: number,
    limit: number,
  ): Generator<undefined, { readonly rows: readonly GroupRow[]; readonly count: number }>;
  /** How many of these keys no group of [from, to) has. */
  strangers(column: GroupColumn, from: number, to: number, keys: readonly number[]): number;
  /** The runs with the most credits, dearest first. */
  dearest(from: number, to: number, limit: number): readonly number[];
  /** Every session with calls in [from, to), and the runs there that have none (`session` 0). */
  sessions(from: number, to: number): readonly { readonly session: number; readonly run: number }[];
}

/** The run of a row as a key of this table: a call whose source knows no run is one of its own. */
export function runKeyOf({ run, call }: { readonly run: number | null; readonly call: number }): number {
  return run ?? -call;
}

/** How many stretches a period is read in at most. */
const STRETCHES = 12;

function stretchesOf(from: number, to: number): readonly (readonly [number, number])[] {
  const width = Math.max(1, Math.ceil((to - from) / STRETCHES));
  const stretches: [number, number][] = [];
  for (let at = from; at < to; at += width) stretches.push([at, Math.min(to, at + width)]);
  return stretches;
}

export function runRollup(database: DatabaseSync): RunRollup {
  const columns = [...KEYS, ...FIGURES];
  const upsert = bulkInsert(database, 'runRollup', columns, addFigures(FIGURES));
  const removeEmpty = database.prepare(
    `DELETE FROM runRollup WHERE ${KEYS.map((name) => `${name} = ?`).join(' AND ')} AND calls = 0`,
  );
  const removeAll = database.prepare('DELETE FROM runRollup');
  const inPeriod = 'FROM runRollup WHERE bucket >= ? AND bucket < ?';
  const expressions = {
    run: 'run',
    session: 'session',
    folder: 'folder',
    // A run that nothing is known to retry is a task by itself.
    task: 'CASE task WHEN 0 THEN run ELSE task END',
    subagent: 'subagent',
  };
  const prepare = (column: GroupColumn) => {
    const figures = (where: string) =>
      database.prepare(
        `SELECT ${expressions[column]} AS key, confidence, known, max(run) AS run, min(bucket) AS firstBucket,
         max(bucket) AS lastBucket, ${FIGURES.map((name) => `CAST(sum(${name}) AS REAL) AS ${name}`)}
         ${inPeriod} ${where} GROUP BY 1, 2, 3`,
      );
    return {
      all: figures(''),
      some: figures(`AND ${expressions[column]} IN (SELECT value FROM json_each(?))`),
      costs: database.prepare(
        `SELECT ${expressions[column]} AS key, CAST(sum(nano) AS REAL) AS nano ${inPeriod} GROUP BY 1`,
      ),
    };
  };
  const statements = new Map<GroupColumn, ReturnType<typeof prepare>>();
  const statementsFor = (column: GroupColumn) => {
    const known = statements.get(column) ?? prepare(column);
    statements.set(column, known);
    return known;
  };
  const dearest = database.prepare(
    `SELECT run, CAST(sum(nano) AS REAL) AS nano ${inPeriod} GROUP BY run HAVING sum(nano) > 0 ORDER BY nano DESC, run DESC LIMIT ?`,
  );
  const sessions = database.prepare(
    `SELECT DISTINCT session, CASE session WHEN 0 THEN run ELSE 0 END AS run ${inPeriod}`,
  );
  const countNames = database.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM names WHERE kind = ? LIMIT ?)');
  /** Whether there can't be more groups than `limit`, calls without a name included. */
  function isFew(column: GroupColumn, limit: number): boolean {
    if (column === 'run' || column === 'task') return false;
    return Number(countNames.get(NAME_KINDS[column], limit)?.count) < limit;
  }
  const buckets = (from: number, to: number) => [Math.floor(from / QUARTER_MS), Math.ceil(to / QUARTER_MS)] as const;

  return {
    changes() {
      const cells = new Map<string, Cell>();
      /** Most calls fall into the cell of the one before. */
      let latest: Cell | undefined;
      return {
        apply(row, sign) {
          if (!contributes(row)) return;
          const bucket = Math.floor(row.at / QUARTER_MS);
          if (!latest || !isOf(latest, bucket, row)) latest = cellOf(cells, bucket, row);
          const cell = latest;
          addTo(cell, row, 1, sign);
        },
        flush() {
          const rows = upsert.begin();
          const emptied: (readonly number[])[] = [];
          for (const cell of cells.values()) {
            const figures = figuresOf(cell);
            if (figures.every((figure) => figure === 0)) continue;
            const keys = keysOf(cell);
            rows.add([...keys, ...figures]);
            if (cell.calls <= 0) emptied.push(keys);
          }
          rows.flush();
          for (const keys of emptied) removeEmpty.run(...keys);
          cells.clear();
          latest = undefined;
        },
      };
    },
    clear() {
      removeAll.run();
    },
    *groups(column, from, to, limit) {
      const statement = statementsFor(column);
      const stretches = stretchesOf(...buckets(from, to));
      // Where there may be many: first which are the dearest, then their figures.
      const costs = new Map<number, number>();
      if (!isFew(column, limit)) {
        for (const stretch of stretches) {
          for (const row of statement.costs.all(...stretch)) {
            const key = Number(row.key);
            costs.set(key, (costs.get(key) ?? 0) + Number(row.nano));
          }
          yield;
        }
      }
      const dearest = [...costs].sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, limit);
      const keys = JSON.stringify(dearest.map(([key]) => key));
      const rows: GroupRow[] = [];
      for (const stretch of stretches) {
        const found = costs.size === 0 ? statement.all.all(...stretch) : statement.some.all(...stretch, keys);
        rows.push(...(found as unknown as GroupRow[]));
        yield;
      }
      return { rows, count: costs.size || new Set(rows.map(({ key }) => key)).size };
    },
    strangers(column, from, to, keys) {
      const statement = database.prepare(
        `SELECT count(DISTINCT value) AS count FROM json_each(?) WHERE value NOT IN (SELECT ${expressions[column]} ${inPeriod})`,
      );
      return Number(statement.get(JSON.stringify(keys), ...buckets(from, to))?.count);
    },
    dearest: (from, to, limit) => dearest.all(...buckets(from, to), limit).map(({ run }) => Number(run)),
    sessions: (from, to) => sessions.all(...buckets(from, to)) as unknown as { session: number; run: number }[],
  };
}

function isOf(cell: Cell, bucket: number, row: EntryRow): boolean {
  return (
    cell.bucket === bucket &&
    cell.run === runKeyOf(row) &&
    cell.session === (row.session ?? 0) &&
    cell.folder === (row.folder ?? 0) &&
    cell.task === (row.task ?? 0) &&
    cell.subagent === (row.subagent ?? 0) &&
    cell.confidence === row.confidence &&
    cell.known === row.known
  );
}

/** In the order of KEYS. */
function keysOf({ bucket, run, session, folder, task, subagent, confidence, known }: Cell): number[] {
  return [bucket, run, session, folder, task, subagent, confidence, known];
}

/** The cell that a row falls into, made where there is none. */
function cellOf(cells: Map<string, Cell>, bucket: number, row: EntryRow): Cell {
  const made: Cell = {
    bucket,
    run: runKeyOf(row),
    session: row.session ?? 0,
    folder: row.folder ?? 0,
    task: row.task ?? 0,
    subagent: row.subagent ?? 0,
    confidence: row.confidence,
    known: row.known,
    calls: 0,
    nano: 0,
    fresh: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cacheWriteHour: 0,
    text: 0,
    reasoning: 0,
  };
  const name = keysOf(made).join();
  const known = cells.get(name);
  if (known) return known;
  cells.set(name, made);
  return made;
}
