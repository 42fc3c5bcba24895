import { Buffer } from 'node:buffer';
import { dirname } from 'node:path';
import type { Clock, Cursor, ImportEnvironment, Importer, LogTail } from '../../ports.ts';
import { type Backlog, type BacklogReader, type BacklogReading, backlog } from './backlog.ts';
import { UnfinishedDocument } from './documentFile.ts';
import { ACTIVE_MS, type Followed, fileQueue, markOf } from './fileQueue.ts';
import { type Outbox, outbox } from './outbox.ts';
import { places } from './places.ts';
import { codeOf, DENIED_FILE, type Problems, problemCounter, UNREADABLE } from './problems.ts';
import { CHUNK_BYTES, MOST_LINE_BYTES } from './readLimits.ts';
import { timeSlice } from './slice.ts';
import { isAbsent } from './walk.ts';

export interface TailConfig {
  readonly importers: readonly Importer[];
  readonly environment: ImportEnvironment;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
  /** Longer lines and items of documents are skipped and counted; no more than this is held for one unfinished of them. */
  readonly maxLineBytes?: number;
  /** How often what changed lately is looked at where the system told nothing. */
  readonly pollMs?: number;
  /** The least time between two looks at every folder. */
  readonly walkMs?: number;
  /** undefined: all is read on this thread. */
  readonly backlogReader?: BacklogReader | undefined;
  /** So much is read sooner by another thread, its start included. */
  readonly backlogBytes?: number;
}

const SLICE_MS = 8;
/** Events of the system come in bursts. */
const SETTLE_MS = 15;
const MOST_ACTIVE = 128;
/** Looking everywhere takes at most this share of the time. */
const WALK_SHARE = 1 / 20;

const BUSY_DATABASE = "An agent's database is in use by its agent and will be read again shortly.";
const BAD_DATABASE = "An agent's database can't be read as it is; it will be tried again.";

/**
 * Follows what the importers' agents write: by the system's notices, by looking at what changed lately every `pollMs`,
 * and by looking everywhere every `walkMs`. Files are read one at a time, in portions that hold the thread for a few
 * milliseconds. Sources are opened for reading only, and nothing is created beside them.
 */
export function logTail(config: TailConfig, { clock }: { readonly clock: Clock }): LogTail {
  const { importers, environment, chunkBytes = CHUNK_BYTES, maxLineBytes = MOST_LINE_BYTES } = config;
  const { pollMs = 300, walkMs = 10_000, backlogReader, backlogBytes = 24_000_000 } = config;
  const slice = timeSlice(() => clock.elapsed(), SLICE_MS);
  const problems = new Map<Importer, Problems>(importers.map((importer) => [importer, problemCounter()]));
  const observed = new Map<Importer, number>();
  const caught = Promise.withResolvers<void>();
  let sink: Parameters<LogTail['start']>[0] | undefined;
  /** Of all cursors, while every folder is looked through for the first time: asked one by one they take several times as long. */
  let early: ReadonlyMap<string, string> | undefined;
  let box: Outbox | undefined;
  let stopped = false;
  let working: Promise<void> | undefined;
  let soon: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;
  let walkedAt = Number.NEGATIVE_INFINITY;
  let walkTookMs = 0;
  /** While another thread reads. */
  let elsewhere:
    | { readonly reading: BacklogReading; readonly backlog: Backlog; readonly early: Promise<boolean> }
    | undefined;
  let isWalking = false;
  /** The other thread has failed once: not again. */
  let isAlone = false;

  const files = fileQueue({
    limits: { chunkBytes, maxLineBytes },
    buffer: Buffer.allocUnsafe(chunkBytes),
    clock,
    slice,
    savedCursor,
    savedMark: (key) => (early ? early.get(key) : markOf(savedCursor(key))),
    isStopped: () => stopped,
    canLend: (importer) => backlogReader?.reads(importer) ?? false,
    onBacklog: beginElsewhere,
  });
  const where = places({
    importers,
    environment,
    files,
    clock,
    slice,
    isStopped: () => stopped,
    onNotice: workSoon,
    onProblem: (importer, sentence, path) => problemsOf(importer).once(sentence, shown(path)),
  });

  function isWalkDue(): boolean {
    return clock.elapsed() - walkedAt > Math.max(walkMs, walkTookMs / WALK_SHARE);
  }

  function workSoon(): void {
    if (stopped || soon || working) return;
    soon = setTimeout(() => {
      soon = undefined;
      work();
    }, SETTLE_MS);
  }

  function work(): void {
    if (stopped || working) return;
    working = workOnce()
      .catch((error: unknown) => {
        // Nothing is expected here; whatever it was, following goes on with the next change.
        for (const importer of importers) problemsOf(importer).add(UNREADABLE, codeOf(error) ?? 'unknown');
      })
      .finally(() => {
        working = undefined;
        if (where.isSomethingNoticed() || !files.isEmpty()) workSoon();
      });
  }

  async function workOnce(): Promise<void> {
    if (isWalkDue()) {
      walkedAt = clock.elapsed();
      early = walkTookMs === 0 ? cursorMarks() : undefined;
      isWalking = true;
      try {
        await where.walkAll();
      } finally {
        isWalking = false;
        early = undefined;
      }
      walkTookMs = clock.elapsed() - walkedAt;
    }
    await where.lookAtNoticed();
    // Where nothing is to be read, that is told first.
    if (elsewhere || !files.isEmpty()) await where.watch();
    await finishElsewhere();
    for (let file = files.next(); file && !stopped; file = files.next()) {
      await read(file);
      // What is written while a first reading goes on comes before the rest of it.
      if (where.isSomethingNoticed()) await where.lookAtNoticed();
    }
    await box?.settle();
    caught.resolve();
    // Whoever waits for that has the thread first.
    await slice.rest();
    await where.watch();
  }

  /** Where much waits, another thread begins to read it, and this one takes in what it read, while it still looks what there is. */
  function beginElsewhere(bytes: number): void {
    elsewhere?.backlog.ask();
    if (bytes < backlogBytes || elsewhere || isAlone || stopped || !backlogReader || !box) return;
    const reading = opened(backlogReader);
    if (!reading) return;
    const begun = backlog(reading, {
      files,
      box,
      isStopped: () => stopped,
      found: tell,
      failed,
      async readLive() {
        // The walk finds it.
        if (isWalking) return;
        if (where.isSomethingNoticed()) await where.lookAtNoticed();
        for (let file = files.nextLive(); file && !stopped; file = files.nextLive()) await read(file);
      },
    });
    elsewhere = { reading, backlog: begun, early: begun.finish() };
    // Whoever waits for it is told.
    elsewhere.early.catch(() => {});
  }

  function cursorMarks(): ReadonlyMap<string, string> | undefined {
    try {
      return sink?.cursorMarks?.();
    } catch {
      return undefined;
    }
  }

  function savedCursor(key: string): Cursor | undefined {
    if (early && !early.has(key)) return undefined;
    try {
      return sink?.cursor(key);
    } catch {
      // Without its cursor a file is read anew, which changes nothing in the ledger.
      return undefined;
    }
  }

  function opened(reader: BacklogReader): BacklogReading | undefined {
    try {
      return reader.open();
    } catch {
      // A machine that can't start another thread still reads, only slower.
      isAlone = true;
      return undefined;
    }
  }

  async function finishElsewhere(): Promise<void> {
    if (!elsewhere) return;
    try {
      isAlone = !((await elsewhere.early) && (await elsewhere.backlog.finish()));
    } finally {
      elsewhere.reading.close();
      elsewhere = undefined;
    }
  }

  async function read(file: Followed): Promise<void> {
    const { path, key } = file;
    if (clock.elapsed() - file.changedAt < ACTIVE_MS) where.livedIn(dirname(path));
    const opened = file.file();
    try {
      await opened.read(async (found) => {
        tell(file, found.observations.length, found.problems);
        await box?.add(key, found);
      });
      file.failures = 0;
      if (!file.isLive && 'rest' in opened) opened.rest();
    } catch (error) {
      failed(file, error);
    }
  }

  function tell({ importer, path }: Followed, observations: number, found: readonly string[]): void {
    observed.set(importer, (observed.get(importer) ?? 0) + observations);
    for (const problem of found) problemsOf(importer).add(problem, shown(path));
  }

  function failed(file: Followed, error: unknown): void {
    const { importer, path } = file;
    if (isAbsent(error)) {
      files.forget(path, [importer]);
      return;
    }
    files.failed(file);
    if (error instanceof UnfinishedDocument) return;
    problemsOf(importer).once(sentenceOf(importer, error), shown(path));
  }

  async function poll(): Promise<void> {
    try {
      const active = files.active().slice(0, MOST_ACTIVE);
      const paths = active.map(({ path }) => path);
      await where.poll(paths, paths.map(dirname));
      files.retry();
      if (isWalkDue() || where.isSomethingNoticed() || !files.isEmpty()) work();
    } finally {
      if (!stopped) polling = setTimeout(() => void poll(), pollMs);
    }
  }

  function problemsOf(importer: Importer): Problems {
    return problems.get(importer) as Problems;
  }

  function shown(path: string): string {
    const { home } = environment;
    return home !== '' && path.startsWith(home) ? `~${path.slice(home.length)}` : path;
  }

  return {
    start(to) {
      if (sink || stopped) return;
      sink = to;
      box = outbox(to.take, clock, () => slice.rest());
      work();
      polling = setTimeout(() => void poll(), pollMs);
    },
    caughtUp: () => caught.promise,
    status: () =>
      importers.map((importer) => ({
        source: importer.id,
        agent: importer.agent,
        roots: importer.roots(environment).map(shown),
        files: files.count(importer),
        observations: observed.get(importer) ?? 0,
        problems: problemsOf(importer).list(),
      })),
    async stop() {
      stopped = true;
      clearTimeout(soon);
      clearTimeout(polling);
      where.close();
      elsewhere?.reading.close();
      box?.release();
      await working;
      box?.close();
      caught.resolve();
    },
  };
}

function sentenceOf(importer: Importer, error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return DENIED_FILE;
  if (importer.kind !== 'database') return UNREADABLE;
  return /locked|busy/i.test(error instanceof Error ? error.message : '') ? BUSY_DATABASE : BAD_DATABASE;
}
