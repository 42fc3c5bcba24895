/** Looks at files and folders without following a link, and copies their content where the file system can share it. */
import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream, type Stats } from 'node:fs';
import { copyFile, lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type FoundEntry = { readonly path: string; readonly stats: Pick<Stats, 'mode' | 'mtimeMs' | 'size'> } & (
  | { readonly type: 'folder' | 'file' }
  | { readonly type: 'link'; readonly target: string }
);

/** Above so many bytes a copy can be broken off while it is made. */
const LARGE_BYTES = 8_000_000;

/**
 * A path and all below it, a folder before what is in it; nothing where there is nothing. Sockets, pipes and devices hold no
 * content and are passed over. `onFound` may throw to end the looking.
 */
export async function findBelow(start: string, onFound: (entry: FoundEntry) => void): Promise<void> {
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const stats = await lstat(next).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
      // What a folder has listed, and isn't there under that name: the name isn't UTF-8.
      if (next?.includes('\uFFFD')) throw new Error(`the name of ${next} is no text`, { cause: error });
      return undefined;
    });
    if (!stats) continue;
    const { mode, mtimeMs, size } = stats;
    const found = { path: next, stats: { mode, mtimeMs, size } };
    if (stats.isSymbolicLink()) onFound({ ...found, type: 'link', target: await readlink(next) });
    else if (stats.isFile()) onFound({ ...found, type: 'file' });
    else if (stats.isDirectory()) {
      onFound({ ...found, type: 'folder' });
      for (const name of await readdir(next)) waiting.push(path.join(next, name));
    }
  }
}

/** Copies a file's content to a place that must be free; resolves to its SHA-256. `signal` ends also a long one. */
export async function copyContent(from: string, to: string, bytes: number, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  if (bytes <= LARGE_BYTES) {
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return digestOf(to, signal);
  }
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
    return await digestOf(to, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    signal.throwIfAborted();
    // The file system can't share content: byte by byte then.
  }
  const hash = createHash('sha256');
  const counted = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(createReadStream(from), counted, createWriteStream(to, { mode: 0o600 }), { signal });
  return hash.digest('hex');
}

/** SHA-256 of a file, hexadecimal. */
export async function digestOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return hash.digest('hex');
}
