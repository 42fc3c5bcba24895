import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { repriceEntries } from '../../src/app/reprice.ts';
import type { ObservedEvent, SettledEvent } from '../../src/core/ledger/event.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';

const NOW = new Date(2026, 10, 22, 12).getTime();
const DAY_MS = 86_400_000;
const clock = { now: () => NOW };

function call(index: number, more: Partial<SettledEvent> = {}): SettledEvent {
  return {
    kind: 'settled',
    callId: `call-${index}`,
    at: NOW - index,
    source: 'log',
    facts: { agent: 'copilot', model: 'new-model' },
    usage: { fresh: 100, text: 10 },
    cost: { confidence: 'unknown', priceBook: 'v1', pricedAt: NOW - DAY_MS },
    ...more,
  };
}

function made(t: TestContext, events: readonly SettledEvent[]) {
  const store = openLedger(':memory:', { clock });
  t.after(() => store.close());
  store.append(events);
  const appended: number[] = [];
  const ledger: Pick<LedgerStore, 'append' | 'unbilled'> = {
    append(batch) {
      appended.push(batch.length);
      store.append(batch);
    },
    unbilled: store.unbilled,
  };
  let priced = 0;
  const priceAt = (nanoCredits: number | undefined, pricedAt = NOW) => ({
    ledger,
    clock,
    price(observation: ObservedEvent): ObservedEvent {
      priced += 1;
      const cost =
        nanoCredits === undefined
          ? { confidence: 'unknown' as const }
          : ({ nanoCredits, confidence: 'priced' } as const);
      return { ...observation, cost: { ...cost, priceBook: `v ${nanoCredits}`, pricedAt } };
    },
  });
  return { store, appended, priceAt, priced: () => priced };
}

const many = Array.from({ length: 180 }, (_, index) => call(index));

test('a price for an unknown model turns what is unknown into a figure', async (t) => {
  const { store, priceAt } = made(t, many);
  assert.deepEqual(store.summary(NOW, []).today, { nanoCredits: 0, confidence: 'billed', unknown: 180 });
  assert.equal(await repriceEntries(priceAt(5)), 180);
  assert.deepEqual(store.summary(NOW, []).today, { nanoCredits: 900, confidence: 'priced', unknown: 0 });
  assert.equal(await repriceEntries(priceAt(undefined, NOW + 1)), 180);
  assert.equal(store.summary(NOW, []).today.unknown, 180, 'and a price that is taken back makes it unknown again');
});

test('where the cost is the same nothing is written, also another day and under another book', async (t) => {
  const { store, appended, priceAt } = made(t, many);
  await repriceEntries(priceAt(5));
  const { revision } = store.summary(NOW, []);
  appended.length = 0;
  assert.equal(await repriceEntries(priceAt(5, NOW + DAY_MS)), 0);
  assert.deepEqual(appended, []);
  assert.equal(store.summary(NOW, []).revision, revision);
});

test('two windows that do so at once write each call once', async (t) => {
  const { store, priceAt } = made(t, many);
  const { revision } = store.summary(NOW, []);
  await Promise.all([repriceEntries(priceAt(5)), repriceEntries(priceAt(5, NOW + 1))]);
  assert.equal(store.summary(NOW, []).revision, revision + 180);
});

test('bills stay, and so do calls before the last month', async (t) => {
  const before = (months: number) => new Date(2026, 10 - months, 3).getTime();
  const { store, priceAt, priced } = made(t, [
    call(1, { billedNanoCredits: 7 }),
    call(2, { at: before(1) }),
    call(3, { at: before(2) }),
  ]);
  assert.equal(await repriceEntries(priceAt(5)), 1);
  assert.equal(priced(), 1);
  assert.deepEqual(
    [1, 2, 3].map((index) => store.entry(`call-${index}`)?.cost.nanoCredits),
    [7, 5, undefined],
  );
});

test('it lets others work in between, and stops when newer prices have come', async (t) => {
  const { appended, priceAt } = made(t, many);
  const abort = new AbortController();
  const done = repriceEntries(priceAt(5), abort.signal);
  await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  assert.ok((await done) < 180);
  assert.ok(appended.length < 3, String(appended));
  assert.ok(Math.max(...appended) <= 25);
});

test('a ledger that can’t be written is told of', async (t) => {
  const { priceAt } = made(t, many);
  const ports = priceAt(5);
  const full = new Error('The disk is full: make room.');
  const ledger = {
    ...ports.ledger,
    append() {
      throw full;
    },
  };
  await assert.rejects(repriceEntries({ ...ports, ledger }), full);
});
