import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import type { GuardedAgent } from '../../core/hooks/hookCall.ts';
import type { AgentProbes } from '../../ports.ts';
import { type GuardEnvironment, guardPlaces } from './guardFiles.ts';
import { programOnPath } from './programOnPath.ts';

/** An agent that isn't done by then has long begun, and its hooks were heard or weren't. */
const LONGEST_MS = 30_000;
/** Without these a program doesn't start; of all else, keys and addresses above all, it gets nothing. */
const PASSED_ON = [
  'PATH',
  'Path',
  'PATHEXT',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'ComSpec',
  'TERM',
];

interface Recipe {
  readonly program: string;
  readonly args: readonly string[];
  /** In the private home, where the agent looks for it. */
  readonly settings: string;
  /** What of the developer's settings takes part: whatever says how hooks run. */
  readonly keeps: readonly string[];
  readonly adds?: Readonly<Record<string, unknown>>;
  readonly env: (url: string) => Readonly<Record<string, string>>;
}

/** Codex runs no hook of a home in which it wasn't trusted: it can't be probed. */
const RECIPES: Readonly<Partial<Record<GuardedAgent, Recipe>>> = {
  'claude-code': {
    program: 'claude',
    args: ['-p', 'Marginal listens for your hooks.', '--max-turns', '1'],
    settings: '.claude/settings.json',
    keeps: ['hooks', 'disableAllHooks'],
    env: (url) => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'sk-ant-nobody',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
  },
  'gemini-cli': {
    program: 'gemini',
    args: ['--skip-trust', '-m', 'gemini-2.5-flash', '-p', 'Marginal listens for your hooks.'],
    settings: '.gemini/settings.json',
    keeps: ['hooks', 'hooksConfig'],
    adds: {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      general: { disableAutoUpdate: true },
    },
    env: (url) => ({ GEMINI_API_KEY: 'nobody', GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_NO_RELAUNCH: 'true' }),
  },
  copilot: {
    program: 'copilot',
    args: ['-p', 'Marginal listens for your hooks.'],
    settings: '.copilot/hooks/marginal.json',
    keeps: ['version', 'hooks'],
    env: (url) => ({
      COPILOT_PROVIDER_BASE_URL: url,
      COPILOT_PROVIDER_API_KEY: 'nobody',
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_MODEL: 'nobody',
      COPILOT_OFFLINE: 'true',
    }),
  },
};

export function agentProbes(environment: GuardEnvironment): AgentProbes {
  const { env, platform } = environment;
  return {
    async canProbe(agent) {
      const recipe = RECIPES[agent];
      return recipe !== undefined && (await programOnPath(recipe.program, env, platform)) !== undefined;
    },
    async probe(agent, signal) {
      const recipe = RECIPES[agent];
      const program = recipe && (await programOnPath(recipe.program, env, platform));
      if (!recipe || program === undefined) throw new Error('This agent can’t be run by itself: start it once.');
      const file = guardPlaces(environment).find((place) => place.agent === agent)?.files[0]?.file;
      const folder = await mkdtemp(path.join(tmpdir(), 'marginal-listens-'));
      const refusal = await refusingEndpoint();
      try {
        const [home, work] = [path.join(folder, 'home'), path.join(folder, 'work')];
        await mkdir(work);
        const settings = path.join(home, recipe.settings);
        await mkdir(path.dirname(settings), { recursive: true });
        await writeFile(settings, await hooksOf(file, recipe));
        await run(program, recipe.args, {
          cwd: work,
          env: { ...passedOn(env), HOME: home, USERPROFILE: home, ...recipe.env(refusal.url) },
          signal,
        });
      } finally {
        refusal.close();
        // A child of the agent's may still hold it; the system clears such folders.
        await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 200 }).catch(() => undefined);
      }
    },
  };
}

async function hooksOf(file: string | undefined, { keeps, adds = {} }: Recipe): Promise<string> {
  const text = file === undefined ? '{}' : await readFile(file, 'utf8').catch(() => '{}');
  const value = parse(text.replace(/^\uFEFF/, ''), [], { allowTrailingComma: true }) as
    | Record<string, unknown>
    | undefined;
  return JSON.stringify({
    ...adds,
    ...Object.fromEntries(keeps.flatMap((name) => (value?.[name] === undefined ? [] : [[name, value[name]]]))),
  });
}

function passedOn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Says no to everything at once, in a way that no client tries again. */
async function refusingEndpoint(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{"error":{"type":"invalid_request_error","message":"Nobody answers here.","code":400}}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function run(
  program: string,
  args: readonly string[],
  { cwd, env, signal }: { readonly cwd: string; readonly env: Record<string, string>; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    // A .cmd runs in a shell only; the words are ours and hold nothing that one would take for its own.
    const shell = /\.(?:cmd|bat)$/i.test(program);
    const child = spawn(shell ? `"${program}"` : program, shell ? args.map((word) => `"${word}"`) : [...args], {
      cwd,
      env,
      shell,
      stdio: 'ignore',
      timeout: LONGEST_MS,
      signal,
    });
    child.on('error', (error) =>
      error.name === 'AbortError' ? resolve() : reject(new Error(`${program} could not be started.`, { cause: error })),
    );
    child.on('close', () => resolve());
  });
}
