/**
 * Inserts many rows of one table, several with each statement: to begin and end a statement and to hand over its values
 * takes as long as to write a row.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Rows of one transaction. They are written once `flush` has returned. */
export interface BulkRows {
  /** The values of one row, which are copied. */
  add(row: readonly (number | null)[]): void;
  /** Or the place in `values` where they are to be put before anything else is asked for. */
  next(): number;
  readonly values: (number | null)[];
  flush(): void;
}

/** Rows of one statement; with more, nothing is gained. */
const ROWS = 16;

/**
 * `onConflict`: what follows the values, where some may be there. Any other conflict, which only damage can make, ends the
 * transaction: a statement that could be taken back by itself keeps a copy of each page that it changes.
 */
export function bulkInsert(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
  onConflict = '',
): { begin(): BulkRows } {
  const width = columns.length;
  const values: (number | null)[] = Array.from({ length: ROWS * width }, () => null);
  const places = `(${columns.map(() => '?')})`;
  const prepare = (rows: number) =>
    database.prepare(
      `INSERT OR ROLLBACK INTO ${table} (${columns}) VALUES ${Array.from({ length: rows }, () => places)} ${onConflict}`,
    );
  // Each when it is first needed: a long one takes a while to be prepared, and most transactions have few rows.
  let insertOne: StatementSync | undefined;
  let insertMany: StatementSync | undefined;

  return {
    begin() {
      let end = 0;

      function writeFull(): void {
        if (end < values.length) return;
        insertMany ??= prepare(ROWS);
        insertMany.run(...values);
        end = 0;
      }

      function next(): number {
        writeFull();
        end += width;
        return end - width;
      }

      return {
        values,
        next,
        add(row) {
          const at = next();
          for (let index = 0; index < width; index += 1) values[at + index] = row[index] as number | null;
        },
        flush() {
          writeFull();
          for (let at = 0; at < end; at += width) {
            insertOne ??= prepare(1);
            insertOne.run(...values.slice(at, at + width));
          }
          end = 0;
        },
      };
    },
  };
}
