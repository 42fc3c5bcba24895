import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ObservedEvent } from '../../../src/core/ledger/event.ts';
import { type BilledCall, billedCalls, reconcile } from '../../../src/core/ledger/reconcile.ts';

function call(billed: number, computed: number | undefined, part: Partial<BilledCall> = {}): BilledCall {
  return { model: 'gpt-5.5', source: 'copilot-store', billed, computed, confidence: 'priced', ...part };
}

test('middle, nine in ten and signed sum of the error, by model and source', () => {
  // 1 % too much eight times, 10 % too little once, twice as much once.
  const calls = [...Array.from({ length: 8 }, () => call(1_000, 1_010)), call(1_000, 900), call(1_000, 2_000)];
  const [row, ...none] = reconcile(calls);
  assert.deepEqual(none, []);
  assert.equal(row?.calls, 10);
  assert.equal(row?.medianError, 0.01);
  assert.equal(row?.p90Error, 0.1);
  assert.equal(row?.bias, (8 * 1_010 + 900 + 2_000) / 10_000 - 1);
  assert.equal(row?.confidence, 'priced');
});

test('models and sources stand apart, those with the most calls first; one estimate makes a row estimated', () => {
  const rows = reconcile([
    call(10, 10),
    call(10, 10, { model: 'opus' }),
    call(10, 10, { model: 'opus', confidence: 'estimated' }),
    call(10, 20, { model: 'opus', source: 'copilot-chat-session', confidence: 'estimated' }),
  ]);
  assert.deepEqual(
    rows.map(({ model, source, calls, confidence }) => [model, source, calls, confidence]),
    [
      ['opus', 'copilot-store', 2, 'estimated'],
      ['gpt-5.5', 'copilot-store', 1, 'priced'],
      ['opus', 'copilot-chat-session', 1, 'estimated'],
    ],
  );
});

test('what can’t be computed is counted and is no error of 0; a bill of 0 has nothing relative to it', () => {
  assert.deepEqual(reconcile([call(10, undefined), call(0, 5)]), [
    {
      model: 'gpt-5.5',
      source: 'copilot-store',
      confidence: 'priced',
      calls: 0,
      uncomputed: 1,
      medianError: undefined,
      p90Error: undefined,
      bias: undefined,
    },
  ]);
  assert.deepEqual(reconcile([call(0, 5)]), []);
});

test('the order of calls changes nothing, and computing what was billed is no error', () => {
  const calls = fc.array(
    fc.record({
      model: fc.constantFrom('a', 'b'),
      source: fc.constantFrom('x', 'y'),
      billed: fc.integer({ min: 1, max: 1e9 }),
      computed: fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
      confidence: fc.constantFrom('priced' as const, 'estimated' as const),
    }),
  );
  fc.assert(
    fc.property(calls, (given) => {
      assert.deepEqual(reconcile(given.toReversed()), reconcile(given));
      for (const row of reconcile(given)) {
        assert.ok((row.medianError ?? 0) <= (row.p90Error ?? 0));
        assert.ok(row.bias === undefined || row.bias >= -1);
      }
      for (const row of reconcile(given.map((each) => ({ ...each, computed: each.billed })))) {
        assert.deepEqual([row.medianError, row.p90Error, row.bias], [0, 0, 0]);
      }
    }),
  );
});

function told(source: string, part: Partial<ObservedEvent> = {}): ObservedEvent {
  return { kind: 'settled', callId: 'c', at: 1, source, facts: { agent: 'copilot' }, ...part } as ObservedEvent;
}

test('each source’s tokens stand beside the bill, whoever had it, at the price of the model that answered', () => {
  const asked: unknown[] = [];
  const calls = billedCalls(
    [
      told('store', {
        billedNanoCredits: 100,
        facts: { agent: 'copilot', model: 'auto', servedModel: 'gpt-5.5', provider: 'github-copilot' },
        usage: { fresh: 10 },
      }),
      told('trace', { usage: { fresh: 12 } }),
      told('witness without tokens'),
    ],
    ({ facts, usage }) => {
      asked.push([facts.servedModel, facts.provider]);
      return { nanoCredits: (usage?.fresh ?? 0) * 10, confidence: 'priced' };
    },
  );
  assert.deepEqual(
    calls.map(({ model, source, billed, computed }) => [model, source, billed, computed]),
    [
      ['gpt-5.5', 'store', 100, 100],
      ['gpt-5.5', 'trace', 100, 120],
    ],
  );
  assert.deepEqual(asked, [
    ['gpt-5.5', 'github-copilot'],
    ['gpt-5.5', 'github-copilot'],
  ]);
  assert.deepEqual(
    billedCalls([told('store', { usage: { fresh: 1 } })], () => ({ confidence: 'unknown' })),
    [],
  );
});
