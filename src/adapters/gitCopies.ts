/**
 * What only git can name, for safety copies: uncommitted changes, untracked files, branches, stashes. Objects are kept from git's
 * clean-up by references of our own (`refs/marginal/ID/…`). No hook or filter of the repository runs.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitCopy } from '../core/gate/copyManifest.ts';
import { isRegenerable } from '../core/risk/place.ts';
import type { LosableOfGit } from '../core/risk/verdict.ts';
import { counted } from '../core/wholeNumber.ts';
import { type SafeGit, withoutFilters } from './gateGit.ts';

const STATUS = ['status', '--porcelain=v2', '-z', '--no-renames', '--untracked-files=no', '--ignore-submodules=all'];

export interface GitLosses {
  readonly copy: GitCopy;
  /** Absolute paths of files that are to be copied. */
  readonly files: readonly string[];
  /** Ignored files that tools make again. */
  readonly left: readonly string[];
}

const NO_COPY: Omit<GitCopy, 'folder'> = { refs: [], stashes: [], staged: [], pins: [] };
/** Arguments of one call: a command line has an end. */
const AT_ONCE = 200;
const PINS = 'refs/marginal';

/**
 * What a command would destroy in a repository. undefined: there is no repository. Rejects with a sentence where git can't tell.
 * `id`: names the references; `folder`: absolute.
 */
export async function gitLosses(
  git: SafeGit,
  { what, names }: Pick<LosableOfGit, 'what' | 'names'>,
  { folder, id, signal }: { readonly folder: string; readonly id: string; readonly signal: AbortSignal },
): Promise<GitLosses | undefined> {
  const top = await git(folder, ['rev-parse', '--show-toplevel'], signal);
  if (top.kind === 'noRepository') return undefined;
  if (top.kind !== 'output' || top.code !== 0) throw cannotTell(folder);
  const root = top.text.replace(/\r?\n$/, '');
  const pathspecs = names === undefined ? [] : ['--', ...names];
  const nothing: GitLosses = { copy: { folder: root, ...NO_COPY }, files: [], left: [] };

  async function output(args: readonly string[], from = root): Promise<string> {
    const answer = await git(from, args, signal);
    if (answer.kind !== 'output' || answer.code !== 0) throw cannotTell(folder);
    return answer.text;
  }
  async function pinned(objects: readonly { readonly name: string; readonly object: string }[]): Promise<string[]> {
    const pins: string[] = [];
    for (const { name, object } of objects) {
      const pin = `${PINS}/${id}/${name}`;
      await output(['update-ref', pin, object]);
      pins.push(pin);
    }
    return pins;
  }

  switch (what) {
    case 'changes': {
      const filters = await withoutFilters(git, root, signal);
      if (!filters) throw cannotTell(folder);
      const changes = readStatus(await output([...filters, ...STATUS, ...pathspecs], folder));
      const staged = changes.flatMap((change) => change.staged ?? []);
      // An index with conflicts is no tree: then its objects stay until git's own clean-up, which is weeks away.
      const tree = staged.length > 0 ? await git(root, [...filters, 'write-tree'], signal) : undefined;
      const kept = tree?.kind === 'output' && tree.code === 0 ? [{ name: 'index', object: tree.text.trim() }] : [];
      return {
        ...nothing,
        copy: { ...nothing.copy, staged, pins: await pinned(kept) },
        files: changes.flatMap((change) => (change.there ? [path.join(root, change.path)] : [])),
      };
    }
    case 'untracked':
    case 'ignored': {
      const which = what === 'ignored' ? ['--ignored'] : [];
      const list = await output(
        ['ls-files', '-z', '--full-name', '--others', ...which, '--exclude-standard', ...pathspecs],
        folder,
      );
      const files = list.split('\0').filter(Boolean);
      // A repository inside another is listed as a folder, with a slash.
      const [left, copied] = what === 'ignored' ? parted(files, isRegenerable) : [[], files];
      return {
        ...nothing,
        files: copied.map((file) => path.join(root, file)),
        left: [...new Set(left.map((file) => file.split('/')[0] ?? file))],
      };
    }
    case 'commits': {
      const head = await git(root, ['rev-parse', '--verify', '-q', 'HEAD'], signal);
      if (head.kind !== 'output' || head.code !== 0) return nothing;
      const object = head.text.trim();
      const branch = await git(root, ['symbolic-ref', '-q', 'HEAD'], signal);
      const name = branch.kind === 'output' && branch.code === 0 ? branch.text.trim() : undefined;
      return {
        ...nothing,
        copy: {
          ...nothing.copy,
          head: { object, ...(name !== undefined && { branch: name }) },
          pins: await pinned([{ name: 'head', object }]),
        },
      };
    }
    case 'stashes': {
      const log = path.resolve(root, (await output(['rev-parse', '--git-path', 'logs/refs/stash'])).trim());
      const stashes = readStashes(await readFile(log, 'utf8').catch(() => ''));
      const pins = await pinned(stashes.map(({ object }, index) => ({ name: `stash-${index}`, object })));
      return { ...nothing, copy: { ...nothing.copy, stashes, pins } };
    }
    case 'refs': {
      if (!names || names.length === 0) return nothing;
      const list = await output(['for-each-ref', '--format=%(refname) %(objectname)', ...names]);
      const refs = list.split('\n').flatMap((line) => {
        const [name = '', object = ''] = line.split(' ');
        return object === '' ? [] : [{ name, object }];
      });
      const pins = await pinned(refs.map(({ name, object }) => ({ name: name.replace(/^refs\//, ''), object })));
      return { ...nothing, copy: { ...nothing.copy, refs, pins } };
    }
  }
}

/** Lets go of what was kept; what can't be is no trouble: the repository may be gone. */
export async function unpin(git: SafeGit, { folder, pins }: Pick<GitCopy, 'folder' | 'pins'>, signal: AbortSignal) {
  for (const pin of pins) await git(folder, ['update-ref', '-d', pin], signal);
}

/**
 * Puts back branches, tags, stashes and the commits that the branch was on, before the files. Resolves to what was done, in
 * parts of a sentence; nothing newer is moved or overwritten.
 */
export async function restoreRefs(git: SafeGit, copy: GitCopy, id: string, signal: AbortSignal): Promise<string[]> {
  const { folder } = copy;
  const done: string[] = [];
  const ok = async (args: readonly string[]) => {
    const answer = await git(folder, args, signal);
    return answer.kind === 'output' && answer.code === 0;
  };
  const objectOf = async (name: string) => {
    const answer = await git(folder, ['rev-parse', '--verify', '-q', name], signal);
    return answer.kind === 'output' && answer.code === 0 ? answer.text.trim() : undefined;
  };

  for (const { name, object } of copy.refs) {
    const short = name.replace(/^refs\/(heads|tags)\//, '');
    const now = await objectOf(name);
    if (now === object) continue;
    if (now === undefined) {
      if (!(await ok(['update-ref', name, object, '']))) throw new Error(`git could not put back ${short}.`);
      done.push(`the ${name.startsWith('refs/tags/') ? 'tag' : 'branch'} ${short} is back`);
    } else done.push(await besides(object, short));
  }

  if (copy.stashes.length > 0) {
    const log = await git(folder, ['rev-parse', '--git-path', 'logs/refs/stash'], signal);
    const file = log.kind === 'output' ? path.resolve(folder, log.text.trim()) : undefined;
    const there = file ? readStashes(await readFile(file, 'utf8').catch(() => '')) : [];
    const missing = copy.stashes.filter(({ object }) => !there.some((stash) => stash.object === object));
    // The newest comes last, and so to the top.
    for (const { message, object } of missing.toReversed()) {
      if (!(await ok(['stash', 'store', '-m', message, object]))) throw new Error('git could not put back a stash.');
    }
    if (missing.length > 0)
      done.push(`${counted(missing.length, 'set')} of stashed changes ${missing.length === 1 ? 'is' : 'are'} back`);
  }

  if (copy.head) {
    const { object, branch } = copy.head;
    const now = await objectOf('HEAD');
    const on = await git(folder, ['symbolic-ref', '-q', 'HEAD'], signal);
    const nowOn = on.kind === 'output' && on.code === 0 ? on.text.trim() : undefined;
    const isKept = now !== undefined && (await ok(['merge-base', '--is-ancestor', object, now]));
    if (!isKept) {
      const filters = await withoutFilters(git, folder, signal);
      const isForward =
        now !== undefined && nowOn === branch && (await ok(['merge-base', '--is-ancestor', now, object]));
      // A repository's filters would be run, or left out, by what writes the files.
      if (isForward && filters?.length === 0 && (await ok(['reset', '--keep', object])))
        done.push('the branch has its commits again');
      else done.push(await besides(object, 'commits'));
    }
  }
  return done;

  async function besides(object: string, short: string): Promise<string> {
    const name = `restored/${short.replaceAll(/[^\w./-]/g, '-')}-${id.slice(0, 8)}`;
    if (!(await ok(['update-ref', `refs/heads/${name}`, object]))) throw new Error(`git could not put back ${short}.`);
    return `what ${short === 'commits' ? 'the branch' : short} was is the branch ${name}`;
  }
}

/** Puts back what was staged, after the files; what is staged otherwise by now stays. */
export async function restoreStaged(git: SafeGit, { folder, staged }: GitCopy, signal: AbortSignal): Promise<void> {
  if (staged.length === 0) return;
  const filters = await withoutFilters(git, folder, signal);
  if (!filters) return;
  const literal = ['--literal-pathspecs', ...filters];
  for (let at = 0; at < staged.length; at += AT_ONCE) {
    const some = staged.slice(at, at + AT_ONCE);
    const status = await git(
      folder,
      [...literal, 'diff-index', '--cached', '-z', '--name-only', 'HEAD', '--', ...some.map((each) => each.path)],
      signal,
    );
    if (status.kind !== 'output') return;
    const newer = new Set(status.text.split('\0'));
    const infos = some
      .filter((each) => !newer.has(each.path))
      .flatMap(({ mode, object, path: file }) => ['--cacheinfo', `${mode},${object},${file}`]);
    if (infos.length > 0) await git(folder, [...filters, 'update-index', '--add', ...infos], signal);
  }
}

/** Whether git has what these files hold: tracked, and as the last commit or the index has them. Absolute paths. */
export async function keptByGit(
  git: SafeGit,
  folder: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  const filters = await withoutFilters(git, folder, signal);
  if (!filters) return kept;
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const names = files.slice(at, at + AT_ONCE).map((file) => path.relative(folder, file));
    const literal = ['--literal-pathspecs', ...filters];
    const tracked = await git(folder, [...literal, 'ls-files', '-z', '--full-name', '--', ...names], signal);
    const dirty = await git(folder, [...literal, ...STATUS, '--', ...names], signal);
    if (tracked.kind !== 'output' || dirty.kind !== 'output' || dirty.code !== 0) continue;
    const changed = new Set(readStatus(dirty.text).flatMap((change) => (change.unstaged ? [change.path] : [])));
    for (const name of tracked.text.split('\0')) if (name && !changed.has(name)) kept.add(path.join(folder, name));
  }
  return kept;
}

interface Change {
  readonly path: string;
  /** In the working tree. */
  readonly there: boolean;
  /** Not as the index has it. */
  readonly unstaged: boolean;
  /** What the index has where the last commit has something else. */
  readonly staged?: { readonly path: string; readonly mode: string; readonly object: string };
}

/** https://git-scm.com/docs/git-status#_porcelain_format_version_2, without renames. */
function readStatus(text: string): readonly Change[] {
  return text.split('\0').flatMap((line): Change[] => {
    const fields = line.split(' ');
    if (fields[0] === '1') {
      const [, states = '', , , mode = '', inTree = '', , object = ''] = fields;
      const name = fields.slice(8).join(' ');
      const isStaged = states[0] !== '.' && !/^0+$/.test(mode);
      return [
        {
          path: name,
          there: !/^0+$/.test(inTree),
          unstaged: states[1] !== '.',
          ...(isStaged && { staged: { path: name, mode, object } }),
        },
      ];
    }
    return fields[0] === 'u'
      ? [{ path: fields.slice(10).join(' '), there: !/^0+$/.test(fields[6] ?? ''), unstaged: true }]
      : [];
  });
}

/** A reference's log: `OLD NEW NAME <MAIL> TIME ZONE<tab>MESSAGE`, the newest last. */
function readStashes(log: string): { readonly message: string; readonly object: string }[] {
  return log
    .split('\n')
    .flatMap((line) => {
      const [, object, message = ''] = /^[0-9a-f]+ ([0-9a-f]+) [^\t]*(?:\t(.*))?$/.exec(line) ?? [];
      return object === undefined ? [] : [{ object, message }];
    })
    .reverse();
}

function parted<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  const [first, second]: [Item[], Item[]] = [[], []];
  for (const item of items) (isFirst(item) ? first : second).push(item);
  return [first, second];
}

function cannotTell(folder: string): Error {
  return new Error(`No safety copy can be taken: git can’t tell what would be lost in ${folder}.`);
}
