import { Buffer } from 'node:buffer';
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { Observation } from '../../core/ledger/event.ts';
import type { Clock, Cursor, ImportEnvironment, Importer, LogTail } from '../../ports.ts';
import { type DatabaseFile, databaseFile } from './databaseFile.ts';
import { folderWatch } from './folderWatch.ts';
import { type Found, type LineFile, lineFile } from './lineFile.ts';
import { codeOf, type Problems, problemCounter } from './problems.ts';
import { timeSlice } from './slice.ts';
import { isAbsent, walk } from './walk.ts';

export interface TailConfig {
  readonly importers: readonly Importer[];
  readonly environment: ImportEnvironment;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
  /** Longer lines are skipped and counted; no more than this is held for one unfinished line. */
  readonly maxLineBytes?: number;
  /** How often files that changed lately are looked at where the system told nothing. */
  readonly pollMs?: number;
  /** The least time between two looks at every folder. */
  readonly walkMs?: number;
}

/** A file or database that an importer reads. */
interface Followed {
  readonly key: string;
  readonly path: string;
  readonly importer: Importer;
  readonly file: LineFile | DatabaseFile;
  /** Of the file, and of a database's -wal; undefined: never read. */
  mark: string | undefined;
  /** When it was last seen to have changed, by the clock that never jumps. */
  changedAt: number;
  /** Readings that failed in a row, and when to try again. */
  failures: number;
  retryAt: number;
}

const SLICE_MS = 8;
/** Found things are handed over at the latest when so many, or so old. */
const BATCH_OBSERVATIONS = 500;
const BATCH_MS = 120;
/** Cursors alone are kept less often: reading a little again after a crash changes nothing. */
const CURSORS_MS = 2_000;
/** Events of the system come in bursts. */
const SETTLE_MS = 15;
/** A file or folder that changed within this time is looked at with each poll. */
const ACTIVE_MS = 120_000;
const MOST_ACTIVE = 128;
const RETRY_MS = { first: 250, most: 15_000 };

const DENIED_FOLDER = "A folder of agents' logs can't be read: allow your account to read it.";
const TOO_LARGE =
  "A folder of agents' logs holds more than can be looked through; what lies deep in it may be missing.";
const DENIED_FILE = "An agent's log can't be read: allow your account to read it.";
const UNREADABLE = "An agent's log could not be read and will be tried again.";
const BUSY_DATABASE = "An agent's database is in use by its agent and will be read again shortly.";
const BAD_DATABASE = "An agent's database can't be read as it is; it will be tried again when it changes.";

/**
 * Follows what the importers' agents write: by the system's notices, by looking at what changed lately every `pollMs`,
 * and by looking everywhere every `walkMs`. Files are read one at a time, in portions that hold the thread for a few
 * milliseconds. Sources are opened for reading only, and nothing is created beside them.
 */
export function logTail(config: TailConfig, { clock }: { readonly clock: Clock }): LogTail {
  const { importers, environment, chunkBytes = 512 * 1024, maxLineBytes = 32 * 1024 * 1024 } = config;
  const { pollMs = 300, walkMs = 10_000 } = config;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const slice = timeSlice(() => clock.elapsed(), SLICE_MS);
  const followed = new Map<string, Followed>();
  /** To be read; what was written just now comes before what a walk found. */
  const urgent = new Set<Followed>();
  const queue = new Set<Followed>();
  const folders = new Map<string, { changedAt: number; modifiedMs: number; readonly identity: string }>();
  const toWalk = new Set<string>();
  /** Paths that may have changed, to be looked at next. */
  const noticedPaths = new Set<string>();
  const missingRoots = new Set<string>();
  const roots = rootsOf(importers, environment);
  const problems = new Map<string, Problems>(importers.map(({ id }) => [id, problemCounter()]));
  const observed = new Map<string, number>();
  const watcher = folderWatch(noticed);
  let sink: Parameters<LogTail['start']>[0] | undefined;
  let stopped = false;
  let pumping: Promise<void> | undefined;
  let wake: NodeJS.Timeout | undefined;
  let polling: NodeJS.Timeout | undefined;
  let lastWalk = Number.NEGATIVE_INFINITY;
  let walkTook = 0;
  let pending: { observations: Observation[]; cursors: Record<string, Cursor>; since: number } | undefined;
  let cursorsKeptAt = clock.elapsed();
  const caught = Promise.withResolvers<void>();
  /** Wakes a wait before a retry when stopping. */
  let endWait: (() => void) | undefined;

  return {
    start(to) {
      if (sink) return;
      sink = to;
      pump();
      polling = setTimeout(poll, pollMs);
    },
    caughtUp: () => caught.promise,
    status: () =>
      importers.map(({ id, agent }) => ({
        source: id,
        agent,
        files: [...followed.values()].filter(({ importer }) => importer.id === id).length,
        observations: observed.get(id) ?? 0,
        problems: (problems.get(id) as Problems).list(),
      })),
    async stop() {
      stopped = true;
      clearTimeout(wake);
      clearTimeout(polling);
      watcher.close();
      endWait?.();
      await pumping;
      try {
        if (pending) sink?.take({ observations: pending.observations, cursors: pending.cursors });
      } catch {
        // It is read again at the next start.
      }
      pending = undefined;
      caught.resolve();
    },
  };

  // --- what is there ---

  async function walkRoot(root: string): Promise<void> {
    const own = roots.get(root);
    if (!own) return;
    const outcome = await walk(
      root,
      {
        descends: (folder) => own.some((importer) => importer.descends?.(folder) ?? true),
        matches: (path) => own.some((importer) => importer.matches(path)),
        folder: seenFolder,
        file: (path, stats) => foundFile(path, stats, own),
        denied(path, error) {
          for (const importer of own) {
            if (importer.matches(path)) problemsOf(importer).once(DENIED_FILE, shown(path));
            else if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM')
              problemsOf(importer).once(DENIED_FOLDER, shown(path));
            else problemsOf(importer).once(UNREADABLE, shown(path));
          }
        },
      },
      slice,
      () => stopped,
    );
    if (outcome === 'absent') {
      forgetFolder(root);
      missingRoots.add(root);
    } else missingRoots.delete(root);
    if (outcome === 'cut') for (const importer of own) problemsOf(importer).once(TOO_LARGE, shown(root));
  }

  function seenFolder(folder: string, identity: string): void {
    if (folders.get(folder)?.identity === identity) return;
    // Another folder of the same name: the watch is on the one that went.
    watcher.remove(folder);
    folders.set(folder, { changedAt: Number.NEGATIVE_INFINITY, modifiedMs: -1, identity });
    watcher.add(folder);
  }

  function forgetFolder(folder: string): void {
    folders.delete(folder);
    watcher.remove(folder);
  }

  function foundFile(path: string, stats: Stats, own: readonly Importer[]): void {
    // What tells of a change in a database may be a file beside it.
    if (own.some((importer) => isDatabase(importer) && importer.matches(path))) noticedPaths.add(path);
    else seenFile(path, stats, own, queue);
  }

  function seenFile(
    path: string,
    stats: Pick<Stats, 'size' | 'mtimeMs'>,
    own: readonly Importer[],
    into: Set<Followed>,
    wal = '',
  ): void {
    for (const importer of own) {
      if (!importer.matches(path)) continue;
      const key = `${importer.id}:${path}`;
      const file = followed.get(key) ?? follow(key, path, importer);
      const mark = `${stats.size}:${stats.mtimeMs}${wal}`;
      if (file.mark === mark) continue;
      // A file that was read to its end before this start: nothing to open it for.
      const first = file.mark === undefined;
      if (first && 'isRead' in file.file && file.file.isRead(stats.size, stats.mtimeMs)) {
        file.mark = mark;
        continue;
      }
      if (!first) file.changedAt = clock.elapsed();
      file.mark = mark;
      into.add(file);
    }
  }

  function follow(key: string, path: string, importer: Importer): Followed {
    const saved = savedCursor(key);
    const isStopped = () => stopped;
    const file: Followed = {
      key,
      path,
      importer,
      file:
        importer.kind === 'lines'
          ? lineFile(path, importer, saved, { chunkBytes, maxLineBytes }, buffer, slice, isStopped)
          : databaseFile(path, importer, saved, isStopped),
      mark: undefined,
      changedAt: clock.elapsed(),
      failures: 0,
      retryAt: 0,
    };
    followed.set(key, file);
    return file;
  }

  /** Without its cursor a file is read anew, which changes nothing in the ledger. */
  function savedCursor(key: string): Cursor | undefined {
    try {
      return sink?.cursor(key);
    } catch {
      return undefined;
    }
  }

  /** Looks at a path of which something told: a file of ours, or a folder with what is new in it. */
  async function look(path: string): Promise<void> {
    const owners = ownersOf(path);
    const target = databaseOf(path);
    const own = owners.filter((importer) => importer.matches(target));
    if (own.length === 0) return lookInto(path, owners);
    try {
      const stats = await stat(target);
      if (stats.isFile()) seenFile(target, stats, own, urgent, own.some(isDatabase) ? await walMark(target) : '');
    } catch (error) {
      if (isAbsent(error)) forget(target, own);
      else for (const importer of own) problemsOf(importer).once(DENIED_FILE, shown(target));
    }
  }

  function forget(path: string, own: readonly Importer[]): void {
    for (const importer of own) {
      const key = `${importer.id}:${path}`;
      const file = followed.get(key);
      if (!file) continue;
      queue.delete(file);
      urgent.delete(file);
      followed.delete(key);
    }
  }

  function ownersOf(path: string): readonly Importer[] {
    const owners = new Set<Importer>();
    for (const [root, own] of roots) {
      if (path === root || path.startsWith(`${root}/`) || path.startsWith(`${root}\\`))
        for (const importer of own) owners.add(importer);
    }
    return [...owners];
  }

  // --- when to look ---

  /** The system told of a change. */
  function noticed(path: string): void {
    if (stopped) return;
    noticedPaths.add(path);
    schedule();
  }

  function schedule(): void {
    if (stopped || wake || pumping) return;
    wake = setTimeout(() => {
      wake = undefined;
      pump();
    }, SETTLE_MS);
  }

  async function poll(): Promise<void> {
    try {
      const now = clock.elapsed();
      const active = [...followed.values()]
        .filter((file) => now - file.changedAt < ACTIVE_MS)
        .sort((a, b) => b.changedAt - a.changedAt)
        .slice(0, MOST_ACTIVE);
      for (const { path } of active) noticedPaths.add(path);
      for (const file of followed.values()) if (file.failures > 0 && now >= file.retryAt) urgent.add(file);
      const hot = [...folders].filter(([, { changedAt }]) => now - changedAt < ACTIVE_MS).slice(0, MOST_ACTIVE);
      const looked = new Set([...hot.map(([folder]) => folder), ...active.map(({ path }) => dirname(path))]);
      for (const folder of looked) if (await hasChanged(folder)) noticedPaths.add(folder);
      for (const root of roots.keys()) {
        if (!(await isFolder(root))) {
          missingRoots.add(root);
          forgetFolder(root);
        } else if (missingRoots.has(root)) toWalk.add(root);
      }
      // Where looking everywhere is slow, it is done less often.
      if (now - lastWalk > Math.max(walkMs, 20 * walkTook) || isSomethingToDo()) pump();
    } finally {
      if (!stopped) polling = setTimeout(poll, pollMs);
    }
  }

  async function hasChanged(folder: string): Promise<boolean> {
    const known = folders.get(folder);
    try {
      const { mtimeMs } = await stat(folder);
      const changed = known !== undefined && known.modifiedMs !== mtimeMs;
      if (known) known.modifiedMs = mtimeMs;
      if (changed && known) known.changedAt = clock.elapsed();
      return changed;
    } catch {
      forgetFolder(folder);
      return false;
    }
  }

  function isSomethingToDo(): boolean {
    return noticedPaths.size + toWalk.size + urgent.size + queue.size > 0;
  }

  // --- reading ---

  function pump(): void {
    if (pumping || stopped) return;
    pumping = work()
      .catch((error: unknown) => {
        // Nothing is expected here; whatever it was, following goes on with the next change.
        for (const importer of importers) problemsOf(importer).add(UNREADABLE, codeOf(error) ?? 'unknown');
      })
      .finally(() => {
        pumping = undefined;
        if (isSomethingToDo()) schedule();
      });
  }

  async function work(): Promise<void> {
    const now = clock.elapsed();
    if (now - lastWalk > Math.max(walkMs, 20 * walkTook)) {
      lastWalk = now;
      toWalk.clear();
      for (const root of roots.keys()) {
        if (stopped) return;
        await walkRoot(root);
      }
      walkTook = clock.elapsed() - now;
    }
    for (const root of toWalk) {
      toWalk.delete(root);
      await walkRoot(root);
    }
    await lookAtNoticed();
    for (let file = next(); file && !stopped; file = next()) {
      await readFile(file);
      // What comes while a first reading goes on is shown meanwhile.
      if (noticedPaths.size > 0) await lookAtNoticed();
    }
    if (pending && (pending.observations.length > 0 || clock.elapsed() - cursorsKeptAt > CURSORS_MS)) await handOver();
    if (lastWalk > Number.NEGATIVE_INFINITY) caught.resolve();
  }

  function next(): Followed | undefined {
    for (const waiting of [urgent, queue]) {
      for (const file of waiting) {
        waiting.delete(file);
        return file;
      }
    }
    return undefined;
  }

  async function lookAtNoticed(): Promise<void> {
    for (const path of noticedPaths) {
      if (stopped) return;
      noticedPaths.delete(path);
      if (slice.isOver()) await slice.rest();
      await look(path);
    }
  }

  /** A folder that is new, or in which something changed: its files, and what is new below it. */
  async function lookInto(path: string, owners: readonly Importer[]): Promise<void> {
    const own = owners.filter((importer) => roots.get(path)?.includes(importer) || (importer.descends?.(path) ?? true));
    if (own.length === 0 || !(await isFolder(path))) return;
    await walk(
      path,
      {
        descends: (folder) => !folders.has(folder) && own.some((importer) => importer.descends?.(folder) ?? true),
        matches: (file) => own.some((importer) => importer.matches(file)),
        folder: seenFolder,
        file: (file, stats) => foundFile(file, stats, own),
        denied: (denied) => {
          for (const importer of own) problemsOf(importer).once(DENIED_FOLDER, shown(denied));
        },
      },
      slice,
      () => stopped,
    );
  }

  async function readFile(file: Followed): Promise<void> {
    const folder = folders.get(dirname(file.path));
    if (folder) folder.changedAt = file.changedAt;
    try {
      await file.file.read((found) => keep(file, found));
      file.failures = 0;
    } catch (error) {
      if (isAbsent(error)) {
        forget(file.path, [file.importer]);
        return;
      }
      file.failures += 1;
      file.retryAt = clock.elapsed() + Math.min(RETRY_MS.first * 2 ** (file.failures - 1), RETRY_MS.most);
      problemsOf(file.importer).once(sentenceOf(file, error), shown(file.path));
    }
  }

  async function keep(file: Followed, found: Found): Promise<void> {
    pending ??= { observations: [], cursors: {}, since: clock.elapsed() };
    // One by one: a portion may hold more than a call can take as arguments.
    for (const observation of found.observations) pending.observations.push(observation);
    pending.cursors[file.key] = found.cursor;
    observed.set(file.importer.id, (observed.get(file.importer.id) ?? 0) + found.observations.length);
    for (const problem of found.problems) problemsOf(file.importer).add(problem, shown(file.path));
    const { length } = pending.observations;
    if (length >= BATCH_OBSERVATIONS || (length > 0 && clock.elapsed() - pending.since > BATCH_MS)) await handOver();
  }

  /** Hands over until it is taken; meanwhile nothing more is read, so memory stays small and nothing is lost. */
  async function handOver(): Promise<void> {
    for (let waitMs = RETRY_MS.first; pending && sink; waitMs = Math.min(2 * waitMs, RETRY_MS.most)) {
      try {
        sink.take({ observations: pending.observations, cursors: pending.cursors });
        pending = undefined;
        cursorsKeptAt = clock.elapsed();
        await slice.rest();
        return;
      } catch {
        // Whoever takes has said what is wrong; it may pass.
        if (stopped) return;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          endWait = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        if (stopped) return;
      }
    }
  }

  function problemsOf(importer: Importer): Problems {
    return problems.get(importer.id) as Problems;
  }

  function shown(path: string): string {
    const home = environment.home || homedir();
    return path.startsWith(home) ? `~${path.slice(home.length)}` : path;
  }
}

function rootsOf(
  importers: readonly Importer[],
  environment: ImportEnvironment,
): ReadonlyMap<string, readonly Importer[]> {
  const roots = new Map<string, Importer[]>();
  for (const importer of importers) {
    for (const root of importer.roots(environment)) roots.set(root, [...(roots.get(root) ?? []), importer]);
  }
  return roots;
}

function isDatabase(importer: Importer): boolean {
  return importer.kind === 'database';
}

/** A change of a database's -wal is a change of the database. */
function databaseOf(path: string): string {
  return path.replace(/-(wal|shm|journal)$/, '');
}

async function walMark(database: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(`${database}-wal`);
    return `:${size}:${mtimeMs}`;
  } catch {
    return '';
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function sentenceOf(file: Followed, error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return DENIED_FILE;
  if (file.importer.kind === 'lines') return UNREADABLE;
  return /locked|busy/i.test(String((error as Error).message)) ? BUSY_DATABASE : BAD_DATABASE;
}
