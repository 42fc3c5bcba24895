import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** Whether a file really lies in a folder, links followed; of what isn't there yet, where it would come to lie. */
export async function liesWithin(file: string, folder: string): Promise<boolean> {
  const [real, root] = await Promise.all([realOf(file), realOf(folder)]);
  return real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

async function realOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    // Not there yet: then where the nearest folder above it leads to.
    const above = path.dirname(file);
    return above === file ? file : path.join(await realOf(above), path.basename(file));
  }
}
