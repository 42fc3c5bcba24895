/**
 * Who may sign, from files that an agent can't write unnoticed: `.marginal/allowed_signers` as the remote's default branch has it
 * (or HEAD, without a remote), and the file that the developer's own git configuration names. Each version is noted when it is
 * first seen, so that who came in while a run was at work doesn't count in it.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { SafeGit } from '../gateGit.ts';
import { atHome, gitConfig, smallText } from './ownKeys.ts';

export const SIGNERS_FILE = '.marginal/allowed_signers';
/** A session and what is noted at its begin are told a moment apart. */
const SLACK_MS = 2_000;
const OBJECT_ID = /^[0-9a-f]{40,64}$/;
const never = new AbortController().signal;

/** Texts that must all allow a signer: as it was when the run began, and as it is. */
export interface SignersSource {
  /** For a person: ".marginal/allowed_signers of origin/main". */
  readonly label: string;
  readonly texts: readonly [string, ...string[]];
}

export interface SignersPlace {
  /** The repository's own git folder, or the folder itself outside of one. */
  readonly place: string;
  /** Where its remote is, or what the folder is called. */
  readonly name: string;
}

export interface SignersFiles {
  placeOf(cwd: string): Promise<SignersPlace>;
  /** Notes what is there now. */
  observe(cwd: string): Promise<void>;
  /** `since`: epoch ms; undefined: when this process first looked there. */
  sources(cwd: string, since: number | undefined): Promise<readonly SignersSource[]>;
}

interface Version {
  /** Where it is: a repository, or a file. */
  readonly key: string;
  readonly label: string;
  readonly id: string;
  readonly text: string;
  /** Undefined: an older version can't be had. */
  readonly older?: (id: string) => Promise<string | undefined>;
}

export function signersFiles(about: {
  readonly folder: string;
  readonly home: string;
  readonly git: SafeGit;
  readonly now: () => number;
}): SignersFiles {
  const { home, now } = about;
  /** When this process first looked, by the version's place. */
  const firstLooks = new Map<string, number>();
  // What `git replace` puts in an object's place is the working copy's own matter.
  const git = async (cwd: string, ...args: string[]) => {
    const found = await about.git(cwd, ['--no-replace-objects', ...args], never);
    return found.kind === 'output' && found.code === 0 ? found.text : undefined;
  };

  async function placeOf(cwd: string): Promise<SignersPlace> {
    const real = await realpath(cwd).catch(() => path.resolve(cwd));
    const gitFolder = (await git(cwd, 'rev-parse', '--git-common-dir'))?.trim();
    if (gitFolder === undefined) return { place: real, name: path.basename(real) };
    const place = path.resolve(real, gitFolder);
    const [remote] = (await gitConfig(about.git, cwd, ['--local'], `remote.${await remoteOf(cwd)}.url`)) ?? [];
    const folder = path.basename(place) === '.git' ? path.dirname(place) : place;
    return { place, name: remote === undefined ? path.basename(folder) : withoutPassword(remote) };
  }

  async function remoteOf(cwd: string): Promise<string | undefined> {
    const names = (await git(cwd, 'remote'))?.split('\n').filter((name) => name !== '') ?? [];
    return names.includes('origin') ? 'origin' : names[0];
  }

  /** The branch that counts, as git names it and as a person does. */
  async function branchOf(cwd: string): Promise<{ readonly ref: string; readonly label: string }> {
    const remote = await remoteOf(cwd);
    if (remote === undefined) return { ref: 'HEAD', label: 'the last commit here' };
    const head = (await git(cwd, 'symbolic-ref', '-q', `refs/remotes/${remote}/HEAD`))?.trim();
    const guesses = ['main', 'master', 'trunk', 'develop'].map((name) => `refs/remotes/${remote}/${name}`);
    for (const ref of head === undefined ? guesses : [head]) {
      const there = await git(cwd, 'rev-parse', '-q', '--verify', `${ref}^{commit}`);
      if (there !== undefined) return { ref, label: ref.replace('refs/remotes/', '') };
    }
    // A remote that nothing was fetched from or pushed to.
    return { ref: 'HEAD', label: 'the last commit here' };
  }

  async function versions(cwd: string): Promise<readonly Version[]> {
    const [repository, file] = await Promise.all([repositoryVersion(cwd), ownVersion(cwd)]);
    return [repository, file].filter((version) => version !== undefined);
  }

  async function repositoryVersion(cwd: string): Promise<Version | undefined> {
    const gitFolder = await git(cwd, 'rev-parse', '--git-common-dir');
    if (gitFolder === undefined) return undefined;
    const [{ place }, { ref, label }] = await Promise.all([placeOf(cwd), branchOf(cwd)]);
    const blob = async (id: string) => (OBJECT_ID.test(id) ? git(cwd, 'cat-file', 'blob', id) : undefined);
    const id = (await git(cwd, 'rev-parse', '-q', '--verify', `${ref}:${SIGNERS_FILE}`))?.trim() ?? 'none';
    const text = (await blob(id)) ?? '';
    return { key: place, label: `${SIGNERS_FILE} of ${label}`, id, text, older: blob };
  }

  /** Only what the developer's own configuration names: a repository's would be the agent's to write. */
  async function ownVersion(cwd: string): Promise<Version | undefined> {
    const values = await Promise.all(
      ['--global', '--system'].map((scope) =>
        gitConfig(about.git, cwd, [scope, '--includes'], 'gpg.ssh.allowedSignersFile'),
      ),
    );
    const named = values[0]?.at(-1) ?? values[1]?.at(-1);
    if (named === undefined) return undefined;
    const file = path.resolve(home, atHome(named, home));
    const text = (await smallText(file)) ?? '';
    return { key: file, label: file, id: createHash('sha256').update(text).digest('hex'), text };
  }

  /** Ids by the time when they were first seen there, oldest first. */
  async function noted(version: Version): Promise<readonly { readonly at: number; readonly id: string }[]> {
    const file = path.join(about.folder, `${createHash('sha256').update(version.key).digest('hex').slice(0, 32)}.log`);
    // Nothing was noted yet.
    const before = linesOf(await readFile(file, 'utf8').catch(() => ''));
    const at = now();
    if (!firstLooks.has(version.key)) firstLooks.set(version.key, at);
    if (before.at(-1)?.id === version.id) return before;
    await mkdir(about.folder, { recursive: true, mode: 0o700 });
    await appendFile(file, `${at} ${version.id}\n`, { mode: 0o600 });
    return [...before, { at, id: version.id }];
  }

  return {
    placeOf,
    async observe(cwd) {
      for (const version of await versions(cwd)) await noted(version);
    },
    async sources(cwd, since) {
      const found: SignersSource[] = [];
      for (const version of await versions(cwd)) {
        const notes = await noted(version);
        const until = (since ?? firstLooks.get(version.key) ?? now()) + SLACK_MS;
        const settled = notes.filter(({ at }) => at <= until).at(-1)?.id;
        if (settled === undefined) continue;
        const text = settled === version.id ? version.text : await version.older?.(settled);
        if (text === undefined) continue;
        found.push({ label: version.label, texts: text === version.text ? [text] : [text, version.text] });
      }
      return found;
    },
  };
}

function linesOf(text: string): { readonly at: number; readonly id: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, at, id] = /^(\d+) (\w+)$/.exec(line) ?? [];
    return at === undefined || id === undefined ? [] : [{ at: Number(at), id }];
  });
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w[\w+.-]*:\/\/)[^/@]*@/, '$1');
}
