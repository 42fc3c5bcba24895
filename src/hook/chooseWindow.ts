import type { WindowFile } from '../protocol/hookWire.ts';

/**
 * The windows in the order in which they are asked: first those whose folder holds one of the agent's, the longest such folder
 * first, then the one that leads, then the others. `folders`: the agent's, the first before the next.
 */
export function inOrder<Window extends WindowFile>(windows: readonly Window[], folders: readonly string[]): Window[] {
  const ranked = windows.map((window) => ({ window, fit: fitOf(window, folders) }));
  ranked.sort(
    (a, b) =>
      b.fit - a.fit ||
      Number(b.window.leads) - Number(a.window.leads) ||
      // the same one each time
      (a.window.id < b.window.id ? -1 : 1),
  );
  return ranked.map(({ window }) => window);
}

/** Longer than any path. */
const FOLDER_STEP = 1_000_000;

/** Grows with the length of the window's folder that holds the agent's first folder, else its second …; 0: none does. */
function fitOf(window: WindowFile, folders: readonly string[]): number {
  for (const [index, folder] of folders.entries()) {
    const fit = Math.max(0, ...window.folders.filter((own) => holds(own, folder)).map((own) => own.length));
    if (fit > 0) return fit + (folders.length - index) * FOLDER_STEP;
  }
  return 0;
}

function holds(outer: string, inner: string): boolean {
  const [a, b] = [plain(outer), plain(inner)];
  return a !== '' && (b === a || b.startsWith(`${a}/`) || a === '/');
}

/** `C:\Shop\` -> `c:/shop`: on Windows letters' case and the way a stroke leans don't matter. */
function plain(folder: string): string {
  const slashed = /^[a-z]:[\\/]|^\\\\/i.test(folder) ? folder.replaceAll('\\', '/').toLowerCase() : folder;
  return slashed.length > 1 ? slashed.replace(/\/+$/, '') : slashed;
}
