/** A file of the developer's as it is: its text, its permissions, and where it really lies. */
import { lstat, mkdir, readFile, readlink, realpath, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../replaceFile.ts';

/** undefined: it isn't there. Rejects with a sentence where it can't be read, or isn't text. */
export async function readSettings(file: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} can’t be read: make it yours to read, then try again.`, { cause: error });
  }
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes))
    throw new Error(`${file} is not text in UTF-8: save it as such, then try again. Nothing was changed.`);
  return text;
}

/**
 * Writes it whole or not at all, to where a link leads, with the permissions that it had; a new one with `mode`. Resolves to the
 * uppermost folder that had to be made, if any. Rejects with a sentence.
 */
export async function writeSettings(file: string, text: string, mode: number): Promise<string | undefined> {
  try {
    const target = await place(file);
    const made = await mkdir(path.dirname(target), { recursive: true });
    const now = await stat(target).catch(() => undefined);
    await replaceFile(target, text, now ? now.mode & 0o777 : mode);
    return made;
  } catch (error) {
    throw new Error(`${file} can’t be written: make it and its folder yours to write, then try again.`, {
      cause: error,
    });
  }
}

/** Removes it and, up to `madeFolder`, the folders that are empty then. */
export async function removeSettings(file: string, madeFolder: string | undefined): Promise<void> {
  await rm(file, { force: true });
  if (madeFolder === undefined) return;
  for (let folder = path.dirname(file); folder.startsWith(madeFolder); folder = path.dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      // Something else is in it: it stays, and so do those above.
      return;
    }
  }
}

/** Where a link leads, be it to nothing yet. */
async function place(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const isLink = await lstat(file).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    return isLink ? path.resolve(path.dirname(file), await readlink(file)) : file;
  }
}
