/**
 * Copies the write-ahead log into the ledger's file on a thread of its own: that waits for the disk, and what waits for
 * a commit must not wait for it too. Where the thread can't start or keep up, SQLite does it inside a commit, at
 * CHECKPOINT_AT_MOST_PAGES.
 */
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

export const CHECKPOINT_AT_MOST_PAGES = 64_000;

export interface Checkpointer {
  /** Tells that a commit of so many events was made. */
  committed(events: number): void;
  close(): void;
}

/** 10 MB of log where the events come in blocks, some 40 MB where each is a row. */
const EVENTS_PER_CHECKPOINT = 10_000;

/** It holds next to nothing. */
const MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

/** The second round has only that to do which was committed during the first. */
const CODE = `
const { workerData, parentPort } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(workerData, { timeout: 0 });
parentPort.on('message', () => {
  for (let round = 0; round < 2; round += 1) {
    try { database.exec('PRAGMA wal_checkpoint(PASSIVE)'); } catch { /* busy: the next round or the next 10,000 events' has it to do */ }
  }
  parentPort.postMessage('done');
});
`;

/** Starts no thread before there is something to do. `database`: the connection that commits. */
export function checkpointer(path: string, database: DatabaseSync): Checkpointer {
  let worker: Worker | undefined;
  let failed = false;
  let busy = false;
  let waiting = 0;

  function start(): Worker {
    const thread = new Worker(CODE, {
      eval: true,
      workerData: path,
      execArgv: ['--no-warnings'],
      resourceLimits: MEMORY,
    });
    thread.unref();
    thread.on('message', () => {
      busy = false;
      if (!failed) finish();
    });
    thread.on('error', () => {
      failed = true;
    });
    return thread;
  }

  /** What was committed since the last round: with nothing left to copy, the log begins anew and doesn't grow. */
  function finish(): void {
    try {
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // The next use of the connection tells what is wrong with it.
    }
  }

  return {
    committed(events) {
      waiting += events;
      if (waiting < EVENTS_PER_CHECKPOINT || busy || failed) return;
      waiting = 0;
      busy = true;
      worker ??= start();
      worker.postMessage('checkpoint');
    },
    close() {
      failed = true;
      void worker?.terminate();
      worker = undefined;
    },
  };
}
