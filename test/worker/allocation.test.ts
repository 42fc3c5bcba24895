import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock as clock } from '../../src/adapters/systemClock.ts';
import { startWorker } from '../../src/adapters/workerClient.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import type { WorkerConfiguration, WorkerNotice } from '../../src/ports.ts';
import type { WorkerData } from '../../src/worker/workerData.ts';
import { option, question } from '../app/allocation/requests.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';

const configuration: WorkerConfiguration = {
  folders: [],
  priceOverrides: [],
  localCost: { watts: 100, dollarsPerKilowattHour: 0.3, hardwareDollars: 1000, hardwareLifeHours: 10_000 },
  importers: [],
  plans: [],
  askCopilotQuota: false,
};

test('a request is valued in the worker itself: recorded, explained afterwards, and held to a limit', async (context) => {
  const ledger = ledgerFolder(context).path;
  const home = path.dirname(ledger);
  const worker = startWorker({
    script: fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url)),
    data: {
      ledger,
      ranks: '',
      backlog: '',
      prices: '',
      environment: { home, platform: 'linux', env: {}, codeUserFolders: [] },
      holder: 'test',
    } satisfies WorkerData,
    configuration,
    clock,
    log: (sentence) => assert.fail(sentence),
  });
  const troubles: WorkerNotice[] = [];
  worker.onNotice((notice) => {
    if (notice.kind === 'trouble' && !notice.resolved) troubles.push(notice);
  });
  context.after(() => worker.close());

  const facts = { agent: 'vscode-chat', runId: 'run-1', taskKind: 'fix', policy: 'balanced' };
  const asked = question({
    options: [option('gpt-5', 1.25), option('gpt-5-nano', 0.05)],
    runId: 'run-1',
    cues: ['fix', 'test'],
    record: { callId: 'decision:1', facts },
  });
  const outlook = await worker.valueRequest(asked);
  assert.ok(outlook.takenId?.startsWith('there/'));
  const last = await worker.lastDecision('run-1');
  assert.deepEqual(last?.facts, facts);
  assert.match(last?.reason ?? '', /^Answer with gpt-5/);
  assert.equal((await worker.quote(asked)).length, 3);

  const { prices, constraints, leftNanoCredits } = await worker.prices();
  assert.deepEqual([prices.kappa, prices.beta, leftNanoCredits], [1, 0, undefined]);
  assert.match(constraints.beta, /no budget/);

  // What a correction teaches is kept, and is told to whoever asks.
  const lessons = await worker.correctTask('run-1', { kind: 'test', size: 'medium' });
  assert.ok((lessons['fix>test'] ?? 0) > 0);
  assert.deepEqual(await worker.taskLessons(), lessons);

  const limits = [{ scope: 'month', nanoCredits: 10 * NANO_PER_CREDIT, mode: 'hard' }] as const;
  await worker.configure({
    ...configuration,
    allocation: { value: { hourlyRateDollars: 60, attentionShare: 0.1, minutesSaved: { other: 10 } }, limits },
  });
  await worker.append([
    {
      kind: 'settled',
      callId: 'call-1',
      at: clock.now(),
      source: 'provider',
      facts: { agent: 'vscode-chat', runId: 'run-1', model: 'gpt-5', endpointId: 'there' },
      usage: { fresh: 1000, text: 100 },
      cost: { nanoCredits: 9.9 * NANO_PER_CREDIT, confidence: 'billed' },
    },
  ]);
  const held = await worker.valueRequest({ ...asked, record: undefined });
  assert.equal(held.leftNanoCredits, 0.1 * NANO_PER_CREDIT);
  const dear = held.decision.candidates.find(({ use }) => 'model' in use && use.model === 'gpt-5');
  assert.match(dear?.barred ?? '', /left of the budget/);
  assert.match((await worker.prices()).constraints.beta, /credits for \d+ working hours/);
  assert.deepEqual(troubles, []);
});
