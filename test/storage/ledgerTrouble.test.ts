/** A full disk, a locked file, a folder that may not be written, a newer version's file. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { LedgerFault } from '../../src/core/ledger/ledgerError.ts';
import { LedgerError } from '../../src/core/ledger/ledgerError.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { isDamage, requireSqlite, toLedgerError } from '../../src/storage/sqlite.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { madeEvent } from '../fakes/madeEvent.ts';
import { packing } from '../fakes/packing.ts';
import { openSmall } from '../fakes/smallLedger.ts';

const AT = new Date(2026, 10, 22, 12).getTime();
const clock = { now: () => AT };
const event = (index: number) => madeEvent(index, AT);

function failsWith(fault: LedgerFault, sentence: RegExp, work: () => unknown): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof LedgerError, String(error));
    assert.equal(error.fault, fault);
    assert.match(error.message, sentence);
    return true;
  });
}

test('another program holds the file: a bounded wait, a sentence, and nothing is half written', (t) => {
  const { path } = ledgerFolder(t);
  const store = openLedger(path, { clock, lockTimeoutMs: 60 });
  store.append([event(1)]);
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const begin = performance.now();
  failsWith('locked', /locked by another program: close/, () => store.append([event(2)], { log: 2 }));
  assert.ok(performance.now() - begin < 5000);
  assert.equal(store.entry(event(2).callId), undefined);
  assert.equal(store.summary(AT, []).revision, 1, 'reading goes on');
  other.exec('ROLLBACK');
  store.append([event(2)], { log: 2 });
  assert.equal(store.cursor('log'), 2);
  other.close();
  store.close();
});

test('a store that is opened while another window writes waits for it', (t) => {
  const { path } = ledgerFolder(t);
  openLedger(path, { clock }).close();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const store = openLedger(path, { clock, lockTimeoutMs: 60 });
  assert.equal(store.entry('a'), undefined);
  other.exec('ROLLBACK');
  other.close();
  store.close();
});

test('a full disk: a sentence, nothing half written, and it goes on once there is room', (t) => {
  const { path } = ledgerFolder(t);
  const store = openLedger(path, { clock });
  store.append([event(0)]);
  store.close();
  // SQLite says the same of a file that may not grow as of a disk that is full.
  const small = openSmall(path, 30, clock);
  const many = Array.from({ length: 500 }, (_, index) => event(index));
  failsWith('full', /disk is full: make room/, () => small.store.append(many));
  assert.equal(small.store.summary(AT, []).revision, 1);
  assert.equal(small.store.entry(event(5).callId), undefined);
  small.grow();
  small.store.append(many);
  assert.equal(small.store.summary(AT, []).revision, 500);
  assert.equal(
    small.store.burn('2026-11-22', '2026-11-22').reduce((calls, row) => calls + row.calls, 0),
    500,
  );
  small.store.close();
});

test('a disk that gets full in the middle of a pack: nothing of it is left, and its calls are new again', (t) => {
  const many = Array.from({ length: 900 }, (_, index) => {
    const { latency: __, ...rest } = event(index);
    return rest;
  });
  // Wherever it is that there is no more room.
  for (const pages of [45, 55, 65, 75]) {
    const path = join(ledgerFolder(t).folder, 'ledger.db');
    const begun = openLedger(path, { clock });
    packing(begun, 2000).append(many.slice(0, 100));
    begun.close();
    const small = openSmall(path, pages, clock);
    failsWith('full', /disk is full: make room/, () => packing(small.store, 2000).append(many));
    assert.equal(small.store.summary(AT, []).revision, 100);
    assert.equal(small.store.entry(event(500).callId), undefined);
    small.grow();
    // In another order, so that numbers and blocks are others than those that were taken back.
    packing(small.store, 2000).append(many.toReversed());
    const other = openLedger(path, { clock });
    for (const store of [small.store, other]) {
      for (const { callId, identities } of many)
        for (const name of [callId, ...(identities ?? [])]) assert.equal(store.entry(name)?.callId, callId);
      assert.equal(
        store.sources(0).reduce((sum, { calls }) => sum + calls, 0),
        900,
      );
    }
    other.close();
    small.store.close();
  }
});

test('a call’s row that only damage can have put there: nothing is half written', (t) => {
  const { path } = ledgerFolder(t);
  const store = openLedger(path, { clock });
  store.append([event(0)]);
  const other = new DatabaseSync(path);
  // Beyond those that one statement inserts.
  other.exec(
    `CREATE TEMP TABLE row AS SELECT * FROM entries; UPDATE temp.row SET call = 30; INSERT INTO entries SELECT * FROM temp.row`,
  );
  const many = Array.from({ length: 60 }, (_, index) => event(index + 1));
  failsWith('failed', /reload the window/, () => packing(store, 2000).append(many));
  assert.equal(store.summary(AT, []).revision, 1);
  other.exec('DELETE FROM entries WHERE call = 30');
  other.close();
  packing(store, 2000).append(many);
  for (const { callId } of many) assert.equal(store.entry(callId)?.callId, callId);
  store.close();
});

test('a damaged ledger is copied to its end once there is room for it', (t) => {
  const { path } = ledgerFolder(t);
  const many = Array.from({ length: 500 }, (_, index) => event(index));
  const store = openLedger(path, { clock });
  store.append(many);
  store.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x55, 0, 100));
  const troubles: string[] = [];
  const { exec } = DatabaseSync.prototype;
  const limited: DatabaseSync[] = [];
  // Every connection that is opened now may have 60 pages.
  DatabaseSync.prototype.exec = function (sql) {
    exec.call(this, sql);
    if (sql.includes('synchronous')) limited.push(this);
    if (sql.includes('synchronous')) exec.call(this, 'PRAGMA max_page_count = 60');
  };
  t.after(() => {
    DatabaseSync.prototype.exec = exec;
  });
  const small = openLedger(path, { clock, onTrouble: (sentence) => troubles.push(sentence) });
  assert.ok(small.summary(AT, []).revision < 500);
  failsWith('full', /disk is full/, () => small.append([event(1000)]));
  assert.deepEqual(troubles, []);
  limited.at(-1)?.exec('PRAGMA max_page_count = 1000000');
  small.append([event(1000)]);
  assert.equal(troubles.length, 1);
  for (const each of [...many, event(1000)]) assert.ok(small.entry(each.callId));
  small.close();
});

test('a disk that is really full: the same', { skip: whyNoTinyDisk() }, (t) => {
  const { folder } = ledgerFolder(t);
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  runProgram('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk);
  try {
    const store = openLedger(join(disk, 'ledger.db'), { clock });
    store.append([event(0)]);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(300_000));
    const many = Array.from({ length: 1000 }, (_, index) => event(index));
    failsWith('full', /disk is full/, () => {
      for (let index = 0; index < 1000; index += 50) store.append(many.slice(index, index + 50));
    });
    assert.ok(store.entry(event(0).callId), 'reading goes on');
    runProgram('mount', '-o', 'remount,size=50m', disk);
    store.append(many);
    assert.equal(store.summary(AT, []).revision, 1000);
    store.rebuild();
    assert.equal(
      store.burn('2026-11-22', '2026-11-22').reduce((calls, row) => calls + row.calls, 0),
      1000,
    );
    store.close();
  } finally {
    runProgram('umount', '-l', disk);
  }
});

function runProgram(program: string, ...parameters: readonly string[]): void {
  execFileSync(program, parameters, { stdio: 'ignore' });
}

function whyNoTinyDisk(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount a tiny disk';
  try {
    runProgram('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
    return false;
  } catch {
    return 'mounting is not allowed here';
  }
}

test('a folder that may not be written: a sentence', (t) => {
  const { folder } = ledgerFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const place = join(folder, 'locked');
  mkdirSync(place);
  chmodSync(place, 0o500);
  // Root may write everywhere; a kernel's folder it may not.
  const path = process.getuid?.() === 0 ? '/proc/ledger.db' : join(place, 'ledger.db');
  if (process.platform === 'linux')
    failsWith('readOnly', /can't be written: allow writing to/, () => openLedger(path, { clock }));
  failsWith('readOnly', /can't be written/, () => openLedger(join(file, 'ledger.db'), { clock }));
});

test('a file that a newer version wrote is left alone', (t) => {
  const { path } = ledgerFolder(t);
  const open = openLedger(path, { clock });
  open.append([event(1)]);
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 999');
  failsWith('newer', /newer version of Marginal: update the extension/, () => open.append([event(2)]));
  open.close();
  newer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  newer.close();
  const before = readFileSync(path);
  failsWith('newer', /newer version of Marginal/, () => openLedger(path, { clock }));
  assert.deepEqual(readFileSync(path), before);
});

test('derived rows of an earlier fold are made anew when the ledger is opened', (t) => {
  const { path } = ledgerFolder(t);
  openLedger(path, { clock }).close();
  const store = openLedger(path, { clock });
  store.append([event(1), event(2)]);
  const before = store.burn('2026-11-22', '2026-11-22');
  store.close();
  const old = new DatabaseSync(path);
  old.exec('UPDATE state SET fold = 0; DELETE FROM entries; DELETE FROM rollup');
  old.close();
  const again = openLedger(path, { clock });
  assert.deepEqual(again.burn('2026-11-22', '2026-11-22'), before);
  again.close();
});

test('a host without SQLite is told so', () => {
  for (const load of [undefined, () => undefined]) {
    failsWith('unsupported', /update VS Code/, () => requireSqlite(load));
  }
});

test('a host without WebAssembly, or without its vectors, is told so before anything is made', (t) => {
  const { path } = ledgerFolder(t);
  const property = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly') ?? {};
  t.after(() => Object.defineProperty(globalThis, 'WebAssembly', property));
  for (const value of [undefined, { validate: () => false }]) {
    Object.defineProperty(globalThis, 'WebAssembly', { ...property, value });
    failsWith('unsupported', /WebAssembly.*another machine/, () => openLedger(path, { clock }).append([event(1)]));
  }
  Object.defineProperty(globalThis, 'WebAssembly', property);
  assert.equal(existsSync(path), false);
  const store = openLedger(path, { clock });
  store.append([event(1)]);
  store.close();
});

test('what SQLite and the system report, in words', () => {
  const sqlite = (errcode: number) => Object.assign(new Error('x'), { errcode });
  const faults: readonly (readonly [unknown, LedgerFault])[] = [
    [sqlite(5), 'locked'],
    [sqlite(261), 'locked'],
    [sqlite(13), 'full'],
    [sqlite(8), 'readOnly'],
    [sqlite(14), 'readOnly'],
    [sqlite(10), 'failed'],
    [sqlite(1), 'failed'],
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'full'],
    [Object.assign(new Error('x'), { code: 'EROFS' }), 'readOnly'],
  ];
  for (const [error, fault] of faults) {
    const said = toLedgerError(error, '/tmp');
    assert.ok(said instanceof LedgerError);
    assert.equal(said.fault, fault);
    assert.equal(said.cause, error);
  }
  const noRoom = new RangeError('WebAssembly.Memory(): could not allocate memory');
  failsWith('failed', /virtual memory/, () => {
    throw toLedgerError(noRoom, '/tmp');
  });
  const bug = new TypeError('a bug');
  assert.equal(toLedgerError(bug, '/tmp'), bug);
  assert.ok(
    isDamage(sqlite(11)) && isDamage(sqlite(267)) && isDamage(sqlite(26)) && !isDamage(sqlite(5)) && !isDamage(bug),
  );
});
