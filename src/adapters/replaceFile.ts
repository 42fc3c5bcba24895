import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';

/**
 * Makes a small file's content and permissions so, whole or not at all; nothing is written while they are. Rejects with the
 * system's error.
 */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  if (await isSo(file, text, mode)) return;
  const unfinished = `${file}.${randomUUID()}.part`;
  try {
    const handle = await open(unfinished, 'wx', mode);
    try {
      await handle.writeFile(text);
      // Whatever the process's own mask is.
      await handle.chmod(mode);
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function isSo(file: string, text: string, mode: number): Promise<boolean> {
  try {
    return ((await stat(file)).mode & 0o777) === mode && (await readFile(file, 'utf8')) === text;
  } catch {
    return false;
  }
}
