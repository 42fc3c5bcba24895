// Bills of a real ledger beside what the shipped prices make of their tokens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceBooks } from '../../src/adapters/priceData/priceBooks.ts';
import { type ReconcilePorts, reconcileBills } from '../../src/app/reconcileBills.ts';
import type { SettledEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { computedCost } from '../../src/worker/priceObservation.ts';
import { shippedPrices } from '../fakes/shippedPrices.ts';

const NOW = new Date(2026, 10, 22, 12).getTime();
const book = priceBooks(shippedPrices)({
  overrides: [],
  localCost: { watts: 0, dollarsPerKilowattHour: 0, hardwareDollars: 0, hardwareLifeHours: 0 },
});

function call(index: number, more: Partial<SettledEvent> = {}): SettledEvent {
  return {
    kind: 'settled',
    callId: `call-${index}`,
    at: NOW - index * 1_000,
    source: 'copilot-store',
    facts: { agent: 'copilot', model: 'gpt-5-mini', provider: 'github-copilot' },
    usage: { fresh: 1_000, cacheRead: 9_000, text: 100 },
    usageBasis: 'reported',
    ...more,
  };
}

test('the error of the list prices is found, by model and source, and asks the ledger in portions', async (t) => {
  const store = openLedger(':memory:', { clock: { now: () => NOW } });
  t.after(() => store.close());
  const price = computedCost(call(0), () => book, NOW).nanoCredits;
  assert.ok(price !== undefined && price > 0, 'the model has a price');
  store.append([
    ...Array.from({ length: 60 }, (_, index) => call(index, { billedNanoCredits: Math.round(price * 1.25) })),
    ...Array.from({ length: 60 }, (_, index) => call(100 + index)),
    call(300, { billedNanoCredits: 5, facts: { agent: 'copilot', model: 'nobody-knows-it' } }),
    call(40_000_000, { billedNanoCredits: 1 }),
  ]);
  const compute: ReconcilePorts['compute'] = (observation) => computedCost(observation, () => book, NOW);
  const [earlier] = await reconcileBills({ ledger: store, compute }, NOW - 86_400_000, NOW - 49_500);
  assert.equal(earlier?.calls, 10, 'those before an instant alone, where one is given');
  let asked = 0;
  const rows = await reconcileBills(
    {
      ledger: {
        billed(since, limit, before) {
          asked += 1;
          return store.billed(since, limit, before);
        },
      },
      compute,
    },
    NOW - 86_400_000,
  );
  assert.ok(asked > 3);
  assert.equal(rows.length, 2);
  assert.equal(rows[0]?.calls, 60, 'calls without a bill and older ones are left out');
  assert.equal(rows[0]?.confidence, 'priced');
  for (const error of [rows[0]?.medianError, rows[0]?.p90Error, -(rows[0]?.bias ?? 0)]) {
    assert.ok(Math.abs((error ?? 0) - 0.2) < 1e-6, `${error}`);
  }
  assert.deepEqual([rows[1]?.model, rows[1]?.calls, rows[1]?.uncomputed], ['nobody-knows-it', 0, 1]);
});
