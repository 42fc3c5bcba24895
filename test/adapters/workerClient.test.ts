import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startWorker } from '../../src/adapters/workerClient.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { WorkerNotice } from '../../src/ports.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const configuration = {
  folders: [],
  priceOverrides: [],
  localCost: { watts: 0, dollarsPerKilowattHour: 0, hardwareDollars: 0, hardwareLifeHours: 0 },
  importers: [],
  plans: [],
  askCopilotQuota: false,
};
const event = (callId: string): LedgerEvent => ({
  kind: 'started',
  callId,
  at: 1,
  source: 'test',
  facts: { agent: 'a' },
});

/** A worker whose methods are the given source text; it notes each append in a file. */
function scripted(methods: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'marginal-worker-'));
  const script = path.join(folder, 'worker.mjs');
  const noted = path.join(folder, 'noted');
  writeFileSync(noted, '');
  writeFileSync(
    script,
    `import { parentPort } from 'node:worker_threads';
     import { appendFileSync, readFileSync } from 'node:fs';
     const note = (text) => appendFileSync(${JSON.stringify(noted)}, text + ' ');
     const starts = readFileSync(${JSON.stringify(noted)}, 'utf8').split('start').length;
     note('start');
     const api = { configure() {}, close() {}, ${methods} };
     parentPort.on('message', async ({ id, method, parameters }) => {
       try { parentPort.postMessage({ kind: 'result', id, value: await api[method](...parameters) }); }
       catch (error) { parentPort.postMessage({ kind: 'error', id, message: error.message }); }
     });`,
  );
  const notices: WorkerNotice[] = [];
  const worker = startWorker({ script, data: {}, configuration, clock: fakeClock(), log: () => {} });
  worker.onNotice((notice) => notices.push(notice));
  return {
    worker,
    notices,
    noted: () => readFileSync(noted, 'utf8').trim().split(' '),
    async end() {
      await worker.close();
      rmSync(folder, { recursive: true });
    },
  };
}

test('a call is answered, and an error comes with its sentence', async () => {
  const { worker, end } = scripted(
    `append([event]) { if (event.callId === 'bad') throw new Error('The disk is full: make room.'); note(event.callId); }`,
  );
  await worker.append([event('good')]);
  await assert.rejects(worker.append([event('bad')]), { message: 'The disk is full: make room.' });
  await end();
});

test('what a worker had not acknowledged when it died goes to the next one', async () => {
  const { worker, noted, end } = scripted(`append([event]) { if (starts === 1) process.exit(3); note(event.callId); }`);
  await Promise.all([worker.append([event('a')]), worker.append([event('b')])]);
  assert.deepEqual(noted(), ['start', 'start', 'a', 'b']);
  await end();
});

test('a worker that fails again and again is given up, and the user is told', async () => {
  const { worker, notices, noted, end } = scripted(`append() { process.exit(3); }`);
  await assert.rejects(worker.append([event('a')]), /not running|ended/);
  assert.deepEqual(
    notices.flatMap((notice) => (notice.kind === 'trouble' ? notice.id : [])),
    ['worker'],
  );
  assert.equal(noted().length, 5);
  assert.deepEqual(
    notices.filter(({ kind }) => kind === 'gateQuestionOver'),
    Array.from({ length: 5 }, () => ({ kind: 'gateQuestionOver', questionId: undefined })),
    'nobody waits for an answer to what they asked',
  );
  await assert.rejects(worker.summary(), /reload the window/);
  await end();
});

test('close waits for the worker to write what waits', async () => {
  const { worker, noted, end } = scripted(
    `append() {}, async close() { await new Promise((done) => setTimeout(done, 50)); note('closed'); }`,
  );
  await worker.append([event('a')]);
  await worker.close();
  assert.equal(noted().at(-1), 'closed');
  await end();
});

test('what is compiled of the worker is kept where it is told, and by nobody else', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'marginal-compiled-'));
  const script = path.join(folder, 'worker.cjs');
  writeFileSync(
    script,
    `const { parentPort } = require('node:worker_threads');
     parentPort.on('message', ({ id }) => parentPort.postMessage({ kind: 'result', id }));`,
  );
  const compiled = path.join(folder, 'compiled', '1.0.0');
  const worker = startWorker({ script, compiled, data: {}, configuration, clock: fakeClock(), log: () => {} });
  await nextTurn();
  await worker.close();
  const files = readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  assert.equal(files.length, 1);
  assert.equal(process.env.NODE_COMPILE_CACHE, undefined);
  rmSync(folder, { recursive: true });
});
