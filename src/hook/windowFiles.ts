/** The windows that answer hooks, from their files. By hand and in one go: this runs before every action of every agent. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { WINDOWS_FOLDER, type WindowFile } from '../protocol/hookWire.ts';

const MAX_FILES = 200;
const MAX_BYTES = 256 * 1024;
/** May stand in a line of HTTP. */
const SECRET = /^[\w-]{16,200}$/;

export interface FoundWindow extends WindowFile {
  /** Its file. */
  readonly path: string;
}

/** Those whose files are whole and nobody else's; empty: none, or the folder isn't the user's alone. */
export function windowFiles(folder: string): readonly FoundWindow[] {
  const windows = join(folder, WINDOWS_FOLDER);
  let names: readonly string[];
  try {
    if (!isOwn(statSync(windows), 0o022)) return [];
    names = readdirSync(windows);
  } catch {
    return []; // no window has ever been open
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .slice(0, MAX_FILES)
    .map((name) => windowIn(join(windows, name)))
    .filter((window) => window !== undefined);
}

/** Removes the file of a window that did not answer, if its process is gone: another's pid may be this one's again. */
export function removeIfGone({ path, pid }: FoundWindow): void {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') remove(path);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // another hook was faster
  }
}

/** Whether it is the user's, and nobody else has any of these permissions. Windows has neither: the home folder's hold there. */
function isOwn({ uid, mode }: Stats, forbidden: number): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & forbidden) === 0);
}

function windowIn(path: string): FoundWindow | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > MAX_BYTES || !isOwn(stats, 0o077)) return undefined;
    const window: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isWindowFile(window) ? { ...window, path } : undefined;
  } catch {
    return undefined; // it went away, or is half written by a disk that was full: the other windows answer
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isWindowFile(value: unknown): value is WindowFile {
  if (typeof value !== 'object' || value === null) return false;
  const { version, id, pid, port, token, proof, folders, leads } = value as Record<keyof WindowFile, unknown>;
  return (
    version === 1 &&
    typeof id === 'string' &&
    isWhole(pid, 2 ** 31) &&
    isWhole(port, 65535) &&
    isSecret(token) &&
    isSecret(proof) &&
    Array.isArray(folders) &&
    folders.every((folder) => typeof folder === 'string') &&
    typeof leads === 'boolean'
  );
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= most;
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && SECRET.test(value);
}
