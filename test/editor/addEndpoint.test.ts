import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { window } = await import('../fakes/vscode.ts');
const { addEndpoint, addedSentence } = await import('../../src/editor/addEndpoint.ts');

test('the user is told how many models came, and what to do where none did', () => {
  assert.match(addedSentence('Lab', 2), /^Lab is added with 2 models: pick one /);
  assert.match(addedSentence('Lab', 1), /with one model: pick one /);
  const without = addedSentence('Lab', 0);
  assert.match(without, /^Lab is added, without models for now: .*Marginal: Rescan/);
  assert.doesNotMatch(without, /pick one/i);
});

test('where the test fails, Correct… asks again, from the address that was entered', async () => {
  const offered: (string | undefined)[] = [];
  const typed = ['http://127.0.0.1:9', undefined];
  const built: string[] = [];
  Object.assign(window, {
    showQuickPick: async (presets: readonly { readonly id: string }[]) => presets.find(({ id }) => id === 'ollama'),
    showInputBox: async ({ value }: { readonly value: string }) => {
      offered.push(value);
      return typed.shift();
    },
    withProgress: (_: unknown, work: () => unknown) => work(),
    showWarningMessage: async (message: string, _: unknown, ...buttons: readonly string[]) => {
      assert.equal(message, 'It is not there.');
      return buttons.find((button) => button === 'Correct…');
    },
  });
  await addEndpoint({
    keys: {
      get: () => assert.fail('a key was read'),
      set: () => assert.fail('a key was stored'),
      delete: () => assert.fail('a key was deleted'),
    },
    taken: () => [],
    isOwn: () => true,
    build: async ({ id, url }) => {
      built.push(url);
      const listModels = async () => Promise.reject(new Error('It is not there.'));
      return { id, label: id, provider: undefined, local: true, listModels, send: () => assert.fail('it was asked') };
    },
  });
  assert.deepEqual(built, ['http://127.0.0.1:9']);
  assert.deepEqual(offered, ['http://127.0.0.1:11434', 'http://127.0.0.1:9']);
});
