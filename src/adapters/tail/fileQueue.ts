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
  readonly file: LineFile | DocumentFile | DatabaseFile;
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

interface Seen {
  readonly size: number;
  readonly modifiedMs: number;
  /** Of the database's -wal. */
  readonly wal?: string;
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
  /** Bytes that are to be read of files of lines that aren't written just now. */
  backlog(isOwn: (importer: Importer) => boolean): number;
  /** Takes the next of those files off the queue, for another thread to read it. */
  lend(isOwn: (importer: Importer) => boolean): (Followed & { readonly file: LineFile }) | undefined;
  /** It is read here again. `isRead`: to its end, else it is queued anew. */
  takeBack(file: Followed, isRead: boolean): void;
  failed(file: Followed): void;
  /** Queues those whose reading failed and is to be tried again. */
  retry(): void;
  /** Those that changed within that time, the latest first. */
  changedWithin(milliseconds: number): readonly Followed[];
  count(importer: Importer): number;
}

const RETRY_MS = { first: 250, most: 15_000 };

export interface FileQueueConfig {
  readonly limits: ReadLimits;
  /** Memory for one chunk, shared by all files. */
  readonly buffer: Buffer;
  readonly clock: Clock;
  readonly slice: Slice;
  cursor(key: string): Cursor | undefined;
  isStopped(): boolean;
}

export function fileQueue({ limits, buffer, clock, slice, cursor, isStopped }: FileQueueConfig): FileQueue {
  const followed = new Map<string, Followed>();
  const live = new Set<Followed>();
  const walked = new Set<Followed>();

  function open(path: string, importer: Importer, saved: Cursor | undefined): Followed['file'] {
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
    const saved = cursor(key);
    const file: Followed = {
      key,
      path,
      importer,
      file: open(path, importer, saved),
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
      return file;
    }
    return undefined;
  }

  function canBeLent(
    file: Followed,
    isOwn: (importer: Importer) => boolean,
  ): file is Followed & { readonly file: LineFile } {
    return file.importer.kind === 'lines' && isOwn(file.importer) && !file.isLent && !live.has(file);
  }

  return {
    seen(path, importers, { size, modifiedMs, wal = '' }, isLive) {
      for (const importer of importers) {
        const key = `${importer.id}:${path}`;
        const file = followed.get(key) ?? follow(key, path, importer, modifiedMs);
        const mark = `${size}:${modifiedMs}:${wal}`;
        if (file.mark === mark) continue;
        const isFirst = file.mark === undefined;
        file.mark = mark;
        file.size = size;
        // Read to its end before this start: nothing to open it for.
        if (isFirst && 'isRead' in file.file && file.file.isRead(size, modifiedMs)) continue;
        if (!isFirst) [file.changedAt, file.isLive] = [clock.elapsed(), true];
        (isLive ? live : walked).add(file);
      }
    },
    forget(path, importers) {
      for (const importer of importers) {
        const file = followed.get(`${importer.id}:${path}`);
        if (!file) continue;
        live.delete(file);
        walked.delete(file);
        followed.delete(file.key);
      }
    },
    next: () => nextOf(live) ?? nextOf(walked),
    nextLive: () => nextOf(live),
    isEmpty: () => live.size + walked.size === 0,
    backlog(isOwn) {
      let bytes = 0;
      for (const file of walked) if (canBeLent(file, isOwn)) bytes += file.size - offsetOf(file.file.cursor());
      return bytes;
    },
    lend(isOwn) {
      for (const file of walked) {
        if (!canBeLent(file, isOwn)) continue;
        walked.delete(file);
        file.isLent = true;
        return file;
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
    changedWithin(milliseconds) {
      const since = clock.elapsed() - milliseconds;
      return [...followed.values()].filter((file) => file.changedAt > since).sort((a, b) => b.changedAt - a.changedAt);
    },
    count: (wanted) => [...followed.values()].filter(({ importer }) => importer === wanted).length,
  };
}
