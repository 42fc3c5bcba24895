import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { LedgerError } from '../../src/core/ledger/ledgerError.ts';
import { type GroupCommitOptions, groupCommit } from '../../src/storage/groupCommit.ts';
import { importAbandoned, importPending, pendingFile, writePending } from '../../src/storage/pendingEvents.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { madeEvent } from '../fakes/madeEvent.ts';

const full = new LedgerError('full', 'The disk is full: make room.');
const event = (index: number) => madeEvent(index, 1_700_000_000_000);
const events = (count: number) => Array.from({ length: count }, (_, index) => event(index));

/** A store that records its commits, and fails while `trouble` is set. */
function fakeStore() {
  const store = {
    trouble: undefined as unknown,
    commits: [] as { ids: readonly string[]; cursors: unknown }[],
    append(batch: readonly LedgerEvent[], cursors?: unknown) {
      if (store.trouble) throw store.trouble;
      if (batch.some(({ callId }) => callId === 'bad')) throw new TypeError('a bug');
      store.commits.push({ ids: batch.map(({ callId }) => callId), cursors });
    },
    ids: () => store.commits.flatMap(({ ids }) => ids),
  };
  return store;
}

function made(t: TestContext, options: Partial<GroupCommitOptions> = {}) {
  const store = fakeStore();
  const file = join(ledgerFolder(t).folder, 'pending-1.jsonl');
  const said: (string | undefined)[] = [];
  const commit = groupCommit(store, {
    pendingFile: file,
    retryMs: 5,
    onTrouble: (sentence) => said.push(sentence),
    ...options,
  });
  return { store, file, said, commit };
}

const settledYet = async (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    new Promise((resolve) => setTimeout(resolve, 15, false)),
  ]);

test('what arrives together is one commit, in order, with its cursors', async (t) => {
  const { store, commit } = made(t);
  await Promise.all([
    commit.append([event(0)]),
    commit.append([event(1), event(2)], { log: 1 }),
    commit.append([], { log: 2 }),
  ]);
  assert.deepEqual(store.commits, [{ ids: events(3).map(({ callId }) => callId), cursors: { log: 2 } }]);
});

test('an append is acknowledged after its commit, never before', async (t) => {
  const { store, commit } = made(t);
  let acknowledged = false;
  const append = commit.append([event(0)]).then(() => {
    acknowledged = true;
    assert.equal(store.commits.length, 1);
  });
  await Promise.resolve();
  assert.equal(acknowledged, false);
  await append;
});

test('a full group does not wait for the clock', async (t) => {
  const { store, commit } = made(t, { windowMs: 60_000, mostEvents: 3 });
  const appends = events(3).map((each) => commit.append([each]));
  assert.equal(store.commits.length, 1);
  await Promise.all(appends);
});

test('while the ledger can’t be written, appends wait and are tried again; the trouble is told once, and its end', async (t) => {
  const { store, said, commit } = made(t);
  store.trouble = full;
  const appends = events(3).map((each) => commit.append([each]));
  assert.equal(await settledYet(Promise.race(appends)), false);
  const late = commit.append([event(3)]);
  store.trouble = undefined;
  await Promise.all([...appends, late]);
  assert.deepEqual(
    store.ids(),
    events(4).map(({ callId }) => callId),
  );
  assert.deepEqual(said, [full.message, undefined]);
});

test('beyond a bound they go to a side file, which counts as kept, and from there into the ledger', async (t) => {
  const { store, file, commit } = made(t, { mostWaiting: 5 });
  store.trouble = full;
  await Promise.all(
    events(20)
      .map((each) => commit.append([each]))
      .slice(0, 15),
  );
  assert.ok(existsSync(file));
  store.trouble = undefined;
  while (existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.deepEqual(
    [...store.ids()].sort(),
    events(20)
      .map(({ callId }) => callId)
      .sort(),
  );
  commit.close();
});

test('where they can be kept nowhere, the append is rejected with the sentence', async (t) => {
  const { store, commit, file } = made(t, {
    mostWaiting: 2,
    pendingFile: join(ledgerFolder(t).folder, 'missing/pending-1.jsonl'),
  });
  store.trouble = full;
  const results = await Promise.allSettled(events(3).map((each) => commit.append([each])));
  for (const result of results) assert.equal(result.status === 'rejected' && result.reason, full);
  assert.ok(!existsSync(file));
  store.trouble = undefined;
  await commit.append([event(9)]);
});

test('an append that the ledger can’t take for another reason does not take the others along', async (t) => {
  const { store, commit, said } = made(t);
  const [one, bad, two] = [
    commit.append([event(0)]),
    commit.append([{ ...event(1), callId: 'bad' }]),
    commit.append([event(2)]),
  ];
  await assert.rejects(bad, TypeError);
  await Promise.all([one, two]);
  assert.deepEqual(store.ids(), [event(0).callId, event(2).callId]);
  assert.deepEqual(said, []);
});

test('what must be kept now is, after what waits, or isn’t kept at all', async (t) => {
  const { store, commit } = made(t);
  const waits = commit.append([event(0)]);
  commit.appendNow([event(1)]);
  assert.deepEqual(store.ids(), [event(0).callId, event(1).callId]);
  await waits;
  store.trouble = full;
  assert.throws(() => commit.appendNow([event(2)]), full);
  const later = commit.append([event(3)]);
  assert.throws(() => commit.appendNow([event(4)]), full);
  store.trouble = undefined;
  await later;
  assert.deepEqual(
    store.ids(),
    [0, 1, 3].map((index) => event(index).callId),
  );
  commit.appendNow([event(5)]);
  assert.equal(store.ids().at(-1), event(5).callId);
});

test('closing writes what waits, to the side file where it must', async (t) => {
  const { store, file, commit } = made(t, { windowMs: 60_000 });
  const append = commit.append([event(0)]);
  commit.close();
  await append;
  assert.equal(store.commits.length, 1);
  const other = made(t, { windowMs: 60_000 });
  other.store.trouble = full;
  const kept = other.commit.append([event(1)]);
  other.commit.close();
  await kept;
  assert.ok(!existsSync(file));
  assert.match(readFileSync(other.file, 'utf8'), new RegExp(event(1).callId));
});

test('closing puts what waits aside before the ledger can make it wait', async (t) => {
  const { store, file, commit } = made(t, { windowMs: 60_000 });
  const { append } = store;
  let aside = '';
  store.append = (...batch) => {
    aside = readFileSync(file, 'utf8');
    append(...batch);
  };
  const appended = commit.append([event(0)], { log: 1 });
  commit.close();
  await appended;
  assert.match(aside, new RegExp(event(0).callId));
  assert.deepEqual(store.commits, [{ ids: [event(0).callId], cursors: { log: 1 } }]);
  assert.ok(!existsSync(file));
});

test('what was put aside earlier goes into the ledger when it can be written at last', async (t) => {
  const { store, file, commit } = made(t, { mostWaiting: 0, retryMs: 60_000 });
  store.trouble = full;
  await commit.append([event(0)]);
  assert.ok(existsSync(file));
  store.trouble = undefined;
  commit.close();
  assert.deepEqual(store.ids(), [event(0).callId]);
  assert.ok(!existsSync(file));
});

test('a side file cut off in the middle gives what it has, and is gone once it is in the ledger', (t) => {
  const { folder } = ledgerFolder(t);
  const store = fakeStore();
  const file = join(folder, 'pending-999999999.jsonl');
  writePending(file, events(2));
  writeFileSync(file, '{"kind":"settled","callId":"cut', { flag: 'a' });
  writePending(file, [event(2)]);
  writeFileSync(file, '\n{"kind":"no event"}\n', { flag: 'a' });
  store.trouble = full;
  assert.throws(() => importPending(store, file), full);
  assert.ok(existsSync(file));
  store.trouble = undefined;
  importPending(store, file);
  assert.deepEqual(
    store.ids(),
    events(3).map(({ callId }) => callId),
  );
  assert.ok(!existsSync(file));
  importPending(store, file);
});

test('what a killed window left is taken in; a living one’s is its own', (t) => {
  const { folder } = ledgerFolder(t);
  const store = fakeStore();
  writePending(join(folder, 'pending-999999999.jsonl'), [event(0)]);
  writePending(join(folder, `pending-${process.ppid}.jsonl`), [event(1)]);
  writePending(pendingFile(folder), [event(2)]);
  importAbandoned(store, folder);
  assert.deepEqual([...store.ids()].sort(), [event(0).callId, event(2).callId].sort());
  assert.ok(existsSync(join(folder, `pending-${process.ppid}.jsonl`)));
});
