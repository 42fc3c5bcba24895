/**
 * Copies of what a confirmed action is about to destroy, and how they come back. A copy is a folder that only its user may read;
 * it comes to be with its manifest, whole, or not at all. Kept for some days and within a size, the oldest leaving first.
 */
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CopyEntry, type CopyManifest, type GitCopy, manifestSchema } from '../core/gate/copyManifest.ts';
import type { GateSettings } from '../core/gate/gateSettings.ts';
import { isWithin } from '../core/ledger/folders.ts';
import type { Losable } from '../core/risk/verdict.ts';
import { counted, wholeNumber } from '../core/wholeNumber.ts';
import type { Clock, CopyContents, CopySelection, KeptCopies } from '../ports.ts';
import { copyContent, type FoundEntry, findBelow } from './copyFiles.ts';
import { type SafeGit, safeGit } from './gateGit.ts';
import { expandPattern } from './gatePatterns.ts';
import { gitLosses, unpin } from './gitCopies.ts';
import { restoreCopy } from './restoreCopy.ts';

export interface SafetyCopyStore extends KeptCopies {
  /** Resolves to the copy's id; undefined: there was nothing to copy. Rejects with a sentence for the developer, and keeps nothing then. */
  take(request: {
    readonly id: string;
    readonly paths: readonly Losable[];
    readonly cwd: string | undefined;
  }): Promise<string | undefined>;
  /** Puts back what is missing or has changed; resolves to a sentence of what was put back, rejects with one. */
  restore(id: string): Promise<string>;
  contents(id: string): Promise<CopyContents>;
  /** Lets go of what is too old, or over the limit. Never rejects. */
  sweep(): Promise<void>;
}

export interface SafetyCopiesOptions {
  /** Folder of all copies; made when the first is taken. */
  readonly folder: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: () => GateSettings['safetyCopies'];
  /** For one copy. */
  readonly patienceMs?: number;
  readonly git?: SafeGit;
}

const PATIENCE_MS = 10_000;
const RESTORE_MS = 120_000;
const DAY_MS = 86_400_000;
/** No copy takes so long: it is left of a window that was killed. */
const ABANDONED_MS = 60_000;
const HOUR_MS = 3_600_000;
const MEGABYTE = 1_000_000;
const MOST_ENTRIES = 100_000;
const MOST_NAMED = 10_000;
/** Files that are copied at a time. */
const AT_ONCE = 4;
const MANIFEST = 'manifest.json';
const UNFINISHED = '.part';
const ID = /^[\w-]{1,100}$/;

export function safetyCopies(options: SafetyCopiesOptions): SafetyCopyStore {
  const { folder, clock, settings, patienceMs = PATIENCE_MS } = options;
  const git = options.git ?? safeGit(options.env, { timeoutMs: patienceMs });
  /** One thing at a time: what is swept isn't what is being taken. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  }

  async function take({ id, paths, cwd }: Parameters<SafetyCopyStore['take']>[0]): Promise<string | undefined> {
    if (settings().days <= 0) return undefined;
    if (!ID.test(id)) throw new Error('No safety copy can be taken: its id is no name for a folder.');
    const signal = AbortSignal.timeout(patienceMs);
    const unfinished = path.join(folder, `${id}${UNFINISHED}`);
    const gits: GitCopy[] = [];
    try {
      const found = await findAll(paths, cwd, id, signal, gits);
      const isNothing = gits.every(({ pins, head }) => pins.length === 0 && !head);
      if (found.entries.length === 0 && isNothing) return undefined;
      await makeRoom(found.bytes);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await mkdir(unfinished, { mode: 0o700 });
      const manifest: CopyManifest = {
        version: 1,
        id,
        at: clock.now(),
        ...(cwd !== undefined && { cwd }),
        bytes: found.bytes,
        entries: await copyAll(found.entries, unfinished, signal),
        git: gits,
        left: [...found.left],
      };
      await writeFile(path.join(unfinished, MANIFEST), JSON.stringify(manifest), { mode: 0o600, flag: 'wx' });
      await rename(unfinished, path.join(folder, id));
      return id;
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      for (const copy of gits) await unpin(git, copy, new AbortController().signal);
      throw asSentence(error, signal, patienceMs);
    }
  }

  /** What is to be copied, looked at before anything is written: what is too large is refused at once. */
  async function findAll(
    paths: readonly Losable[],
    cwd: string | undefined,
    id: string,
    signal: AbortSignal,
    gits: GitCopy[],
  ) {
    const most = settings().maxMegabytes * MEGABYTE;
    const entries = new Map<string, FoundEntry>();
    const left = new Set<string>();
    let bytes = 0;
    const onFound = (entry: FoundEntry) => {
      signal.throwIfAborted();
      if (entries.has(entry.path)) return;
      entries.set(entry.path, entry);
      if (entry.type === 'file') bytes += entry.stats.size;
      if (bytes > most)
        throw new SafetyCopyError(
          `No safety copy can be taken: what would be lost is larger than ${wholeNumber(settings().maxMegabytes)} MB, the limit in Marginal’s settings.`,
        );
      if (entries.size > MOST_ENTRIES)
        throw new SafetyCopyError(
          `No safety copy can be taken: what would be lost has more than ${wholeNumber(MOST_ENTRIES)} files.`,
        );
    };
    for (const losable of paths) {
      if (typeof losable === 'string') {
        for (const each of await named(absolute(losable, cwd, options.home))) await findBelow(each, onFound);
        continue;
      }
      const base = await realpath(absolute(losable.folder, cwd, options.home)).catch(() => undefined);
      if (base === undefined) continue;
      const losses = await gitLosses(git, losable, { folder: base, id: `${id}-${gits.length}`, signal });
      if (!losses) continue;
      gits.push(losses.copy);
      for (const each of losses.left) left.add(each);
      for (const file of losses.files) await findBelow(await settled(file), onFound);
    }
    // A folder's name is the beginning of those in it: it comes first.
    const inOrder = [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { entries: inOrder, bytes, left };
  }

  async function copyAll(found: readonly FoundEntry[], to: string, signal: AbortSignal): Promise<CopyEntry[]> {
    const entries: CopyEntry[] = [];
    let next = 0;
    const work = async () => {
      for (let index = next++; index < found.length; index = next++) {
        signal.throwIfAborted();
        const entry = found[index];
        if (entry) entries[index] = await copied(entry, to, String(index), signal);
      }
    };
    // All are waited for before what was made is cleared away.
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return entries;
  }

  async function manifestOf(id: string): Promise<CopyManifest> {
    const gone = new Error('The safety copy is gone: it was too old, others needed its room, or it was forgotten.');
    if (!ID.test(id)) throw gone;
    const text = await readFile(path.join(folder, id, MANIFEST), 'utf8').catch(() => undefined);
    if (text === undefined) throw gone;
    const manifest = readManifest(text);
    if (!manifest) throw new Error('The safety copy’s list of contents is damaged, so nothing was put back.');
    return manifest;
  }

  /** Copies by age, oldest first, without those that aren't whole. */
  async function all(): Promise<readonly CopyManifest[]> {
    const names = await readdir(folder).catch((): string[] => []);
    const manifests: CopyManifest[] = [];
    for (const name of names) {
      if (name.endsWith(UNFINISHED)) {
        const made = await stat(path.join(folder, name)).catch(() => undefined);
        // Not one that another window is just making.
        if (made && Date.now() - made.mtimeMs > HOUR_MS)
          await rm(path.join(folder, name), { recursive: true, force: true });
        continue;
      }
      const manifest = await manifestOf(name).catch(() => undefined);
      if (manifest) manifests.push(manifest);
    }
    return manifests.sort((a, b) => a.at - b.at);
  }

  /** The manifest goes first: what is left of a copy is none. */
  async function remove({ id, git: gits }: CopyManifest): Promise<void> {
    await rm(path.join(folder, id, MANIFEST), { force: true });
    await rm(path.join(folder, id), { recursive: true, force: true });
    for (const copy of gits) await unpin(git, copy, AbortSignal.timeout(PATIENCE_MS));
  }

  async function matching({ from, to, folder: project, ids }: CopySelection): Promise<readonly CopyManifest[]> {
    const places = project === undefined ? [] : [project, await realpath(project).catch(() => project)];
    const isInside = (place: string) => places.some((each) => isWithin(place, each));
    return (await all()).filter(
      ({ id, at, cwd, entries, git: gits }) =>
        ids.has(id) ||
        (at >= (from ?? Number.MIN_SAFE_INTEGER) &&
          at < (to ?? Number.MAX_SAFE_INTEGER) &&
          (project === undefined ||
            (cwd !== undefined && isInside(cwd)) ||
            entries.some((entry) => isInside(entry.path)) ||
            gits.some((each) => isInside(each.folder)))),
    );
  }

  /** What nothing can be put back from, and what nobody can tell the time and project of. */
  async function eraseRemains(): Promise<void> {
    for (const name of await readdir(folder).catch((): string[] => [])) {
      const at = path.join(folder, name);
      const isRemains = name.endsWith(UNFINISHED)
        ? Date.now() - ((await stat(at).catch(() => undefined))?.mtimeMs ?? 0) > ABANDONED_MS
        : readManifest(await textOf(path.join(at, MANIFEST))) === undefined;
      if (isRemains) await rm(at, { recursive: true, force: true });
    }
  }

  async function erase(selection: CopySelection): Promise<void> {
    try {
      for (const manifest of await matching(selection)) await remove(manifest);
      await eraseRemains();
    } catch (error) {
      const sentence = `A safety copy in ${folder} could not be erased, so nothing else was forgotten: ${(error as Error).message}. Erase that folder, or try again.`;
      throw new Error(sentence, { cause: error });
    }
  }

  async function makeRoom(needed: number): Promise<void> {
    const { days, maxMegabytes } = settings();
    const manifests = await all();
    let bytes = needed + manifests.reduce((sum, each) => sum + each.bytes, 0);
    for (const manifest of manifests) {
      if (manifest.at > clock.now() - days * DAY_MS && bytes <= maxMegabytes * MEGABYTE) continue;
      await remove(manifest);
      bytes -= manifest.bytes;
    }
  }

  return {
    take: (request) => inTurn(() => take(request)),
    restore: (id) =>
      inTurn(async () =>
        restoreCopy(await manifestOf(id), path.join(folder, id), git, AbortSignal.timeout(RESTORE_MS)),
      ),
    contents: (id) =>
      inTurn(async () => {
        const { at, cwd, entries, git: gits } = await manifestOf(id);
        return {
          at,
          ...(cwd !== undefined && { cwd }),
          entries: entries.map((entry) => ({
            path: entry.path,
            type: entry.type,
            ...(entry.type === 'file' && { bytes: entry.bytes }),
          })),
          refs: gits.flatMap(namesOf),
        };
      }),
    count: (selection) => inTurn(async () => (await matching(selection)).length),
    erase: (selection) => inTurn(() => erase(selection)),
    folders: () => inTurn(async () => [...new Set((await all()).flatMap(({ cwd }) => cwd ?? []))]),
    sweep: () => inTurn(() => makeRoom(0)).catch(() => {}),
  };
}

class SafetyCopyError extends Error {}

async function copied(entry: FoundEntry, to: string, name: string, signal: AbortSignal): Promise<CopyEntry> {
  const { path: from, stats } = entry;
  const place = { path: from, mode: stats.mode & 0o7777, mtimeMs: stats.mtimeMs };
  if (entry.type === 'folder') return { type: 'folder', ...place };
  if (entry.type === 'link') return { type: 'link', ...place, target: entry.target };
  const content = path.join(to, name);
  const digest = await copyContent(from, content, stats.size, signal);
  await chmod(content, 0o600);
  return { type: 'file', ...place, bytes: stats.size, content: name, digest };
}

function absolute(name: string, cwd: string | undefined, home: string): string {
  const at = name === '~' || /^~[/\\]/.test(name) ? path.join(home, name.slice(1)) : name;
  if (path.isAbsolute(at)) return path.normalize(at);
  if (/^~/.test(name) || cwd === undefined)
    throw new SafetyCopyError(`No safety copy can be taken: which folder ${name} is in can’t be told.`);
  return path.resolve(cwd, at);
}

/** What a path means: itself, what a pattern finds, and what a link that is written through leads to. */
async function named(full: string): Promise<readonly string[]> {
  const there = await lstat(full).catch(() => undefined);
  if (there) {
    const place = await settled(full);
    if (!there.isSymbolicLink()) return [place];
    const led = await realpath(full).catch(() => undefined);
    return led !== undefined && (await stat(led)).isFile() ? [place, led] : [place];
  }
  if (!/[*?[]/.test(full)) return [];
  const found = await expandPattern(full, MOST_NAMED);
  if (!found) throw new SafetyCopyError(`No safety copy can be taken: what ${full} names can’t be told.`);
  return Promise.all(found.map(settled));
}

/** Its real place: links on the way to it resolved, itself not. */
async function settled(full: string): Promise<string> {
  const folder = await realpath(path.dirname(full)).catch(() => path.dirname(full));
  return path.join(folder, path.basename(full));
}

function namesOf({ refs, stashes, head }: GitCopy) {
  return [
    ...refs.map(({ name, object }) => ({ name: name.replace(/^refs\/(heads|tags)\//, ''), object })),
    ...stashes.map(({ message, object }) => ({ name: `stash: ${message}`, object })),
    ...(head ? [{ name: 'the branch’s commits', object: head.object }] : []),
  ];
}

/** Empty: there is no such file. Rejects where that can't be told. */
function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });
}

/** undefined: it is none, or damaged. */
function readManifest(text: string): CopyManifest | undefined {
  return manifestSchema.safeParse(parsedJson(text)).data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says no
  }
}

function asSentence(error: unknown, signal: AbortSignal, patienceMs: number): Error {
  if (error instanceof SafetyCopyError) return error;
  const cannot = 'No safety copy can be taken:';
  if (signal.aborted)
    return new Error(`${cannot} it took longer than ${counted(Math.round(patienceMs / 1_000), 'second')}.`, {
      cause: error,
    });
  const { code, path: at, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new Error(`${cannot} the disk is full. Make room and try again.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new Error(`${cannot} ${at ?? 'a file'} can’t be read.`, { cause: error });
    default:
      return message?.startsWith(cannot) ? (error as Error) : new Error(`${cannot} ${message}.`, { cause: error });
  }
}
