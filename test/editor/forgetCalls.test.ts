import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntrySelection, Forgettable } from '../../src/ports.ts';
import { window } from '../fakes/vscode.ts';

const { forgetCalls } = await import('../../src/editor/forgetCalls.ts');

const NOTHING: Forgettable = {
  calls: 0,
  cost: { nanoCredits: 0, confidence: 'billed', unknown: 0 },
  agents: [],
  readings: 0,
  gateDecisions: 0,
  copies: 0,
};

/** Picks the labels one after the other, and presses `button`. */
async function forgotten(found: Partial<Forgettable>, picks: readonly string[], button?: string) {
  const left = [...picks];
  const erased: EntrySelection[] = [];
  const notes: string[] = [];
  const dialogs: { title: string; detail: string }[] = [];
  Object.assign(window, {
    async showQuickPick(items: readonly (string | { label: string })[]) {
      const wanted = left.shift() ?? '';
      return items.find((item) => (typeof item === 'string' ? item : item.label).startsWith(wanted));
    },
    async showWarningMessage(title: string, { detail }: { detail: string }, yes: string) {
      dialogs.push({ title, detail });
      return button === yes ? yes : undefined;
    },
    showInformationMessage: async (message: string) => void notes.push(message),
    withProgress: (_options: unknown, work: () => Promise<unknown>) => work(),
  });
  await forgetCalls({
    clock: { now: () => new Date(2026, 10, 26, 15).getTime() },
    worker: {
      folders: async () => ['/code/client', '/code/app'],
      forgettable: async () => ({ ...NOTHING, ...found }),
      async forget(selection) {
        erased.push(selection);
        return found.calls ?? 0;
      },
    },
  });
  return { erased, notes, dialogs };
}

const PROJECT = ['A project', '/code/client'];

test('safety copies and decisions of the gate are counted, named, and forgotten on a yes only', async () => {
  const found = { gateDecisions: 2, copies: 1 };
  const { dialogs, erased, notes } = await forgotten(found, PROJECT, 'Forget');
  assert.equal(dialogs[0]?.title, 'Forget 2 decisions of the gate and 1 safety copy in /code/client?');
  assert.match(dialogs[0]?.detail ?? '', /safety copies that the gate took are deleted.* can’t be put back/);
  assert.deepEqual(erased, [{ folder: '/code/client' }]);
  assert.deepEqual(notes, ['Marginal forgot 2 decisions of the gate and 1 safety copy in /code/client.']);
  assert.deepEqual((await forgotten(found, PROJECT)).erased, []);
});

test('what there is none of is not named', async () => {
  const calls = {
    calls: 1_200,
    agents: ['codex'],
    cost: { nanoCredits: 2e9, confidence: 'priced', unknown: 0 },
  } as const;
  const { dialogs } = await forgotten({ ...calls, readings: 1, copies: 2 }, ['A stretch', 'Today']);
  assert.equal(dialogs[0]?.title, 'Forget 1,200 calls, 1 reading of plans and 2 safety copies of today?');
  assert.doesNotMatch(dialogs[0]?.detail ?? '', /gate decided/);
  const only = await forgotten(calls, ['A stretch', 'All time']);
  assert.equal(only.dialogs[0]?.title, 'Forget 1,200 calls of all time?');
  assert.doesNotMatch(only.dialogs[0]?.detail ?? '', /gate/);
  const copies = await forgotten({ copies: 1 }, ['A stretch', 'Today']);
  assert.match(copies.dialogs[0]?.detail ?? '', /^This can’t be undone\./);
  assert.doesNotMatch(copies.dialogs[0]?.detail ?? '', /tokens|these calls/);
  const none = await forgotten({}, ['A stretch', 'Today'], 'Forget');
  assert.deepEqual([none.dialogs, none.erased, none.notes], [[], [], ['Marginal has nothing to forget of today.']]);
});
