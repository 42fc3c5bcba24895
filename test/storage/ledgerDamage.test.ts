/** Damaged files: kept aside, replaced, and what can be read of them copied over. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openLedger } from '../../src/storage/ledger.ts';
import { salvageEvents } from '../../src/storage/salvage.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { madeEvent } from '../fakes/madeEvent.ts';
import { packing } from '../fakes/packing.ts';

const AT = new Date(2026, 10, 22, 12).getTime();
const CALLS = 2000;
const events = Array.from({ length: CALLS }, (_, index) => madeEvent(index, AT - CALLS + index));

/** A ledger of CALLS calls, closed. `packed`: they came in blocks. */
function filled(t: TestContext, packed = false) {
  const { folder, path } = ledgerFolder(t);
  const opened = openLedger(path, { clock: { now: () => AT } });
  const store = packed ? packing(opened, 100) : opened;
  for (let index = 0; index < CALLS; index += 100) store.append(events.slice(index, index + 100), { log: index });
  store.close();
  return { folder, path, troubles: [] as string[] };
}

function reopen({ path, troubles }: ReturnType<typeof filled>) {
  return openLedger(path, { clock: { now: () => AT }, onTrouble: (sentence) => troubles.push(sentence) });
}

function asideIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.includes('.corrupt-'));
}

/** Overwrites a part of the file with bytes that mean nothing. */
function damage(path: string, from: number, length: number): void {
  const bytes = readFileSync(path);
  for (let index = 0; index < length; index += 1) bytes[from + index] = (index * 167 + 13) & 0xff;
  writeFileSync(path, bytes);
}

/** Damages the file while it is open, and has the connections forget the pages that they read before. */
function damageBehind(path: string): void {
  const other = new DatabaseSync(path);
  damage(path, 40 * 4096, 900_000);
  other.exec(`INSERT INTO leases VALUES ('another', 'window', 0)`);
  other.close();
}

const found = (store: ReturnType<typeof reopen>) => events.filter((event) => store.entry(event.callId)).length;

for (const [what, spoil, least] of [
  ['the beginning is overwritten', (path: string) => damage(path, 0, 5000), 0.95],
  ['a stretch in the middle is overwritten', (path: string) => damage(path, 400_000, 60_000), 0.9],
  ['the end is cut off', (path: string) => truncateSync(path, 500_000), 0.1],
  ['it is another kind of file', (path: string) => writeFileSync(path, 'not a database '.repeat(1000)), 0],
  [
    'every twentieth page is overwritten',
    (path: string) => {
      for (let page = 2; page < 600; page += 20) damage(path, page * 4096, 4096);
    },
    0.7,
  ],
] as const) {
  for (const packed of [false, true])
    test(`where ${what}, ${packed ? 'of blocks too ' : ''}the file is kept, and a new one takes what can be read`, (t) => {
      const ledger = filled(t, packed);
      spoil(ledger.path);
      const spoiled = readFileSync(ledger.path);
      const store = reopen(ledger);
      // A larger file may show its damage only when it is used.
      store.summary(AT, []);
      store.rebuild();
      const kept = asideIn(ledger.folder).filter((name) => name.endsWith('.db'));
      assert.equal(kept.length, 1, String(readdirSync(ledger.folder)));
      assert.match(kept[0] ?? '', /^ledger\.corrupt-2026-11-22T[\d-]+Z?\.db$/);
      assert.deepEqual(readFileSync(join(ledger.folder, kept[0] ?? '')), spoiled);
      assert.equal(ledger.troubles.length, 1);
      assert.match(ledger.troubles[0] ?? '', /damaged.*kept as .*corrupt/);
      assert.ok(found(store) >= CALLS * least, `${found(store)} of ${CALLS}`);
      assert.equal(store.cursor('log'), undefined, 'logs are read again');
      for (let index = 0; index < CALLS; index += 100) store.append(events.slice(index, index + 100));
      assert.equal(found(store), CALLS);
      assert.equal(
        store.burn('2026-11-22', '2026-11-22').reduce((calls, row) => calls + row.calls, 0),
        CALLS,
      );
      store.close();
      assert.equal(asideIn(ledger.folder).filter((name) => name.endsWith('.db')).length, 1);
    });
}

test('damage that comes while the ledger is open is mended at the next use, and that use succeeds', (t) => {
  const ledger = filled(t);
  const store = reopen(ledger);
  store.summary(AT, []);
  const before = store.summary(AT, []).revision;
  damageBehind(ledger.path);
  const event = madeEvent(CALLS + 1, AT);
  for (const each of events) store.entry(each.callId);
  store.append([event]);
  assert.equal(ledger.troubles.length, 1);
  assert.ok(store.entry(event.callId));
  assert.ok(store.summary(AT, []).revision > before, 'revisions never fall');
  store.close();
});

test('a window that still has the old file open writes to the new one', (t) => {
  const ledger = filled(t);
  const one = reopen(ledger);
  const two = reopen(ledger);
  one.summary(AT, []);
  two.summary(AT, []);
  damageBehind(ledger.path);
  for (const each of events) one.entry(each.callId);
  assert.equal(ledger.troubles.length, 1);
  const event = madeEvent(CALLS + 7, AT);
  two.append([event]);
  assert.ok(two.entry(event.callId));
  assert.ok(one.entry(event.callId));
  assert.equal(ledger.troubles.length, 1);
  one.close();
  two.close();
});

for (const [what, remove] of [
  ['deleted', (path: string) => rmSync(path)],
  ['renamed', (path: string) => renameSync(path, `${path}.old`)],
] as const) {
  test(`where the file is ${what} under an open window, revisions go on from where they were`, (t) => {
    const { path } = ledgerFolder(t);
    const open = () => openLedger(path, { clock: { now: () => AT } });
    const stores = [open(), open()];
    const [one, other] = stores;
    one?.append(events.slice(0, 100));
    const before = stores.map((store) => store.summary(AT, []).revision);
    for (const part of ['-wal', '-shm']) rmSync(path + part, { force: true });
    remove(path);
    for (const [index, store] of stores.entries()) {
      const { revision, today } = store.summary(AT, []);
      assert.ok(revision > (before[index] ?? 0), `${revision}`);
      assert.equal(today.nanoCredits, 0);
    }
    const begun = stores.map((store) => store.summary(AT, []).revision);
    other?.append(events.slice(0, 1));
    for (const [index, store] of stores.entries()) {
      assert.equal(store.summary(AT, []).revision, (begun[index] ?? 0) + 1);
      store.close();
    }
  });
}

test('no event that the damage changed is taken for a true one', (t) => {
  const ledger = filled(t);
  const known = new Set(events.map((event) => JSON.stringify(event.usage) + event.callId));
  const bytes = readFileSync(ledger.path);
  assert.ok([...salvageEvents(ledger.path)].length >= CALLS);
  // Figures with one digit changed, still JSON.
  const text = bytes.toString('latin1').replaceAll('"cacheRead":40', '"cacheRead":41');
  writeFileSync(ledger.path, text, 'latin1');
  for (const event of salvageEvents(ledger.path)) {
    assert.ok(event.kind === 'settled' && known.has(JSON.stringify(event.usage) + event.callId));
  }
});

for (const [what, before, after] of [
  ['a figure', ',400', ',410'],
  ['a key', '"rows":[', '"rowz":['],
] as const)
  test(`where ${what} of a block was changed in the file, no call is told by it`, (t) => {
    const ledger = filled(t, true);
    const text = readFileSync(ledger.path).toString('latin1').replaceAll(before, after);
    writeFileSync(ledger.path, text, 'latin1');
    const store = reopen(ledger);
    store.append([{ kind: 'erased', callId: events[10]?.callId ?? '', at: AT, source: 'user' }]);
    store.rebuild();
    for (const event of events) {
      const told = store.entry(event.callId);
      if (told) assert.deepEqual(told.usage, event.usage);
    }
    store.close();
  });

test('a log with blocks that was never copied into its damaged file is read too', (t) => {
  const { folder, path } = ledgerFolder(t);
  const open = openLedger(path, { clock: { now: () => AT } });
  packing(open, 100).append(events);
  const copy = join(folder, 'copy.db');
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  open.close();
  damage(copy, 0, 4096);
  const salvaged = new Set([...salvageEvents(copy)].map(({ callId }) => callId));
  assert.equal(salvaged.size, CALLS);
});

test('pricings of one call that are salvaged in another order keep their last', (t) => {
  const { path } = ledgerFolder(t);
  const store = openLedger(path, { clock: { now: () => AT } });
  const priced = (pricedAt: number, nanoCredits: number) => {
    // Too long for one page, so that it can't be found among the bytes.
    const event = { ...madeEvent(CALLS + 1, AT), tools: Array.from({ length: 1000 }, () => 'run_in_terminal') };
    return { ...event, cost: { nanoCredits, confidence: 'priced' as const, pricedAt } };
  };
  store.append([priced(1, 10), ...events]);
  store.append([priced(2, 12)]);
  store.append([priced(3, 10)]);
  store.close();
  // What lies before the damage is read from its beginning, what lies behind it from its end.
  damage(path, 400_000, 60_000);
  const again = openLedger(path, { clock: { now: () => AT } });
  for (const each of events) again.entry(each.callId);
  assert.equal(again.entry(priced(1, 10).callId)?.cost.nanoCredits, 10);
  again.close();
});

for (const packed of [false, true])
  test(`salvaging an erased call ${packed ? 'of a block ' : ''}does not bring it back`, (t) => {
    const ledger = filled(t, packed);
    const erasing = reopen(ledger);
    erasing.append([{ kind: 'erased', callId: events[10]?.callId ?? '', at: AT, source: 'user' }]);
    erasing.close();
    assert.ok(readFileSync(ledger.path).includes(`${events[11]?.callId}",${packed ? '[' : '"cost"'}`));
    for (const after of ['"cost"', '[']) {
      const bytes = `${events[10]?.callId}",${after}`;
      assert.ok(!readFileSync(ledger.path).includes(bytes), 'its bytes are gone from the file');
    }
    damage(ledger.path, 0, 5000);
    const store = reopen(ledger);
    assert.equal(store.entry(events[10]?.callId ?? ''), undefined);
    store.append([{ ...madeEvent(10, AT), callId: 'another name' }]);
    assert.equal(store.entry('another name'), undefined);
    store.close();
  });

for (const packed of [false, true])
  for (const every of [1, 3])
    test(`of ${every === 1 ? 'all' : 'some'} calls that are erased ${packed ? 'from blocks ' : ''}nothing is left in the file`, (t) => {
      const ledger = filled(t, packed);
      const store = reopen(ledger);
      const erased = events.filter((_, index) => index % every === 0);
      for (let index = 0; index < erased.length; index += 50) {
        const part = erased.slice(index, index + 50);
        store.append(part.map(({ callId }) => ({ kind: 'erased', callId, at: AT, source: 'user' })));
      }
      assert.equal(found(store), CALLS - erased.length);
      store.close();
      const bytes = readFileSync(ledger.path, 'latin1');
      const left = erased.filter(({ callId }) => bytes.includes(`${callId}","cost"`) || bytes.includes(`${callId}",[`));
      assert.deepEqual(left, []);
    });

test('a half-written log is recovered: the ledger is as of its last whole commit', (t) => {
  const { folder, path } = ledgerFolder(t);
  const store = openLedger(path, { clock: { now: () => AT } });
  store.append(events.slice(0, 100));
  store.append(events.slice(100, 200));
  // What a power cut leaves: the file and a log that ends in the middle of a commit.
  const copy = join(folder, 'copy.db');
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  truncateSync(`${copy}-wal`, readFileSync(`${copy}-wal`).length - 3000);
  store.close();
  const troubles: string[] = [];
  const again = openLedger(copy, { clock: { now: () => AT }, onTrouble: (sentence) => troubles.push(sentence) });
  assert.equal(again.summary(AT, []).revision, 100);
  assert.equal(
    again.burn('2026-11-22', '2026-11-22').reduce((calls, row) => calls + row.calls, 0),
    100,
  );
  assert.deepEqual(troubles, []);
  assert.ok(!existsSync(join(folder, basename(copy, '.db').concat('.corrupt'))));
  again.close();
});
