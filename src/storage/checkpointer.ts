/**
 * Copies the write-ahead log into the ledger's file on a thread of its own: that waits for the disk, and what waits for
 * a commit must not wait for it too. Where the thread can't start or keep up, SQLite does it inside a commit, at
 * CHECKPOINT_AT_MOST_PAGES.
 */
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';

export const CHECKPOINT_AT_MOST_PAGES = 64_000;
/** A log that was copied keeps so much of its file, to be written over: a longer one wasn't. */
export const LOG_KEPT_BYTES = 67_108_864;

export interface Checkpointer {
  /** Tells that a commit of so many events was made; `packed`: of those that another thread reads and packs. */
  committed(events: number, packed: boolean): void;
  close(): void;
}

const PAGE_BYTES = 4_096;
/** Of the log: what a commit writes however small it is, and for each event more; packed ones lie closer. */
const PAGES_OF_COMMIT = 20;
const PAGES_OF_EVENT = 1;
const PAGES_OF_PACKED_EVENT = 0.27;

/** 40 MB of log. */
const PAGES_PER_CHECKPOINT = 10_000;
/**
 * While another thread reads a backlog and packs its events, the log may become so long: both threads at the same time would
 * take 16 MB more at the peak of a first reading.
 */
const PACKED_PAGES_PER_CHECKPOINT = 40_000;
/** Once a backlog is read. */
const PAGES_WORTH_COPYING = 1_000;
/** The backlog is read once no pack has come for so long. */
const CALM_MS = 1_000;

/** It holds next to nothing. */
const MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

/** The second round has only that to do which was committed during the first. */
const CODE = `
const { workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(workerData, { timeout: 0 });
for (let round = 0; round < 2; round += 1) {
  try { database.exec('PRAGMA wal_checkpoint(PASSIVE)'); } catch { /* busy: the next round or the next checkpoint has it to do */ }
}
database.close();
`;

/** A thread for each time, which is over within a second: an idle one takes 16 MB. `database`: the connection that commits. */
export function checkpointer(path: string, database: DatabaseSync): Checkpointer {
  /** While it works. */
  let worker: Worker | undefined;
  let failed = false;
  let waiting = leftBehind(`${path}-wal`);
  /** While packs come. */
  let calming: NodeJS.Timeout | undefined;

  function start(): void {
    // Loaded only where much was written.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const thread = new Worker(CODE, {
      eval: true,
      workerData: path,
      execArgv: ['--no-warnings'],
      resourceLimits: MEMORY,
    });
    thread.unref();
    worker = thread;
    thread.on('exit', () => {
      worker = undefined;
      if (!failed) finish();
    });
    thread.on('error', () => {
      failed = true;
    });
  }

  /** What was committed since the last round: with nothing left to copy, the log begins anew and doesn't grow. */
  function finish(): void {
    try {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // The next use of the connection tells what is wrong with it.
    }
  }

  function copy(least: number): void {
    if (waiting < least || worker || failed) return;
    waiting = 0;
    start();
  }

  function calm(): void {
    calming = undefined;
    copy(PAGES_WORTH_COPYING);
  }

  return {
    committed(events, packed) {
      waiting += packed ? events * PAGES_OF_PACKED_EVENT : PAGES_OF_COMMIT + events * PAGES_OF_EVENT;
      if (packed) calming = calming?.refresh() ?? setTimeout(calm, CALM_MS).unref();
      copy(calming ? PACKED_PAGES_PER_CHECKPOINT : PAGES_PER_CHECKPOINT);
    },
    close() {
      failed = true;
      clearTimeout(calming);
      void worker?.terminate();
    },
  };
}

/** How many pages a window that was killed while it read a backlog has left to be copied: no commit may come for days. */
function leftBehind(log: string): number {
  const bytes = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  return bytes > LOG_KEPT_BYTES ? Math.floor(bytes / PAGE_BYTES) : 0;
}
