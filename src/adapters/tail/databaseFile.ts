import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Cursor, DatabaseImporter, ReadonlyDatabase } from '../../ports.ts';
import type { Found } from './lineFile.ts';

/** A database that is followed. */
export interface DatabaseFile {
  /** Reads what is new, in portions. Throws what SQLite throws: busy, locked, not a database. */
  read(handOver: (found: Found) => Promise<void>): Promise<void>;
}

/** Portions of one look, so that a source that never comes to its end can't hold up the others. */
const MOST_PORTIONS = 10_000;

export function databaseFile(
  path: string,
  importer: DatabaseImporter,
  saved: Cursor | undefined,
  isStopped: () => boolean,
): DatabaseFile {
  let cursor = saved;
  return {
    async read(handOver) {
      const database = openWithoutATrace(path);
      try {
        for (let portion = 0; portion < MOST_PORTIONS && !isStopped(); portion += 1) {
          const before = JSON.stringify(cursor);
          const result = importer.read(readerOf(database), cursor);
          cursor = result.cursor;
          await handOver(result);
          if (JSON.stringify(cursor) === before) break;
        }
      } finally {
        database.close();
      }
    },
  };
}

/**
 * Opens a database of someone else's without creating or changing a file beside it. Merely opening one in WAL mode makes
 * SQLite create a `-shm` file, except
 * - where `-wal` and `-shm` are there: its writer lives (or crashed), and the `-shm` is read and not written;
 * - else as an immutable file: the writer closed it, and everything is in the database itself. Where only a `-wal` is
 *   there, what is in it is read once it has been taken into the database.
 */
function openWithoutATrace(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.search = isThere(`${path}-wal`) && isThere(`${path}-shm`) ? 'readonly_shm=1' : 'immutable=1';
  return new DatabaseSync(url, { readOnly: true, timeout: 200 });
}

function isThere(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function readerOf(database: DatabaseSync): ReadonlyDatabase {
  return { all: (sql, ...parameters) => database.prepare(sql).all(...parameters) };
}
