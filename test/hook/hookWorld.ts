/** A home of its own with the installed launcher, windows that answer, and agents that call their hooks. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import esbuild, { type BuildOptions } from 'esbuild';
import { type HookFolder, hookFolder } from '../../src/adapters/hookFolder.ts';
import { windowFile } from '../../src/adapters/windowFile.ts';
import type { HookAnswer, HookCall } from '../../src/core/hooks/hookCall.ts';
import { type GateEndpoint, gateEndpoint } from '../../src/worker/gateEndpoint.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The shells of this machine that the launcher is to work with. */
export const SHELLS: readonly (readonly string[])[] = [['dash'], ['bash', '--posix'], ['busybox', 'sh'], ['sh']].filter(
  ([program = '']) => ['/bin', '/usr/bin', '/usr/local/bin'].some((folder) => existsSync(path.join(folder, program))),
);

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** null: a signal ended it. */
  readonly code: number | null;
}

export interface HookWorld {
  readonly home: string;
  /** ~/.marginal */
  readonly folder: string;
  readonly script: string;
  readonly hooks: HookFolder;
  /** Runs the launcher as an agent does. `body`: a text as it is, else as JSON. */
  hook(
    agent: string,
    event: string,
    body: unknown,
    options?: {
      readonly shell?: readonly string[];
      readonly cwd?: string;
      readonly env?: NodeJS.ProcessEnv;
      readonly signal?: AbortSignal;
    },
  ): Promise<Ended>;
  /** A window as the worker opens it. */
  window(options: {
    readonly id: string;
    readonly folders?: readonly string[];
    readonly leads?: boolean;
    readonly answer: (call: HookCall, signal: AbortSignal) => Promise<HookAnswer>;
  }): Promise<GateEndpoint>;
}

export async function bundleHook(folder: string): Promise<string> {
  const script = path.join(folder, 'hook.cjs');
  await esbuild.build({ ...BUNDLE, outfile: script });
  return script;
}

/** As the product's is made (esbuild.mjs). */
export const BUNDLE = {
  entryPoints: [path.join(repository, 'src/hook/main.ts')],
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
} satisfies BuildOptions;

/** `name` of its home: spaces, quotes and letters of all kinds are allowed in one. */
export async function hookWorld(test: TestContext, name = 'home'): Promise<HookWorld> {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'marginal-hook-')));
  test.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  const home = path.join(root, name);
  const program = path.join(home, 'extension');
  mkdirSync(program, { recursive: true });
  const script = await bundleHook(program);
  const hooks = hookFolder(home, 'linux', { runtime: process.execPath, script });
  await hooks.install();
  return {
    home,
    folder: path.dirname(hooks.launcher),
    script,
    hooks,
    hook: (agent, event, body, { shell = ['sh'], ...options } = {}) => {
      const [program = '', ...args] = shell;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return run(program, [...args, hooks.launcher, agent, event], text, { cwd: home, ...options });
    },
    async window({ id, folders = [], leads = false, answer }) {
      const endpoint = gateEndpoint({
        clock: { now: Date.now },
        id,
        pid: process.pid,
        hooks,
        file: { ...windowFile(home, id), removeOlder: async () => undefined },
        folders: () => folders,
        leads: () => leads,
        warm: async () => undefined,
        answer,
        cursor: () => undefined,
        keep: async () => undefined,
        onUnanswered: () => undefined,
        onTrouble: (sentence) => {
          if (sentence !== undefined) throw new Error(sentence);
        },
      });
      test.after(() => endpoint.close());
      await endpoint.check();
      return endpoint;
    },
  };
}

export function run(
  program: string,
  args: readonly string[],
  input: string,
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { signal, ...rest } = options;
    const child = spawn(program, args, { stdio: 'pipe', ...rest });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...texts, code }));
    // Whoever ends early reads no more.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    signal?.addEventListener('abort', () => child.kill('SIGKILL'));
  });
}
