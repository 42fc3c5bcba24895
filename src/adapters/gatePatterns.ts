/** What the shell's patterns name, for the gate's facts. */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PathFact } from '../core/risk/facts.ts';

/** What the shell would put in a pattern's place. Undefined: more than `most`, or a pattern that isn't understood. */
export async function expandPattern(pattern: string, most: number): Promise<readonly string[] | undefined> {
  let found = [path.parse(pattern).root];
  let anyCase = false;
  for (const part of pattern.split(/[/\\]/).filter(Boolean)) {
    if (!/[*?[]/.test(part)) {
      found = found.map((folder) => path.join(folder, part));
      continue;
    }
    // All folders below; with a third star those too that links lead to, and names in any case.
    if (part === '**' || part === '***') {
      anyCase ||= part === '***';
      const below = await foldersIn(found, most, part === '***');
      if (below === undefined) return undefined;
      found = below;
      continue;
    }
    if (/[[\]{}()!+@]/.test(part)) return undefined;
    const matcher = new RegExp(
      `^${part
        .replace(/[.^$|]/g, '\\$&')
        .replace(/\*+/g, '.*')
        .replaceAll('?', '.')}$`,
      anyCase ? 'is' : 's',
    );
    const next: string[] = [];
    for (const folder of found) {
      for (const name of await readdir(folder).catch((): string[] => [])) {
        if (matcher.test(name) && (!name.startsWith('.') || part.startsWith('.'))) next.push(path.join(folder, name));
        if (next.length > most) return undefined;
      }
    }
    found = next;
  }
  const there = await Promise.all(
    found.map((each) =>
      lstat(each).then(
        () => [each],
        () => [],
      ),
    ),
  );
  return there.flat();
}

/** The folders and all below them, but for git's own. */
async function foldersIn(folders: readonly string[], most: number, followed: boolean): Promise<string[] | undefined> {
  const all = [...folders];
  const seen = new Set<string>();
  for (let at = 0; at < all.length; at++) {
    const folder = all[at] ?? '';
    if (followed) {
      const real = await realpath(folder).catch(() => folder);
      if (seen.has(real)) continue;
      seen.add(real);
    }
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name === '.git') continue;
      const inner = path.join(folder, entry.name);
      const led = followed && entry.isSymbolicLink() && (await stat(inner).catch(() => undefined))?.isDirectory();
      if (entry.isDirectory() || led) all.push(inner);
    }
    if (all.length > most) return undefined;
  }
  return all;
}

/** What holds of all of them. */
export function together(facts: readonly PathFact[]): PathFact {
  const all = (holds: (fact: PathFact) => boolean | undefined) => facts.every((fact) => holds(fact) === true);
  const sum = (count: (fact: PathFact) => number | undefined) =>
    facts.reduce((total, fact) => total + (count(fact) ?? 0), 0);
  const [first] = facts;
  return {
    kind: 'path',
    exists: true,
    ...(all(({ type }) => type === 'file') && { type: 'file' }),
    tracked: all(({ tracked }) => tracked),
    clean: all(({ clean }) => clean),
    ignored: all(({ ignored }) => ignored),
    ...(all(({ madeByRun }) => madeByRun) && { madeByRun: true }),
    ...(facts.every(({ insideWorkspace }) => insideWorkspace !== undefined) && {
      insideWorkspace: all(({ insideWorkspace }) => insideWorkspace),
    }),
    ...(all(({ linkTarget }) => linkTarget !== undefined) &&
      first?.linkTarget !== undefined && { linkTarget: first.linkTarget }),
    untrackedFiles: sum(({ untrackedFiles }) => untrackedFiles),
    untrackedBytes: sum(({ untrackedBytes }) => untrackedBytes),
    modifiedFiles: sum(({ modifiedFiles }) => modifiedFiles),
  };
}
