/** What is said of paths without asking git. */
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';

export interface PlacesOnDisk {
  kindOf(file: string): Promise<'file' | 'other' | 'missing' | undefined>;
  inside(file: string, sessionFolder: string | undefined): Promise<boolean>;
}

/**
 * What counts as the workspace: the open folders, and the folder that the session began in, where it is none of them; a home
 * folder, what holds it and a root are nobody's workspace.
 */
export function openFolders(
  open: readonly string[],
  sessionFolder: string | undefined,
  home: string,
): readonly string[] {
  if (sessionFolder === undefined || contains(sessionFolder, home)) return open;
  return [...open, sessionFolder];
}

export function gatePlaces(folders: () => readonly string[], home: string): PlacesOnDisk {
  return {
    async kindOf(file) {
      try {
        return (await lstat(file)).isFile() ? 'file' : 'other';
      } catch (error) {
        const { code } = error as { readonly code?: unknown };
        return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : undefined;
      }
    },
    async inside(file, sessionFolder) {
      if (!path.isAbsolute(file)) return false;
      const real = await nearestReal(file);
      const roots = await Promise.all(
        openFolders(folders(), sessionFolder, home).map((folder) => realpath(folder).catch(() => undefined)),
      );
      return roots.some((root) => root !== undefined && contains(root, real));
    },
  };
}

/** Its nearest folder that is there, links resolved, with the rest behind it. */
async function nearestReal(file: string): Promise<string> {
  const rest: string[] = [];
  for (let at = path.normalize(file); ; at = path.dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return path.join(real, ...rest);
    if (at === path.dirname(at)) return file;
    rest.unshift(path.basename(at));
  }
}

function contains(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
