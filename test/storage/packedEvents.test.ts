import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { forget } from '../../src/app/forget.ts';
import type { SettledEvent } from '../../src/core/ledger/event.ts';
import { foldCall } from '../../src/core/ledger/fold.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { toRow } from '../../src/storage/entryRow.ts';
import { namesOf as namesGiven } from '../../src/storage/eventTable.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { itemOf, PACK_BYTES, type PackableEvent, packedRow, unpack } from '../../src/storage/packedEvents.ts';
import { everything, ledgerContract } from '../contract/ledger.ts';
import { anyObservation } from '../fakes/anyObservation.ts';
import { history } from '../fakes/ledgerEvents.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { noCopies } from '../fakes/noCopies.ts';
import { packer, packing } from '../fakes/packing.ts';

function open(now: () => number): LedgerStore {
  return openLedger(':memory:', { clock: { now } });
}

ledgerContract('packed ledger', (now) => packing(open(now), 700));

test('what comes packed, in packs of any size and in parts of them, is what comes as events', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), (events, size, part) => {
      const [plain, packed] = [open(() => 0), open(() => 0)];
      try {
        plain.append(events);
        const inParts: LedgerStore = {
          ...packed,
          appendPacked(whole, cursors) {
            for (let first = 0; first < whole.items.length; first += part)
              packed.appendPacked({ ...whole, first, items: whole.items.slice(first, first + part) }, cursors);
          },
        };
        packing(inParts, size).append(events);
        assert.deepEqual(everything(packed), everything(plain));
        const told = everything(packed);
        packing(packed, size).append(events);
        assert.deepEqual(everything(packed), told, 'once more');
        packed.rebuild();
        assert.deepEqual(everything(packed), told, 'rebuilt');
      } finally {
        plain.close();
        packed.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('a pack has of each event the row that its fold gives, and its names', () => {
  const numbers = new Map<string, number>();
  /** A number for each kind and name, as a ledger's table has. */
  const put = (kind: string, name: string | undefined) => {
    if (name === undefined) return null;
    const key = `${kind} ${name}`;
    numbers.set(key, numbers.get(key) ?? numbers.size + 1);
    return numbers.get(key) ?? 0;
  };
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 60, size: 'max' }), (events) => {
      for (const event of events) assert.ok(packer.add(event));
      const packed = packer.take();
      const pack = unpack(packed, { put });
      const all = packed.items.flatMap((_, place) => {
        const { first, count } = itemOf(pack, place);
        return Array.from({ length: count }, (__, index) => first + index);
      });
      assert.equal(all.length, events.length);
      const rows = all.map((event) => ({ ...packedRow(pack, event, 0) }));
      const expected = events.map((event) => toRow(0, foldCall([event]) ?? assert.fail(), { put }));
      // What is no number is null in the file.
      assert.deepEqual(
        rows,
        expected.map((row) => ({ ...row, ended: Number.isNaN(row.ended) ? null : row.ended })),
      );
      const names = events.flatMap(namesGiven).map((name) => Buffer.from(name));
      const ends = [...pack.wordEnds.subarray(0, names.length)];
      assert.deepEqual(
        ends.map((end, index) => Buffer.from(pack.words.subarray(ends[index - 1] ?? 0, end))),
        names,
      );
    }),
    { numRuns: 150 },
  );
});

const call = (callId: string, more: Partial<PackableEvent> = {}) =>
  ({
    kind: 'settled',
    callId,
    at: 1_700_000_000_000.5,
    source: 'a-log',
    facts: { agent: 'ä', folder: '/home/Größe/日本', model: 'm' },
    usage: { fresh: 3 },
    ...more,
  }) as PackableEvent;

test('any text comes through; cursors are kept with what they stand for', () => {
  const store = open(() => 0);
  const events = ['plain', 'ümläut', '日本', '😀"\\\u0001', ''].map((text) => call(`call ${text}`));
  for (const event of events) assert.ok(packer.add(event));
  const place = { offset: 3, size: 5, modifiedMs: 1_700_000_000_123 };
  store.appendPacked(packer.take(), { 'a-log:/f': place, 'a-log:/g': { offset: 3 } });
  for (const event of events) assert.deepEqual(store.entry(event.callId)?.facts, (event as { facts: object }).facts);
  assert.deepEqual(store.cursor('a-log:/f'), place);
  assert.deepEqual(Object.fromEntries(store.cursorMarks()), { 'a-log:/f': '5:1700000000123', 'a-log:/g': '' });
  store.close();
});

test('what has no room is not added, and a pack goes on as before', () => {
  const large = call('large', { facts: { agent: 'x'.repeat(PACK_BYTES) } } as Partial<PackableEvent>);
  assert.equal(packer.add(large), false);
  const identities = Array.from({ length: 9_000 }, (_, index) => `name-${index}`);
  assert.equal(packer.add(call('many', { identities } as Partial<PackableEvent>)), false);
  let count = 0;
  while (packer.add(call(`call-${count}`))) count += 1;
  assert.ok(count > 500 && packer.count === count);
  const store = open(() => 0);
  store.appendPacked(packer.take(), {});
  assert.equal(
    store.sources(0).reduce((calls, row) => calls + row.calls, 0),
    count,
  );
  assert.ok(packer.add(large) === false && packer.add(call('next')));
  store.appendPacked(packer.take(), {});
  assert.ok(store.entry('next') && store.entry('call-0'));
  store.close();
});

test('a pack of which a part fails leaves nothing behind', () => {
  const store = open(() => 0);
  assert.ok(packer.add(call('first')) && packer.add(call('second')));
  const packed = packer.take();
  const names = packed.names.map(
    ([kind], index) => [kind, index === 0 ? (undefined as never) : (null as never)] as const,
  );
  assert.throws(() => store.appendPacked({ ...packed, names }, { 'a-log:/f': 1 }));
  assert.equal(store.entry('first'), undefined);
  assert.equal(store.cursor('a-log:/f'), undefined);
  store.appendPacked(packed, {});
  assert.ok(store.entry('first') && store.entry('second'));
  store.close();
});

/** Enough calls for several blocks, of two runs. */
const many = Array.from({ length: 100 }, (_, index) =>
  call(`call-${index}`, {
    at: 1_700_000_000_000 + index,
    facts: { agent: 'x', runId: `run-${index % 2}`, model: 'm' },
  } as Partial<SettledEvent>),
);
const told = (store: LedgerStore, after: number, limit: number) => {
  const { facts, next, more } = store.changes(after, limit, 0);
  return { calls: facts.flatMap((fact) => (fact.kind === 'entry' ? fact.entry.callId : [])), next, more };
};
const namesOf = (events: readonly { readonly callId: string }[]) => events.map(({ callId }) => callId);

test('who follows the ledger is told of each call of a block once, however few are asked for', () => {
  const store = open(() => 0);
  packing(store, 60).append(many);
  const calls: string[] = [];
  let after = 0;
  for (let more = true; more; ) {
    const part = told(store, after, 7);
    calls.push(...part.calls);
    ({ next: after, more } = part);
  }
  assert.deepEqual(calls, namesOf(many));
  assert.equal(after, store.lastChange());
  // Another source saw one of them, one is erased, two turn out to be the same: its neighbours are no news.
  store.append([
    call('call-3', { source: 'other' }),
    { kind: 'erased', callId: 'call-40', at: 0, source: 'user' },
    call('call-70', { source: 'other', identities: ['call-71'] } as Partial<SettledEvent>),
    call('new'),
  ]);
  assert.deepEqual(told(store, after, 100).calls, ['new']);
  assert.deepEqual(
    told(store, 0, 1000).calls.toSorted(),
    [...namesOf(many).filter((name) => !['call-40', 'call-70'].includes(name)), 'new'].toSorted(),
  );
  store.close();
});

test('who stands among those that were taken out of a block is told of what is taken out later, wherever it was', () => {
  const store = open(() => 0);
  const twenty = many.slice(0, 20);
  packing(store, 60).append(twenty);
  const join = (name: string, other: string) =>
    store.append([call(name, { source: 'other', identities: [other] } as Partial<SettledEvent>)]);
  join('call-1', 'call-8');
  let { calls, next: after } = told(store, 0, 1);
  assert.equal(calls.length, 1);
  join('call-2', 'call-3');
  for (let more = true; more; ) {
    const part = told(store, after, 1);
    calls = [...calls, ...part.calls];
    ({ next: after, more } = part);
  }
  assert.equal(calls.length, 18);
  assert.deepEqual(new Set(calls), new Set(twenty.map(({ callId }) => store.entry(callId)?.callId)));
  store.close();
});

test('a call of a block that is erased is gone alone, and doesn’t come back', () => {
  const store = packing(
    open(() => 0),
    60,
  );
  store.append(many);
  store.append([{ kind: 'erased', callId: 'call-40', at: 0, source: 'user' }]);
  for (const [what, act] of [
    ['erased', () => {}],
    ['rebuilt', () => store.rebuild()],
    ['read again', () => store.append(many)],
  ] as const) {
    act();
    const known = many.filter(({ callId }) => store.entry(callId) !== undefined);
    assert.deepEqual(namesOf(known), namesOf(many.filter(({ callId }) => callId !== 'call-40')), what);
    assert.equal(store.run('run-0')?.steps.length, 49, what);
    assert.equal(
      store.sources(0).reduce((sum, { calls }) => sum + calls, 0),
      99,
      what,
    );
  }
  store.close();
});

test('what was forgotten isn’t written anew where the calls that were erased are read again', async (t) => {
  const { path } = ledgerFolder(t);
  const ledger = openLedger(path, { clock: { now: () => 0 } });
  const folder = '/home/geheim';
  const secret = many.slice(0, 30).map((event) => ({ ...event, facts: { ...(event as SettledEvent).facts, folder } }));
  packing(ledger, 60).append([...secret, ...many.slice(30, 60)]);
  await forget({ ledger, clock: { now: () => 0 }, copies: noCopies }, { folder });
  packing(ledger, 60).append([...secret.map((event) => ({ ...event, usage: { fresh: 4 } })), ...many.slice(30)]);
  ledger.close();
  assert.ok(!readFileSync(path).includes('geheim'));
});

test('a call that comes after a block whose last calls were known is told to who has followed the block', () => {
  const store = open(() => 0);
  packing(store, 60).append(many.slice(0, 10));
  packing(store, 60).append([...many.slice(10, 13), ...many.slice(0, 10)]);
  const { next } = told(store, 0, 100);
  store.append([call('new')]);
  assert.deepEqual(told(store, next, 100).calls, ['new']);
  assert.deepEqual(told(store, 0, 100).calls, [...namesOf(many.slice(0, 13)), 'new']);
  store.close();
});

test('what is read twice within one pack is kept once, with the better of the two', () => {
  const store = open(() => 0);
  const better = call('call-5', { usage: { fresh: 3, text: 9 } } as Partial<SettledEvent>);
  packing(store, 200).append([...many.slice(0, 10), better, ...many.slice(10)]);
  assert.deepEqual(store.entry('call-5')?.usage, { fresh: 3, text: 9 });
  assert.deepEqual(store.entry('call-6')?.usage, { fresh: 3 });
  assert.equal(
    store.sources(0).reduce((sum, { calls }) => sum + calls, 0),
    100,
  );
  store.close();
});

test('a block of which some calls are known, or erased, stays one block without them', (context) => {
  const { path } = ledgerFolder(context);
  const store = openLedger(path, { clock: { now: () => 0 } });
  const secret = call('call-8', { facts: { agent: 'ä', folder: '/home/me/secret' } } as Partial<SettledEvent>);
  store.append([call('call-3', { usage: { text: 1 } } as Partial<SettledEvent>), secret]);
  store.append([{ kind: 'erased', callId: 'call-8', at: 0, source: 'user' }]);
  const whole = many.slice(0, 12).with(8, secret);
  packing(store, 200).append(whole);
  const known = everything(store);
  packing(store, 200).append(whole);
  assert.deepEqual(everything(store), known, 'once more');
  assert.equal(store.entry('call-8'), undefined);
  assert.deepEqual(store.entry('call-3')?.usage, { text: 1 });
  assert.deepEqual(
    told(store, 0, 100).calls.toSorted(),
    namesOf(whole)
      .filter((name) => name !== 'call-8')
      .toSorted(),
  );
  store.append([call('call-12'), call('call-11', { source: 'other' })]);
  assert.equal(store.entry('call-12')?.source, 'a-log');
  store.close();
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare(`SELECT call, calls, body FROM events WHERE kind = 'block'`).all();
  assert.deepEqual(
    rows.map(({ call, calls, body }) => [call, calls, String(body).includes('secret')]),
    [[3, 12, false]],
  );
  database.close();
});
