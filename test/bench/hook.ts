/**
 * `npm run bench -- hook`: how long an agent waits for its hook where nothing needs to be asked. The installed launcher starts the
 * shipped hook on this Node, which asks the product's worker as it runs in the extension host: from the launcher's start to its
 * end with the answer, for `git status` in a real repository. Interleaved with `node -e 0` on the same Node. VS Code's own
 * runtime, Electron, is not here: it starts slower than Node, by the same for both.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hookFolder } from '../../src/adapters/hookFolder.ts';
import { systemClock as clock } from '../../src/adapters/systemClock.ts';
import { startWorker } from '../../src/adapters/workerClient.ts';
import { HOOK_FOLDER, WINDOWS_FOLDER } from '../../src/core/hooks/hookFolder.ts';
import type { WorkerData } from '../../src/worker/workerData.ts';
import { bundleHook } from '../hook/hookWorld.ts';
import { buildWorker } from './ingest/build.ts';

const ROUNDS = 300;
/** Not counted: files and code come into the caches. */
const FIRST = 10;

/** `data` isn't used: what is asked is always the same. */
export async function run(_options: { readonly data?: string | undefined } = {}): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-hook-bench-'));
  try {
    const home = join(folder, 'home');
    const project = await makeProject(join(home, 'work/shop'));
    const script = await bundleHook(folder);
    const hooks = hookFolder(home, 'linux', { runtime: process.execPath, script });
    await hooks.install();
    const built = await buildWorker('src/worker/main.ts', join(folder, 'program'));
    const worker = startWorker({
      script: built.file,
      data: {
        ledger: join(folder, 'ledger.db'),
        ranks: '',
        backlog: built.backlog,
        prices: built.prices,
        environment: { home, platform: 'linux', env: {}, codeUserFolders: [] },
        hook: script,
        holder: 'bench',
      } satisfies WorkerData,
      configuration: {
        folders: [project],
        priceOverrides: [],
        localCost: { watts: 150, dollarsPerKilowattHour: 0.2, hardwareDollars: 1500, hardwareLifeHours: 10_000 },
        importers: [],
        plans: [],
        askCopilotQuota: false,
      },
      clock,
      log: (sentence) => console.error(sentence),
    });
    const windows = join(home, HOOK_FOLDER, WINDOWS_FOLDER);
    while (!(await readdir(windows).catch((): string[] => [])).includes('bench.json')) await sleep(50);
    const body = JSON.stringify({
      session_id: 'bench',
      cwd: project,
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'git status' },
      tool_use_id: 'bench',
    });
    const asked: number[] = [];
    const empty: number[] = [];
    /** The first of all: the worker has just opened its port, and loads the gate. */
    let firstMs = Number.NaN;
    for (let round = -FIRST; round < ROUNDS; round++) {
      const [hookMs, reply] = timed(hooks.launcher, ['claude-code', 'PreToolUse'], body, project);
      if (reply !== '') throw new Error(`git status is free, but was answered with ${reply}`);
      const [emptyMs] = timed(process.execPath, ['-e', '0'], '', project);
      if (round === -FIRST) firstMs = hookMs;
      if (round < 0) continue;
      asked.push(hookMs);
      empty.push(emptyMs);
    }
    // The worker's thread keeps no process alive by itself.
    const waiting = setInterval(() => {}, 1_000);
    const heard = Object.keys(await worker.guardsHeard());
    await worker.close();
    clearInterval(waiting);
    // An answer without the worker would be as silent.
    if (heard.join() !== 'claude-code') throw new Error('The worker has not heard the hook.');
    const result = {
      p50Ms: share(asked, 0.5),
      p99Ms: share(asked, 0.99),
      nodeEmptyP50Ms: share(empty, 0.5),
      nodeEmptyP99Ms: share(empty, 0.99),
      firstMs: Math.round(firstMs * 100) / 100,
      calls: ROUNDS,
    };
    console.log(
      `A free action waits ${result.p50Ms} ms for its hook (p99 ${result.p99Ms}); node -e 0 takes ${result.nodeEmptyP50Ms} ms (p99 ${result.nodeEmptyP99Ms}).`,
    );
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeProject(project: string): Promise<string> {
  await mkdir(project, { recursive: true });
  await writeFile(join(project, 'a.txt'), 'a\n');
  execFileSync('git', ['init', '-q'], { cwd: project });
  return project;
}

function timed(program: string, args: readonly string[], input: string, cwd: string): [ms: number, stdout: string] {
  const start = clock.elapsed();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, input, encoding: 'utf8' });
  const ms = clock.elapsed() - start;
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return [ms, stdout];
}

function share(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN) * 100) / 100;
}
