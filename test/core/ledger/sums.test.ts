import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { foldCall } from '../../../src/core/ledger/fold.ts';
import { addEntry, hasFigures, isSummed, modelOf, NOTHING, sumBy, sumEntries } from '../../../src/core/ledger/sums.ts';
import { joinMoney, NO_MONEY } from '../../../src/core/money.ts';
import { addUsage } from '../../../src/core/usage.ts';
import { callEvents } from '../../fakes/ledgerEvents.ts';

const entries: fc.Arbitrary<readonly Entry[]> = fc
  .array(callEvents, { maxLength: 12 })
  .map((calls) => calls.map((events) => foldCall(events)).filter((entry) => entry !== undefined));

const base: Entry = {
  callId: 'call',
  state: 'settled',
  at: 0,
  facts: { agent: 'claude-code' },
  scope: 'step',
  usage: { text: 5 },
  usageBasis: 'reported',
  cost: { nanoCredits: 10, confidence: 'priced' },
  latency: {},
  tools: [],
  finish: undefined,
  fault: undefined,
  source: 'provider',
  witnesses: [],
};

test('what counts: ended and lost calls, not open, covered or unbilled ones', () => {
  for (const state of ['settled', 'failed', 'lost'] as const) assert.ok(isSummed({ ...base, state }), state);
  for (const state of ['open', 'covered', 'erased'] as const) assert.ok(!isSummed({ ...base, state }), state);
  assert.ok(!isSummed({ ...base, facts: { agent: 'a', billable: false } }));
  assert.deepEqual(addEntry(NOTHING, { ...base, state: 'open' }), NOTHING);
});

test('an unknown cost is kept beside the sum', () => {
  assert.deepEqual(sumEntries([base, { ...base, cost: { confidence: 'unknown' }, usage: {} }]), {
    calls: 2,
    usage: { text: 5 },
    cost: { nanoCredits: 10, confidence: 'priced', unknown: 1 },
  });
});

test('sums by a key are parts of the sum of all', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const parts = [...sumBy(all, modelOf).values()];
      const total = sumEntries(all);
      assert.equal(
        parts.reduce((calls, part) => calls + part.calls, 0),
        total.calls,
      );
      assert.deepEqual(
        parts.reduce((cost, part) => joinMoney(cost, part.cost), NO_MONEY),
        total.cost,
      );
      assert.deepEqual(
        parts.reduce((usage, part) => addUsage(usage, part.usage), {}),
        total.usage,
      );
      const unknown = all.filter((entry) => isSummed(entry) && entry.cost.nanoCredits === undefined);
      assert.equal(total.cost.unknown, unknown.length);
    }),
  );
});

test('a call is summed under the model that answered', () => {
  assert.equal(modelOf({ ...base, facts: { agent: 'a', model: 'auto', servedModel: 'gpt' } }), 'gpt');
  assert.equal(modelOf({ ...base, facts: { agent: 'a', model: 'auto' } }), 'auto');
  assert.equal(modelOf(base), 'unknown');
});

test('figures are a cost or a count', () => {
  assert.ok(hasFigures(base));
  assert.ok(hasFigures({ ...base, usage: {} }));
  assert.ok(hasFigures({ ...base, cost: { confidence: 'unknown' } }));
  assert.ok(!hasFigures({ ...base, usage: {}, cost: { confidence: 'unknown' } }));
});
