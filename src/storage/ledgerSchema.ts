/** The ledger's tables. What is kept and why: docs/decisions/2026-11-22-ledger.md. */
import type { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../core/ledger/ledgerError.ts';
import { CHECKPOINT_AT_MOST_PAGES, LOG_KEPT_BYTES } from './checkpointer.ts';
import { isBusy } from './sqlite.ts';

/** Raised when `foldCall`, `isSummed` or the coverage rule changes what they tell: derived tables are then rebuilt. */
export const FOLD_VERSION = 3;

/**
 * Facts: `events`, `identities` with `recentIdentities`, `cursors`, `leases`; `names` and `state` serve them. Derived: `entries`, `rollup`, `runRollup`.
 * In `events` the digest stands right before the body, so that both lie side by side in the file (see salvage.ts).
 * `digest` is unique within its call, and a name belongs to one call, so an event can be there once only.
 */
const VERSION_1 = `
  CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, calls INTEGER NOT NULL, fold INTEGER NOT NULL);
  INSERT INTO state VALUES (1, 0, 0, ${FOLD_VERSION});
  CREATE TABLE names (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (kind, name));
  CREATE TABLE events (
    id INTEGER PRIMARY KEY, call INTEGER NOT NULL, kind TEXT NOT NULL, writer INTEGER, digest TEXT NOT NULL, body TEXT
  );
  CREATE UNIQUE INDEX events_call ON events (call, digest);
  CREATE TABLE identities (name INTEGER PRIMARY KEY, call INTEGER NOT NULL);
  CREATE TABLE recentIdentities (id INTEGER PRIMARY KEY AUTOINCREMENT, names BLOB NOT NULL);
  CREATE TABLE cursors (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE entries (
    call INTEGER PRIMARY KEY, at INTEGER NOT NULL, ended INTEGER, state INTEGER NOT NULL, scope INTEGER NOT NULL,
    covered INTEGER NOT NULL, billable INTEGER NOT NULL, agent INTEGER NOT NULL, model INTEGER NOT NULL,
    source INTEGER NOT NULL, run INTEGER, session INTEGER, folder INTEGER, confidence INTEGER NOT NULL, nano INTEGER,
    known INTEGER NOT NULL, fresh INTEGER NOT NULL, cacheRead INTEGER NOT NULL, cacheWrite INTEGER NOT NULL,
    cacheWriteHour INTEGER NOT NULL, text INTEGER NOT NULL, reasoning INTEGER NOT NULL
  );
  CREATE INDEX entries_at ON entries (at, run, folder, billable);
  CREATE INDEX entries_run ON entries (run) WHERE run IS NOT NULL;
  CREATE INDEX entries_session ON entries (session) WHERE session IS NOT NULL;
  CREATE INDEX entries_open ON entries (at) WHERE state = 0;
  CREATE INDEX entries_total ON entries (run) WHERE scope = 1;
  CREATE TABLE rollup (
    level INTEGER NOT NULL, bucket INTEGER NOT NULL, agent INTEGER NOT NULL, model INTEGER NOT NULL,
    source INTEGER NOT NULL, confidence INTEGER NOT NULL, known INTEGER NOT NULL, calls INTEGER NOT NULL,
    nano INTEGER NOT NULL, fresh INTEGER NOT NULL, cacheRead INTEGER NOT NULL, cacheWrite INTEGER NOT NULL,
    cacheWriteHour INTEGER NOT NULL, text INTEGER NOT NULL, reasoning INTEGER NOT NULL,
    PRIMARY KEY (level, bucket, agent, model, source, confidence, known)
  ) WITHOUT ROWID;
`;

/** Readings of allowances are few among the events, and are looked for by their time. */
const VERSION_2 = `
  CREATE INDEX events_quota ON events (json_extract(body, '$.at')) WHERE kind = 'quota';
`;

/** Sums by run, from which projects, sessions, tasks and sub-agents are read; see runRollup.ts. */
const VERSION_3 = `
  ALTER TABLE entries ADD COLUMN task INTEGER;
  ALTER TABLE entries ADD COLUMN subagent INTEGER;
  ALTER TABLE entries ADD COLUMN tools INTEGER;
  CREATE TABLE runRollup (
    bucket INTEGER NOT NULL, run INTEGER NOT NULL, session INTEGER NOT NULL, folder INTEGER NOT NULL,
    task INTEGER NOT NULL, subagent INTEGER NOT NULL, confidence INTEGER NOT NULL, known INTEGER NOT NULL,
    calls INTEGER NOT NULL, nano INTEGER NOT NULL, fresh INTEGER NOT NULL, cacheRead INTEGER NOT NULL,
    cacheWrite INTEGER NOT NULL, cacheWriteHour INTEGER NOT NULL, text INTEGER NOT NULL, reasoning INTEGER NOT NULL,
    PRIMARY KEY (bucket, run, session, folder, task, subagent, confidence, known)
  ) WITHOUT ROWID;
`;

/** Outcomes are few too, and looked for by their time. */
const VERSION_4 = `
  CREATE INDEX events_outcome ON events (json_extract(body, '$.at')) WHERE kind = 'outcome';
`;

/** Decisions are looked for by their time, the latest first. */
const VERSION_5 = `
  CREATE INDEX events_decision ON events (json_extract(body, '$.at')) WHERE kind = 'decision';
`;

/** So are the gate's. */
const VERSION_6 = `
  CREATE INDEX events_gate ON events (json_extract(body, '$.at')) WHERE kind = 'gate';
`;

/**
 * Many calls' events in one row, of kind `block`; see eventBlock.ts. `call` is the first of so many `calls`, each of which
 * has one event in it; a number that was left free, since its event told of a call that was known, has none. As many ids
 * before its own are left free, for events that are taken out of it.
 */
const VERSION_7 = `
  ALTER TABLE events ADD COLUMN calls INTEGER;
  CREATE INDEX events_block ON events (call, calls) WHERE kind = 'block';
`;

/** Each brings the schema one version further. */
const MIGRATIONS = [VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6, VERSION_7];
const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Settings of the connection, then the tables, made or migrated. Throws LedgerError `newer`, with the file untouched,
 * where a later version of Marginal wrote it. `timeoutMs` bounds the wait for other windows that open it just now.
 */
export function prepareDatabase(database: DatabaseSync, timeoutMs: number): void {
  refuseNewer(database);
  // NORMAL: a commit is safe when this process is killed. After a power cut or a crash of the system the last commits
  // may be missing (never torn); most of what they held is read again from the agents' logs.
  retryWhileBusy(timeoutMs, () => database.exec('PRAGMA journal_mode = WAL'));
  // FAST: a row that moves to another page leaves no copy of itself behind, which nobody would find to erase it.
  database.exec(
    `PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_AT_MOST_PAGES}; PRAGMA journal_size_limit = ${LOG_KEPT_BYTES}; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = FAST`,
  );
  if (versionOf(database) < SCHEMA_VERSION) migrate(database);
}

/** Throws where the file's version isn't ours: another window may have been updated and migrated it meanwhile. */
export function refuseNewer(database: DatabaseSync): void {
  if (versionOf(database) <= SCHEMA_VERSION) return;
  throw new LedgerError(
    'newer',
    'The ledger was written by a newer version of Marginal: update the extension in this window, then reload it. The file was left as it is.',
  );
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another window may have migrated it while this one waited.
    for (const migration of MIGRATIONS.slice(versionOf(database))) database.exec(migration);
    database.exec(`PRAGMA user_version = ${Math.max(SCHEMA_VERSION, versionOf(database))}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** SQLite's own wait doesn't apply to the change to WAL. */
function retryWhileBusy(timeoutMs: number, work: () => void) {
  const stepMs = 20;
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    try {
      work();
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= timeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stepMs);
    }
  }
}
