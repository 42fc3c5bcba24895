import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Slice } from './slice.ts';

/** `Owner`: of a file. */
export interface WalkVisitor<Owner> {
  /** Whether to look into a folder (below a root; a root always is). */
  descends(folder: string): boolean;
  /** Whose file it would be; none: it is passed over. */
  ownersOf(path: string): readonly Owner[];
  /** `identity` is another one where another folder took the name. */
  folder(path: string, identity: string): void;
  file(path: string, owners: readonly Owner[], stats: Stats): void;
  /** A folder or file that couldn't be looked at; not for those that aren't there. */
  denied(path: string, error: unknown): void;
}

/** `absent`: the root isn't there; `cut`: there is more below it than the bounds allow. */
export type WalkOutcome = 'complete' | 'cut' | 'absent';

/** Bounds against trees that are no logs: deeper or larger ones are cut, and told. */
const MAX_DEPTH = 16;
const MAX_ENTRIES = 200_000;

/**
 * Walks a folder and what lies below. Links are followed; a folder that was seen already (through a link to one of its
 * parents, say) is not entered again. It asks the file system synchronously, and rests between: a look at a file takes
 * some microseconds so, and a multiple of that as a promise, and there may be thousands.
 */
export async function walk<Owner>(
  root: string,
  visitor: WalkVisitor<Owner>,
  slice: Slice,
  isStopped: () => boolean,
): Promise<WalkOutcome> {
  const seen = new Set<string>();
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: root, depth: 0 }];
  let entriesLeft = MAX_ENTRIES;
  let outcome: WalkOutcome = 'complete';
  for (let folder = waiting.pop(); folder && !isStopped(); folder = waiting.pop()) {
    if (slice.isOver()) await slice.rest();
    const listing = list(folder.path, seen, visitor);
    if (listing === 'absent' && folder.depth === 0) return 'absent';
    if (listing === 'absent' || listing === 'denied' || listing === 'seen') continue;
    visitor.folder(folder.path, listing.identity);
    const before = join(folder.path, sep);
    for (const entry of listing.entries) {
      entriesLeft -= 1;
      if (entriesLeft < 0) return 'cut';
      if (slice.isOver()) await slice.rest();
      const path = before + entry.name;
      const owners = entry.isDirectory() ? [] : visitor.ownersOf(path);
      if (owners.length > 0) {
        look(path, owners, visitor);
      } else if ((entry.isDirectory() || entry.isSymbolicLink()) && visitor.descends(path)) {
        if (folder.depth < MAX_DEPTH) waiting.push({ path, depth: folder.depth + 1 });
        else outcome = 'cut';
      }
    }
  }
  return outcome;
}

interface Listing {
  readonly identity: string;
  readonly entries: readonly Dirent[];
}

function list<Owner>(
  path: string,
  seen: Set<string>,
  visitor: WalkVisitor<Owner>,
): Listing | 'absent' | 'denied' | 'seen' {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    const identity = `${dev}:${ino}`;
    // Windows gives no inode for some file systems; there a loop ends at the depth bound.
    if (ino !== 0n && seen.has(identity)) return 'seen';
    seen.add(identity);
    return { identity, entries: readdirSync(path, { withFileTypes: true }) };
  } catch (error) {
    if (isAbsent(error)) return 'absent';
    visitor.denied(path, error);
    return 'denied';
  }
}

function look<Owner>(path: string, owners: readonly Owner[], visitor: WalkVisitor<Owner>): void {
  try {
    const stats = statSync(path);
    if (stats.isFile()) visitor.file(path, owners, stats);
  } catch (error) {
    if (!isAbsent(error)) visitor.denied(path, error);
  }
}

/** Not there (any more), or no folder: nothing to tell anyone. A link that leads in a circle is such, too. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as { code?: string }).code ?? '');
}
