import '../../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { FileChange } from '../../../src/app/outcomeKeeper.ts';
import { addedLines, countLines } from '../../../src/core/quality/lineHashes.ts';
import { disk, happened, opened, Uri } from '../../fakes/vscode.ts';

const { followEdits } = await import('../../../src/editor/outcomes/edits.ts');
const CART = '/code/app/src/cart.js';
const BEFORE = 'export function total(items) {\n  return items.length;\n}\n';
const AFTER = 'export function total(items) {\n  return sumOf(items.map(priceOf));\n}\n';

function setUp(context: TestContext, head: Readonly<Record<string, string>> = {}) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  disk.clear();
  opened.length = 0;
  const changes: FileChange[] = [];
  const logged: string[] = [];
  const texts = new Map<string, string>();
  const open = (path: string, text: string) => {
    texts.set(path, text);
    const document = { uri: Uri.file(path), isClosed: false, getText: () => texts.get(path) ?? '' };
    opened.push(document);
    happened.textOpened.fire(document);
    return document;
  };
  const following = followEdits({
    clock: { now: () => 50 },
    salt: 3,
    headText: async (path) => head[path],
    changed: (change) => changes.push(change),
    log: (sentence) => logged.push(sentence),
  });
  context.after(() => following.dispose());
  return {
    changes,
    logged,
    open,
    edit(document: ReturnType<typeof open>, text: string, reason?: number) {
      texts.set(document.uri.fsPath, text);
      happened.textChanged.fire({ document, contentChanges: [{}], reason });
    },
    async quiet() {
      context.mock.timers.tick(1_000);
      for (let turns = 0; turns < 10; turns += 1) await turn();
    },
    said: () =>
      changes.map(({ how, before, after }) => [
        how,
        before && after && countLines(addedLines(before, after)),
        before && after && countLines(addedLines(after, before)),
      ]),
  };
}

test('an edit in an open file is one change with the lines that came and went', async (context) => {
  const { open, edit, quiet, said, changes } = setUp(context);
  const cart = open(CART, BEFORE);
  edit(cart, BEFORE.replace('length', 'size'));
  edit(cart, AFTER);
  await quiet();
  assert.deepEqual(said(), [['changed', 1, 1]]);
  assert.deepEqual([changes[0]?.path, changes[0]?.folder, changes[0]?.at], [CART, '/code/app', 50]);
  // Saved: the file on disk changes to what is known already.
  disk.set(CART, AFTER);
  happened.fileChanged.fire(Uri.file(CART));
  await quiet();
  assert.equal(changes.length, 1);
});

test('a change with the keyboard’s cursor was typed, and an undo is told', async (context) => {
  const { open, edit, quiet, said } = setUp(context);
  const cart = open(CART, BEFORE);
  edit(cart, AFTER);
  happened.selected.fire({ textEditor: { document: cart }, kind: 1 });
  await quiet();
  edit(cart, BEFORE, 1);
  await quiet();
  assert.deepEqual(said(), [
    ['typed', 1, 1],
    ['undone', 1, 1],
  ]);
});

test('a file that somebody else writes is compared with the last commit, or with nothing where it is new', async (context) => {
  const { quiet, said } = setUp(context, { [CART]: BEFORE });
  disk.set(CART, AFTER);
  happened.fileChanged.fire(Uri.file(CART));
  disk.set('/code/app/new.js', 'export const first = 1;\nexport const second = 2;\n');
  happened.fileCreated.fire(Uri.file('/code/app/new.js'));
  disk.set('/code/app/dirty.js', AFTER);
  happened.fileChanged.fire(Uri.file('/code/app/dirty.js'));
  await quiet();
  assert.deepEqual(said(), [
    ['changed', 1, 1],
    ['changed', 2, 0],
    ['changed', undefined, undefined],
  ]);
  disk.delete(CART);
  happened.fileDeleted.fire(Uri.file(CART));
  await quiet();
  assert.deepEqual(said().at(-1), ['changed', 0, 2]);
});

test('what is made by programs, lies elsewhere or is too large isn’t read', async (context) => {
  const { quiet, changes, logged } = setUp(context);
  for (const path of [
    '/code/app/node_modules/a/index.js',
    '/code/app/.git/index',
    '/code/app/dist/a.js',
    '/else/a.js',
  ]) {
    disk.set(path, AFTER);
    happened.fileChanged.fire(Uri.file(path));
  }
  await quiet();
  assert.deepEqual(changes, []);
  disk.set('/code/app/large.js', AFTER.repeat(10_000));
  happened.fileChanged.fire(Uri.file('/code/app/large.js'));
  await quiet();
  assert.deepEqual(
    changes.map(({ after }) => after),
    [undefined],
  );
  assert.deepEqual(logged, []);
});
