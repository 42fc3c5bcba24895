import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretStorage } from 'vscode';
import type { Catalog } from '../../src/app/catalog.ts';
import type { EndpointSetting, LiveSettings } from '../../src/editor/settings.ts';
import type { Endpoint } from '../../src/ports.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { type FakeChatModel, listing, modelListeners, offered } from '../fakes/vscode.ts';

const { followEndpoints } = await import('../../src/editor/endpoints.ts');

const CLOUD: EndpointSetting = { id: 'cloud', kind: 'openai', url: 'https://cloud.example/v1' };

function endpoint(id: string): Endpoint {
  return {
    id,
    label: id,
    local: false,
    listModels: async () => [],
    send: () => assert.fail('nothing is sent'),
  } as never;
}

/** Follows one configured endpoint and an Ollama that is there; `sets` is what the catalog was given, in order. */
function follow(vscodeLists: Promise<void>) {
  listing.asking = vscodeLists;
  const sets: string[][] = [];
  const never = () => ({ dispose() {} });
  const value = { endpoints: [CLOUD], discoverOllama: true, useVscodeModels: true };
  const endpoints = followEndpoints({
    catalog: {
      async setEndpoints(set) {
        sets.push(set.map(({ id }) => id));
      },
      refresh: async () => {},
    } as Pick<Catalog, 'setEndpoints' | 'refresh'> as Catalog,
    settings: { value, onDidChange: never, dispose() {} } as unknown as LiveSettings,
    keys: { get: async () => undefined, set: async () => {}, delete: async () => {} },
    secrets: { onDidChange: never } as unknown as SecretStorage,
    clock: fakeClock(0),
    build: async ({ id }) => endpoint(id),
    ollamaUrl: 'http://127.0.0.1:11434',
    log: (sentence) => assert.fail(sentence),
  });
  return { endpoints, sets };
}

const turns = () => new Promise((resolve) => setImmediate(resolve));

test('an Ollama is offered while VS Code still lists its own models', async (context) => {
  offered.splice(0, offered.length, { vendor: 'copilot', id: 'm' } as FakeChatModel);
  const listed = Promise.withResolvers<void>();
  const { endpoints, sets } = follow(listed.promise);
  context.after(() => endpoints.dispose());
  await turns();
  assert.deepEqual(sets.at(-1), ['cloud', 'ollama']);
  listed.resolve();
  await endpoints.refresh(Number.POSITIVE_INFINITY);
  assert.deepEqual(sets.at(-1), ['cloud', 'ollama', 'vscode:copilot']);
});

test('nothing is given to the catalog twice where nothing new comes', async (context) => {
  offered.length = 0;
  const { endpoints, sets } = follow(Promise.resolve());
  context.after(() => endpoints.dispose());
  await endpoints.refresh(Number.POSITIVE_INFINITY);
  await endpoints.refresh(0);
  assert.deepEqual(sets, [['cloud', 'ollama']]);
});

test('a list of VS Code that comes late is used when it has come, not a minute later', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  offered.splice(0, offered.length, { vendor: 'copilot', id: 'm' } as FakeChatModel);
  const listed = Promise.withResolvers<void>();
  const { endpoints, sets } = follow(listed.promise);
  context.after(() => endpoints.dispose());
  await eventually(() => sets.length === 1);
  context.mock.timers.tick(10_000);
  await endpoints.refresh(Number.POSITIVE_INFINITY);
  assert.deepEqual(sets, [['cloud', 'ollama']]);
  // Asked again it would be late again.
  listing.asking = new Promise(() => {});
  listed.resolve();
  await turns();
  await endpoints.refresh(Number.POSITIVE_INFINITY);
  assert.deepEqual(sets.at(-1), ['cloud', 'ollama', 'vscode:copilot']);
});

test('models that change again and again are looked at meanwhile', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  offered.length = 0;
  const { endpoints, sets } = follow(Promise.resolve());
  await endpoints.refresh(Number.POSITIVE_INFINITY);
  offered.push({ vendor: 'copilot', id: 'm' } as FakeChatModel);
  for (let second = 0; second < 5; second += 1) {
    for (const changed of modelListeners) changed();
    context.mock.timers.tick(1_000);
  }
  await endpoints.refresh(Number.POSITIVE_INFINITY);
  assert.deepEqual(sets.at(-1), ['cloud', 'ollama', 'vscode:copilot']);
  endpoints.dispose();
  assert.equal(modelListeners.size, 0);
});

async function eventually(is: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !is(); turn += 1) await turns();
  assert(is());
}
