import type { Losable } from './verdict.ts';

/** What would be lost, in words: "notes", "uncommitted changes in src", "the stashes". */
export function losableText(losable: Losable): string {
  if (typeof losable === 'string') return losable === '.' ? 'the folder' : losable;
  const { folder, what, names } = losable;
  const where = names?.join(', ') ?? (folder === '.' ? undefined : folder);
  switch (what) {
    case 'changes':
      return where === undefined ? 'uncommitted changes' : `uncommitted changes in ${where}`;
    case 'untracked':
    case 'ignored':
      return where === undefined ? `${what} files` : `${what} files in ${where}`;
    case 'commits':
      return 'the branch’s commits';
    case 'stashes':
      return 'the stashes';
    case 'refs':
      return (names ?? []).map((name) => name.replace(/^refs\/(heads|tags)\//, '')).join(', ');
  }
}
