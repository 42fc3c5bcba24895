// An install that is there whole or not at all, however it is interrupted and however many run at once.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** An unfinished install that nothing has touched for so long was interrupted. */
const abandonedAfterMs = 60 * 60_000;
/** More than install at once. */
const mostTries = 20;

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
    await moveTo(folder, fresh, recipe);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Others may put theirs there, or take what is there away, at any moment: whose comes first stays. */
async function moveTo(folder, fresh, recipe) {
  for (let tries = 1; !(await isComplete(folder, recipe)); tries += 1) {
    try {
      // Another's, that comes while this is at work, makes it fail as well.
      await rm(folder, { recursive: true, force: true });
      return await rename(fresh, folder);
    } catch (error) {
      if (tries >= mostTries) throw error;
    }
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
