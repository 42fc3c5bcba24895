import { joinPath } from './place.ts';
import type { Losable } from './verdict.ts';

/** The files and folders that would be lost, from the action's folder; of what only git has there are none. */
export function losablePaths(losables: readonly Losable[]): readonly string[] {
  return losables.flatMap((losable) => {
    if (typeof losable === 'string') return [losable];
    const { folder, what, names } = losable;
    if (what === 'commits' || what === 'stashes' || what === 'refs') return [];
    return names === undefined ? [folder] : names.map((name) => joinPath(folder, name));
  });
}
