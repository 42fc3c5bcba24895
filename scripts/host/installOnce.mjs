// An install that is there whole or not at all, however it is interrupted and however many run at once.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** An unfinished install that nothing has touched for so long was interrupted. */
const abandonedAfterMs = 60 * 60_000;

/**
 * Fills a folder once. It is made beside its place and moved there when whole; a stamp in it says which recipe made it,
 * and another recipe makes it anew.
 * @param {{ folder: string, recipe: string, install: (folder: string) => Promise<void> }} options
 */
export async function installOnce({ folder, recipe, install }) {
  if (await isComplete(folder, recipe)) return;
  await mkdir(dirname(folder), { recursive: true });
  await removeAbandoned(folder);
  const fresh = await mkdtemp(`${folder}-`);
  try {
    await install(fresh);
    await writeFile(join(fresh, 'recipe'), recipe);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process may have finished the same meanwhile.
    if (!(await isComplete(folder, recipe))) throw error;
  }
}

async function isComplete(folder, recipe) {
  return (await readFile(join(folder, 'recipe'), 'utf8').catch(() => undefined)) === recipe;
}

async function removeAbandoned(folder) {
  const siblings = await readdir(dirname(folder));
  for (const name of siblings.filter((name) => name.startsWith(`${basename(folder)}-`))) {
    const path = join(dirname(folder), name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}
