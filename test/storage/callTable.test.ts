import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { callTable } from '../../src/storage/callTable.ts';
import { prepareDatabase } from '../../src/storage/ledgerSchema.ts';

function table() {
  const database = new DatabaseSync(':memory:');
  prepareDatabase(database, 100);
  return { database, calls: callTable(database) };
}

test('names that are known lead to their call, new ones join it', () => {
  const { calls } = table();
  const first = calls.begin(['a', 'b']);
  assert.deepEqual(first.resolve(['a', 'b', 'a'], 1), [1]);
  first.flush();
  const second = calls.begin(['b', 'c']);
  assert.deepEqual(second.resolve(['b', 'c'], 2), [1]);
  assert.deepEqual(second.resolve(['c', 'd'], 2), [1]);
  assert.deepEqual(second.resolve(['e'], 2), [2]);
  assert.deepEqual(second.resolve(['d', 'e'], 3), [1, 2]);
  second.give(1, ['e']);
  second.flush();
  for (const name of ['a', 'b', 'c', 'd', 'e']) assert.equal(calls.find(name), 1, name);
  assert.equal(calls.find('f'), undefined);
});

test('all names of a call can be given to another, also those of this transaction', () => {
  const { calls } = table();
  const names = calls.begin(['a']);
  names.resolve(['a'], 1);
  names.flush();
  const more = calls.begin(['b']);
  more.resolve(['a', 'b'], 2);
  more.giveAll(1, 7);
  more.flush();
  assert.deepEqual([calls.find('a'), calls.find('b')], [7, 7]);
});

test('each of a hundred thousand names is found, wherever it lies by then, and can be given away', () => {
  const { database, calls } = table();
  database.exec('BEGIN');
  for (let start = 0; start < 100_000; start += 500) {
    const chunk = Array.from({ length: 500 }, (_, offset) => `name-${start + offset}`);
    const names = calls.begin(chunk);
    for (const [offset, name] of chunk.entries()) names.resolve([name], start + offset + 1);
    names.flush();
  }
  const count = (from: string) => Number(database.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.count);
  assert.ok(count('recentIdentities') < 40_000, `${count('recentIdentities')} in the small table`);
  assert.equal(count('recentIdentities') + count('identities'), 100_000);
  for (let index = 0; index < 100_000; index += 7) assert.equal(calls.find(`name-${index}`), index + 1);
  const names = calls.begin(['name-0', 'name-99999']);
  names.give(5, ['name-0', 'name-99999']);
  names.flush();
  assert.deepEqual([calls.find('name-0'), calls.find('name-99999')], [5, 5]);
  database.exec('COMMIT');
});
