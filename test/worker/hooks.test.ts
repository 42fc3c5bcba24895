/** From an agent's hook through the installed launcher to the worker's gate, and back with what the developer said. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock as clock } from '../../src/adapters/systemClock.ts';
import { startWorker } from '../../src/adapters/workerClient.ts';
import type { GateQuestion } from '../../src/core/gate/question.ts';
import { NO_WINDOW } from '../../src/core/hooks/nobodyAnswers.ts';
import type { WorkerNotice } from '../../src/ports.ts';
import type { WorkerData } from '../../src/worker/workerData.ts';
import { hookWorld } from '../hook/hookWorld.ts';

test('a free action passes, one that can’t be undone waits for the developer, and nothing is decided once the window is closed', async (t) => {
  const world = await hookWorld(t);
  const project = path.join(world.home, 'shop');
  mkdirSync(project);
  execFileSync('git', ['init', '-q'], { cwd: project });
  writeFileSync(path.join(project, 'notes.txt'), 'only here\n');
  await world.hooks.uninstall();
  const worker = startWorker({
    script: fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url)),
    data: {
      ledger: path.join(world.home, 'ledger.db'),
      ranks: '',
      backlog: '',
      prices: '',
      environment: { home: world.home, platform: 'linux', env: {}, codeUserFolders: [] },
      hook: world.script,
      holder: 'window',
    } satisfies WorkerData,
    configuration: {
      folders: [project],
      priceOverrides: [],
      localCost: { watts: 100, dollarsPerKilowattHour: 0.3, hardwareDollars: 1000, hardwareLifeHours: 10_000 },
      importers: [],
      plans: [],
      askCopilotQuota: false,
    },
    clock,
    log: (sentence) => assert.fail(sentence),
  });
  t.after(() => worker.close());
  const troubles: string[] = [];
  let asked = Promise.withResolvers<GateQuestion>();
  worker.onNotice((notice: WorkerNotice) => {
    if (notice.kind === 'gateQuestion') asked.resolve(notice.question);
    if (notice.kind === 'trouble' && !notice.resolved) troubles.push(notice.sentence);
  });
  const call = (command: string) =>
    world.hook('claude-code', 'PreToolUse', {
      session_id: 's',
      cwd: project,
      permission_mode: 'bypassPermissions',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command },
    });
  const windows = path.join(world.folder, 'windows');

  await worker.guardsChanged();
  assert.ok(!existsSync(world.folder));
  await world.hooks.install();
  await worker.guardsChanged();
  assert.deepEqual(readdirSync(windows), ['window.json']);

  assert.deepEqual(await call('git status'), { stdout: '', stderr: '', code: 0 });
  const denied = call('rm -rf notes.txt');
  const question = await asked.promise;
  assert.equal(question.kind === 'action' && question.class, 'irreversible');
  await worker.answerGate(question.id, { kind: 'deny', why: 'keep my notes' });
  assert.match((await denied).stdout, /"permissionDecision":"deny".*keep my notes/);
  asked = Promise.withResolvers<GateQuestion>();
  const allowed = call('rm -rf ./notes.txt');
  await worker.answerGate((await asked.promise).id, { kind: 'once' });
  assert.match((await allowed).stdout, /"permissionDecision":"allow"/);
  assert.deepEqual(Object.keys(await worker.guardsHeard()), ['claude-code']);
  assert.equal((await worker.gateDecisions(0, Number.MAX_SAFE_INTEGER)).length, 2);

  asked = Promise.withResolvers<GateQuestion>();
  const waiting = call('git clean -fdx');
  await asked.promise;
  await worker.close();
  assert.match((await waiting).stdout, /"permissionDecision":"deny"/);
  assert.deepEqual(readdirSync(windows), []);
  assert.match((await call('rm -rf notes.txt')).stdout, new RegExp(NO_WINDOW.sentence.slice(0, 80)));
  assert.deepEqual(troubles, []);
});
