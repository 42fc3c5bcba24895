import type { Buffer } from 'node:buffer';
import type { Clock, Cursor, Importer } from '../../ports.ts';
import { type DatabaseFile, databaseFile } from './databaseFile.ts';
import { type DocumentFile, documentFile } from './documentFile.ts';
import { type LineFile, lineFile, offsetOf, type ReadLimits } from './lineFile.ts';
import type { Slice } from './slice.ts';

/** A file, document or database that an importer reads. */
export interface Followed {
  readonly key: string;
  readonly path: string;
  readonly importer: Importer;
  /** Opened when it is first asked for: most were read to their end before this start, and never are. */
  file(): LineFile | DocumentFile | DatabaseFile;
  /** Of the file, and of a database's -wal, when it was last seen; undefined: never. */
  mark: string | undefined;
  /** In bytes, when it was last seen. */
  size: number;
  /** Another thread reads it. */
  isLent: boolean;
  /** When it was last seen to have changed, by the clock that never jumps. */
  changedAt: number;
  /** It has changed while it was followed. */
  isLive: boolean;
  /** Readings that failed in a row, and when to try again. */
  failures: number;
  retryAt: number;
}

export interface LentFile extends Followed {
  file(): LineFile;
}

interface Seen {
  readonly size: number;
  readonly modifiedMs: number;
  /** Of the database's -wal. */
  readonly wal?: string;
}

/** Files of one importer that can be lent. */
interface Lendable {
  /** How much was to be read of each when it was found. */
  readonly bytes: Map<Followed, number>;
  /** The next one at the end: what was written at one time lies side by side in the ledger. undefined: to be made anew. */
  order: Followed[] | undefined;
}

/** The files that are followed, and which of them are to be read next. */
export interface FileQueue {
  /** A file was seen: it is followed from now on, and is to be read where it has changed. `live`: before what a walk found. */
  seen(path: string, importers: readonly Importer[], seen: Seen, live: boolean): void;
  forget(path: string, importers: readonly Importer[]): void;
  /** Takes the next file to be read off the queue. */
  next(): Followed | undefined;
  /** As `next`, of those that are written just now. */
  nextLive(): Followed | undefined;
  isEmpty(): boolean;
  /**
   * Takes a file off the queue that another thread can read and that isn't written just now, of an importer that is wanted: of
   * its files that are known so far the one that was written last.
   */
  lend(isWanted: (importer: Importer) => boolean): LentFile | undefined;
  /** It is read here again. `isRead`: to its end, else it is queued anew. */
  takeBack(file: Followed, isRead: boolean): void;
  failed(file: Followed): void;
  /** Queues those whose reading failed and is to be tried again. */
  retry(): void;
  /** Those that changed lately, the latest first. */
  active(): readonly Followed[];
  count(importer: Importer): number;
}

const RETRY_MS = { first: 250, most: 15_000 };
/** Files that changed within this time are looked at with each poll. */
export const ACTIVE_MS = 120_000;

export interface FileQueueConfig {
  readonly limits: ReadLimits;
  /** Memory for one chunk, shared by all files. */
  readonly buffer: Buffer;
  readonly clock: Clock;
  readonly slice: Slice;
  /** How far a file was read at an earlier start. */
  savedCursor(key: string): Cursor | undefined;
  /** As `markOf` that. */
  savedMark(key: string): string | undefined;
  isStopped(): boolean;
  /** Whether another thread can read files of an importer. */
  canLend(importer: Importer): boolean;
  /** So many bytes are to be read of such files, with the one that was just seen. */
  onBacklog(bytes: number): void;
}

export function fileQueue(config: FileQueueConfig): FileQueue {
  const { limits, buffer, clock, slice, savedCursor, savedMark, isStopped, canLend, onBacklog } = config;
  const followed = new Map<string, Followed>();
  /**
   * By key, of those that were read to their end long before this start, `markOf` their cursors. Of thousands of files most
   * are such, and nothing more is made for them until they change.
   */
  const resting = new Map<string, string>();
  const live = new Set<Followed>();
  const walked = new Set<Followed>();
  /** Those of `walked` that can be lent, and how much was to be read of all together. */
  const lendable = new Map<Importer, Lendable>();
  let lendableBytes = 0;

  function open(path: string, importer: Importer, saved: Cursor | undefined): ReturnType<Followed['file']> {
    switch (importer.kind) {
      case 'lines':
        return lineFile(path, importer, saved, limits, buffer, slice, isStopped);
      case 'document':
        return documentFile(path, importer, saved, limits, buffer, slice, isStopped);
      case 'database':
        return databaseFile(path, importer, saved, isStopped);
    }
  }

  function follow(key: string, path: string, importer: Importer, modifiedMs: number): Followed {
    let opened: ReturnType<Followed['file']> | undefined;
    const file: Followed = {
      key,
      path,
      importer,
      file() {
        opened ??= open(path, importer, savedCursor(key));
        return opened;
      },
      mark: undefined,
      size: 0,
      isLent: false,
      // What was written long ago isn't looked at with each poll.
      changedAt: clock.elapsed() - Math.max(0, clock.now() - modifiedMs),
      isLive: false,
      failures: 0,
      retryAt: 0,
    };
    followed.set(key, file);
    return file;
  }

  function nextOf(waiting: Set<Followed>): Followed | undefined {
    for (const file of waiting) {
      if (file.isLent) continue;
      waiting.delete(file);
      takeOff(file);
      return file;
    }
    return undefined;
  }

  function isLendable(file: Followed): file is LentFile {
    return file.importer.kind === 'lines' && canLend(file.importer);
  }

  function walkedTo(file: Followed): void {
    walked.add(file);
    if (file.isLent || !isLendable(file)) return;
    const own = lendable.get(file.importer) ?? { bytes: new Map<Followed, number>(), order: undefined };
    if (own.bytes.has(file)) return;
    lendable.set(file.importer, own);
    const bytes = leftOf(file);
    own.bytes.set(file, bytes);
    own.order = undefined;
    lendableBytes += bytes;
    onBacklog(lendableBytes);
  }

  /** It doesn't wait to be lent any more. */
  function takeOff(file: Followed): void {
    const own = lendable.get(file.importer);
    lendableBytes -= own?.bytes.get(file) ?? 0;
    own?.bytes.delete(file);
  }

  return {
    seen(path, importers, { size, modifiedMs, wal = '' }, isLive) {
      for (const importer of importers) {
        const key = `${importer.id}:${path}`;
        const known = followed.get(key);
        const readTo = known ? undefined : (resting.get(key) ?? savedMark(key));
        const isRead = readTo === `${size}:${Math.floor(modifiedMs)}`;
        if (isRead && clock.now() - modifiedMs > ACTIVE_MS) {
          resting.set(key, readTo);
          continue;
        }
        const file = known ?? follow(key, path, importer, modifiedMs);
        const mark = `${size}:${modifiedMs}:${wal}`;
        if (file.mark === mark) continue;
        const isFirst = file.mark === undefined && !resting.delete(key);
        file.mark = mark;
        file.size = size;
        if (isRead) continue;
        if (!isFirst) [file.changedAt, file.isLive] = [clock.elapsed(), true];
        if (isLive) live.add(file);
        else walkedTo(file);
      }
    },
    forget(path, importers) {
      for (const importer of importers) {
        const key = `${importer.id}:${path}`;
        resting.delete(key);
        const file = followed.get(key);
        if (!file) continue;
        live.delete(file);
        walked.delete(file);
        takeOff(file);
        followed.delete(key);
      }
    },
    next: () => nextOf(live) ?? nextOf(walked),
    nextLive: () => nextOf(live),
    isEmpty: () => live.size + walked.size === 0,
    lend(isWanted) {
      for (const [importer, own] of lendable) {
        if (!isWanted(importer)) continue;
        own.order ??= [...own.bytes.keys()].sort((a, b) => a.changedAt - b.changedAt);
        for (let file = own.order.pop(); file; file = own.order.pop()) {
          if (!own.bytes.has(file)) continue;
          takeOff(file);
          // Read here meanwhile, or about to be, as it is written just now.
          if (!isLendable(file) || !walked.has(file) || live.has(file)) continue;
          walked.delete(file);
          file.isLent = true;
          return file;
        }
      }
      return undefined;
    },
    takeBack(file, isRead) {
      file.isLent = false;
      if (!isRead) walked.add(file);
    },
    failed(file) {
      file.failures += 1;
      file.retryAt = clock.elapsed() + Math.min(RETRY_MS.first * 2 ** (file.failures - 1), RETRY_MS.most);
    },
    retry() {
      for (const file of followed.values()) {
        if (file.failures === 0 || clock.elapsed() < file.retryAt) continue;
        // Once for each failure, also while that reading goes on.
        file.retryAt = Number.POSITIVE_INFINITY;
        live.add(file);
      }
    },
    active() {
      const since = clock.elapsed() - ACTIVE_MS;
      return [...followed.values()].filter((file) => file.changedAt > since).sort((a, b) => b.changedAt - a.changedAt);
    },
    count({ id }) {
      const isOwn = (key: string) => key.startsWith(`${id}:`);
      return [...followed.keys(), ...resting.keys()].filter(isOwn).length;
    },
  };
}

/** Size and time of a file when it was read to its end, as the cursors of files and documents tell it: `size:modifiedMs`. */
export function markOf(cursor: Cursor | undefined): string {
  const { size, modifiedMs } = (cursor ?? {}) as { readonly size?: number; readonly modifiedMs?: number };
  return `${size}:${modifiedMs}`;
}

/** Bytes of a file that are to be read. */
function leftOf({ size, file }: LentFile): number {
  return size - offsetOf(file().cursor());
}
