import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalEvent } from '../../../src/core/ledger/canonicalEvent.ts';
import { eventSchemas, type LedgerEvent } from '../../../src/core/ledger/event.ts';
import { history } from '../../fakes/ledgerEvents.ts';

const {
  callFactsSchema,
  costSchema,
  decisionSchema,
  erasedSchema,
  failedSchema,
  latencySchema,
  outcomeSchema,
  quotaReadingSchema,
  quotaSchema,
  settledSchema,
  startedSchema,
  usageSchema,
  witnessedSchema,
} = eventSchemas();

/** The same data with its keys put in in the opposite order, and undefined ones added. */
function turnedRound(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(turnedRound);
  return Object.fromEntries([
    ['extra', undefined],
    ...Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, turnedRound(each)]),
  ]);
}

function keysInOrder(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) assert.deepEqual(Object.keys(value), Object.keys(value).sort());
  for (const each of Object.values(value)) keysInOrder(each);
}

test('the same data is the same text, and comes back from it', () => {
  fc.assert(
    fc.property(history, (events) => {
      for (const event of events) {
        const text = canonicalEvent(event);
        assert.equal(canonicalEvent(turnedRound(event) as LedgerEvent), text);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(event)));
        keysInOrder(JSON.parse(text));
      }
    }),
  );
});

test('every key that an event may have is written', () => {
  const one = (shape: object) => Object.fromEntries(Object.keys(shape).map((key) => [key, 'x']));
  const nested = {
    facts: one(callFactsSchema.shape),
    cost: one(costSchema.shape),
    usage: one(usageSchema.shape),
    latency: one(latencySchema.shape),
    quota: one(quotaReadingSchema.shape),
    candidates: [{ b: 1, a: { d: 2, c: 3 } }],
  };
  const kinds = {
    started: startedSchema,
    settled: settledSchema,
    witnessed: witnessedSchema,
    failed: failedSchema,
    erased: erasedSchema,
    outcome: outcomeSchema,
    decision: decisionSchema,
    quota: quotaSchema,
  };
  for (const [kind, schema] of Object.entries(kinds)) {
    const event = Object.fromEntries(
      Object.keys(schema.shape).map((key) => [
        key,
        key === 'kind' ? kind : ((nested as Record<string, unknown>)[key] ?? 'x'),
      ]),
    );
    const text = canonicalEvent(event as unknown as LedgerEvent);
    assert.deepEqual(JSON.parse(text), event, kind);
    keysInOrder(JSON.parse(text));
    // Salvaging finds events in a damaged file by this beginning.
    assert.ok(text.startsWith('{"at":'));
  }
});
