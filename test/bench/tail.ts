/**
 * `npm run bench -- tail`: how long after an agent wrote a line its call is in the ledger, with 50 logs that are written
 * to in turns. The product's worker runs as it does in the extension host; another process writes and looks. What holds
 * this thread, which stands for the extension host's, is measured meanwhile, the worker's start included.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock as clock } from '../../src/adapters/systemClock.ts';
import { startWorker } from '../../src/adapters/workerClient.ts';
import type { WorkerData } from '../../src/worker/workerData.ts';
import { buildWorker } from './ingest/build.ts';
import type { WriterReport, WriterTask } from './tail/writer.ts';

const CLAUDE_CODE_FILES = 30;
const CODEX_FILES = 20;
const FILES = CLAUDE_CODE_FILES + CODEX_FILES;
const REPLIES = 1_500;
/** Each of the 50 ends a reply about once a second. */
const EVERY_MS = 20;

/** `data` isn't used: what is written is generated. */
export async function run(_options: { readonly data?: string | undefined } = {}): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'marginal-tail-'));
  try {
    const home = join(folder, 'home');
    const claudeCodeFiles = await makeFiles(join(home, '.claude/projects/-home-dev-work-shop'), '', CLAUDE_CODE_FILES);
    const codexFiles = await makeFiles(join(home, '.codex/sessions/2026/11/26'), 'rollout-', CODEX_FILES);
    const ledger = join(folder, 'ledger.db');
    const built = await buildWorker('src/worker/main.ts', join(folder, 'program'));
    const blocks = watchBlocks();
    const worker = startWorker({
      script: built.file,
      data: {
        ledger,
        ranks: '',
        backlog: built.backlog,
        prices: built.prices,
        environment: { home, platform: 'linux', env: {}, codeUserFolders: [] },
        holder: 'bench',
      } satisfies WorkerData,
      configuration: {
        folders: ['/home/dev/work/shop'],
        priceOverrides: [],
        localCost: { watts: 150, dollarsPerKilowattHour: 0.2, hardwareDollars: 1500, hardwareLifeHours: 10_000 },
        importers: ['claude-code-log', 'codex-log'],
        plans: [],
        askCopilotQuota: false,
      },
      clock,
      log: (sentence) => console.error(sentence),
    });
    let summaries = 0;
    worker.onNotice(() => {
      summaries += 1;
    });
    while (!(await isFollowing(worker))) await sleep(50);
    const report = await write({ ledger, claudeCodeFiles, codexFiles, replies: REPLIES, everyMs: EVERY_MS });
    const { longestMs, longestWorkMs } = blocks.stop();
    await worker.close();
    const waits = report.waitsMs.toSorted((a, b) => a - b);
    const share = (part: number) => rounded(waits[Math.min(waits.length - 1, Math.floor(waits.length * part))]);
    console.log(
      `${REPLIES} replies in ${FILES} logs, ${report.missing} of them not seen within 10 s; ${summaries} notices to this thread`,
    );
    return {
      p50Ms: share(0.5),
      // A reply that never came counts as the longest wait there is.
      p99Ms: report.missing > REPLIES / 100 ? null : share(0.99),
      longestBlockMs: rounded(longestMs),
      longestOwnWorkMs: rounded(longestWorkMs),
      files: FILES,
      replies: REPLIES,
      missing: report.missing,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFiles(folder: string, prefix: string, count: number): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files = Array.from({ length: count }, () => join(folder, `${prefix}${crypto.randomUUID()}.jsonl`));
  await Promise.all(files.map((file) => writeFile(file, '')));
  return files;
}

async function isFollowing(worker: Pick<ReturnType<typeof startWorker>, 'importStatus'>): Promise<boolean> {
  const status = await worker.importStatus();
  return status.reduce((sum, { files }) => sum + files, 0) === FILES;
}

async function write(task: WriterTask): Promise<WriterReport> {
  const program = fileURLToPath(new URL('tail/writer.ts', import.meta.url));
  const writer = fork(program, [JSON.stringify(task)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [report] = (await Promise.race([
    once(writer, 'message'),
    once(writer, 'exit').then(([code]) => Promise.reject(new Error(`The writer ended with ${code}.`))),
  ])) as [WriterReport];
  return report;
}

/**
 * The longest time that this thread took to come back to a timer of 1 ms, beyond that; and the longest of what it worked
 * itself meanwhile, which leaves out that other programs had the processor.
 */
function watchBlocks() {
  let [longestMs, longestWorkMs] = [0, 0];
  let last = performance.now();
  let lastWork = process.threadCpuUsage();
  const timer = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(lastWork);
    longestMs = Math.max(longestMs, now - last - 1);
    longestWorkMs = Math.max(longestWorkMs, (user + system) / 1000);
    last = now;
    lastWork = process.threadCpuUsage();
  }, 1);
  return {
    stop() {
      clearInterval(timer);
      return { longestMs, longestWorkMs };
    },
  };
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 10) / 10;
}
