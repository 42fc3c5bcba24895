import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file from pieces of text: beside its place first and moved there when whole, so that a full disk or a failing
 * source leaves what was there before. Rejects with a sentence and its remedy, or with the source's own error.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(unfinished, 'wx', 0o600);
    try {
      for await (const piece of pieces) if (piece !== '') await file.write(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw asSentence(error, path);
  }
}

function asSentence(error: unknown, path: string): unknown {
  switch ((error as { code?: unknown }).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Error(`The disk is full: make room and export again. ${path} is as it was.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Error(`${path} can’t be written: choose a folder that you may write to.`, { cause: error });
    case 'ENOENT':
      return new Error(`The folder of ${path} is not there: choose another.`, { cause: error });
    default:
      return error;
  }
}
