import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { eventPacker, PACK_BYTES, type PackableEvent } from '../../src/storage/packedEvents.ts';
import { everything, ledgerContract } from '../contract/ledger.ts';
import { history } from '../fakes/ledgerEvents.ts';

function open(now: () => number): LedgerStore {
  return openLedger(':memory:', { clock: { now } });
}

const memory = new SharedArrayBuffer(PACK_BYTES);
const packer = eventPacker(memory);

function isPackable(event: LedgerEvent): event is PackableEvent {
  return event.kind === 'settled' || event.kind === 'failed' || event.kind === 'quota';
}

/** A ledger to which all that can be packed comes packed, some events at a time. */
function packing(store: LedgerStore, size: number): LedgerStore {
  function hand(): void {
    if (packer.count > 0) store.appendPacked(packer.take(), {});
  }
  return {
    ...store,
    append(events, cursors) {
      for (const event of events) {
        if (isPackable(event)) {
          assert.ok(packer.add(event));
          if (packer.count === size) hand();
          continue;
        }
        hand();
        store.append([event]);
      }
      hand();
      if (cursors) store.append([], cursors);
    },
  };
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
            for (let first = 0; first < whole.count; first += part)
              packed.appendPacked({ ...whole, first, count: Math.min(part, whole.count - first) }, cursors);
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
  const identities = Array.from({ length: 5_000 }, (_, index) => `name-${index}`);
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
