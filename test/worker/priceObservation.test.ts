import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalEvent } from '../../src/core/ledger/canonicalEvent.ts';
import type { Observation } from '../../src/core/ledger/event.ts';
import { ENDPOINTS_LIST, type PriceBook, USERS_SETTING } from '../../src/core/prices/price.ts';
import { priceAlike, priceObservation, repriceObservation } from '../../src/worker/priceObservation.ts';

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
  assert.deepEqual(priceObservation(observation, priceBook, 9).cost, {
    nanoCredits: 150,
    confidence: 'priced',
    priceBook: 'v1',
    priceSource: 'list',
    pricedAt: 9,
  });
});

test("Claude Code's calls are at list price: a plan may pay for them", () => {
  const claude = { ...observation, facts: { agent: 'claude-code', model: 'known' } };
  assert.equal(priceObservation(claude, priceBook, 9).cost?.atListPrice, true);
});

test("the vendor's own bill goes before the book", () => {
  assert.deepEqual(priceObservation({ ...observation, billedNanoCredits: 7 }, priceBook, 9).cost, {
    nanoCredits: 7,
    confidence: 'billed',
  });
});

test('an unknown model is an unknown cost', () => {
  const unknown = { ...observation, facts: { agent: 'copilot' } };
  assert.deepEqual(priceObservation(unknown, priceBook, 9).cost, {
    confidence: 'unknown',
    priceBook: 'v1',
    pricedAt: 9,
  });
});

test('a cost that the log itself settles is kept, and the book stays closed', () => {
  const cost = { nanoCredits: 0, confidence: 'priced' } as const;
  const closed = () => assert.fail('opened the book');
  assert.equal(priceObservation({ ...observation, cost }, closed, 9).cost, cost);
});

const recost = (observation: Observation, book = priceBook) => repriceObservation(observation, book, 20).cost;
const unknown = { confidence: 'unknown', priceBook: 'v0', pricedAt: 1 } as const;

test('under another book a call has another cost, unknown where it has no price', () => {
  assert.deepEqual(recost({ ...observation, cost: unknown }), {
    nanoCredits: 150,
    confidence: 'priced',
    priceBook: 'v1',
    priceSource: 'list',
    pricedAt: 20,
  });
  const cost = { nanoCredits: 7, confidence: 'priced', priceBook: 'v0', priceSource: USERS_SETTING } as const;
  const forgotten = recost({ ...observation, facts: { agent: 'copilot', model: 'else' }, cost });
  assert.deepEqual(forgotten, { confidence: 'unknown', priceBook: 'v1', pricedAt: 20 });
});

test('a bill, a cost that needed no price, and one of the same book stay', () => {
  const closed = () => assert.fail('opened the book');
  const free = { nanoCredits: 0, confidence: 'priced' } as const;
  const doubtful = { confidence: 'unknown' } as const;
  const billed = { nanoCredits: 5, confidence: 'billed' } as const;
  for (const cost of [free, doubtful, billed]) assert.equal(recost({ ...observation, cost }, closed), cost);
  assert.equal(recost({ ...observation, billedNanoCredits: 5, cost: unknown }, closed), unknown);
  const same = { ...unknown, priceBook: 'v1' };
  assert.equal(recost({ ...observation, cost: same }), same);
});

test('what only its endpoint knew of a price stays, unless the user has set another', () => {
  const facts = { agent: 'vscode-chat', model: 'known', servedModel: 'known-2026', endpointId: 'router' };
  const listed = { nanoCredits: 3, confidence: 'priced', priceBook: 'v0', priceSource: ENDPOINTS_LIST } as const;
  const call: Observation = { ...observation, facts, cost: listed, latency: { totalMs: 2_000 } };
  assert.equal(recost(call), listed);
  const set: PriceBook = { version: 'v2', priceOf: (query) => withSource(USERS_SETTING, priceBook().priceOf(query)) };
  assert.equal(recost(call, () => set)?.nanoCredits, 150);
  const own: PriceBook = {
    version: 'v3',
    priceOf: () => ({ source: 'own', date: '2026-11-01', rate: { kind: 'seconds', nanoCreditsPerSecond: 10 } }),
  };
  const worked = { nanoCredits: 12, confidence: 'estimated', priceBook: 'v0', priceSource: 'own' } as const;
  assert.equal(
    recost({ ...call, cost: worked }, () => own),
    worked,
  );
  assert.equal(recost({ ...call, cost: unknown }, () => own)?.nanoCredits, 20);
  const { endpointId: _, ...logged } = facts;
  assert.equal(recost({ ...call, facts: logged, cost: worked }, () => own)?.nanoCredits, 20, 'as it was when imported');
});

function withSource(source: string, price: ReturnType<PriceBook['priceOf']>) {
  return price && { ...price, source };
}

test('years of observations are priced as each is, as objects of one kind', () => {
  const all: readonly Observation[] = [
    observation,
    { ...observation, kind: 'failed', fault: 'overloaded' },
    { ...observation, tools: ['Read'], finish: 'toolCalls', identities: ['a:b'], scope: 'run' },
    { ...observation, billedNanoCredits: 7, latency: { totalMs: 1_000 } },
    { ...observation, usage: undefined, cost: { confidence: 'priced', nanoCredits: 0 } },
  ];
  for (const each of all) {
    const alike = priceAlike(each, priceBook, 9);
    assert.equal(canonicalEvent(alike), canonicalEvent(priceObservation(each, priceBook, 9)));
    assert.deepEqual(Object.keys(alike), Object.keys(priceAlike(observation, priceBook, 9)));
  }
});
