/** Rows of entries by time and folder, a page at a time, so that years of them can be gone through without holding the thread. */
import type { DatabaseSync } from 'node:sqlite';
import { isWithin } from '../core/ledger/folders.ts';
import type { CallPlace, EntrySelection } from '../ports.ts';
import type { EntryRow } from './entryRow.ts';
import type { NameTable } from './nameTable.ts';

export interface RowPage {
  readonly rows: readonly EntryRow[];
  readonly next: CallPlace | undefined;
}

export function entryPages(
  database: DatabaseSync,
  names: NameTable,
): (selection: EntrySelection, limit: number, after?: CallPlace) => RowPage {
  const select = database.prepare(
    `SELECT * FROM entries WHERE (at, call) > (?1, ?2) AND at < ?3
     AND (?4 OR folder IN (SELECT value FROM json_each(?5))) ORDER BY at, call LIMIT ?6`,
  );
  return ({ from, to, folder }, limit, after) => {
    const folders = folder === undefined ? [] : names.all('folder').filter(({ name }) => isWithin(name, folder));
    const begin = after ?? { at: from ?? Number.MIN_SAFE_INTEGER, call: -1 };
    const rows = select.all(
      begin.at,
      begin.call,
      to ?? Number.MAX_SAFE_INTEGER,
      folder === undefined ? 1 : 0,
      JSON.stringify(folders.map(({ id }) => id)),
      limit,
    ) as unknown as EntryRow[];
    const last = rows.at(-1);
    return { rows, next: last && rows.length === limit ? { at: last.at, call: last.call } : undefined };
  };
}
