import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../src/core/ledger/event.ts';
import type { PriceBook } from '../../src/core/prices/price.ts';
import { priceObservation } from '../../src/worker/priceObservation.ts';

const priceBook = (): PriceBook => ({
  version: 'v1',
  priceOf: ({ model, at }) =>
    model === 'known' && at > 0
      ? {
          source: 'list',
          date: '2026-11-01',
          rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 10, text: 100 } }] },
        }
      : undefined,
});
const observation: Observation = {
  kind: 'settled',
  callId: 'c',
  at: 1,
  source: 'log',
  facts: { agent: 'copilot', model: 'known' },
  usage: { fresh: 5, text: 1 },
  usageBasis: 'reported',
};

test('a logged call is priced by the book of its time', () => {
  assert.deepEqual(priceObservation(observation, priceBook).cost, {
    nanoCredits: 150,
    confidence: 'priced',
    priceBook: 'v1',
    priceSource: 'list',
  });
});

test("Claude Code's calls are at list price: a plan may pay for them", () => {
  const claude = { ...observation, facts: { agent: 'claude-code', model: 'known' } };
  assert.equal(priceObservation(claude, priceBook).cost?.atListPrice, true);
});

test("the vendor's own bill goes before the book", () => {
  assert.deepEqual(priceObservation({ ...observation, billedNanoCredits: 7 }, priceBook).cost, {
    nanoCredits: 7,
    confidence: 'billed',
  });
});

test('an unknown model is an unknown cost', () => {
  const unknown = { ...observation, facts: { agent: 'copilot' } };
  assert.deepEqual(priceObservation(unknown, priceBook).cost, { confidence: 'unknown', priceBook: 'v1' });
});

test('a cost that the log itself settles is kept, and the book stays closed', () => {
  const cost = { nanoCredits: 0, confidence: 'priced' } as const;
  const closed = () => assert.fail('opened the book');
  assert.equal(priceObservation({ ...observation, cost }, closed).cost, cost);
});
