import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Removes all that lies beside `folder`: what other versions of the program have left there. What can't be removed stays; never rejects. */
export async function removeOthers(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const names = await readdir(parent).catch(() => []);
  const others = names.filter((name) => name !== path.basename(folder));
  await Promise.allSettled(others.map((name) => rm(path.join(parent, name), { recursive: true, force: true })));
}
