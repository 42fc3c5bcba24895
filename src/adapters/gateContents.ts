/** What is in a file or a folder by git's word, for the gate's facts. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { PathFact } from '../core/risk/facts.ts';
import { isHandmade, isRegenerable } from '../core/risk/place.ts';

/** Files of a folder that are counted; there may be more. */
export const MOST_FILES = 2_000;

/** Output of git about one path, run in the folder that it is in. */
export interface Listed {
  readonly listed: string;
  readonly status: string;
  readonly ignores: boolean;
  /** What is ignored is told by files that no commit has as they are: an agent may have written them for that. */
  readonly freshRules: boolean;
  readonly top: string;
  readonly folder: boolean;
  readonly place: string;
}

export async function gitContents(
  base: PathFact,
  { listed, status, ignores, freshRules, top, folder, place }: Listed,
): Promise<PathFact> {
  const inIndex = records(listed);
  const entries = records(status).map((entry) => ({ code: entry.slice(0, 2), name: entry.slice(3) }));
  const untracked = entries.filter(({ code }) => code === '??');
  const left = entries.filter(({ code }) => code === '!!');
  const modified = entries.filter(({ code }) => code !== '??' && code !== '!!').length;
  // Files that git is told not to look at, and repositories in it: whether they changed can't be told.
  const unseen = inIndex.filter((entry) => /^[a-zS]/.test(entry) || / 160000 /.test(entry.slice(0, 12))).length;
  const precious = left.filter(({ name }) => keepsIgnored(name.replace(/\/$/, ''), freshRules));
  let files = 0;
  let bytes = 0;
  for (const { name } of [...untracked, ...precious].slice(0, MOST_FILES)) {
    const full = path.join(top, name);
    // A repository of its own is told as one folder.
    const inner = name.endsWith('/') ? await filesIn(full) : [{ bytes: await sizeOf(full) }];
    files += Math.max(inner.length, 1);
    bytes += inner.reduce((sum, each) => sum + each.bytes, 0);
  }
  const leftOut = ignores || (inIndex.length === 0 && untracked.length === 0 && left.length > 0);
  const tracked = folder ? untracked.length === 0 && !leftOut : inIndex.length > 0;
  // Names of folders above the repository say nothing of what is in it.
  const within = path.relative(top, place) || path.basename(place);
  // An ignored file of this kind counts as untracked: nothing makes it again.
  if (files === 0 && leftOut && keepsIgnored(within, freshRules)) files = 1;
  const ignored = leftOut && !(freshRules && !isRegenerable(within));
  return {
    ...base,
    tracked,
    clean: tracked && modified === 0 && unseen === 0,
    ignored,
    untrackedFiles: files,
    untrackedBytes: bytes,
    modifiedFiles: modified + unseen,
  };
}

/** Whether an ignored file or folder counts as one that nothing brings back. */
export function keepsIgnored(name: string, freshRules: boolean): boolean {
  return isHandmade(name) || (freshRules && !isRegenerable(name));
}

async function sizeOf(full: string): Promise<number> {
  return (await lstat(full).catch(() => undefined))?.size ?? 0;
}

/** At most so many. */
export async function filesIn(folder: string): Promise<{ readonly bytes: number }[]> {
  const files: { bytes: number }[] = [];
  const open = [folder];
  for (let at = open.pop(); at !== undefined && files.length < MOST_FILES; at = open.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      if (files.length >= MOST_FILES) break;
      const full = path.join(at, entry.name);
      if (entry.isDirectory()) open.push(full);
      else files.push({ bytes: await sizeOf(full) });
    }
  }
  return files;
}

/** Of output that `-z` separates. */
export function records(text: string): string[] {
  return text.split('\0').filter(Boolean);
}
