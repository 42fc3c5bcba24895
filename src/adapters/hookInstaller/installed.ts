/**
 * What was written where, so that taking it out leaves the very bytes that were there: not the developer's text, which may hold
 * secrets, but the way back from ours to theirs.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Edit } from 'jsonc-parser';
import { HOOK_FOLDER } from '../../core/hooks/hookFolder.ts';
import { replaceFile } from '../replaceFile.ts';

export interface InstalledFile {
  /** Epoch ms. */
  readonly at: number;
  /** SHA-256 of the text that was written, hexadecimal. */
  readonly digest: string;
  readonly undo: readonly Edit[];
  /** There was no file before. */
  readonly created: boolean;
  /** The uppermost folder that was made for it. */
  readonly madeFolder?: string;
}

export type Installed = Readonly<Record<string, InstalledFile>>;

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What can't be read is as if nothing were known: then our entries are taken out by edits. */
export async function readInstalled(home: string): Promise<Installed> {
  try {
    const value: unknown = JSON.parse(await readFile(fileIn(home), 'utf8'));
    const files = typeof value === 'object' && value !== null && 'files' in value ? value.files : undefined;
    if (typeof files !== 'object' || files === null) return {};
    return Object.fromEntries(
      Object.entries(files).filter((each): each is [string, InstalledFile] => isInstalled(each[1])),
    );
  } catch {
    return {};
  }
}

/** Nothing to remember: the file goes, and its folder with it unless something else is in there. */
export async function writeInstalled(home: string, installed: Installed): Promise<void> {
  const file = fileIn(home);
  if (Object.keys(installed).length === 0) {
    await rm(file, { force: true });
    await rmdir(path.dirname(file)).catch(() => undefined);
    return;
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, `${JSON.stringify({ version: 1, files: installed }, undefined, 2)}\n`, 0o600);
}

function fileIn(home: string): string {
  return path.join(home, HOOK_FOLDER, 'installed.json');
}

function isInstalled(value: unknown): value is InstalledFile {
  if (typeof value !== 'object' || value === null) return false;
  const { at, digest, undo, created } = value as Partial<Record<keyof InstalledFile, unknown>>;
  return (
    typeof at === 'number' &&
    typeof digest === 'string' &&
    typeof created === 'boolean' &&
    Array.isArray(undo) &&
    undo.every(
      (edit: Partial<Edit> | null) =>
        typeof edit?.offset === 'number' && typeof edit.length === 'number' && typeof edit.content === 'string',
    )
  );
}
