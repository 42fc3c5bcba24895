/** A repository's own rules for agents: `.marginal/policy.json`, from the agent's folder upwards. Only ever read. */
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GatePolicy } from '../core/gate/policy.ts';
import { readPolicyFile, UNREADABLE_POLICY } from '../core/gate/readPolicy.ts';

export interface PolicyFileOptions {
  /** Folders that are open: one that holds the agent's is looked at too, also above a repository in it. */
  readonly folders: () => readonly string[];
  /** A broken file with what to do about it; undefined: it is well again. */
  readonly onTrouble: (file: string, sentence: string | undefined) => void;
}

export const POLICY_FILE = path.join('.marginal', 'policy.json');
const MOST_BYTES = 256_000;

interface Known {
  /** Changes with the file. */
  readonly stamp: string;
  readonly policy: GatePolicy;
}

/** All files on the way, since each can only make things stricter. Never rejects. */
export function policyFiles({
  folders,
  onTrouble,
}: PolicyFileOptions): (cwd: string | undefined) => Promise<GatePolicy> {
  const known = new Map<string, Known>();

  async function read(file: string): Promise<GatePolicy> {
    const found = await stat(file).catch((error: unknown) => (isMissing(error) ? undefined : 'unreadable'));
    if (found === undefined) {
      if (known.delete(file)) onTrouble(file, undefined);
      return { rules: [] };
    }
    if (found === 'unreadable') return broken(file, 'it can’t be read');
    const stamp = [found.dev, found.ino, found.size, found.mtimeMs].join(':');
    const before = known.get(file);
    if (before?.stamp === stamp) return before.policy;
    const policy = await fresh(file, found.isFile(), found.size);
    known.set(file, { stamp, policy });
    return policy;
  }

  async function fresh(file: string, isFile: boolean, bytes: number): Promise<GatePolicy> {
    if (!isFile) return broken(file, 'it is no file');
    if (bytes > MOST_BYTES) return broken(file, 'it is larger than 256 kB');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return broken(file, 'it can’t be read');
    const told = readPolicyFile(text);
    if (told.policy === undefined) return broken(file, told.problem);
    onTrouble(file, undefined);
    return told.policy;
  }

  function broken(file: string, problem: string): GatePolicy {
    onTrouble(
      file,
      `${file} holds no rules that can be read: ${problem}. Mend it or delete it; until then you are asked about everything that agents do but reading.`,
    );
    return UNREADABLE_POLICY;
  }

  return async (cwd) => {
    try {
      const open = await Promise.all(folders().map((folder) => realpath(folder).catch(() => path.resolve(folder))));
      const places = cwd === undefined ? open : await waysUp(await resolved(cwd), open);
      const policies = await Promise.all(places.map((place) => read(path.join(place, POLICY_FILE))));
      return { rules: policies.flatMap(({ rules }) => rules) };
    } catch {
      return UNREADABLE_POLICY;
    }
  };
}

/** From a folder up to its repository's root, and on to an open folder that holds it: an agent may make a repository in it. */
async function waysUp(folder: string, open: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  let end = 1;
  let rooted = false;
  for (let at = folder; ; at = path.dirname(at)) {
    all.push(at);
    const isRoot: boolean = !rooted && (await exists(path.join(at, '.git')));
    rooted ||= isRoot;
    if (isRoot || open.includes(at)) end = all.length;
    if (at === path.dirname(at)) return all.slice(0, end);
  }
}

/** The nearest folder of it that is there. */
async function resolved(folder: string): Promise<string> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return real;
    if (at === path.dirname(at)) return at;
  }
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
