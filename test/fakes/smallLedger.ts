import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';

/** A ledger whose file can't have more pages, until it may. The limit belongs to a connection, so it is set in there. */
export function openSmall(path: string, pages: number, clock: Pick<Clock, 'now'>) {
  const { prototype } = DatabaseSync;
  const exec = prototype.exec;
  let connection: DatabaseSync | undefined;
  prototype.exec = function (sql) {
    connection ??= this;
    exec.call(this, sql);
  };
  try {
    const store = openLedger(path, { clock });
    connection?.exec(`PRAGMA max_page_count = ${pages}`);
    return { store, grow: () => connection?.exec('PRAGMA max_page_count = 1000000') };
  } finally {
    prototype.exec = exec;
  }
}
