/** Setting a damaged ledger aside, and reading what is still readable of it. */
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { eventSchemas, type LedgerEvent } from '../core/ledger/event.ts';
import { LedgerError } from '../core/ledger/ledgerError.ts';
import { BLOCK_BEGINS, readBlock } from './eventBlock.ts';
import { DIGEST_LENGTH, digestOf } from './eventTable.ts';
import { openSqlite } from './sqlite.ts';

/** The files of one SQLite database. The main one last: as long as it is there, the others belong to it. */
const PARTS = ['-wal', '-shm', ''];

/** How long to wait for another window that is setting the file aside just now. */
const LONGEST_MOVE_MS = 2000;

/** A lock older than this was left by a process that was killed. */
const STALE_LOCK_MS = 30_000;

/**
 * Renames `ledger.db`, -wal and -shm to `ledger.corrupt-<time>.db` … and returns the new path; undefined: another window
 * has done so already. `damaged`: `dev:ino` of the file that is meant. Throws LedgerError where it can't be renamed.
 */
export function setAside(path: string, damaged: string, now: number): string | undefined {
  const lock = `${path}.moving`;
  if (existsSync(lock) && now - statSync(lock).mtimeMs > STALE_LOCK_MS) rmSync(lock, { force: true });
  let handle: number;
  try {
    handle = openSync(lock, 'wx');
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
    waitWhile(() => existsSync(lock), LONGEST_MOVE_MS);
    return undefined;
  }
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    if (`${dev}:${ino}` !== damaged) return undefined;
    const kept = freeName(path, now);
    for (const part of PARTS) if (existsSync(path + part)) renameSync(path + part, kept + part);
    return kept;
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (code === 'ENOENT') return undefined;
    throw new LedgerError(
      'damaged',
      `The ledger is damaged and couldn't be set aside (${code}): close the other windows, then rename ${path}.`,
      { cause: error },
    );
  } finally {
    closeSync(handle);
    rmSync(lock, { force: true });
  }
}

function waitWhile(condition: () => boolean, longestMs: number): void {
  const stepMs = 20;
  for (let waitedMs = 0; condition() && waitedMs < longestMs; waitedMs += stepMs) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stepMs);
  }
}

function freeName(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(':', '-');
  for (let number = 1; ; number += 1) {
    const name = `${path.replace(/\.db$/, '')}.corrupt-${time}${number === 1 ? '' : `-${number}`}.db`;
    if (!existsSync(name)) return name;
  }
}

/**
 * Events of a damaged ledger: by SQLite from both ends up to the damage, then from the bytes of its files, wherever a
 * digest still fits the body behind it. Some come more than once. A figure that was changed by the damage doesn't fit its
 * digest and isn't among them.
 */
export function* salvageEvents(path: string): Generator<LedgerEvent> {
  yield* readByQuery(path, 'ASC');
  yield* readByQuery(path, 'DESC');
  for (const part of ['', '-wal']) if (existsSync(path + part)) yield* carve(path + part);
}

function* readByQuery(path: string, order: 'ASC' | 'DESC'): Generator<LedgerEvent> {
  let database: DatabaseSync | undefined;
  try {
    database = openSqlite(path, { timeoutMs: 1000, readOnly: true });
    const rows = database.prepare(`SELECT digest, body FROM events WHERE body IS NOT NULL ORDER BY id ${order}`);
    for (const { digest, body } of rows.iterate()) {
      if (typeof body === 'string' && digestOf(body) === digest) yield* eventsOf(body);
    }
  } catch {
    // The damage begins here. The other end and the bytes are tried next.
  } finally {
    try {
      database?.close();
    } catch {
      // It is only read.
    }
  }
}

const CHUNK_BYTES = 4 * 1024 * 1024;
/** A body that spans several pages doesn't lie together in the file, so none that is longer than a page is found. */
const LONGEST_BODY = 8192;
/** Canonical JSON has its keys in order, and `at` comes first in every kind of event. */
const BEGINNINGS = ['{"at":', BLOCK_BEGINS].map((text) => Buffer.from(text));

function* carve(file: string): Generator<LedgerEvent> {
  const handle = openSync(file, 'r');
  try {
    const overlap = DIGEST_LENGTH + LONGEST_BODY;
    const buffer = Buffer.alloc(CHUNK_BYTES + overlap);
    for (let position = 0; ; position += CHUNK_BYTES) {
      const length = readSync(handle, buffer, 0, buffer.length, position);
      if (length === 0) return;
      const bytes = buffer.subarray(0, length);
      for (const beginning of BEGINNINGS) {
        for (let at = bytes.indexOf(beginning); at >= 0; at = bytes.indexOf(beginning, at + 1)) {
          if (at < DIGEST_LENGTH) continue;
          const body = jsonAt(bytes, at);
          const fits = body !== undefined && bytes.toString('latin1', at - DIGEST_LENGTH, at) === digestOf(body);
          if (fits) yield* eventsOf(body);
        }
      }
    }
  } finally {
    closeSync(handle);
  }
}

/** The JSON object that begins at a place; undefined where it has no end nearby. */
function jsonAt(bytes: Buffer, start: number): string | undefined {
  let depth = 0;
  let quoted = false;
  const end = Math.min(bytes.length, start + LONGEST_BODY);
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN_BRACE) depth += 1;
    else if (byte === CLOSE_BRACE) {
      depth -= 1;
      if (depth === 0) return bytes.toString('utf8', start, at + 1);
    }
  }
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** What a row's body tells that is an event. */
function* eventsOf(body: string): Generator<LedgerEvent> {
  try {
    const block = body.startsWith(BLOCK_BEGINS) ? readBlock(body) : { count: 1, at: () => JSON.parse(body) as unknown };
    for (let place = 0; place < block.count; place += 1) {
      const parsed = eventSchemas().ledgerEventSchema.safeParse(block.at(place));
      if (parsed.success) yield parsed.data;
    }
  } catch {
    // It fits its digest and is none all the same: a later version wrote it.
  }
}
