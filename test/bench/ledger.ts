/**
 * The ledger as the worker uses it: events through groupCommit, an append acknowledged when its commit has returned.
 * 1. one process, 256 appends under way at any time; 2. four processes, one of them killed; 3. a month of a million entries.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayOf } from '../../src/core/ledger/localDay.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { groupCommit } from '../../src/storage/groupCommit.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { madeEvent } from '../fakes/madeEvent.ts';

const APPENDS = 200_000;
/** The figures are the middle round's: other programs disturb some. */
const ROUNDS = 5;
const AT_ONCE = 256;
const ENTRIES = 1_000_000;
const WRITERS = 4;
const MONTH_MS = 29 * 86_400_000;

/** `data` isn't used: events are made. Returns the keys of the benchmark's line. */
export async function run(_options: { readonly data?: string | undefined } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-ledger-'));
  try {
    const path = join(folder, 'ledger.db');
    const store = openLedger(path, { clock: Date });
    const now = Date.now();
    const appended = await measureAppends(store, folder, now);
    console.log(
      `${APPENDS.toLocaleString('en')} appends, ${AT_ONCE} under way: ${appended.appendsPerSecond.toLocaleString('en')}/s (rounds ${appended.slowestRoundPerSecond.toLocaleString('en')} to ${appended.fastestRoundPerSecond.toLocaleString('en')}), acknowledged after ${appended.acknowledgeP50Ms} ms (median), ${appended.acknowledgeP99Ms} ms (p99), ${appended.processorMicroseconds} µs of processor each`,
    );
    const queried = measureQueries(store, now);
    console.log(
      `${ENTRIES.toLocaleString('en')} entries (${Math.round(statSync(path).size / 1e6)} MB): month by day × model ${queried.monthQueryMs} ms, summary ${queried.summaryMs} ms, last 50 runs ${queried.runsMs} ms, longest turn by project ${queried.byProjectTurnMs} ms, by session ${queried.bySessionTurnMs} ms, by task ${queried.byTaskTurnMs} ms, dearest runs ${queried.dearestMs} ms`,
    );
    store.close();
    const shared = await measureWriters(join(folder, 'shared'), now);
    console.log(
      `${WRITERS} processes, one killed: ${shared.acknowledged.toLocaleString('en')} acknowledged, ${shared.acknowledgedLost} of them lost, ${shared.errors} errors, longest wait ${shared.longestWaitMs} ms`,
    );
    return { ...appended, ...queried, ...shared, entries: ENTRIES };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAppends(store: LedgerStore, folder: string, now: number) {
  const commit = groupCommit(store, { pendingFile: join(folder, 'pending-bench.jsonl') });
  let next = 0;
  /** One round's rate, and its acknowledgements' waits in ms, ascending. */
  async function round(end: number) {
    const waitsMs: number[] = [];
    const begin = performance.now();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < end) {
          const index = next++;
          const event = madeEvent(index, now - MONTH_MS + (index / ENTRIES) * MONTH_MS);
          const sent = performance.now();
          await commit.append([event]);
          waitsMs.push(performance.now() - sent);
        }
      }),
    );
    const perSecond = waitsMs.length / ((performance.now() - begin) / 1000);
    return { perSecond, waitsMs: waitsMs.sort((a, b) => a - b) };
  }
  const processor = process.cpuUsage();
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let number = 1; number <= ROUNDS; number += 1) rounds.push(await round((number * APPENDS) / ROUNDS));
  const { user, system } = process.cpuUsage(processor);
  commit.close();
  const rates = rounds.map(({ perSecond }) => Math.round(perSecond));
  const waits = (share: number) =>
    median(rounds.map(({ waitsMs }) => waitsMs[Math.floor(waitsMs.length * share)] ?? 0));
  return {
    appendsPerSecond: median(rates),
    slowestRoundPerSecond: Math.min(...rates),
    fastestRoundPerSecond: Math.max(...rates),
    acknowledgeP50Ms: rounded(waits(0.5)),
    acknowledgeP99Ms: rounded(waits(0.99)),
    processorMicroseconds: rounded((user + system) / APPENDS),
  };
}

function measureQueries(store: LedgerStore, now: number) {
  const step = 5000;
  for (let index = APPENDS; index < ENTRIES; index += step) {
    store.append(
      Array.from({ length: step }, (_, offset) =>
        madeEvent(index + offset, now - MONTH_MS + ((index + offset) / ENTRIES) * MONTH_MS),
      ),
    );
  }
  // The zone that costs most: its days begin at a quarter to, so none is made of whole hours or UTC days.
  process.env.TZ = 'Asia/Kathmandu';
  const days = [dayOf(now - MONTH_MS), dayOf(now)] as const;
  const months = () => store.burn(...days);
  const calls = months().reduce((sum, row) => sum + row.calls, 0);
  if (calls !== ENTRIES) throw new Error(`The month has ${calls} calls instead of ${ENTRIES}.`);
  return {
    monthQueryMs: medianMs(months),
    summaryMs: medianMs(() => store.summary(now, [])),
    runsMs: medianMs(() => store.runs(50)),
    byProjectTurnMs: longestTurnMs(store.breakdown('project', ...days, 60)),
    bySessionTurnMs: longestTurnMs(store.breakdown('session', ...days, 60)),
    byTaskTurnMs: longestTurnMs(store.breakdown('task', ...days, 60)),
    dearestMs: medianMs(() => store.dearest(...days, 10)),
  };
}

async function measureWriters(folder: string, now: number) {
  const path = join(folder, 'ledger.db');
  openLedger(path, { clock: Date }).close();
  const program = fileURLToPath(new URL('../fakes/ledgerWriterProcess.ts', import.meta.url));
  const writers = Array.from({ length: WRITERS }, (_, number) =>
    fork(program, [path, join(folder, `acknowledged-${number}`), String(number), String(now)], {
      execArgv: ['--no-warnings'],
    }),
  );
  const ends = writers.map((writer) => once(writer, 'exit'));
  await Promise.all(writers.map((writer) => once(writer, 'message')));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  writers[0]?.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (const writer of writers.slice(1)) writer.send('stop');
  await Promise.all(ends);
  const store = openLedger(path, { clock: Date });
  let [acknowledged, acknowledgedLost, errors, longestWaitMs] = [0, 0, 0, 0];
  for (const number of writers.keys()) {
    for (const line of readFileSync(join(folder, `acknowledged-${number}`), 'utf8').split('\n')) {
      const [kind, value = ''] = line.split(' ');
      if (kind === 'error') errors += 1;
      if (kind === 'wait') longestWaitMs = Math.max(longestWaitMs, Number(value));
      if (kind !== 'kept') continue;
      acknowledged += 1;
      if (!store.entry(value)) acknowledgedLost += 1;
    }
  }
  store.close();
  return { acknowledged, acknowledgedLost, errors, longestWaitMs: rounded(longestWaitMs) };
}

/** The longest that a question which pauses holds the thread at once. */
function longestTurnMs(turns: Iterator<unknown>): number {
  let longestMs = 0;
  for (let done: boolean | undefined; !done; ) {
    const begin = performance.now();
    done = turns.next().done;
    longestMs = Math.max(longestMs, performance.now() - begin);
  }
  return rounded(longestMs);
}

function medianMs(work: () => unknown): number {
  return rounded(
    median(
      Array.from({ length: 7 }, () => {
        const begin = performance.now();
        work();
        return performance.now() - begin;
      }),
    ),
  );
}

/** Of an odd number of figures. */
function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[(figures.length - 1) / 2] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
