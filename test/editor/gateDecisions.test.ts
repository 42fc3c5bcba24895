import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { GateEvent } from '../../src/core/ledger/event.ts';
import type { CopyContents } from '../../src/ports.ts';
import { env, window } from '../fakes/vscode.ts';

const { showDecisions } = await import('../../src/editor/gateDecisions.ts');

interface Item {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
}

const DAY_MS = 86_400_000;
const now = new Date(2026, 10, 26, 15, 40).getTime();
const decision = (id: string, more: Partial<GateEvent['gate']>): GateEvent => ({
  kind: 'gate',
  callId: id,
  at: now - 60_000,
  source: 'gate',
  facts: { agent: 'codex', sessionId: 's' },
  gate: {
    class: 'irreversible',
    reason: 'deletes notes',
    targets: ['notes'],
    expectedLossNanoCredits: 1_200e9,
    decision: 'allowed',
    by: 'developer',
    digest: 'd',
    ...more,
  },
});
const contents: CopyContents = {
  at: now - 60_000,
  cwd: '/code/app',
  entries: [
    { path: '/code/app/notes', type: 'folder' },
    { path: '/code/app/notes/$(bug)\u202e.md', type: 'file', bytes: 5 },
  ],
  refs: [{ name: 'topic', object: 'a'.repeat(40) }],
};

/** What each next list or dialog is answered with: the beginning of a label; undefined: it is left. */
let picks: (string | undefined)[] = [];
let lists: { readonly items: readonly Item[]; readonly title: string }[] = [];
let dialogs: { readonly title: string; readonly detail: string }[] = [];
let notes: string[] = [];
let copied = '';

Object.assign(window, {
  showQuickPick: async (items: readonly Item[], { title }: { title: string }) => {
    lists.push({ items, title });
    const wanted = picks.shift();
    return wanted === undefined ? undefined : items.find(({ label }) => label.includes(wanted));
  },
  showWarningMessage: async (title: string, { detail }: { detail: string }, yes: { title: string }) => {
    dialogs.push({ title, detail });
    return picks.shift() === yes.title ? yes : undefined;
  },
  showInformationMessage: async (message: string) => void notes.push(message),
});
Object.assign(env.clipboard, {
  writeText: async (text: string) => {
    copied = text;
  },
});

beforeEach(() => {
  [picks, lists, dialogs, notes, copied] = [[], [], [], [], ''];
});

function setUp(decisions: readonly GateEvent[]) {
  const asked: unknown[] = [];
  const show = () =>
    showDecisions({
      clock: { now: () => now },
      worker: {
        gateDecisions: async (from, to) => {
          asked.push(['decisions', from, to]);
          return decisions;
        },
        gateCopy: async (id) => {
          asked.push(['copy', id]);
          return contents;
        },
        undoGate: async (id) => {
          asked.push(['undo', id]);
          return 'Put back 1 file.';
        },
      },
    });
  return { asked, show };
}
const allowed = decision('gate-1', { copy: 'copy-1' });
const denied = decision('gate-2', { decision: 'denied', by: 'timeout', reason: 'runs $(bug) things' });

test('where nothing was decided, it says so and how to try', async () => {
  const { show, asked } = setUp([]);
  await show();
  assert.match(notes[0] ?? '', /Nothing was decided in the last 30 days\. .*Try the Gate/);
  assert.deepEqual(asked, [['decisions', now - 30 * DAY_MS, now + 1]]);
});

test('all are listed; undo is offered where there is a copy, and only there', async () => {
  const { show } = setUp([allowed, denied]);
  picks = ['Allowed', undefined];
  await show();
  assert.deepEqual(
    lists[0]?.items.map(({ label }) => label),
    ['$(check) Allowed: deletes notes', '$(circle-slash) Denied: runs $\u200b(bug) things'],
  );
  assert.match(
    lists[0]?.items[0]?.detail ?? '',
    /by you · has a safety copy · on notes · can’t be undone · expected loss /,
  );
  assert.deepEqual(
    lists[1]?.items.map(({ label }) => label),
    ['Put Back What the Safety Copy Holds…', 'Show What Is in the Copy', 'Copy This Decision’s Text'],
  );
  picks = ['Denied', 'Copy This'];
  await show();
  assert.equal(lists.at(-1)?.items.length, 1);
  assert.match(copied, /^Denied: runs \$\(bug\) things\n15:39 · Codex\n/);
});

test('undo says first what comes back, and is done only when it is agreed to', async () => {
  const { show, asked } = setUp([allowed]);
  picks = ['Allowed', 'Put Back', undefined];
  await show();
  assert.equal(dialogs[0]?.title, 'Put back 1 file and 1 name of git as of 15:39?');
  assert.match(dialogs[0]?.detail ?? '', /notes\/\$\(bug\)⟨U\+202E⟩\.md/);
  assert.deepEqual(asked.slice(1), [['copy', 'gate-1']]);
  picks = ['Allowed', 'Put Back', 'Put It Back'];
  await show();
  assert.deepEqual(asked.at(-1), ['undo', 'gate-1']);
  assert.deepEqual(notes, ['Put back 1 file.']);
});

test('what is in the copy is a list that leads on to putting it back', async () => {
  const { show, asked } = setUp([allowed]);
  picks = ['Allowed', 'Show What', 'topic', 'Put It Back'];
  await show();
  assert.deepEqual(lists[2]?.items, [
    { label: 'topic', description: 'aaaaaaaaaaaa' },
    { label: '/code/app/notes', description: 'folder' },
    { label: '/code/app/notes/$\u200b(bug)⟨U+202E⟩.md', description: '5 bytes' },
  ]);
  assert.deepEqual(asked.at(-1), ['undo', 'gate-1']);
});

test('text that gave orders to agents is summed up in front, with what isn’t known of its cost, and leads to what was found', async () => {
  const found = (id: string, defective: GateEvent['gate']['defective']) =>
    decision(id, { class: 'read', by: 'agent', reason: `gave back ${id}`, defective });
  const { show } = setUp([
    found('page', { tokens: 12_000, nanoCredits: 1.2e9 }),
    allowed,
    found('issue', { tokens: 400 }),
  ]);
  picks = ['read like orders', 'gave back issue', 'Copy This'];
  await show();
  assert.equal(lists[0]?.title, '3 decisions in the last 30 days, the latest first');
  const [sum] = lists[0]?.items ?? [];
  assert.equal(sum?.label, '$(warning) 2 results of tools read like orders to the agent');
  assert.equal(
    sum?.detail,
    'about 12,400 tokens lost, ≈ 1.2 cr + ? for reading them once (estimated, 1 of unknown cost)',
  );
  assert.equal(
    lists[1]?.title,
    '2 results of tools read like orders to the agent in the last 30 days, the latest first',
  );
  assert.equal(lists[1]?.items.length, 2);
  assert.match(copied, /^Allowed: gave back issue\n/);
  const unpriced = setUp([found('issue', { tokens: 1 })]);
  picks = [undefined];
  await unpriced.show();
  assert.match(lists.at(-1)?.items[0]?.detail ?? '', /^about 1 token lost, \? cr for reading them once/);
});
