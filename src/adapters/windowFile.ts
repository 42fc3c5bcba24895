/** A window's own file in `~/.marginal/windows`, by which hooks find it. */
import { chmod, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { HOOK_FOLDER, WINDOWS_FOLDER } from '../core/hooks/hookFolder.ts';
import { replaceFile } from './replaceFile.ts';

export interface WindowFileKeeper {
  /** Writes it for its user's eyes only, where it isn't so already. Rejects with a sentence. */
  keep<Content extends { readonly folders: readonly string[] }>(content: Content): Promise<void>;
  /** Removes it; never rejects. */
  remove(): Promise<void>;
  /** Removes what an earlier worker of this same process left behind; never rejects. */
  removeOlder(pid: number): Promise<void>;
}

export function windowFile(home: string, id: string): WindowFileKeeper {
  const folder = path.join(home, HOOK_FOLDER, WINDOWS_FOLDER);
  const file = path.join(folder, `${id}.json`);
  return {
    async keep(content) {
      try {
        // Its parent is there, or it is not ours to make: without a launcher nobody reads this.
        await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        });
        await chmod(folder, 0o700);
        const folders = await Promise.all(content.folders.map(withoutLinks));
        await replaceFile(file, JSON.stringify({ ...content, folders }), 0o600);
      } catch (error) {
        throw new Error(
          `${folder} can’t be written, so agents’ hooks don’t find this window: make it yours to write.`,
          {
            cause: error,
          },
        );
      }
    },
    remove: () => rm(file, { force: true }).catch(() => undefined),
    async removeOlder(pid) {
      for (const name of await readdir(folder).catch(() => [])) {
        const other = path.join(folder, name);
        if (other !== file && name.endsWith('.json') && (await pidIn(other)) === pid)
          await rm(other, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function pidIn(file: string): Promise<unknown> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as { readonly pid?: unknown }).pid;
  } catch {
    return undefined; // it is gone, or somebody else's
  }
}

/** The hook compares real folders: an agent tells its own by whichever name it was started with. */
function withoutLinks(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}
