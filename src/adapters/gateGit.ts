/**
 * Asks git about a repository that nobody trusts: no hook, monitor, filter, pager, credential helper or transport that its
 * configuration names is run, no lock is taken, nothing is fetched.
 */
import { execFile } from 'node:child_process';

const TIMEOUT_MS = 1_200;
const MOST_BYTES = 16_000_000;
/** Processes at a time: each is short, and a machine has few cores. */
const AT_ONCE = 4;

const SAFE = [
  '--no-pager',
  '--no-optional-locks',
  ...[
    'core.fsmonitor=',
    'core.hooksPath=/dev/null',
    'core.untrackedCache=false',
    'core.quotePath=false',
    'core.askPass=',
    'credential.helper=',
    'protocol.allow=never',
    'submodule.recurse=false',
    'status.submoduleSummary=false',
  ].flatMap((setting) => ['-c', setting]),
];

export type GitAnswer =
  | { readonly kind: 'output'; readonly code: number; readonly text: string }
  | { readonly kind: 'noRepository' }
  /** Took too long, said too much, isn't installed, or refuses the repository. */
  | { readonly kind: 'failed' };

/** Runs git in a folder. Never rejects. */
export type SafeGit = (folder: string, args: readonly string[], signal: AbortSignal) => Promise<GitAnswer>;

export function safeGit(
  env: Readonly<Record<string, string | undefined>>,
  { program = 'git', timeoutMs = TIMEOUT_MS }: { readonly program?: string; readonly timeoutMs?: number } = {},
): SafeGit {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !/^GIT_/i.test(name)));
  const gitEnv = { ...own, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
  let running = 0;
  const waiting: (() => void)[] = [];

  async function turn<Value>(task: () => Promise<Value>): Promise<Value> {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await task();
    } finally {
      running--;
      waiting.shift()?.();
    }
  }

  return (folder, args, signal) =>
    turn(
      () =>
        new Promise((resolve) => {
          execFile(
            program,
            ['-C', folder, ...SAFE, ...args],
            {
              env: gitEnv,
              signal,
              timeout: timeoutMs,
              killSignal: 'SIGKILL',
              maxBuffer: MOST_BYTES,
              windowsHide: true,
            },
            (error, stdout, stderr) => {
              if (!error) return resolve({ kind: 'output', code: 0, text: stdout });
              const { code } = error;
              if (/not a git repository|must be run in a work tree|only be used inside a git repository/i.test(stderr))
                return resolve({ kind: 'noRepository' });
              if (typeof code === 'number' && code < 128) return resolve({ kind: 'output', code, text: stdout });
              resolve({ kind: 'failed' });
            },
          );
        }),
    );
}

/** Settings that switch off the filters of a repository's own configuration: `git status` would run them. */
export async function withoutFilters(
  git: SafeGit,
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const found = await git(
    folder,
    ['config', '--includes', '--show-scope', '-z', '--name-only', '--get-regexp', '^filter\\.'],
    signal,
  );
  if (found.kind === 'noRepository') return [];
  if (found.kind === 'failed') return undefined;
  const words = found.text.split('\0');
  const names = new Set<string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const name = /^filter\.([\s\S]+)\.\w+$/.exec(words[at + 1] ?? '')?.[1];
    // The developer's own are theirs; a working tree has a file of settings beside its repository's.
    if (name === undefined || /^(?:global|system)$/.test(words[at] ?? '')) continue;
    // On a command line the first equals sign ends a setting's name.
    if (name.includes('=')) return undefined;
    names.add(name);
  }
  return [...names].flatMap((name) =>
    ['clean=', 'process=', 'smudge=', 'required=false'].flatMap((setting) => ['-c', `filter.${name}.${setting}`]),
  );
}
