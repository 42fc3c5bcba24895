import type { Observation, QuotaEvent } from '../../core/ledger/event.ts';
import type { Cursor, Importer, PackedEvents } from '../../ports.ts';
import type { FileQueue, Followed, LentFile } from './fileQueue.ts';
import type { Outbox } from './outbox.ts';

/** Another thread that reads files of lines while there is much to read: a first reading of months of logs. */
export interface BacklogReader {
  /** Whether files of an importer can be read there. */
  reads(importer: Importer): boolean;
  /** Starts the thread. */
  open(): BacklogReading;
}

export interface BacklogReading {
  /** Asks for files: those of one importer are read in their order, importers in turns. */
  read(files: readonly BacklogFile[]): void;
  /** What was read next; undefined: the thread has failed or was closed, and what isn't handed over is to be read here. */
  next(): Promise<BacklogPortion | undefined>;
  /** A portion was taken: its memory can be used again. */
  release(portion: BacklogPortion): void;
  /** Ends the thread. */
  close(): void;
}

export interface BacklogFile {
  readonly key: string;
  readonly path: string;
  /** Its importer's id. */
  readonly source: string;
  /** Where to go on; undefined: from its beginning. */
  readonly cursor: Cursor | undefined;
}

export interface BacklogPortion {
  readonly packed: PackedEvents;
  /** Those that were too large to be packed. */
  readonly observations: readonly Observation[];
  readonly quotas: readonly QuotaEvent[];
  readonly cursors: Readonly<Record<string, Cursor>>;
  /** What was found in files, whether it was worth telling or not. */
  readonly found: readonly {
    readonly key: string;
    readonly observations: number;
    readonly problems: readonly string[];
  }[];
  /** Files that were read to their end, or as far as `error` let them be. */
  readonly ended: readonly { readonly key: string; readonly error?: { readonly code: string | undefined } }[];
}

export interface BacklogPorts {
  readonly files: FileQueue;
  readonly box: Outbox;
  isStopped(): boolean;
  found(file: Followed, observations: number, problems: readonly string[]): void;
  failed(file: Followed, error: unknown): void;
  /** Reads what is written meanwhile: it goes before. */
  readLive(): Promise<void>;
}

/**
 * Files are asked for so far ahead that the thread never waits for the next one: what it makes of a few packs' worth of them.
 * Of each importer by itself: the thread reads its files in turns with the others'.
 */
const AHEAD_BYTES = 64_000_000;
const AHEAD_FILES = 256;

export interface Backlog {
  /** Asks for files, as many as the thread should have ahead of it. */
  ask(): void;
  /** Goes on until all that is known of is read; false: the thread failed, and what is left is to be read here. */
  finish(): Promise<boolean>;
}

/** What another thread reads of the files that wait. */
export function backlog(
  reading: BacklogReading,
  { files, box, isStopped, found, failed, readLive }: BacklogPorts,
): Backlog {
  const lent = new Map<string, { readonly file: LentFile; readonly size: number }>();
  /** By importer, what of it is asked for. */
  const ahead = new Map<Importer, { files: number; bytes: number }>();
  let isOver = false;

  function aheadOf(importer: Importer): { files: number; bytes: number } {
    const known = ahead.get(importer) ?? { files: 0, bytes: 0 };
    ahead.set(importer, known);
    return known;
  }

  function isWanted(importer: Importer): boolean {
    const { files, bytes } = aheadOf(importer);
    return files < AHEAD_FILES && bytes < AHEAD_BYTES;
  }

  function ask(): void {
    if (isOver) return;
    const asked: BacklogFile[] = [];
    for (let file = files.lend(isWanted); file; file = files.lend(isWanted)) {
      lent.set(file.key, { file, size: file.size });
      const own = aheadOf(file.importer);
      own.files += 1;
      own.bytes += file.size;
      asked.push({ key: file.key, path: file.path, source: file.importer.id, cursor: file.file().cursor() });
    }
    if (asked.length > 0) reading.read(asked);
  }

  function takeIn({ cursors, found: told, ended }: BacklogPortion): void {
    for (const [key, cursor] of Object.entries(cursors)) lent.get(key)?.file.file().goTo(cursor);
    for (const { key, observations, problems } of told) {
      const known = lent.get(key);
      if (known) found(known.file, observations, problems);
    }
    for (const { key, error } of ended) {
      const known = lent.get(key);
      if (!known) continue;
      const { file, size } = known;
      lent.delete(key);
      const own = aheadOf(file.importer);
      own.files -= 1;
      own.bytes -= size;
      file.file().rest();
      files.takeBack(file, true);
      if (error) failed(file, error);
      else file.failures = 0;
    }
  }

  /** Until what was asked for is read. */
  async function takeAll(): Promise<boolean> {
    for (ask(); lent.size > 0 && !isStopped(); ask()) {
      const portion = await reading.next();
      if (!portion || !(await box.pass(portion))) return false;
      takeIn(portion);
      reading.release(portion);
      await readLive();
    }
    return true;
  }

  return {
    ask,
    async finish() {
      let succeeded = false;
      try {
        succeeded = await takeAll();
        return succeeded;
      } finally {
        isOver ||= !succeeded;
        for (const { file } of lent.values()) files.takeBack(file, false);
        lent.clear();
        ahead.clear();
      }
    },
  };
}
