/**
 * Sums by UTC bucket × agent × model × source × confidence × what is known, kept beside the entries. Buckets of a quarter
 * of an hour make up the days and months of every time zone; whole UTC days inside a month are read from the coarser level.
 */
import type { DatabaseSync } from 'node:sqlite';
import { USAGE_KINDS } from '../core/usage.ts';
import { type BulkRows, bulkInsert } from './bulkInsert.ts';
import { type EntryRow, OPEN, UNKNOWN } from './entryRow.ts';

export const QUARTER_MS = 15 * 60 * 1000;

/** Bucket widths in quarters, coarsest first; `level` is an index into it. */
const LEVELS = [96, 4, 1] as const;

const KEYS = ['agent', 'model', 'source', 'confidence', 'known'] as const;
const FIGURES = ['calls', 'nano', ...USAGE_KINDS] as const;

export type RollupRow = Readonly<Record<(typeof KEYS)[number] | (typeof FIGURES)[number], number>>;

export interface BucketCost {
  /** Epoch ms at which it begins. */
  readonly at: number;
  /** Of the calls whose cost is known. */
  readonly nano: number;
  /** The weakest of their confidences. */
  readonly confidence: number;
  /** How many calls' cost is unknown. */
  readonly unknown: number;
}

type Cell = { bucket: number } & { -readonly [Name in keyof RollupRow]: number };

/** The changes of one transaction. */
export interface RollupChanges {
  /** Adds (`sign` 1) or takes back (-1) what a row contributes: nothing while it is open, covered or not billable. */
  apply(row: EntryRow, sign: 1 | -1): void;
  /** Writes them. */
  flush(): void;
}

export interface Rollup {
  changes(): RollupChanges;
  clear(): void;
  /** Sums over [from, to), epoch ms, both on a quarter of an hour. */
  sums(from: number, to: number): readonly RollupRow[];
  /**
   * Cost over [from, to), both on a quarter of an hour, by bucket in the order of time: hours, or quarters of an hour
   * where the ends make it so. `agents`: whose; undefined: everybody's.
   */
  costs(from: number, to: number, width: 'hour' | 'quarter', agents?: readonly number[]): readonly BucketCost[];
  /** The last bucket in [from, ∞) that has calls of these, as [from, to) in epoch ms. */
  lastBucket(from: number, key: { agent: number; source: number; confidence: number }): [number, number] | undefined;
}

/** Whether a row is part of sums; as `isSummed` in core, on rows. */
export function contributes(row: Pick<EntryRow, 'state' | 'covered' | 'billable'>): boolean {
  return row.state !== OPEN && row.covered === 0 && row.billable === 1;
}

/** The instant rounded up to the next quarter of an hour. */
export function nextQuarter(at: number): number {
  return Math.ceil(at / QUARTER_MS) * QUARTER_MS;
}

/** The instant rounded down to the last quarter of an hour. */
export function lastQuarter(at: number): number {
  return Math.floor(at / QUARTER_MS) * QUARTER_MS;
}

export function rollup(database: DatabaseSync): Rollup {
  const columns = ['level', 'bucket', ...KEYS, ...FIGURES];
  const upsert = bulkInsert(database, 'rollup', columns, addFigures(FIGURES));
  const where = ['level', 'bucket', ...KEYS].map((name) => `${name} = ?`).join(' AND ');
  const removeEmpty = database.prepare(`DELETE FROM rollup WHERE ${where} AND calls = 0`);
  const removeAll = database.prepare('DELETE FROM rollup');
  // A sum beyond 2⁵³ would be refused as an integer; as a real it is only rounded.
  const sum = database.prepare(
    `SELECT ${KEYS}, ${FIGURES.map((name) => `CAST(sum(${name}) AS REAL) AS ${name}`)}
     FROM rollup WHERE level = ? AND bucket >= ? AND bucket < ? GROUP BY ${KEYS}`,
  );
  const cost = (agents: string) =>
    database.prepare(
      `SELECT bucket, CAST(sum(iif(confidence = ${UNKNOWN}, 0, nano)) AS REAL) AS nano,
         max(iif(confidence = ${UNKNOWN}, 0, confidence)) AS confidence, sum(iif(confidence = ${UNKNOWN}, calls, 0)) AS unknown
       FROM rollup WHERE level = ?1 AND bucket >= ?2 AND bucket < ?3 ${agents} GROUP BY bucket ORDER BY bucket`,
    );
  const costOfAll = cost('');
  const costOfSome = cost('AND agent IN (SELECT value FROM json_each(?4))');
  const last = database.prepare(
    `SELECT bucket FROM rollup WHERE level = ${LEVELS.length - 1} AND bucket >= ? AND agent = ? AND source = ? AND confidence = ?
     ORDER BY bucket DESC LIMIT 1`,
  );

  /** Returns the keys of rows that may be empty now. */
  function write(level: number, cells: Iterable<Cell>, rows: BulkRows): readonly (readonly number[])[] {
    const emptied: (readonly number[])[] = [];
    for (const cell of cells) {
      const key = [level, cell.bucket, cell.agent, cell.model, cell.source, cell.confidence, cell.known];
      const figures = figuresOf(cell);
      if (figures.every((figure) => figure === 0)) continue;
      rows.add([...key, ...figures]);
      if (cell.calls <= 0) emptied.push(key);
    }
    return emptied;
  }

  return {
    changes() {
      const quarters = new Map<string, Cell>();
      /** Most calls fall into the cell of the one before. */
      let latest: Cell | undefined;
      return {
        apply(row, sign) {
          if (!contributes(row)) return;
          const bucket = Math.floor(row.at / QUARTER_MS);
          if (!latest || !isOf(latest, bucket, row)) latest = cellOf(quarters, bucket, row);
          addTo(latest, row, 1, sign);
        },
        flush() {
          const rows = upsert.begin();
          const emptied: (readonly number[])[] = [];
          for (const [level, width] of LEVELS.entries()) {
            const cells = width === 1 ? quarters : new Map<string, Cell>();
            if (width > 1) {
              for (const cell of quarters.values()) {
                addTo(cellOf(cells, Math.floor(cell.bucket / width), cell), cell, cell.calls, 1);
              }
            }
            emptied.push(...write(level, cells.values(), rows));
          }
          rows.flush();
          for (const key of emptied) removeEmpty.run(...key);
          quarters.clear();
          latest = undefined;
        },
      };
    },
    clear() {
      removeAll.run();
    },
    sums: (from, to) =>
      ranges(Math.floor(from / QUARTER_MS), Math.ceil(to / QUARTER_MS)).flatMap(
        ([level, first, end]) => sum.all(level, first, end) as unknown as RollupRow[],
      ),
    costs(from, to, width, agents) {
      const least = width === 'hour' ? 1 : LEVELS.length - 1;
      return ranges(Math.floor(from / QUARTER_MS), Math.ceil(to / QUARTER_MS), least).flatMap(([level, first, end]) => {
        const rows = agents
          ? costOfSome.all(level, first, end, JSON.stringify(agents))
          : costOfAll.all(level, first, end);
        const widthMs = (LEVELS[level] ?? 1) * QUARTER_MS;
        return (rows as unknown as (Omit<BucketCost, 'at'> & { bucket: number })[]).map(
          ({ bucket, nano, confidence, unknown }) => ({ at: bucket * widthMs, nano, confidence, unknown }),
        );
      });
    },
    lastBucket(from, { agent, source, confidence }) {
      const bucket = last.get(Math.floor(from / QUARTER_MS), agent, source, confidence)?.bucket as number | undefined;
      return bucket === undefined ? undefined : [bucket * QUARTER_MS, (bucket + 1) * QUARTER_MS];
    },
  };
}

type Keys = Readonly<Record<(typeof KEYS)[number], number>>;

function isOf(cell: Cell, bucket: number, { agent, model, source, confidence, known }: Keys): boolean {
  return (
    cell.bucket === bucket &&
    cell.agent === agent &&
    cell.model === model &&
    cell.source === source &&
    cell.confidence === confidence &&
    cell.known === known
  );
}

/** The cell of a key, made where there is none. */
function cellOf(cells: Map<string, Cell>, bucket: number, keys: Keys): Cell {
  const { agent, model, source, confidence, known } = keys;
  const name = `${bucket},${agent},${model},${source},${confidence},${known}`;
  let cell = cells.get(name);
  if (!cell) {
    cell = {
      bucket,
      agent,
      model,
      source,
      confidence,
      known,
      calls: 0,
      nano: 0,
      fresh: 0,
      cacheRead: 0,
      cacheWrite: 0,
      cacheWriteHour: 0,
      text: 0,
      reasoning: 0,
    };
    cells.set(name, cell);
  }
  return cell;
}

type Figures = Readonly<Record<(typeof USAGE_KINDS)[number], number>> & { readonly nano: number | null };

/** What becomes of a cell's row that is there. */
export function addFigures(figures: readonly string[]): string {
  return `ON CONFLICT DO UPDATE SET ${figures.map((name) => `${name} = ${name} + excluded.${name}`)}`;
}

/** In the order of FIGURES; written out, since there are tens of thousands of cells in a first reading. */
export function figuresOf(cell: Readonly<Record<(typeof FIGURES)[number], number>>): number[] {
  const { calls, nano, fresh, cacheRead, cacheWrite, cacheWriteHour, text, reasoning } = cell;
  return [calls, nano, fresh, cacheRead, cacheWrite, cacheWriteHour, text, reasoning];
}

type Sums = { -readonly [Figure in (typeof FIGURES)[number]]: number } & { readonly confidence: number };

/** Adds figures to a cell. One of unknown cost holds no money, whatever stands in `nano`. */
export function addTo(cell: Sums, figures: Figures, calls: number, sign: 1 | -1): void {
  cell.calls += sign * calls;
  if (cell.confidence !== UNKNOWN) cell.nano += sign * (figures.nano ?? 0);
  cell.fresh += sign * figures.fresh;
  cell.cacheRead += sign * figures.cacheRead;
  cell.cacheWrite += sign * figures.cacheWrite;
  cell.cacheWriteHour += sign * figures.cacheWriteHour;
  cell.text += sign * figures.text;
  cell.reasoning += sign * figures.reasoning;
}

/** [level, first, end) of the fewest buckets that make up [from, to), in quarters. */
export function ranges(from: number, to: number, level = 0): readonly (readonly [number, number, number])[] {
  const width = LEVELS[level];
  if (width === undefined || from >= to) return [];
  const first = Math.ceil(from / width);
  const end = Math.floor(to / width);
  if (first >= end) return ranges(from, to, level + 1);
  return [
    ...ranges(from, first * width, level + 1),
    [level, first, end] as const,
    ...ranges(end * width, to, level + 1),
  ];
}
