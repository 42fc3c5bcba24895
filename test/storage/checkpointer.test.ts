import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { checkpointer, LOG_KEPT_BYTES } from '../../src/storage/checkpointer.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { madeEvent } from '../fakes/madeEvent.ts';
import { packing } from '../fakes/packing.ts';

test('while events keep coming, the log is copied into the file beside them, and begins anew', async (t) => {
  const { path } = ledgerFolder(t);
  const at = Date.UTC(2026, 10, 22);
  const store = openLedger(path, { clock: { now: () => at } });
  t.after(() => store.close());
  let index = 0;
  const append = (count: number) => {
    store.append(Array.from({ length: count }, () => madeEvent(index++, at)));
    return new Promise((resolve) => setTimeout(resolve, 1));
  };
  while (index < 12_000) await append(500);
  const logSize = statSync(`${path}-wal`).size;
  assert.ok(logSize > 10_000_000);
  // The file holds nearly all of it before the store is closed; a log that is copied to its end is written over.
  const deadline = performance.now() + 20_000;
  while (statSync(path).size < 8_000_000 && performance.now() < deadline) await append(1);
  assert.ok(statSync(path).size > 8_000_000, `${statSync(path).size} bytes`);
  for (let round = 0; round < 20; round += 1) await append(100);
  assert.ok(statSync(`${path}-wal`).size < logSize * 1.5);
  assert.equal(
    store.burn('2026-11-21', '2026-11-22').reduce((calls, row) => calls + row.calls, 0),
    index,
  );
});

test('small commits fill the log too, with a few pages each: it is copied before SQLite does it inside one', async (t) => {
  const { path } = ledgerFolder(t);
  const at = Date.UTC(2026, 10, 22);
  const store = openLedger(path, { clock: { now: () => at } });
  t.after(() => store.close());
  let index = 0;
  const append = () => store.append([madeEvent(index++, at + index * 60_000)]);
  while (index < 500) append();
  const deadline = performance.now() + 20_000;
  const isCopied = () => statSync(path).size > 500_000;
  while (!isCopied() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(isCopied(), `${statSync(path).size} bytes`);
});

test('while packs come the log waits; it is copied once they have ended', async (t) => {
  const { path } = ledgerFolder(t);
  const at = Date.UTC(2026, 10, 22);
  const store = openLedger(path, { clock: { now: () => at } });
  t.after(() => store.close());
  const packed = packing(store, 700);
  const isCopied = () => statSync(path).size > 2_000_000;
  let index = 0;
  while (index < 21_000) {
    packed.append(Array.from({ length: 700 }, () => madeEvent(index++, at)));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // Nor does what is written meanwhile change that.
  store.append([madeEvent(index++, at)]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(!isCopied());
  const deadline = performance.now() + 20_000;
  while (!isCopied() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(isCopied(), `${statSync(path).size} bytes`);
});

test('a long log that a killed window left behind is copied after the next commit, however small that is', async (t) => {
  const { path } = ledgerFolder(t);
  const killed = new DatabaseSync(path);
  killed.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE made (bytes BLOB)');
  const insert = killed.prepare('INSERT INTO made VALUES (zeroblob(8000000))');
  for (let written = 0; written < LOG_KEPT_BYTES; written += 8_000_000) insert.run();
  const opened = new DatabaseSync(path);
  opened.exec('PRAGMA wal_autocheckpoint = 0');
  const copying = checkpointer(path, opened);
  t.after(() => {
    copying.close();
    for (const each of [opened, killed]) each.close();
  });
  const isCopied = () => statSync(path).size > LOG_KEPT_BYTES;
  assert.ok(!isCopied());
  copying.committed(1, false);
  const deadline = performance.now() + 20_000;
  while (!isCopied() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(isCopied(), `${statSync(path).size} bytes`);
});
