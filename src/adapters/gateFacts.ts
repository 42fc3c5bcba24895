/** What the gate asks of this machine: looked up with lstat and git alone. Nothing is written and nothing of a repository runs. */
import { existsSync } from 'node:fs';
import { lstat, readFile, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FactAnswer, FactQuestion, PathFact } from '../core/risk/facts.ts';
import { makeTargetText, packageScriptText } from '../core/risk/projectScripts.ts';
import type { FactsPort } from '../ports.ts';
import { filesIn, gitContents, keepsIgnored, MOST_FILES, records } from './gateContents.ts';
import { type SafeGit, safeGit, withoutFilters } from './gateGit.ts';
import { expandPattern, together } from './gatePatterns.ts';

export interface GateFactsOptions {
  /** Folders that are open; a path in none of them is outside the workspace. */
  readonly workspaceFolders: readonly string[];
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether this run created the file, and so nothing older is in it. */
  readonly madeByRun?: (path: string) => boolean;
  /** Whether the developer has allowed a program (or `mcp:SERVER`) here before. */
  readonly knownProgram?: (name: string) => boolean;
  readonly protectedBranches?: readonly string[];
  readonly git?: SafeGit;
}

/** Names of files mean themselves. `check-ignore` takes them so anyway. */
const LITERAL = ['--literal-pathspecs'];
const STATUS = ['status', '--porcelain=v1', '-z', '--no-renames'];
const UNTRACKED_TOO = ['--untracked-files=all', '--ignored=matching', '--ignore-submodules=all'];
const UNANSWERED: FactAnswer = { kind: 'unanswered' };
const MOST_SCRIPT_BYTES = 256_000;
/** What a pattern names is looked at one by one up to so many; files alone are, above so few, all at once. */
const MOST_NAMED = 24;
const FEW = 3;
/** Of one Makefile. */
const MOST_INCLUDES = 20;
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'];
const PROFILES = ['.bashrc', '.bash_aliases', '.zshrc', '.profile'];

export function gateFacts(options: GateFactsOptions): FactsPort {
  const { home, env, madeByRun, knownProgram, protectedBranches } = options;
  const git = options.git ?? safeGit(env);
  const roots = Promise.all(
    options.workspaceFolders.map((folder) => realpath(folder).catch(() => path.resolve(folder))),
  );

  async function answer(question: FactQuestion, signal: AbortSignal): Promise<FactAnswer> {
    switch (question.kind) {
      case 'path': {
        const full = absolute(question.path, question.cwd);
        if (full === undefined) return UNANSWERED;
        // With a slash at its end a link means what it leads to.
        const led = /[/\\]\.?$/.test(question.path) ? await realpath(full).catch(() => full) : full;
        return pathsFact(led, signal);
      }
      case 'script': {
        const full = absolute(question.path, question.cwd);
        return full === undefined ? UNANSWERED : scriptText(full);
      }
      case 'packageScript': {
        const folder = absolute('.', question.cwd);
        return folder === undefined ? UNANSWERED : packageScript(folder, question.name);
      }
      case 'makeTarget': {
        const folder = absolute('.', question.cwd);
        return folder === undefined ? UNANSWERED : makeTarget(folder, question.name, question.file);
      }
      case 'git': {
        const folder = absolute('.', question.cwd);
        return folder === undefined ? UNANSWERED : gitFact(folder, signal);
      }
      case 'env': {
        const value = env[question.name];
        return value === undefined ? UNANSWERED : { kind: 'text', text: value };
      }
      case 'program':
        return { kind: 'program', known: knownProgram?.(question.name) ?? false };
      case 'alias':
        return alias(question.name);
    }
  }

  /** Undefined: what it is relative to isn't known, or another user's home. */
  function absolute(written: string, cwd: string | undefined): string | undefined {
    if (/[\0\uFFFC]/.test(written + (cwd ?? ''))) return undefined;
    const at = (text: string) => (text === '~' || text.startsWith('~/') ? path.join(home, text.slice(1)) : text);
    const [own, base] = [at(written), at(cwd ?? '')];
    if (own.startsWith('~') || base.startsWith('~')) return undefined;
    if (path.isAbsolute(own)) return path.normalize(own);
    const [only, ...more] = options.workspaceFolders;
    const folder = path.isAbsolute(base)
      ? base
      : only !== undefined && more.length === 0
        ? path.join(only, base)
        : undefined;
    return folder === undefined ? undefined : path.resolve(folder, own);
  }

  /** Of a pattern what holds of all that it names. */
  async function pathsFact(full: string, signal: AbortSignal): Promise<FactAnswer> {
    const fact = await pathFact(full, signal);
    if (!/[*?[]/.test(full) || fact.kind !== 'path' || fact.exists) return fact;
    const named = await expandPattern(full, MOST_FILES);
    if (named === undefined) return UNANSWERED;
    const kinds = await Promise.all(named.map((each) => lstat(each).catch(() => undefined)));
    if (named.length > FEW && kinds.every((kind) => kind?.isFile())) return filesFact(full, named, signal);
    if (named.length > MOST_NAMED) return UNANSWERED;
    const facts: PathFact[] = [];
    for (const each of named) {
      const one = await pathFact(each, signal);
      if (one.kind !== 'path') return UNANSWERED;
      facts.push(one);
    }
    return facts.length === 0 ? fact : together(facts);
  }

  /** Of many files at once, none of them a link. */
  async function filesFact(pattern: string, files: readonly string[], signal: AbortSignal): Promise<FactAnswer> {
    const parts = pattern.split(path.sep);
    const fixed = parts.slice(
      0,
      parts.findIndex((part) => /[*?[]/.test(part)),
    );
    const from = await realpath(fixed.join(path.sep) || path.sep);
    const relative = files.map((file) => path.relative(fixed.join(path.sep) || path.sep, file));
    const filters = await withoutFilters(git, from, signal);
    if (filters === undefined) return UNANSWERED;
    const [listed, status, ignored] = await Promise.all([
      git(from, [...LITERAL, 'ls-files', '-z', '-v', '--', ...relative], signal),
      git(from, [...LITERAL, ...filters, ...STATUS, '--untracked-files=no', '--', ...relative], signal),
      git(from, ['check-ignore', '--', ...relative.map((name) => `./${name}`)], signal),
    ]);
    const outside = listed.kind === 'noRepository';
    if (!outside && (listed.kind === 'failed' || status.kind !== 'output' || ignored.kind !== 'output'))
      return UNANSWERED;
    const tracked = outside ? [] : records(listed.text);
    const modified = status.kind === 'output' ? records(status.text).length : 0;
    const left = ignored.kind === 'output' ? ignored.text.split('\n').filter(Boolean) : [];
    const fresh = left.length > 0 && (await freshRules(from, filters ?? [], signal));
    const precious = left.filter((name) => keepsIgnored(path.join(path.basename(from), name), fresh)).length;
    const untracked = files.length - tracked.length - left.length + precious;
    return {
      kind: 'path',
      exists: true,
      type: 'file',
      tracked: tracked.length === files.length,
      clean: tracked.length === files.length && modified === 0 && tracked.every((entry) => entry.startsWith('H ')),
      ignored: left.length === files.length && precious === 0,
      ...(files.every((file) => madeByRun?.(file)) && { madeByRun: true }),
      ...(await inside(from)),
      untrackedFiles: Math.max(untracked, 0),
      modifiedFiles: modified + tracked.filter((entry) => !entry.startsWith('H ')).length,
    };
  }

  async function pathFact(full: string, signal: AbortSignal): Promise<FactAnswer> {
    const folder = await realFolder(path.dirname(full));
    const place = path.join(folder, path.basename(full));
    const real = folder === path.dirname(full) ? {} : { realPath: place };
    const found = await lstat(place).catch((error: unknown) => (isMissing(error) ? 'missing' : undefined));
    if (found === undefined) return UNANSWERED;
    if (found === 'missing') return { kind: 'path', exists: false, ...real, ...(await inside(place)) };
    if (!found.isSymbolicLink()) {
      return {
        ...(await contents(place, found.isDirectory(), found.isFile(), found.size, signal)),
        ...real,
        ...(await inside(place)),
      } as FactAnswer;
    }
    const target = await realpath(place).catch(async () => path.resolve(path.dirname(place), await readlink(place)));
    const led = await stat(place).catch(() => undefined);
    const link = { linkTarget: target, ...(await inside(target)) };
    // A link that leads nowhere: writing to it makes the file there.
    if (!led) return { kind: 'path', exists: true, type: 'other', tracked: false, ignored: false, ...link };
    const there = await contents(target, led.isDirectory(), led.isFile(), led.size, signal);
    return there.kind === 'path' ? { ...there, ...link } : there;
  }

  async function inside(place: string): Promise<{ readonly insideWorkspace?: boolean }> {
    const folders = await roots;
    return folders.length === 0 ? {} : { insideWorkspace: folders.some((folder) => contains(folder, place)) };
  }

  async function contents(
    place: string,
    folder: boolean,
    file: boolean,
    bytes: number,
    signal: AbortSignal,
  ): Promise<FactAnswer> {
    const base: PathFact = {
      kind: 'path',
      exists: true,
      type: folder ? 'folder' : file ? 'file' : 'other',
      ...(madeByRun?.(place) && { madeByRun: true }),
    };
    const loose = async (): Promise<PathFact> => {
      const files = folder ? await filesIn(place) : [{ bytes }];
      return {
        ...base,
        // Of a folder without files nothing is lost.
        tracked: folder && files.length === 0,
        clean: folder && files.length === 0,
        ignored: false,
        untrackedFiles: files.length,
        untrackedBytes: files.reduce((sum, each) => sum + each.bytes, 0),
      };
    };
    if (place.split(path.sep).includes('.git')) return loose();
    // From the folder above: a repository of its own inside another is no part of it.
    const from = path.dirname(place);
    const name = path.basename(place);
    const filters = await withoutFilters(git, from, signal);
    if (filters === undefined) return UNANSWERED;
    const [listed, status, ignored] = await Promise.all([
      git(from, [...LITERAL, 'ls-files', '-z', '-v', '--stage', '--', name], signal),
      git(from, [...LITERAL, ...filters, ...STATUS, ...UNTRACKED_TOO, '--', name], signal),
      git(from, ['check-ignore', '-q', '--', `./${name}`], signal),
    ]);
    if (listed.kind === 'noRepository') return loose();
    if (listed.kind === 'failed' || status.kind !== 'output' || ignored.kind !== 'output' || status.code !== 0)
      return UNANSWERED;
    const top = await git(from, ['rev-parse', '--show-toplevel'], signal);
    if (top.kind !== 'output') return UNANSWERED;
    return gitContents(base, {
      listed: listed.text,
      status: status.text,
      ignores: ignored.code === 0,
      freshRules: (ignored.code === 0 || status.text.includes('!! ')) && (await freshRules(from, filters, signal)),
      top: top.text.replace(/\n$/, ''),
      folder,
      place,
    });
  }

  /** Whether a `.gitignore` of the repository isn't as the last commit has it. */
  async function freshRules(from: string, filters: readonly string[], signal: AbortSignal): Promise<boolean> {
    const found = await git(
      from,
      [...filters, ...STATUS, '--untracked-files=all', '--ignore-submodules=all', '--', ':(top,glob)**/.gitignore'],
      signal,
    );
    return found.kind !== 'output' || found.code !== 0 || found.text !== '';
  }

  async function gitFact(folder: string, signal: AbortSignal): Promise<FactAnswer> {
    const filters = await withoutFilters(git, folder, signal);
    if (filters === undefined) return UNANSWERED;
    const [status, branch, origin, remotes, stashes, flags, aliases, inHead, halves] = await Promise.all([
      git(folder, [...filters, ...STATUS, ...UNTRACKED_TOO], signal),
      git(folder, ['symbolic-ref', '--short', '-q', 'HEAD'], signal),
      git(folder, ['symbolic-ref', '--short', '-q', 'refs/remotes/origin/HEAD'], signal),
      git(folder, ['config', '-z', '--get-regexp', '^remote\\..*\\.url$'], signal),
      git(folder, ['rev-list', '-g', '--count', 'refs/stash', '--'], signal),
      git(folder, ['ls-files', '-z', '-v'], signal),
      git(folder, ['config', '-z', '--get-regexp', '^alias\\.'], signal),
      merged(folder, signal),
      git(folder, ['rev-parse', '--git-path', 'rebase-merge', '--git-path', 'rebase-apply'], signal),
    ]);
    if (status.kind !== 'output' || status.code !== 0) return UNANSWERED;
    const entries = records(status.text).map((entry) => entry.slice(0, 2));
    const hiddenFiles =
      flags.kind === 'output' ? records(flags.text).filter((entry) => /^[a-z]/.test(entry)).length : 0;
    const line = (each: typeof branch) => (each.kind === 'output' && each.code === 0 ? each.text.trim() : '');
    const defaultBranch = line(origin).replace(/^origin\//, '');
    return {
      kind: 'git',
      ...(line(branch) !== '' && { branch: line(branch) }),
      ...(defaultBranch !== '' && { defaultBranch }),
      ...(protectedBranches && { protectedBranches }),
      ...inHead,
      ...(remotes.kind === 'output' && { remotes: remoteUrls(remotes.text) }),
      ...(aliases.kind === 'output' && aliases.text !== '' && { aliases: aliasesIn(aliases.text) }),
      modifiedFiles: entries.filter((code) => code !== '??' && code !== '!!').length + hiddenFiles,
      untrackedFiles: entries.filter((code) => code === '??').length,
      ignoredFiles: entries.filter((code) => code === '!!').length,
      // Without a stash there is no such reference.
      stashes: Number(line(stashes)) || 0,
      ...(line(halves) !== '' && {
        halfRebased: line(halves)
          .split('\n')
          .some((each) => existsSync(path.resolve(folder, each))),
      }),
    };
  }

  async function merged(
    folder: string,
    signal: AbortSignal,
  ): Promise<{ readonly mergedBranches: readonly string[]; readonly mergedTags: readonly string[] } | undefined> {
    const into = async (commit: string) => {
      const found = await git(
        folder,
        ['for-each-ref', '--format=%(objecttype) %(refname)', `--merged=${commit}`, 'refs/heads', 'refs/tags'],
        signal,
      );
      return found.kind === 'output' && found.code === 0 ? found.text.split('\n').filter(Boolean) : [];
    };
    const own = await git(folder, ['symbolic-ref', '--short', '-q', 'HEAD'], signal);
    if (own.kind !== 'output') return undefined;
    const all = (await Promise.all([into('HEAD'), into('refs/remotes/origin/HEAD')])).flat();
    const named = (prefix: string) => [
      ...new Set(all.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length))),
    ];
    return {
      // The branch that one is on is in itself, and in no other for that.
      mergedBranches: named('commit refs/heads/').filter((name) => name !== own.text.trim()),
      // A tag with a message is an object of its own.
      mergedTags: named('commit refs/tags/'),
    };
  }

  async function scriptText(full: string): Promise<FactAnswer> {
    const found = await stat(full).catch((error: unknown) => (isMissing(error) ? 'missing' : undefined));
    if (found === 'missing') return { kind: 'text' };
    if (!found?.isFile() || found.size > MOST_SCRIPT_BYTES) return UNANSWERED;
    const text = await readFile(full, 'utf8');
    return text.includes('\0') ? UNANSWERED : { kind: 'text', text };
  }

  /** From the nearest package.json, as npm looks for it. */
  async function packageScript(folder: string, name: string): Promise<FactAnswer> {
    for (const each of upwards(folder)) {
      const text = await readSmall(path.join(each, 'package.json'));
      if (text === undefined) continue;
      const script = packageScriptText(text, name);
      return script === undefined ? { kind: 'text' } : { kind: 'text', text: script };
    }
    return { kind: 'text' };
  }

  async function makeTarget(folder: string, name: string, file: string | undefined): Promise<FactAnswer> {
    for (const each of file === undefined ? MAKEFILES : [file]) {
      const text = await readSmall(path.resolve(folder, each));
      if (text === undefined) continue;
      const { whole, missing } = await withIncludes(text, folder);
      const recipe = makeTargetText(whole, name);
      if (recipe !== undefined) return { kind: 'text', text: recipe };
      // Another file may define it.
      return missing ? UNANSWERED : { kind: 'text' };
    }
    return { kind: 'text' };
  }

  /** The text with the files that it includes in their places. `missing`: one couldn't be read. */
  async function withIncludes(
    text: string,
    folder: string,
    left = { files: MOST_INCLUDES },
  ): Promise<{ readonly whole: string; readonly missing: boolean }> {
    let missing = false;
    const lines: string[] = [];
    for (const line of text.split('\n')) {
      const names = /^ *-?s?include\s+(.+)$/
        .exec(line)?.[1]
        ?.replace(/\s#.*$/, '')
        .trim()
        .split(/\s+/);
      if (!names) {
        lines.push(line);
        continue;
      }
      for (const name of names) {
        const included =
          left.files-- > 0 && !/[$*?[]/.test(name) ? await readSmall(path.resolve(folder, name)) : undefined;
        if (included === undefined) {
          missing = true;
          continue;
        }
        const inner = await withIncludes(included, folder, left);
        missing ||= inner.missing;
        lines.push(inner.whole);
      }
    }
    return { whole: lines.join('\n'), missing };
  }

  async function alias(name: string): Promise<FactAnswer> {
    let found: string | undefined;
    for (const profile of PROFILES) {
      const text = (await readSmall(path.join(home, profile))) ?? '';
      for (const [, key, single, double, plain] of text.matchAll(
        /^\s*alias\s+([\w.:+-]+)=(?:'([^'\n]*)'|"([^"\n]*)"|(\S+))/gm,
      )) {
        if (key === name) found = single ?? double ?? plain;
      }
    }
    return found === undefined ? { kind: 'text' } : { kind: 'text', text: found };
  }

  return {
    // What can't be looked up is unanswered, and the gate then assumes the worst.
    answer: (question, signal) => answer(question, signal).catch(() => UNANSWERED),
  };
}

function remoteUrls(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    records(text).flatMap((entry) => {
      const [, name, url] = /^remote\.(.+)\.url\n([\s\S]*)$/.exec(entry) ?? [];
      return name === undefined || url === undefined ? [] : [[name, url] as const];
    }),
  );
}

function aliasesIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    records(text).flatMap((entry) => {
      const [, name, value] = /^alias\.(.+?)\n([\s\S]*)$/.exec(entry) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** The nearest folder of it that exists, resolved, with the rest behind it. */
async function realFolder(folder: string): Promise<string> {
  const rest: string[] = [];
  for (const each of upwards(folder)) {
    const real = await realpath(each).catch(() => undefined);
    if (real !== undefined) return path.join(real, ...rest);
    rest.unshift(path.basename(each));
  }
  return folder;
}

function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = path.dirname(at)) {
    yield at;
    if (at === path.dirname(at)) return;
  }
}

function contains(folder: string, place: string): boolean {
  const relative = path.relative(folder, place);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function readSmall(full: string): Promise<string | undefined> {
  const found = await stat(full).catch(() => undefined);
  return found?.isFile() && found.size <= MOST_SCRIPT_BYTES * 4 ? readFile(full, 'utf8') : undefined;
}
