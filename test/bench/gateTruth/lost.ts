/** What a command destroyed: what was there before, and is neither in a file, nor reachable in git, nor built again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { linesLost } from '../../../src/core/risk/editText.ts';
import { BUILT, gitEnv, type World } from './world.ts';

export interface Snapshot {
  /** Path relative to the world -> content. Git's own files are left out, but for hooks that someone wrote. */
  readonly files: ReadonlyMap<string, { readonly id: string; readonly mode: number; readonly text: string }>;
  /** Names of all that git can bring back: reachable from branches, tags, stashes, logs of references, the index, the remote. */
  readonly kept: ReadonlySet<string>;
}

export function snapshot(world: World): Snapshot {
  const files = new Map<string, { id: string; mode: number; text: string }>();
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name);
      const name = path.relative(world.root, full);
      if (name === 'remote.git' || name === 'home/server.pid' || name === 'home/.gitconfig') continue;
      if (name.includes('/.git/') && !/\.git\/hooks(?:\/(?!.*\.sample$)|$)/.test(name)) continue;
      if (entry.isDirectory()) walk(full);
      else if (entry.isFile()) {
        const bytes = readFileSync(full);
        files.set(name, { id: blobId(bytes), mode: lstatSync(full).mode & 0o7777, text: bytes.toString('latin1') });
      }
    }
  };
  for (const folder of [world.repo, world.home, world.outside]) if (existsSync(folder)) walk(folder);
  return { files, kept: new Set([...reachable(world, world.repo, true), ...reachable(world, world.remote, false)]) };
}

function blobId(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function reachable(world: World, repository: string, own: boolean): string[] {
  if (!existsSync(repository)) return [];
  const git = (...args: string[]) => {
    const { stdout, status } = spawnSync('git', ['-C', repository, ...args], {
      encoding: 'utf8',
      env: gitEnv(world),
      maxBuffer: 1e8,
    });
    return status === 0 ? stdout : '';
  };
  const objects = git('rev-list', '--objects', '--all', ...(own ? ['--reflog', '--indexed-objects'] : []));
  return objects.split('\n').flatMap((line) => line.slice(0, 40) || []);
}

/** One sentence for each thing that is gone. */
export function lostBetween(before: Snapshot, after: Snapshot, world: World, template: World): readonly string[] {
  const found = new Set([...after.kept, ...[...after.files.values()].map(({ id }) => id), ...archived(world, after)]);
  const lost: string[] = [];
  for (const [name, { id, text }] of before.files) {
    if (found.has(id) || isBuilt(name)) continue;
    const now = after.files.get(name);
    const rest = now ? linesLost(text, now.text) : undefined;
    // An edit that leaves most lines is an edit.
    if (rest && rest.lost * 2 <= rest.of) continue;
    lost.push(rest ? `${name}: ${rest.lost} of ${rest.of} lines` : name);
  }
  const texts = new Set([...before.files.values()].map(({ id }) => id));
  const gone = [...before.kept].filter((id) => !found.has(id) && !texts.has(id));
  if (gone.length > 0) {
    const kinds = objectKinds(
      template,
      gone.filter((id) => !stashed(template, id)),
    );
    lost.push(
      ...gone
        .filter((id) => /^(?:commit|blob|tag)$/.test(kinds.get(id) ?? ''))
        .map((id) => `${kinds.get(id)} ${id.slice(0, 8)}`),
    );
  }
  return [...lost, ...lostModes(before, after)];
}

function isBuilt(name: string): boolean {
  return BUILT.some((built) => name === `repo/${built}` || name.startsWith(`repo/${built}/`));
}

/** What was set aside is its content: the commits that hold it are git's own. */
function stashed(template: World, id: string): boolean {
  const { stdout } = spawnSync('git', ['-C', template.repo, 'show', '-s', '--format=%s', id], {
    encoding: 'utf8',
    env: gitEnv(template),
  });
  return /^(?:WIP on|index on|untracked files on|On) [\w/-]+:/.test(stdout);
}

/** In archives that the command made. */
function archived(world: World, { files }: Snapshot): string[] {
  const ids: string[] = [];
  for (const name of files.keys()) {
    const full = path.join(world.root, name);
    if (/\.(?:tar|tgz|tar\.gz)$/.test(name)) {
      const folder = mkdtempSync(path.join(tmpdir(), 'marginal-archive-'));
      spawnSync('tar', ['-xf', full, '-C', folder]);
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) ids.push(blobId(readFileSync(path.join(entry.parentPath, entry.name))));
      rmSync(folder, { recursive: true });
    } else if (name.endsWith('.gz')) {
      try {
        ids.push(blobId(gunzipSync(readFileSync(full))));
      } catch {
        // No archive, whatever its name: nothing comes back from it.
      }
    }
  }
  return ids;
}

function objectKinds(template: World, ids: readonly string[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const repository of [template.repo, template.remote]) {
    const out = execFileSync('git', ['-C', repository, 'cat-file', '--batch-check'], {
      input: ids.join('\n'),
      encoding: 'utf8',
      env: gitEnv(template),
    });
    for (const line of out.split('\n')) {
      const [id = '', kind = ''] = line.split(' ');
      if (kind !== 'missing' && id !== '') kinds.set(id, kind);
    }
  }
  return kinds;
}

/** Rights that were different and are now the same: which file had which is gone. Git brings back those of its own files. */
function lostModes(before: Snapshot, after: Snapshot): string[] {
  const olds = new Map<number, Set<number>>();
  for (const [name, { mode, id }] of before.files) {
    const now = after.files.get(name);
    if (!now || now.mode === mode || isBuilt(name) || (name.startsWith('repo/') && before.kept.has(id))) continue;
    olds.set(now.mode, (olds.get(now.mode) ?? new Set()).add(mode));
  }
  return [...olds]
    .filter(([, modes]) => modes.size > 1)
    .map(([now, modes]) => `rights ${[...modes].map((mode) => mode.toString(8)).join(', ')} became ${now.toString(8)}`);
}
