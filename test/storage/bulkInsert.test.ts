// Rows that are written several to a statement: all of them, in order, and none where one can't be.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { bulkInsert } from '../../src/storage/bulkInsert.ts';

function open() {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, figure INTEGER)');
  const rows = () =>
    database
      .prepare('SELECT id, figure FROM t')
      .all()
      .map(({ id, figure }) => [id, figure]);
  return { database, rows };
}

for (const count of [0, 1, 15, 16, 17, 32, 50]) {
  test(`${count} rows are written, and added to where they are there`, () => {
    const { database, rows } = open();
    const insert = bulkInsert(
      database,
      't',
      ['id', 'figure'],
      'ON CONFLICT DO UPDATE SET figure = figure + excluded.figure',
    );
    const expected = Array.from({ length: count }, (_, index) => [index, index % 3 === 0 ? null : index * 2.5e9]);
    for (let round = 1; round <= 2; round += 1) {
      const bulk = insert.begin();
      for (const [index, row] of expected.entries()) {
        if (index % 2 === 0) bulk.add(row as number[]);
        else {
          const at = bulk.next();
          [bulk.values[at], bulk.values[at + 1]] = row as [number, number | null];
        }
      }
      bulk.flush();
      bulk.flush();
      assert.deepEqual(
        rows(),
        expected.map(([id, figure]) => [id, figure == null ? null : figure * round]),
      );
    }
    database.close();
  });
}

test('a row that is there already ends the transaction, and nothing of it comes later', () => {
  const { database, rows } = open();
  const insert = bulkInsert(database, 't', ['id', 'figure']);
  database.exec('INSERT INTO t VALUES (20, 1)');
  database.exec('BEGIN');
  database.exec('INSERT INTO t VALUES (99, 1)');
  const bulk = insert.begin();
  assert.throws(() => {
    for (let id = 0; id < 40; id += 1) bulk.add([id, 2]);
  }, /UNIQUE constraint failed/);
  assert.equal(database.isTransaction, false);
  assert.deepEqual(rows(), [[20, 1]]);
  const next = insert.begin();
  next.add([7, 7]);
  next.flush();
  assert.deepEqual(rows(), [
    [7, 7],
    [20, 1],
  ]);
  database.close();
});
