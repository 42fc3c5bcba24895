import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { Memento } from 'vscode';
import type { EndpointHealth } from '../../src/app/catalog.ts';
import { statusBarMessages } from '../fakes/vscode.ts';

const { tellWhatWasFound } = await import('../../src/editor/tellWhatWasFound.ts');

const OLLAMA = { id: 'ollama', label: 'Ollama' } as EndpointHealth['endpoint'];
let health: EndpointHealth[];
let observations: number;
let elapsed: number;
let told: boolean;

const memento = {
  get: () => told,
  update: async () => {
    told = true;
  },
} as unknown as Memento;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  statusBarMessages.length = 0;
  [health, observations, elapsed, told] = [[], 0, 0, false];
});

afterEach(() => mock.timers.reset());

function start() {
  const worker = {
    importStatus: async () => [
      { source: 'claude-code-log', agent: 'claude-code', roots: [], files: 1, observations, problems: [] },
    ],
    sources: async () => [],
  };
  return tellWhatWasFound(memento, worker, { health: () => health }, { elapsed: () => elapsed });
}

async function pass(milliseconds: number): Promise<void> {
  for (const end = elapsed + milliseconds; elapsed < end; elapsed += 100) {
    mock.timers.tick(100);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

const ollama = (state: EndpointHealth['state']): EndpointHealth => ({
  endpoint: OLLAMA,
  state,
  sentence: undefined,
  models: 3,
  latencyMs: undefined,
  checkedAt: undefined,
});

test('the line comes within five seconds, though an endpoint still thinks', async () => {
  health = [ollama('ok'), { ...ollama('checking'), endpoint: { ...OLLAMA, id: 'slow', label: 'Slow' } }];
  observations = 2;
  start();
  await pass(5_000);
  assert.deepEqual(statusBarMessages, ['$(search) Marginal: Found Claude Code (at list price), Ollama (3 models)']);
});

test('it comes sooner where every endpoint has answered', async () => {
  health = [ollama('ok')];
  start();
  await pass(3_000);
  assert.deepEqual(statusBarMessages, ['$(search) Marginal: Found Ollama (3 models)']);
});

test('what takes longer to be read is told when it is, once', async () => {
  start();
  await pass(12_000);
  assert.deepEqual(statusBarMessages, []);
  observations = 1;
  await pass(20_000);
  assert.equal(statusBarMessages.length, 1);
  start();
  await pass(6_000);
  assert.equal(statusBarMessages.length, 1, 'not again in the next window');
});

test('nothing is said after the window has closed', async () => {
  health = [ollama('ok')];
  const teller = start();
  await pass(1_000);
  teller.dispose();
  await pass(60_000);
  assert.deepEqual(statusBarMessages, []);
});
