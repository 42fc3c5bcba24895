import '../../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { SeenCommit } from '../../../src/app/outcomeKeeper.ts';
import { EventEmitter, exported, installed, Uri } from '../../fakes/vscode.ts';

const { followGit } = await import('../../../src/editor/outcomes/git.ts');
const NOW = 1_000_000_000;
const CART = '/code/app/cart.js';

async function setUp(context: TestContext, commits: Readonly<Record<string, { parents: string[]; age?: number }>>) {
  const changed = new EventEmitter<void>();
  const head = { commit: 'one' };
  const repository = {
    rootUri: Uri.file('/code/app'),
    state: {
      HEAD: head,
      workingTreeChanges: [{ uri: Uri.file('/code/app/dirty.js') }],
      indexChanges: [],
      onDidChange: changed.event,
    },
    getCommit: async (id: string) => {
      const { parents = [], age = 0 } = commits[id] ?? {};
      return { parents, commitDate: new Date(NOW - age) };
    },
    diffBetween: async () => [{ uri: Uri.file(CART) }],
    show: async (ref: string, path: string) => `${ref} ${path}`,
  };
  const never = new EventEmitter<unknown>();
  installed.add('vscode.git');
  exported.set('vscode.git', {
    getAPI: () => ({ repositories: [repository], onDidOpenRepository: never.event, onDidCloseRepository: never.event }),
  });
  const seen: SeenCommit[] = [];
  const logged: string[] = [];
  const watch = followGit(
    { now: () => NOW },
    (commit) => seen.push(commit),
    100,
    (sentence) => logged.push(sentence),
  );
  context.after(() => {
    watch.dispose();
    installed.delete('vscode.git');
  });
  const settle = async () => {
    for (let turns = 0; turns < 10; turns += 1) await turn();
  };
  await settle();
  return {
    watch,
    seen,
    logged,
    async move(to: string) {
      head.commit = to;
      changed.fire();
      await settle();
    },
  };
}

test('a commit is told with its files as they are in it', async (context) => {
  const { move, seen } = await setUp(context, { two: { parents: ['one'] } });
  await move('two');
  await move('two');
  assert.deepEqual(
    seen.map(({ id, paths, folder }) => [id, paths, folder]),
    [['two', [CART], '/code/app']],
  );
  assert.equal(await seen[0]?.read(CART), `two ${CART}`);
});

test('a checkout, a pull and a merge are no commits of the developer’s; an amended one is', async (context) => {
  const { move, seen } = await setUp(context, {
    one: { parents: ['zero'] },
    old: { parents: ['one'], age: 10 * 60_000 },
    elsewhere: { parents: ['seven'] },
    merged: { parents: ['elsewhere', 'one'] },
    amended: { parents: ['zero'] },
  });
  for (const id of ['old', 'elsewhere', 'merged', 'one']) await move(id);
  assert.deepEqual(seen, []);
  await move('amended');
  assert.deepEqual(
    seen.map(({ id }) => id),
    ['amended'],
  );
});

test('a file as the last commit has it is told only where it wasn’t changed since', async (context) => {
  const { watch } = await setUp(context, {});
  assert.equal(await watch.headText(CART), `HEAD ${CART}`);
  assert.equal(await watch.headText('/code/app/dirty.js'), undefined);
  assert.equal(await watch.headText('/elsewhere/cart.js'), undefined);
});

test('without git nothing is told, and nothing fails', async () => {
  const logged: string[] = [];
  const watch = followGit(
    { now: () => NOW },
    () => assert.fail('a commit'),
    100,
    (sentence) => logged.push(sentence),
  );
  await turn();
  assert.equal(await watch.headText(CART), undefined);
  watch.dispose();
  assert.deepEqual(logged, []);
});
