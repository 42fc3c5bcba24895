/**
 * `npm run bench -- ingest [--data HOME]`: a first reading of agents' logs into an empty ledger, and a start at which
 * nothing has changed, against ccusage's native build on the same files; in turns, each in a process of its own, from
 * that process's start. Both read Claude Code's and Codex' logs, nothing else. HOME: a home folder with real logs; without
 * it one is generated.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CCUSAGE_VERSION, installCcusage } from '../../scripts/bench/ccusage.mjs';
import { type BuiltWorker, buildWorker } from './ingest/build.ts';
import { differencesOf } from './ingest/differences.ts';
import { writeHome } from './ingest/home.ts';
import { linesOf } from './ingest/lines.ts';
import { differing, ledgerTotals, peerTotals, type Totals } from './ingest/totals.ts';
import type { IngestReport, IngestTask } from './ingest/worker.ts';

const LEAST_LINES = 420_000;
/** The figures are the middle ones: other programs disturb some. */
const ROUNDS = 5;

interface Timed {
  readonly ms: number;
  readonly stdout: string;
}

export async function run({ data }: { readonly data?: string | undefined } = {}): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-ingest-'));
  try {
    const home = data === undefined ? join(folder, 'home') : resolve(data);
    if (data === undefined) await writeHome(home, LEAST_LINES);
    return await measure(home, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(home: string, folder: string): Promise<Record<string, unknown>> {
  const peer = await installCcusage();
  const worker = await buildWorker('test/bench/ingest/worker.ts', join(folder, 'program'));
  const size = await sizeOf(home);
  const [peerMs, coldMs, warmMs, peaks]: [number[], number[], number[], number[]] = [[], [], [], []];
  let problems: readonly string[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ledger = join(folder, `ledger-${round}`, 'ledger.db');
    waitForDisk();
    const theirs = await runPeer(peer, home, folder);
    const cold = await runOurs(worker, home, ledger);
    const warm = await runOurs(worker, home, ledger);
    await rm(join(ledger, '..'), { recursive: true, force: true });
    // The first round brings the files into the system's memory.
    if (round === 0) continue;
    peerMs.push(theirs.ms);
    coldMs.push(cold.ms);
    warmMs.push(warm.ms);
    peaks.push(cold.report.peakMB, warm.report.peakMB);
    problems = cold.report.problems;
    console.log(
      `ccusage ${seconds(theirs.ms)}, cold ${seconds(cold.ms)} (${seconds(cold.report.processorMs)} of processor, ${Math.round(cold.report.peakMB)} MB), warm ${seconds(warm.ms)}`,
    );
  }
  const totals = async (of: string) => {
    const ledger = join(folder, 'ledger-of-totals', 'ledger.db');
    await rm(join(folder, 'ledger-of-totals'), { recursive: true, force: true });
    await runOurs(worker, of, ledger);
    return { ours: ledgerTotals(ledger), theirs: peerTotals((await runPeer(peer, of, folder)).stdout) };
  };
  const { ours, theirs } = await totals(home);
  const differences = await differencesOf(home, ours, theirs, join(folder, 'without'), totals);
  print(ours, theirs, problems);
  for (const { reason, count, example } of differences) console.log(`${count} × ${reason} For example ${example}`);
  return {
    ...size,
    coldRatioToCcusage: ratio(coldMs, peerMs),
    warmRatioToCcusage: ratio(warmMs, peerMs),
    peakMB: Math.round(Math.max(...peaks)),
    totalsEqual: differing(ours, theirs).length === 0,
    differences: differences.map(({ reason, count }) => ({ reason, count })),
    coldMs: Math.round(median(coldMs)),
    warmMs: Math.round(median(warmMs)),
    ccusageMs: Math.round(median(peerMs)),
    ccusageVersion: CCUSAGE_VERSION,
  };
}

/** Where the two are told to look; a folder that isn't there is left out, as the peer refuses it. */
function environmentOf(home: string): Record<string, string> {
  const [claude, codex] = [join(home, '.claude'), join(home, '.codex')];
  return {
    ...(existsSync(join(claude, 'projects')) ? { CLAUDE_CONFIG_DIR: claude } : {}),
    ...(existsSync(codex) ? { CODEX_HOME: codex } : {}),
  };
}

/** `daily` reads the logs of all agents that it finds: here two, for its home is empty. */
async function runPeer(program: string, home: string, folder: string): Promise<Timed> {
  const empty = join(folder, 'empty');
  await mkdir(empty, { recursive: true });
  return timed(program, ['daily', '--json', '--offline'], { HOME: empty, TZ: 'UTC', ...environmentOf(home) });
}

async function runOurs(worker: BuiltWorker, home: string, ledger: string) {
  await mkdir(join(ledger, '..'), { recursive: true });
  const task: IngestTask = { home, env: environmentOf(home), ledger, backlog: worker.backlog, prices: worker.prices };
  // With the bounds of memory, and the place for compiled code, that the extension host gives its worker (see workerClient.ts).
  const bounds = ['--max-semi-space-size=2', '--max-old-space-size=512'];
  const options = ['--disable-warning=ExperimentalWarning', ...bounds];
  const env = { NODE_COMPILE_CACHE: join(ledger, '../compiled') };
  const { ms, stdout } = await timed(process.execPath, [...options, worker.file, JSON.stringify(task)], env);
  return { ms, report: JSON.parse(stdout) as IngestReport };
}

/** What a round or the making of the home has left to be written keeps the disk, and the processor, busy in the next one. */
function waitForDisk(): void {
  if (process.platform !== 'win32') spawnSync('sync');
}

/** From the start of the process to the first it says, which both say when they are done. */
async function timed(program: string, args: readonly string[], env: Record<string, string>): Promise<Timed> {
  const began = performance.now();
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let ms = Number.NaN;
  child.stdout.once('data', () => {
    ms = performance.now() - began;
  });
  const stdout = await text(child.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
  return { ms, stdout };
}

async function sizeOf(home: string): Promise<{ lines: number; megabytes: number; files: number }> {
  const files = globSync(['.claude/projects/**/*.jsonl', '.codex/{sessions,archived_sessions}/**/*.jsonl'], {
    cwd: home,
  });
  let [lines, bytes] = [0, 0];
  for (const file of files) {
    bytes += (await stat(join(home, file))).size;
    for (const _ of linesOf(join(home, file))) lines += 1;
  }
  if (lines === 0)
    throw new Error(`${home} has no logs of Claude Code or Codex in .claude/projects or .codex/sessions.`);
  return { lines, megabytes: Math.round(bytes / 1e6), files: files.length };
}

function print(ours: Totals, theirs: Totals, problems: readonly string[]): void {
  for (const model of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const [a, b] = [ours.get(model), theirs.get(model)].map((each) => JSON.stringify(each ?? {}));
    console.log(a === b ? `${model}: both ${a}` : `${model}: ours ${a}, ccusage ${b}`);
  }
  for (const problem of problems) console.log(problem);
}

function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return Math.round((median(ours) / median(theirs)) * 1000) / 1000;
}

/** Of an odd number of figures. */
function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[(figures.length - 1) / 2] ?? Number.NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
