import { posix, win32 } from 'node:path';
import type { ImportEnvironment } from '../../ports.ts';

/** OpenCode's data folders: `OPENCODE_DATA_DIR` (a list with commas), else `opencode` where the system keeps data. */
export function openCodeFolders({ home, platform, env }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  const named = (env.OPENCODE_DATA_DIR ?? '')
    .split(',')
    .map((folder) => folder.trim())
    .filter((folder) => folder !== '');
  return named.length > 0 ? named : dataFolders(home, env, path).map((folder) => path.join(folder, 'opencode'));
}

/** Kilo Code from its version 7 on is built on OpenCode's core, and keeps the same database under its own name. */
export function kiloFolders({ home, platform, env }: ImportEnvironment): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  return dataFolders(home, env, path).map((folder) => path.join(folder, 'kilo'));
}

export function isOpenCodeDatabase(path: string): boolean {
  return /[\\/]opencode[^\\/]*\.db$/.test(path);
}

export function isKiloDatabase(path: string): boolean {
  return /[\\/]kilo[^\\/]*\.db$/.test(path);
}

/** Before it had a database: `storage/message/<session>/<message>.json`. */
export function openCodeMessageFolders(environment: ImportEnvironment): readonly string[] {
  const path = environment.platform === 'win32' ? win32 : posix;
  return openCodeFolders(environment).map((folder) => path.join(folder, 'storage', 'message'));
}

export function isOpenCodeMessage(path: string): boolean {
  return /[\\/]storage[\\/]message[\\/].+\.json$/.test(path);
}

/** `~/.local/share` on every system, or the folder that XDG_DATA_HOME names. */
function dataFolders(home: string, env: ImportEnvironment['env'], path: typeof posix): readonly string[] {
  const named = env.XDG_DATA_HOME?.trim();
  return [named ? named : path.join(home, '.local', 'share')];
}
