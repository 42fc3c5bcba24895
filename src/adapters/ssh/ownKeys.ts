/** The developer's own keys and addresses: they never count as another person's. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf, publicHalf, publicKey } from '../../core/gate/sshKeys.ts';
import type { SafeGit } from '../gateGit.ts';
import { type Environment, findProgram, runProgram } from './runProgram.ts';

const AGENT_MS = 3_000;
const MOST_KEY_BYTES = 64_000;
const MOST_FILES = 400;

export interface OwnKeys {
  /** As ssh-keygen prints them: `SHA256:…`. */
  readonly fingerprints: ReadonlySet<string>;
  /** Of every configuration that git reads here. */
  readonly emails: readonly string[];
  /** Of those that aren't the repository's: an agent can't reach them as easily. */
  readonly ownEmails: readonly string[];
  /** As git would write them in a commit here. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

export interface FoundKey {
  /** File with the public key, or with both halves; undefined: only the agent has it. */
  readonly path?: string;
  readonly type: string;
  /** Base64. */
  readonly key: string;
  readonly comment: string;
}

export interface KeyPlaces {
  readonly home: string;
  readonly env: Environment;
  readonly git: SafeGit;
}

export function fingerprint(key: string | Uint8Array): string | undefined {
  const bytes = typeof key === 'string' ? bytesOf(key) : key;
  return bytes && `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

/** Rejects with a sentence where they can't be told: then nobody's signature counts. */
export async function ownKeys(cwd: string, places: KeyPlaces): Promise<OwnKeys> {
  const { home } = places;
  const config = async (scope: readonly string[], key: string): Promise<readonly string[]> => {
    const values = await gitConfig(places.git, cwd, scope, key);
    if (!values) throw cannotTell('git');
    return values;
  };
  const [signing, emails, globalEmails, systemEmails, names, files, agent] = await Promise.all([
    config([], 'user.signingkey'),
    config([], 'user.email'),
    config(['--global', '--includes'], 'user.email'),
    config(['--system', '--includes'], 'user.email'),
    config([], 'user.name'),
    sshFolderKeys(home),
    agentKeys(places.env),
  ]);
  if (!agent) throw cannotTell('ssh-add');
  const named = await Promise.all(signing.map((value) => signingKeys(value, home)));
  const fingerprints = [...files, ...named.flat(), ...agent.map(({ key }) => key)].flatMap(
    (key) => fingerprint(key) ?? [],
  );
  const ownEmails = [...new Set([...globalEmails, ...systemEmails])];
  return {
    fingerprints: new Set(fingerprints),
    emails: [...new Set([...emails, ...ownEmails])],
    ownEmails,
    email: emails.at(-1),
    name: names.at(-1),
  };
}

function cannotTell(program: string): Error {
  return new Error(
    `${program} didn’t answer, so which keys are your own can’t be told, and nobody else’s counts: try again.`,
  );
}

/** Values of a setting, the one that holds last; undefined: git didn't answer. */
export async function gitConfig(
  git: SafeGit,
  cwd: string,
  scope: readonly string[],
  key: string,
): Promise<readonly string[] | undefined> {
  const found = await git(cwd, ['config', ...scope, '-z', '--get-all', key], new AbortController().signal);
  if (found.kind === 'failed') return undefined;
  return found.kind === 'output' && found.code === 0 ? found.text.split('\0').filter((value) => value !== '') : [];
}

/** What `user.signingkey` names: a file, or the key itself. */
async function signingKeys(value: string, home: string): Promise<(string | Uint8Array)[]> {
  const own = publicKey(value);
  return own ? [own.key] : keysOf(atHome(value, home));
}

/** Every key of ~/.ssh, and those that its config names. */
async function sshFolderKeys(home: string): Promise<(string | Uint8Array)[]> {
  const folder = path.join(home, '.ssh');
  // Without the folder there are none.
  const names = await readdir(folder).catch((): string[] => []);
  const config = (await smallText(path.join(folder, 'config'))) ?? '';
  const named = [...config.matchAll(/^\s*(?:IdentityFile|CertificateFile)[\s=]+"?([^"\n]+?)"?\s*$/gim)].map(
    ([, file = '']) => atHome(file.replace(/%d/g, home), home),
  );
  const files = [...names.slice(0, MOST_FILES).map((name) => path.join(folder, name)), ...named];
  return (await Promise.all(files.map(keysOf))).flat();
}

/** The public halves that a file tells of, its neighbour `.pub` included. */
async function keysOf(file: string): Promise<(string | Uint8Array)[]> {
  const texts = await Promise.all([smallText(file), smallText(`${file}.pub`)]);
  return texts.flatMap((text = ''): (string | Uint8Array)[] => {
    const half = publicHalf(text);
    return half ? [half] : text.split('\n').flatMap((line) => publicKey(line)?.key ?? []);
  });
}

/** Keys that this user's ssh-agent has; none where there is no agent; undefined: it didn't answer. */
export async function agentKeys(env: Environment): Promise<readonly FoundKey[] | undefined> {
  const program = await findProgram('ssh-add', env);
  if (program === undefined) return [];
  const found = await runProgram(program, ['-L'], { env, timeoutMs: AGENT_MS }).catch(() => undefined);
  if (found?.code === undefined) return undefined;
  // An agent that can't be reached has no keys to tell of.
  return found.code === 0 ? found.stdout.split('\n').flatMap((line) => foundKey(line) ?? []) : [];
}

/** Public keys of ~/.ssh whose private half lies beside them. */
export async function keyPairs(home: string): Promise<readonly FoundKey[]> {
  const folder = path.join(home, '.ssh');
  const names = await readdir(folder).catch((): string[] => []);
  const found: FoundKey[] = [];
  for (const name of names.filter((each) => each.endsWith('.pub')).sort()) {
    const file = path.join(folder, name);
    const isPair = names.includes(name.slice(0, -'.pub'.length));
    const key = isPair ? foundKey((await smallText(file)) ?? '') : undefined;
    if (key) found.push({ ...key, path: file });
  }
  return found;
}

export function foundKey(line: string): FoundKey | undefined {
  const key = publicKey(line);
  return key && { ...key, comment: line.slice(line.indexOf(key.key) + key.key.length).trim() };
}

export function atHome(file: string, home: string): string {
  return /^~[/\\]/.test(file) ? path.join(home, file.slice(2)) : file;
}

/** Undefined: no such file, none that can be read, or none that a key would be in. */
export async function smallText(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= MOST_KEY_BYTES ? await readFile(file, 'utf8') : undefined;
  } catch {
    // Another user's, or just removed: then it is nobody's key here.
    return undefined;
  }
}
