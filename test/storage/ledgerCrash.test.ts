/** Windows that are killed while they write, and windows that write at once. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SettledEvent } from '../../src/core/ledger/event.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';

const PROGRAM = fileURLToPath(new URL('../fakes/ledgerWriterProcess.ts', import.meta.url));
const AT = new Date(2026, 10, 22, 12).getTime();

function startWriter(folder: string, number: number): ChildProcess {
  return fork(PROGRAM, [join(folder, 'ledger.db'), reportOf(folder, number), String(number), String(AT)], {
    execArgv: ['--no-warnings'],
    stdio: 'inherit',
  });
}

function reportOf(folder: string, number: number): string {
  return join(folder, `report-${number}`);
}

/** Call ids that a writer was told are kept, and the sentences of its errors. */
function readReport(folder: string, number: number) {
  const file = reportOf(folder, number);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return {
    kept: lines.filter((line) => line.startsWith('kept ')).map((line) => line.slice(5)),
    errors: lines.filter((line) => line.startsWith('error ')),
  };
}

function assertSound(store: LedgerStore, kept: readonly string[]): void {
  const missing = kept.filter((callId) => !store.entry(callId));
  assert.deepEqual(missing, []);
  const burn = store.burn('2026-11-22', '2026-11-22');
  const before = store.summary(AT, []).today;
  assert.ok(burn.reduce((calls, row) => calls + row.calls, 0) >= kept.length);
  store.rebuild();
  assert.deepEqual(store.burn('2026-11-22', '2026-11-22'), burn);
  assert.deepEqual(store.summary(AT, []).today, before);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function ended(writer: ChildProcess): Promise<void> {
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
}

test('a window killed at any moment loses nothing that was acknowledged', async (t) => {
  const { folder, path } = ledgerFolder(t);
  for (let round = 0; round < 6; round += 1) {
    const writer = startWriter(folder, round);
    await once(writer, 'message');
    // The first rounds end while the ledger is being made.
    await pause(round * 60 + Math.random() * 100);
    writer.kill('SIGKILL');
    await ended(writer);
    const store = openLedger(path, { clock: { now: () => AT } });
    const reports = Array.from({ length: round + 1 }, (_, number) => readReport(folder, number));
    assert.deepEqual(
      reports.flatMap(({ errors }) => errors),
      [],
    );
    assertSound(
      store,
      reports.flatMap(({ kept }) => kept),
    );
    store.close();
  }
  const { kept } = readReport(folder, 5);
  assert.ok(kept.length > 0, 'the last round was long enough to keep something');
});

test('four windows write at once, one is killed: nothing acknowledged is lost, and none fails', async (t) => {
  const { folder, path } = ledgerFolder(t);
  const writers = [0, 1, 2, 3].map((number) => startWriter(folder, number));
  await Promise.all(writers.map((writer) => once(writer, 'message')));
  await pause(500);
  writers[0]?.kill('SIGKILL');
  await pause(300);
  for (const writer of writers.slice(1)) writer.send('stop');
  await Promise.all(writers.map(ended));
  const reports = writers.map((_, number) => readReport(folder, number));
  assert.deepEqual(
    reports.flatMap(({ errors }) => errors),
    [],
  );
  for (const { kept } of reports.slice(1)) assert.ok(kept.length > 0);
  const store = openLedger(path, { clock: { now: () => AT } });
  assertSound(
    store,
    reports.flatMap(({ kept }) => kept),
  );
  store.close();
});

test('two stores on one file see each other’s calls, and give the same call one entry', (t) => {
  const { path } = ledgerFolder(t);
  const [one, two] = [openLedger(path, { clock: { now: () => AT } }), openLedger(path, { clock: { now: () => AT } })];
  const event: SettledEvent = {
    kind: 'settled',
    callId: 'a',
    at: AT,
    source: 'provider',
    facts: { agent: 'x', runId: 'r' },
    identities: ['message-1'],
    cost: { nanoCredits: 5, confidence: 'priced' },
  };
  one.append([event]);
  two.append([{ ...event, callId: 'b', source: 'log', facts: { ...event.facts, folder: '/app' } }]);
  two.append([event]);
  for (const store of [one, two]) {
    assert.deepEqual(store.entry('b')?.witnesses, ['log']);
    assert.equal(store.entry('a')?.facts.folder, '/app');
    assert.equal(store.summary(AT, []).today.nanoCredits, 5);
    assert.equal(store.runs(5).length, 1);
  }
  assert.equal(one.lease('leader', 'one', AT, 1000), true);
  assert.equal(two.lease('leader', 'two', AT, 1000), false);
  one.close();
  two.close();
});

test('a call whose window is gone is lost at once, without waiting for an hour', (t) => {
  const { path } = ledgerFolder(t);
  const gone = new Set<string>();
  const open = (writer: string) =>
    openLedger(path, { clock: { now: () => AT }, writer, isGone: (name) => gone.has(name) });
  const [one, two] = [open('host:1'), open('host:2')];
  one.append([{ kind: 'started', callId: 'a', at: AT - 1000, source: 'provider', facts: { agent: 'x', runId: 'r' } }]);
  assert.equal(two.entry('a')?.state, 'open');
  assert.equal(two.summary(AT, []).run?.live, true);
  gone.add('host:1');
  assert.equal(two.entry('a')?.state, 'lost');
  assert.equal(two.summary(AT, []).run?.live, false);
  assert.equal(two.summary(AT, []).today.unknown, 1);
  two.rebuild();
  assert.equal(two.entry('a')?.state, 'lost');
  one.close();
  two.close();
});
