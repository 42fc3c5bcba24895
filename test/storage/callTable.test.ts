import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CallTable, callTable, keyOf } from '../../src/storage/callTable.ts';
import { prepareDatabase } from '../../src/storage/ledgerSchema.ts';

function table() {
  const database = new DatabaseSync(':memory:');
  prepareDatabase(database, 100);
  return { database, calls: withNames(database) };
}

/** The table, asked by name. */
function withNames(database: DatabaseSync, mostRecent = 65_536) {
  // Fewer than usual, so that they begin to be moved.
  const calls = callTable(database, mostRecent);
  return {
    find: (name: string) => calls.find(keyOf(name)),
    begin(all: readonly string[]) {
      const names = calls.begin(all.map(keyOf));
      return {
        resolve: (given: readonly string[], fresh: number) => names.resolve(given.map(keyOf), fresh),
        give: (call: number, given: readonly string[]) => names.give(call, given.map(keyOf)),
        giveAll: names.giveAll,
        flush: names.flush,
      };
    },
  };
}

test('names that are known lead to their call, new ones join it', () => {
  const { calls } = table();
  const first = calls.begin(['a', 'b']);
  assert.deepEqual(first.resolve(['a', 'b', 'a'], 1), [1]);
  first.flush();
  const second = calls.begin(['b', 'c', 'd', 'e']);
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
  const more = calls.begin(['a', 'b']);
  more.resolve(['a', 'b'], 2);
  more.giveAll(1, 7);
  more.flush();
  assert.deepEqual([calls.find('a'), calls.find('b')], [7, 7]);
});

test('two windows know each other’s names, given away or not, wherever they lie by then', () => {
  const { database, calls: one } = table();
  const two = withNames(database);
  const count = (from: string) => Number(database.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.count);
  database.exec('BEGIN');
  const total = 200_000;
  for (let start = 0; start < total; start += 500) {
    const chunk = Array.from({ length: 500 }, (_, offset) => `name-${start + offset}`);
    const names = (start % 3000 === 0 ? two : one).begin([...chunk, `name-${start - 70_000}`]);
    for (const [offset, name] of chunk.entries()) names.resolve([name], start + offset + 1);
    // A name that is on its way into the large table, or there.
    if (start >= 70_000) names.give(-start, [`name-${start - 70_000}`]);
    names.flush();
  }
  assert.ok(count('identities') > total / 3, `${count('identities')} in the large table`);
  assert.ok(count('recentIdentities') < 300, `${count('recentIdentities')} rows of recent names`);
  const expected = (index: number) => (index % 500 === 0 && index + 70_000 < total ? -(index + 70_000) : index + 1);
  for (const each of [one, two, withNames(database)]) {
    for (let index = 0; index < total; index += 125)
      assert.equal(each.find(`name-${index}`), expected(index), `${index}`);
    assert.equal(each.find('name'), undefined);
  }
  const names = two.begin(['name-1']);
  names.giveAll(2, 5);
  names.flush();
  for (const each of [one, two, withNames(database)]) assert.equal(each.find('name-1'), 5);
  database.exec('COMMIT');
});

test('a window that looked away while another moved names knows that it can’t tell what was moved', () => {
  const { database, calls: idle } = table();
  const names = idle.begin(['mine']);
  names.resolve(['mine'], 1);
  names.flush();
  const busy = withNames(database);
  database.exec('BEGIN');
  const total = 150_000;
  for (let start = 0; start < total; start += 500) {
    const chunk = Array.from({ length: 500 }, (_, offset) => `name-${start + offset}`);
    const added = busy.begin(chunk);
    for (const [offset, name] of chunk.entries()) added.resolve([name], start + offset + 2);
    added.flush();
  }
  database.exec('COMMIT');
  assert.ok(Number(database.prepare('SELECT min(id) AS id FROM recentIdentities').get()?.id) > 2, 'rows came and went');
  for (let index = 0; index < total; index += 1_000) {
    assert.deepEqual(idle.begin([`name-${index}`]).resolve([`name-${index}`], -1), [index + 2]);
  }
  assert.deepEqual(idle.begin(['mine']).resolve(['mine'], -1), [1]);
});

/** Two windows that move names early, the first of which knows `mine` as call 1. */
function idleAndBusy() {
  const { database } = table();
  const [idle, busy] = [withNames(database, 4_096), withNames(database, 4_096)];
  add(idle, 1, ['mine']);
  return { database, idle, busy };
}

/** New names, each of a call of its own from `first` on, in commits of `atOnce`. */
function add(calls: ReturnType<typeof withNames>, first: number, all: readonly string[], atOnce = 100): void {
  for (let start = 0; start < all.length; start += atOnce) {
    const chunk = all.slice(start, start + atOnce);
    const names = calls.begin(chunk);
    for (const [offset, name] of chunk.entries()) names.resolve([name], first + start + offset);
    names.flush();
  }
}

const manyNames = Array.from({ length: 12_000 }, (_, index) => `name-${index}`);

test('a window that looked away while a name was given to another call, and then moved, knows it by that one', () => {
  const { database, idle, busy } = idleAndBusy();
  const names = busy.begin(['mine']);
  names.give(7, ['mine']);
  names.flush();
  add(busy, 10, manyNames);
  assert.ok(Number(database.prepare('SELECT min(id) AS id FROM recentIdentities').get()?.id) > 2, 'rows came and went');
  assert.equal(idle.find('mine'), 7);
});

test('a window sees names that another one added and moved in one commit', () => {
  const { database, idle, busy } = idleAndBusy();
  add(busy, 10, manyNames, manyNames.length);
  assert.ok(database.prepare('SELECT 1 FROM identities LIMIT 1').get(), 'they were moved');
  assert.deepEqual(idle.begin(['name-77']).resolve(['name-77'], -1), [87]);
});

test('a window that still remembers names that another one has moved learns that all of that call’s were given away', () => {
  const { database, idle, busy } = idleAndBusy();
  for (let start = 0; start < manyNames.length; start += 100) {
    add(busy, 10 + start, manyNames.slice(start, start + 100));
    idle.find('mine');
  }
  assert.ok(Number(database.prepare('SELECT count(*) AS count FROM identities').get()?.count) > 4_096);
  const names = busy.begin([]);
  names.giveAll(15, 3);
  names.flush();
  for (const each of [idle, busy, withNames(database)]) assert.equal(each.find('name-5'), 3);
});

/** Names of new calls, three to a call, the first of which is `first`; returns which calls were given theirs. */
function addNew(calls: CallTable, first: number, all: readonly string[], atOnce = 600): readonly boolean[] {
  const given: boolean[] = [];
  for (let start = 0; start < all.length; start += atOnce) {
    const part = all.slice(start, start + atOnce);
    const names = calls.beginNew();
    let end = 0;
    const ends = part.map((name) => {
      end += name.length;
      return end;
    });
    names.look({ words: Buffer.from(part.join('')), ends: Uint32Array.from(ends), before: 0 });
    for (let place = 0; place < part.length; place += 3)
      given.push(names.give(first + (start + place) / 3, place, Math.min(3, part.length - place)));
    names.flush();
  }
  return given;
}

test('new calls get their names where none of these is known, here, in the large table or in another window', () => {
  const { database } = table();
  const [one, two] = [callTable(database, 4_096), callTable(database, 4_096)];
  const all = Array.from({ length: 18_000 }, (_, index) => `name-${index}`);
  assert.ok(addNew(one, 1, all).every((added) => added));
  const count = (from: string) => Number(database.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.count);
  assert.ok(count('identities') > 9_000, `${count('identities')} in the large table`);
  assert.ok(count('recentIdentities') < 30, `${count('recentIdentities')} rows of recent names`);
  for (const calls of [one, two, callTable(database, 4_096)]) {
    assert.ok(!addNew(calls, 10_000, all).includes(true));
    for (const [index, name] of all.entries())
      if (index % 10 === 0) assert.equal(calls.find(keyOf(name)), Math.floor(index / 3) + 1, name);
  }
  // The last one of the three is known; where nothing is given, the others are not known afterwards either.
  assert.deepEqual(addNew(two, 20_000, ['new-1', 'new-2', 'name-5', 'new-1', 'new-2', 'new-3']), [false, true]);
  assert.deepEqual([one.find(keyOf('new-1')), one.find(keyOf('name-5'))], [20_001, 2]);
});

test('a rolled-back transaction leaves none of its names', () => {
  const { database } = table();
  const calls = callTable(database);
  addNew(calls, 1, ['a', 'b', 'c']);
  database.exec('BEGIN');
  addNew(calls, 2, ['d', 'e', 'f']);
  database.exec('ROLLBACK');
  calls.forget();
  assert.deepEqual([calls.find(keyOf('a')), calls.find(keyOf('d'))], [1, undefined]);
  assert.deepEqual(addNew(calls, 2, ['f', 'g', 'h', 'a', 'i', 'j']), [true, false]);
});

/** Names that are given to a new call together, as a pack does; or that turn out to be of one call, as events do. */
const names = fc.array(
  fc.nat(399).map((number) => `name-${number}`),
  { minLength: 1, maxLength: 5 },
);
const transaction = fc.record({
  window: fc.nat(2),
  isNew: fc.boolean(),
  calls: fc.array(names, { minLength: 1, maxLength: 30, size: 'max' }),
  isRolledBack: fc.nat(7).map((number) => number === 0),
});

test('three windows know of any names what a Map does, whatever of it is rolled back, and however early names are moved', () => {
  let moved = 0;
  fc.assert(
    fc.property(
      fc.array(transaction, { minLength: 10, maxLength: 60, size: 'max' }),
      fc.constantFrom(128, 256),
      (all, most) => {
        const { database } = table();
        const windows = [callTable(database, most), callTable(database, most), callTable(database, most)];
        let expected = new Map<string, number>();
        let call = 0;
        for (const { window, isNew, calls, isRolledBack } of all) {
          const before = new Map(expected);
          const own = windows[window] ?? assert.fail();
          database.exec('BEGIN');
          if (isNew) addInOne(own, calls, expected, call + 1);
          else joinInOne(own, calls, expected, call + 1);
          call += calls.length;
          database.exec(isRolledBack ? 'ROLLBACK' : 'COMMIT');
          if (isRolledBack) own.forget();
          if (isRolledBack) expected = before;
        }
        for (const each of [...windows, callTable(database, most)])
          for (let number = 0; number < 400; number += 1)
            assert.equal(each.find(keyOf(`name-${number}`)), expected.get(`name-${number}`), `name-${number}`);
        moved += Number(database.prepare('SELECT count(*) AS count FROM identities').get()?.count);
        database.close();
      },
    ),
    { numRuns: 40 },
  );
  assert.ok(moved > 0, 'some were moved');
});

/** Each call is given its names where none of them is known. */
function addInOne(calls: CallTable, all: readonly (readonly string[])[], expected: Map<string, number>, first: number) {
  const given = calls.beginNew();
  let end = 0;
  const ends = all.flat().map((name) => {
    end += name.length;
    return end;
  });
  given.look({ words: Buffer.from(all.flat().join('')), ends: Uint32Array.from(ends), before: 0 });
  let place = 0;
  for (const [index, own] of all.entries()) {
    const isNew = !own.some((name) => expected.has(name));
    assert.equal(given.give(first + index, place, own.length), isNew);
    if (isNew) for (const name of own) expected.set(name, first + index);
    place += own.length;
  }
  given.flush();
}

/** Calls that one of them is known by become the first of these. */
function joinInOne(
  calls: CallTable,
  all: readonly (readonly string[])[],
  expected: Map<string, number>,
  first: number,
) {
  const names = calls.begin(all.flat().map(keyOf));
  for (const [index, own] of all.entries()) {
    const known = new Set(own.flatMap((name) => expected.get(name) ?? []));
    const found = [...known].sort((a, b) => a - b);
    const [call = first + index, ...same] = names.resolve(own.map(keyOf), first + index);
    assert.deepEqual([call, ...same], found.length === 0 ? [first + index] : found);
    for (const other of same) {
      names.giveAll(other, call);
      for (const [name, its] of expected) if (its === other) expected.set(name, call);
    }
    if (same.length > 0) names.give(call, own.map(keyOf));
    for (const name of own) expected.set(name, call);
  }
  names.flush();
}
