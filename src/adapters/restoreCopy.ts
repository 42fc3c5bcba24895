/** Puts back what a safety copy holds; what has come to stand in its place is kept beside it. */
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readlink, realpath, rename, rm, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { CopyEntry, CopyManifest } from '../core/gate/copyManifest.ts';
import { counted } from '../core/wholeNumber.ts';
import { digestOf } from './copyFiles.ts';
import type { SafeGit } from './gateGit.ts';
import { keptByGit, restoreRefs, restoreStaged } from './gitCopies.ts';

const ASIDE = '.before-undo';
const UNFINISHED = '.marginal-part';
const MOST_NAMED = 3;

/** Resolves to a sentence of what was put back. What fails is named, and doesn't keep the rest from coming back; if all fails, rejects. */
export async function restoreCopy(
  manifest: CopyManifest,
  folder: string,
  git: SafeGit,
  signal: AbortSignal,
): Promise<string> {
  const done: string[] = [];
  const failed: string[] = [];
  const aside: string[] = [];
  for (const copy of manifest.git) {
    try {
      done.push(...(await restoreRefs(git, copy, copy.pins[0]?.split('/')[2] ?? manifest.id, signal)));
    } catch (error) {
      failed.push(sentenceOf(error));
    }
  }

  /** What stands there may be overwritten: git has it. */
  const kept = new Set<string>();
  for (const { folder: tree } of manifest.git) {
    const inTree = manifest.entries.filter(({ path: at, type }) => type === 'file' && at.startsWith(tree + path.sep));
    for (const at of await keptByGit(
      git,
      tree,
      inTree.map((entry) => entry.path),
      signal,
    ))
      kept.add(at);
  }

  const counts = { file: 0, folder: 0, link: 0 };
  for (const entry of manifest.entries) {
    try {
      await mustLeadHere(entry.path);
      if (await putBack(entry, { folder, kept, aside, signal })) counts[entry.type]++;
    } catch (error) {
      failed.push(`${entry.path}: ${sentenceOf(error)}`);
    }
  }
  // Last, since what is put into a folder changes it, and one may be closed to its owner.
  for (const entry of manifest.entries.toReversed()) {
    if (entry.type === 'folder') await sameAttributes(entry).catch((error) => failed.push(sentenceOf(error)));
  }
  for (const copy of manifest.git) await restoreStaged(git, copy, signal);

  const items = (['file', 'folder', 'link'] as const).flatMap((type) =>
    counts[type] > 0 ? [counted(counts[type], type)] : [],
  );
  const told = [...(items.length > 0 ? [`put back ${listed(items)}`] : []), ...done];
  if (told.length === 0 && failed.length > 0) throw new Error(`Nothing could be put back: ${some(failed)}.`);
  const sentence = told.length === 0 ? 'nothing was missing: all is there as the copy has it' : told.join('; ');
  return [
    `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`,
    ...(aside.length > 0 ? [`What stood there is kept beside it: ${some(aside)}.`] : []),
    ...(manifest.left.length > 0 ? [`Not in the copy, since it is made again: ${some(manifest.left)}.`] : []),
    ...(failed.length > 0 ? [`Not put back: ${some(failed)}.`] : []),
  ].join(' ');
}

interface Putting {
  readonly folder: string;
  readonly kept: ReadonlySet<string>;
  readonly aside: string[];
  readonly signal: AbortSignal;
}

/** false: it is there already. */
async function putBack(entry: CopyEntry, { folder, kept, aside, signal }: Putting): Promise<boolean> {
  signal.throwIfAborted();
  const now = await lstat(entry.path).catch(() => undefined);
  if (entry.type === 'folder') {
    if (now?.isDirectory()) return false;
    if (now) aside.push(await moveAside(entry.path));
    await mkdir(entry.path, { recursive: true });
    return true;
  }
  if (entry.type === 'link') {
    if (now?.isSymbolicLink() && (await readlink(entry.path)) === entry.target) return false;
    if (now) aside.push(await moveAside(entry.path));
    await mkdir(path.dirname(entry.path), { recursive: true });
    await symlink(entry.target, entry.path);
    return true;
  }
  if (now?.isFile() && now.size === entry.bytes && (await digestOf(entry.path, signal)) === entry.digest) {
    await sameAttributes(entry);
    return false;
  }
  await mkdir(path.dirname(entry.path), { recursive: true });
  const unfinished = `${entry.path}${UNFINISHED}`;
  try {
    await copyFile(path.join(folder, entry.content), unfinished, constants.COPYFILE_FICLONE);
    if ((await digestOf(unfinished, signal)) !== entry.digest) throw new Error('its copy is damaged');
    await sameAttributes({ ...entry, path: unfinished });
    // An empty file holds nothing that could be lost.
    if (now && !(now.isFile() && (now.size === 0 || kept.has(entry.path)))) aside.push(await moveAside(entry.path));
    await rename(unfinished, entry.path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return true;
}

/** A folder on the way may have become a link to elsewhere: nothing is written there. */
async function mustLeadHere(file: string): Promise<void> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined);
    if (real === folder) return;
    if (real !== undefined) throw new Error(`${folder} leads to ${real} now`);
    if (path.dirname(folder) === folder) return;
  }
}

async function sameAttributes({
  path: file,
  mode,
  mtimeMs,
}: Pick<CopyEntry, 'path' | 'mode' | 'mtimeMs'>): Promise<void> {
  await chmod(file, mode);
  await utimes(file, mtimeMs / 1_000, mtimeMs / 1_000);
}

/** Renames what stands at a place to a name that is free; resolves to it. */
async function moveAside(file: string): Promise<string> {
  for (let number = 1; ; number++) {
    const free = `${file}${ASIDE}${number === 1 ? '' : `-${number}`}`;
    const isTaken = await lstat(free).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    await rename(file, free);
    return free;
  }
}

function some(all: readonly string[]): string {
  const shown = all.slice(0, MOST_NAMED).join(', ');
  return all.length > MOST_NAMED ? `${shown} and ${all.length - MOST_NAMED} more` : shown;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function sentenceOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'it may not be written';
    default:
      return error instanceof Error ? message : String(error);
  }
}
