import { stat } from 'node:fs/promises';
import type { Clock, ImportEnvironment, Importer } from '../../ports.ts';
import type { FileQueue } from './fileQueue.ts';
import { folderWatch } from './folderWatch.ts';
import { codeOf, DENIED_FILE, UNREADABLE } from './problems.ts';
import type { Slice } from './slice.ts';
import { isAbsent, walk } from './walk.ts';

/** Where files may lie, and what is to be looked at there. */
export interface Places {
  /** Looks at every root and what lies below. */
  walkAll(): Promise<void>;
  /**
   * Asks the system to tell of changes in the folders that the first walk found: for hundreds of folders that takes as long as
   * the walk. What changes between the two, the polls find.
   */
  watch(): Promise<void>;
  /** Looks at what the system told of, and at roots that appeared. */
  lookAtNoticed(): Promise<void>;
  /** Looks for changes that the system may not have told of: at these paths, at lively folders, at the roots. */
  poll(paths: readonly string[], folders: readonly string[]): Promise<void>;
  /** A file in this folder has changed. */
  livedIn(folder: string): void;
  isSomethingNoticed(): boolean;
  close(): void;
}

export interface PlacesConfig {
  readonly importers: readonly Importer[];
  readonly environment: ImportEnvironment;
  readonly files: FileQueue;
  readonly clock: Clock;
  readonly slice: Slice;
  isStopped(): boolean;
  /** Something is to be looked at. */
  onNotice(): void;
  onProblem(importer: Importer, sentence: string, path: string): void;
}

interface Folder {
  readonly identity: string;
  changedAt: number;
  modifiedMs: number;
}

/** A folder in which something changed within this time is looked at with each poll. */
const LIVELY_MS = 120_000;
const MOST_LIVELY = 128;

const DENIED_FOLDER = "A folder of agents' logs can't be read: allow your account to read it.";
const TOO_LARGE =
  "A folder of agents' logs holds more than can be looked through; what lies deep in it may be missing.";

export function places(config: PlacesConfig): Places {
  const { importers, environment, files, clock, slice, isStopped, onNotice, onProblem } = config;
  const roots = rootsOf(importers, environment);
  const missingRoots = new Set<string>();
  const appearedRoots = new Set<string>();
  const folders = new Map<string, Folder>();
  const noticed = new Set<string>();
  /** Seen by the first walk, and not yet watched; undefined: that is over, and folders are watched as they are seen. */
  let unwatched: Set<string> | undefined = new Set();
  const watcher = folderWatch((path) => {
    noticed.add(path);
    onNotice();
  });

  async function walkRoot(root: string): Promise<void> {
    const own = roots.get(root) ?? [];
    const outcome = await walkFolder(root, own, () => true);
    if (outcome === 'absent') missing(root);
    else missingRoots.delete(root);
    if (outcome === 'cut') for (const importer of own) onProblem(importer, TOO_LARGE, root);
  }

  function walkFolder(folder: string, own: readonly Importer[], enters: (folder: string) => boolean) {
    return walk(
      folder,
      {
        descends: (below) => enters(below) && own.some((importer) => importer.descends?.(below) ?? true),
        ownersOf: (path) => own.filter((importer) => importer.matches(path)),
        folder: seenFolder,
        file(path, owners, { size, mtimeMs }) {
          // What tells of a change in a database may be a file beside it.
          if (owners.some(isDatabase)) noticed.add(path);
          else files.seen(path, owners, { size, modifiedMs: mtimeMs }, false);
        },
        denied(path, error) {
          for (const importer of own) onProblem(importer, deniedSentence(importer, path, error), path);
        },
      },
      slice,
      isStopped,
    );
  }

  function seenFolder(path: string, identity: string): void {
    if (folders.get(path)?.identity === identity) return;
    // Another folder of the same name: the watch is on the one that went.
    watcher.remove(path);
    folders.set(path, { identity, changedAt: Number.NEGATIVE_INFINITY, modifiedMs: -1 });
    if (unwatched) unwatched.add(path);
    else watcher.add(path);
  }

  function forgetFolder(path: string): void {
    folders.delete(path);
    unwatched?.delete(path);
    watcher.remove(path);
  }

  function missing(root: string): void {
    missingRoots.add(root);
    forgetFolder(root);
  }

  /** A path of which something told: a file of an importer, or a folder with what is new in it. */
  async function look(path: string): Promise<void> {
    const owners = ownersOf(path);
    const target = databaseOf(path);
    const own = owners.filter((importer) => importer.matches(target));
    if (own.length === 0) return lookInto(path, owners);
    try {
      const stats = await stat(target);
      if (!stats.isFile()) return;
      const wal = own.some(isDatabase) ? await walMark(target) : '';
      files.seen(target, own, { size: stats.size, modifiedMs: stats.mtimeMs, wal }, true);
    } catch (error) {
      if (isAbsent(error)) files.forget(target, own);
      else for (const importer of own) onProblem(importer, DENIED_FILE, target);
    }
  }

  async function lookInto(path: string, owners: readonly Importer[]): Promise<void> {
    const isOwn = (importer: Importer) => roots.get(path)?.includes(importer) || (importer.descends?.(path) ?? true);
    const own = owners.filter(isOwn);
    // Folders that are known already tell of their own changes.
    if (own.length > 0 && (await isFolder(path))) await walkFolder(path, own, (below) => !folders.has(below));
  }

  function ownersOf(path: string): readonly Importer[] {
    const owners = new Set<Importer>();
    for (const [root, own] of roots) {
      if (path !== root && !path.startsWith(`${root}/`) && !path.startsWith(`${root}\\`)) continue;
      for (const importer of own) owners.add(importer);
    }
    return [...owners];
  }

  async function hasChanged(path: string): Promise<boolean> {
    const folder = folders.get(path);
    if (!folder) return false;
    try {
      const { mtimeMs } = await stat(path);
      if (folder.modifiedMs === mtimeMs) return false;
      folder.modifiedMs = mtimeMs;
      folder.changedAt = clock.elapsed();
      return true;
    } catch {
      forgetFolder(path);
      return false;
    }
  }

  return {
    async walkAll() {
      appearedRoots.clear();
      for (const root of roots.keys()) if (!isStopped()) await walkRoot(root);
    },
    async watch() {
      for (const path of unwatched ?? []) {
        if (isStopped()) return;
        if (slice.isOver()) await slice.rest();
        watcher.add(path);
      }
      unwatched = undefined;
    },
    async lookAtNoticed() {
      for (const root of appearedRoots) {
        appearedRoots.delete(root);
        await walkRoot(root);
      }
      for (const path of noticed) {
        if (isStopped()) return;
        noticed.delete(path);
        if (slice.isOver()) await slice.rest();
        await look(path);
      }
    },
    async poll(paths, around) {
      for (const path of paths) noticed.add(path);
      const since = clock.elapsed() - LIVELY_MS;
      const lively = [...folders].filter(([, { changedAt }]) => changedAt > since).map(([path]) => path);
      for (const folder of new Set([...around, ...lively.slice(0, MOST_LIVELY)])) {
        if (await hasChanged(folder)) noticed.add(folder);
      }
      for (const root of roots.keys()) {
        if (!(await isFolder(root))) missing(root);
        else if (missingRoots.has(root)) appearedRoots.add(root);
      }
    },
    livedIn(path) {
      const folder = folders.get(path);
      if (folder) folder.changedAt = clock.elapsed();
    },
    isSomethingNoticed: () => noticed.size + appearedRoots.size > 0,
    close: () => watcher.close(),
  };
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

function deniedSentence(importer: Importer, path: string, error: unknown): string {
  if (importer.matches(path)) return DENIED_FILE;
  return codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM' ? DENIED_FOLDER : UNREADABLE;
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
    return `${size}:${mtimeMs}`;
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
