/** The host's SQLite (`node:sqlite`), found at run time: an older host has none, and must be told so in words. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../core/ledger/ledgerError.ts';

type Sqlite = typeof import('node:sqlite');

/** Opens a database file. `timeoutMs`: how long a statement waits for another process. Throws LedgerError. */
export function openSqlite(path: string, options: { timeoutMs: number; readOnly?: boolean }): DatabaseSync {
  const { DatabaseSync } = requireSqlite(process.getBuiltinModule);
  return new DatabaseSync(path, { timeout: options.timeoutMs, readOnly: options.readOnly ?? false });
}

/** The module, or the sentence that says what to do without it. `load`: `process.getBuiltinModule`, itself new in Node 20.16. */
export function requireSqlite(load: ((id: 'node:sqlite') => Sqlite | undefined) | undefined): Sqlite {
  const sqlite = load?.('node:sqlite');
  if (sqlite) return sqlite;
  throw new LedgerError(
    'unsupported',
    `The ledger needs the SQLite of Node 22.13 or later, and this editor runs Node ${process.versions.node}: update VS Code to 1.127 or later. Until then nothing is metered.`,
  );
}

/** SQLite's own result code without its extension; undefined: not an error of SQLite's. */
function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code : undefined;
}

const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;
const SHORT_READ = 522;

/** The file's content is damaged: no retry helps. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && ([CORRUPT, NOT_A_DATABASE].includes(code & 0xff) || code === SHORT_READ);
}

/** An error for damage that SQLite itself doesn't see. */
export function damageFound(what: string, cause?: unknown): Error {
  return Object.assign(new Error(`The ledger is damaged: ${what}`, { cause }), { errcode: CORRUPT });
}

/** Another connection holds the file just now. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && [BUSY, LOCKED].includes(code & 0xff);
}

/** Whatever was thrown while using the ledger at `path`, as a LedgerError; what isn't SQLite's or the system's stays as it is. */
export function toLedgerError(error: unknown, path: string): unknown {
  if (error instanceof LedgerError) return error;
  const fault = faultOf(error, path);
  if (!fault) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const said = isOutOfRoom(error) ? NO_ROOM : sentence(fault, path, detail);
  return new LedgerError(fault, said, { cause: error });
}

const NO_ROOM =
  'The ledger finds no room for its memory: raise the limit of virtual memory (ulimit -v) under which VS Code runs, or end other programs. Marginal keeps the figures and tries again.';

/** Each memory of WebAssembly takes 10 GB of addresses, of which some computers that are shared leave a program few. */
function isOutOfRoom(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith('WebAssembly.Memory');
}

/** The last three: something on the way to the file is no folder. */
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'ENOENT']);

function faultOf(error: unknown, path: string): LedgerError['fault'] | undefined {
  if (isOutOfRoom(error)) return 'failed';
  const systemCode = (error as { code?: unknown } | undefined)?.code;
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT') return 'full';
  if (typeof systemCode === 'string' && NOT_WRITABLE.has(systemCode)) return 'readOnly';
  const code = resultCode(error);
  if (code === undefined) return undefined;
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
      return 'locked';
    case FULL:
      return 'full';
    case READ_ONLY:
    case CANNOT_OPEN:
      return 'readOnly';
    case IO_ERROR:
      return hasRoom(path) ? 'failed' : 'full';
    case CORRUPT:
    case NOT_A_DATABASE:
      return 'damaged';
    default:
      return 'failed';
  }
}

/** SQLite reports some full disks as a failed write; then the file system knows better. */
function hasRoom(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize > 1_000_000;
  } catch {
    return true;
  }
}

function sentence(fault: LedgerError['fault'], path: string, detail: string): string {
  switch (fault) {
    case 'locked':
      return `The ledger is locked by another program: close whatever has ${path} open. Marginal keeps the figures and tries again.`;
    case 'full':
      return `The disk is full: make room where ${path} lies. Marginal keeps the figures and tries again.`;
    case 'readOnly':
      return `The ledger can't be written: allow writing to ${path} and its folder. Marginal keeps the figures and tries again.`;
    case 'damaged':
      return `The ledger is damaged and couldn't be set aside: close the other windows, then rename ${path}. (${detail})`;
    default:
      return `The ledger failed (${detail}): reload the window; if that doesn't help, rename ${path} and report it.`;
  }
}
