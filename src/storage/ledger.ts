/**
 * The ledger: one append-only event store per user, shared by all windows. What is kept, and what happens when a disk is
 * full, a file damaged or a window killed: docs/decisions/2026-11-22-ledger.md.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { wholeNumber } from '../core/wholeNumber.ts';
import type { Clock, Cursor, LedgerStore, PackedEvents } from '../ports.ts';
import { callTable } from './callTable.ts';
import { type Checkpointer, checkpointer } from './checkpointer.ts';
import { type LedgerReader, ledgerReader } from './ledgerReader.ts';
import { FOLD_VERSION, prepareDatabase, refuseNewer } from './ledgerSchema.ts';
import { type LedgerWriter, ledgerWriter } from './ledgerWriter.ts';
import { nameTable } from './nameTable.ts';
import { requireWebAssembly } from './requireWebAssembly.ts';
import { salvageEvents, setAside } from './salvage.ts';
import { damageFound, isDamage, openSqlite, toLedgerError } from './sqlite.ts';
import { isGone, writerName } from './writerLife.ts';

export interface LedgerOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Something that a person should know and that the ledger has mended itself, one sentence. */
  readonly onTrouble?: (sentence: string) => void;
  /** How long a write waits for other windows before it gives up; 5 s. */
  readonly lockTimeoutMs?: number;
  /** This process, and whether another one is gone; see writerLife.ts. */
  readonly writer?: string;
  readonly isGone?: (writer: string) => boolean;
}

interface Connection {
  readonly database: DatabaseSync;
  /** Which file it is, whatever its name is by now. */
  readonly file: string;
  readonly writer: LedgerWriter;
  readonly reader: LedgerReader;
  /** Asked once for each log that is followed. */
  readonly selectCursor: StatementSync;
  readonly putCursor: StatementSync;
  /** Makes what is in memory fit the file as a transaction finds it. */
  begin(): void;
  /** Forgets what is in memory of a transaction that was rolled back. */
  forget(): void;
  readonly checkpointer: Checkpointer;
}

/** Events written at once while a damaged ledger is copied. */
const SALVAGE_BATCH = 1000;

/** A damaged file is checked as a whole when it is opened, up to this size; a larger one shows its damage when it is read. */
const CHECKED_BYTES = 32_000_000;

/**
 * Opens the ledger at `path`, made if it isn't there. A damaged file is set aside, a new one begun, and what can be read
 * of the old one copied over; `onTrouble` says so. Throws LedgerError.
 */
export function openLedger(path: string, options: LedgerOptions): LedgerStore {
  const { clock, onTrouble, lockTimeoutMs = 5000, writer = writerName(), isGone: gone = isGone } = options;
  let connection: Connection | undefined;
  /** The last revision that was told: they only grow, also when a new file begins. */
  let lastRevision = 0;
  /** A file that was set aside and not yet copied to its end, since the disk was full meanwhile. */
  let unsalvaged: string | undefined;

  function connect(): Connection {
    requireWebAssembly();
    mkdirSync(dirname(path), { recursive: true });
    const database = openSqlite(path, { timeoutMs: lockTimeoutMs });
    try {
      prepareDatabase(database, lockTimeoutMs);
      if (sizeOf(path) < CHECKED_BYTES) check(database);
      const names = nameTable(database);
      const calls = callTable(database);
      let writing: LedgerWriter | undefined;
      let reading: LedgerReader | undefined;
      const opened: Connection = {
        database,
        begin: names.begin,
        forget() {
          names.forget();
          calls.forget();
        },
        checkpointer: checkpointer(path, database),
        file: identityOf(path),
        // Each when it is first needed: their statements take longer to prepare than all else at a start.
        get writer() {
          writing ??= ledgerWriter(database, names, calls);
          return writing;
        },
        get reader() {
          reading ??= ledgerReader(database, names, calls, gone);
          return reading;
        },
        selectCursor: database.prepare('SELECT value FROM cursors WHERE key = ?'),
        putCursor: database.prepare('INSERT OR REPLACE INTO cursors (key, value) VALUES (?, ?)'),
      };
      refold(opened);
      liftRevision(database);
      return opened;
    } catch (error) {
      closeQuietly(database);
      throw error;
    }
  }

  /** A new file begins at 0, and whoever follows revisions would take all that it tells for old news. */
  function liftRevision(database: DatabaseSync): void {
    if (Number(database.prepare('SELECT revision FROM state').get()?.revision) >= lastRevision) return;
    database.prepare('UPDATE state SET revision = ?1 WHERE revision < ?1').run(lastRevision + 1);
  }

  /** The open connection, to the file that bears the ledger's name now: another window may have set it aside. */
  function current(): Connection {
    if (connection && connection.file !== identityOf(path)) disconnect();
    connection ??= connect();
    return connection;
  }

  function disconnect(): void {
    connection?.checkpointer.close();
    if (connection) closeQuietly(connection.database);
    connection = undefined;
  }

  /** Runs `work`; where that shows the file to be damaged, begins a new one and runs it again. Throws LedgerError. */
  function use<Result>(work: (connection: Connection) => Result): Result {
    try {
      try {
        return work(current());
      } catch (error) {
        if (!isDamage(error)) throw error;
        recover();
        return work(current());
      }
    } catch (error) {
      throw toLedgerError(error, path);
    }
  }

  /**
   * As `use`, for questions that take several statements: all see the file as of one commit. Else a call that another
   * window takes out of its block between two of them would be in neither place.
   */
  function read<Result>(work: (reader: LedgerReader) => Result): Result {
    return use(({ database, reader }) => {
      database.exec('BEGIN');
      try {
        return work(reader);
      } finally {
        if (database.isTransaction) database.exec('ROLLBACK');
      }
    });
  }

  /** As `use`, for work that pauses; begun anew where the file was replaced meanwhile. */
  function* inTurns<Result>(
    begin: (connection: Connection) => Generator<undefined, Result>,
  ): Generator<undefined, Result> {
    let begun: { readonly connection: Connection; readonly work: Generator<undefined, Result> } | undefined;
    for (;;) {
      const step = use((to) => {
        if (begun?.connection !== to) begun = { connection: to, work: begin(to) };
        return begun.work.next();
      });
      if (step.done) return step.value;
      yield;
    }
  }

  function recover(): void {
    const damaged = connection?.file ?? identityOf(path);
    disconnect();
    const kept = setAside(path, damaged, clock.now());
    if (kept === undefined) return; // Another window was faster.
    unsalvaged = kept;
    connection = connect();
    try {
      salvage(connection);
    } catch (error) {
      // A full disk, say: the next append tries again, and tells if it still can't.
      if (isDamage(error)) throw error;
    }
  }

  /** Copies what can be read of a file that was set aside; once more from its beginning where that failed. */
  function salvage(to: Connection): void {
    if (unsalvaged === undefined) return;
    let count = 0;
    let batch: LedgerEvent[] = [];
    for (const event of salvageEvents(unsalvaged)) {
      batch.push(event);
      if (batch.length < SALVAGE_BATCH) continue;
      count += write(to, batch, {}, true);
      batch = [];
    }
    count += write(to, batch, {}, true);
    const kept = unsalvaged;
    unsalvaged = undefined;
    onTrouble?.(
      `The ledger was damaged: ${wholeNumber(count)} of its records were copied to a new one, agents' logs are read again, and the old file is kept as ${kept}.`,
    );
  }

  function write(
    to: Connection,
    events: readonly LedgerEvent[] | PackedEvents,
    cursors: Readonly<Record<string, Cursor>> = {},
    inAnyOrder = false,
  ): number {
    const { database } = to;
    const erases = !isPacked(events) && events.some((event) => event.kind === 'erased');
    const added = overwriting(database, erases, () =>
      transaction(to, () => {
        refuseNewer(database);
        const count = isPacked(events)
          ? to.writer.writePacked(events, writer)
          : events.length === 0
            ? 0
            : to.writer.write(events, writer, inAnyOrder);
        for (const [key, value] of Object.entries(cursors)) to.putCursor.run(key, JSON.stringify(value));
        return count;
      }),
    );
    to.checkpointer.committed(added, isPacked(events));
    return added;
  }

  function keep(events: readonly LedgerEvent[] | PackedEvents, cursors?: Readonly<Record<string, Cursor>>): void {
    use((to) => {
      salvage(to);
      write(to, events, cursors);
      // Set aside by another window meanwhile: the commit went to the old file. Once more, into the new one.
      if (to.file !== identityOf(path)) write(current(), events, cursors);
    });
  }

  use(() => undefined);

  return {
    append(events, cursors) {
      if (events.length > 0 || cursors) keep(events, cursors);
    },
    appendPacked: keep,
    cursor: (key) =>
      use(({ selectCursor }) => {
        const value = selectCursor.get(key)?.value;
        return value === undefined ? undefined : (JSON.parse(String(value)) as Cursor);
      }),
    cursorMarks: () =>
      use(({ database }) => {
        const all = database.prepare(
          `SELECT key, coalesce((value ->> '$.size') || ':' || (value ->> '$.modifiedMs'), '') FROM cursors`,
        );
        all.setReturnArrays(true);
        return new Map(all.all() as unknown as [string, string][]);
      }),
    summary: (at, folders) =>
      read((reader) => {
        const summary = reader.summary(at, folders);
        lastRevision = Math.max(lastRevision, summary.revision);
        return summary;
      }),
    entry: (callId) => read((reader) => reader.entry(callId, clock.now())),
    run: (runId, latestSteps) => read((reader) => reader.run(runId, clock.now(), latestSteps)),
    runs: (limit, latestSteps) => read((reader) => reader.runs(limit, clock.now(), latestSteps)),
    burn: (fromDay, toDay) => read((reader) => reader.burn(fromDay, toDay, clock.now())),
    spendByHour: (from, to, agents) => read((reader) => reader.spendByHour(from, to, clock.now(), agents)),
    revision: () => use(({ reader }) => reader.revision()),
    sources: (since) => read((reader) => reader.sources(since)),
    breakdown: (kind, fromDay, toDay, limit) =>
      inTurns(({ reader }) => reader.breakdown(kind, fromDay, toDay, limit, clock.now())),
    dearest: (fromDay, toDay, limit) => read((reader) => reader.dearest(fromDay, toDay, limit, clock.now())),
    series: (runId) => read((reader) => reader.series(runId, clock.now())),
    sessionParts: (sessionId) => read((reader) => reader.sessionParts(sessionId, clock.now())),
    seriesPlaces: (fromDay, toDay) => read((reader) => reader.seriesPlaces(fromDay, toDay)),
    seriesAt: (place) => read((reader) => reader.seriesAt(place, clock.now())),
    unbilled: (since, limit, after) => read((reader) => reader.unbilled(since, limit, after)),
    spent: (from, to, agents) => read((reader) => reader.spent(from, to, agents, clock.now())),
    quotas: (since) => read((reader) => reader.quotas(since)),
    quotaNames: (from, to) => use(({ reader }) => reader.quotaNames(from, to)),
    entries: (selection, limit, after) => read((reader) => reader.entries(selection, limit, clock.now(), after)),
    outcomes: (from, to) => use(({ reader }) => reader.outcomes(from, to)),
    decisions: (from, to) => use(({ reader }) => reader.decisions(from, to)),
    latestDecision: (...parameters) => use(({ reader }) => reader.latestDecision(...parameters)),
    gateDecisions: (from, to) => use(({ reader }) => reader.gateDecisions(from, to)),
    lastChange: () => use(({ reader }) => reader.lastChange()),
    changes: (after, limit, since) => read((reader) => reader.changes(after, limit, since, clock.now())),
    startOfLatest: (calls) => use(({ reader }) => reader.startOfLatest(calls)),
    attempts: (runIds) => read((reader) => reader.attempts(runIds, clock.now())),
    folders: () => use(({ reader }) => reader.folders()),
    forgetNames: () =>
      use((to) => overwriting(to.database, true, () => transaction(to, () => to.writer.forgetNames()))),
    billed: (since, limit, before) => read((reader) => reader.billed(since, limit, before)),
    lease: (name, holder, at, lifeMs) =>
      use(({ database }) => {
        const { changes } = database
          .prepare(
            `INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET holder = ?2, until = ?3 WHERE holder = ?2 OR until <= ?4`,
          )
          .run(name, holder, at + lifeMs, at);
        return changes === 1;
      }),
    rebuild: () => use((to) => transaction(to, () => to.writer.rebuild())),
    close: disconnect,
  };
}

function isPacked(events: readonly LedgerEvent[] | PackedEvents): events is PackedEvents {
  return 'memory' in events;
}

function transaction<Result>({ database, begin, forget }: Connection, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    begin();
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has made SQLite roll back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    forget();
    throw error;
  }
}

/** Where `work` erases, what it takes away is overwritten in the file and its log, not only unlinked. */
function overwriting<Result>(database: DatabaseSync, erases: boolean, work: () => Result): Result {
  if (!erases) return work();
  database.exec('PRAGMA secure_delete = ON');
  try {
    return work();
  } finally {
    database.exec('PRAGMA secure_delete = FAST');
    emptyLog(database);
  }
}

/** Rebuilds derived rows that an earlier version of the fold has made. */
function refold(connection: Connection): void {
  const { database } = connection;
  const isOld = () => Number(database.prepare('SELECT fold FROM state').get()?.fold) < FOLD_VERSION;
  if (!isOld()) return;
  transaction(connection, () => {
    if (!isOld()) return; // Another window did it while this one waited.
    connection.writer.rebuild();
    database.prepare('UPDATE state SET fold = ?').run(FOLD_VERSION);
  });
}

function check(database: DatabaseSync): void {
  const found = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
  if (found !== 'ok') throw damageFound(found);
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return 'none';
  }
}

/** Takes what was erased out of the write-ahead log too; where another window is reading, its next checkpoint does. */
function emptyLog(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (isDamage(error)) throw error;
  }
}

function closeQuietly(database: DatabaseSync): void {
  try {
    database.close();
  } catch {
    // Nothing more can be done with it, and nothing that was committed depends on it.
  }
}
