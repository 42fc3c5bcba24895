import { posix, win32 } from 'node:path';
import type { ImportEnvironment } from '../ports.ts';

/**
 * The folders that a variable names (a list with commas; `~` is the home), else `fallback`, a path below the home. Each
 * with the tails below it; a named folder that ends in the tail already stands for itself.
 */
export function dataFolders(
  { home, platform, env }: ImportEnvironment,
  variable: string,
  fallback: readonly string[],
  tails: readonly string[],
): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  const named = (env[variable] ?? '')
    .split(',')
    .map((folder) => folder.trim())
    .filter((folder) => folder !== '')
    .map((folder) => (folder.startsWith('~') ? path.join(home, folder.slice(1)) : folder));
  const folders = named.length > 0 ? named : [path.join(home, ...fallback)];
  return [
    ...new Set(
      folders.flatMap((folder) =>
        tails.map((tail) => (path.basename(folder) === tail ? folder : path.join(folder, tail))),
      ),
    ),
  ];
}
