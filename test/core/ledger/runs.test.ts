import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { LIVE_AFTER_STEP_MS, runIdOf, viewRun, withCoverage } from '../../../src/core/ledger/runs.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

function step(callId: string, more: Partial<Entry> = {}): Entry {
  return {
    callId,
    state: 'settled',
    at: NOON,
    endedAt: NOON + 1000,
    facts: { agent: 'copilot', runId: 'run' },
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
    ...more,
  };
}

const states = (entries: readonly Entry[]) => withCoverage(entries).map((entry) => entry.state);
const total = step('total', { scope: 'run', cost: { nanoCredits: 90, confidence: 'billed' } });

const billed = (callId: string, nanoCredits: number, more: Partial<Entry> = {}) =>
  step(callId, { cost: { nanoCredits, confidence: 'billed' }, ...more });
const unpriced = (callId: string, more: Partial<Entry> = {}) =>
  step(callId, { cost: { confidence: 'unknown' }, ...more });
const refused = step('refused', { state: 'failed', usage: {}, cost: { nanoCredits: 0, confidence: 'priced' } });
const pricedTotal = { ...total, cost: { nanoCredits: 90, confidence: 'priced' } } as const;

test('a bill of a whole run gives way to its steps’ bills only where these are all there', () => {
  assert.deepEqual(states([total, billed('a', 60), billed('b', 30)]), ['covered', 'settled', 'settled']);
  assert.deepEqual(states([total, billed('a', 60), billed('b', 29.2)]), ['covered', 'settled', 'settled']);
  assert.deepEqual(states([total, billed('a', 60), billed('b', 29)]), ['settled', 'covered', 'covered']);
  assert.deepEqual(states([total, billed('a', 60), billed('b', 60)]), ['covered', 'settled', 'settled']);
});

test('a bill of a whole run stays where its steps are less sure', () => {
  assert.deepEqual(states([total, unpriced('a'), unpriced('b')]), ['settled', 'covered', 'covered']);
  assert.deepEqual(states([total, step('a', { cost: { nanoCredits: 95, confidence: 'priced' } })]), [
    'settled',
    'covered',
  ]);
  assert.deepEqual(states([total, billed('a', 90), unpriced('b')]), ['settled', 'covered', 'covered']);
});

test('a total that is no bill gives way to steps that are as sure', () => {
  for (const cost of [
    { nanoCredits: 10, confidence: 'priced' },
    { nanoCredits: 10, confidence: 'billed' },
  ] as const) {
    assert.deepEqual(states([pricedTotal, step('a', { cost })]), ['covered', 'settled']);
  }
  const estimated = step('a', { cost: { nanoCredits: 95, confidence: 'estimated' } });
  assert.deepEqual(states([pricedTotal, estimated]), ['settled', 'covered']);
  assert.deepEqual(states([unpriced('total', { scope: 'run' }), unpriced('a')]), ['covered', 'settled']);
});

test('steps of which nothing is known, and those that have not ended, make no run’s cost', () => {
  const silent = step('a', { usage: {}, cost: { confidence: 'unknown' } });
  assert.deepEqual(states([total]), ['settled']);
  assert.deepEqual(states([total, silent]), ['settled', 'covered']);
  assert.deepEqual(states([{ ...silent, callId: 'total', scope: 'run' }, silent]), ['settled', 'covered']);
  assert.deepEqual(states([total, step('a', { state: 'open' })]), ['settled', 'open']);
  assert.deepEqual(states([total, billed('a', 90), step('b', { state: 'open' })]), ['covered', 'settled', 'open']);
  assert.deepEqual(states([total, step('a', { state: 'lost' })]), ['settled', 'covered']);
  assert.deepEqual(states([total, billed('a', 90), step('b', { state: 'lost' })]), ['covered', 'settled', 'lost']);
});

test('a step that was turned away makes the others’ bills no less sure', () => {
  assert.deepEqual(states([total, billed('a', 90), refused]), ['covered', 'settled', 'failed']);
  assert.deepEqual(states([total, refused]), ['settled', 'covered']);
});

test('what isn’t billed to the plan decides nothing', () => {
  const facts = { agent: 'copilot', runId: 'run', billable: false };
  assert.deepEqual(states([total, billed('a', 90, { facts })]), ['settled', 'settled']);
  assert.deepEqual(states([total, billed('a', 90), unpriced('b', { facts })]), ['covered', 'settled', 'settled']);
  assert.deepEqual(states([{ ...total, facts }, unpriced('a')]), ['covered', 'settled']);
});

test('runs have nothing to do with each other', () => {
  assert.deepEqual(states([total, billed('a', 90, { facts: { agent: 'copilot', runId: 'another' } })]), [
    'settled',
    'settled',
  ]);
});

test('a total without a run covers and is covered by nothing', () => {
  const lone = { ...total, facts: { agent: 'copilot' } };
  assert.deepEqual(states([lone, step('a', { facts: { agent: 'copilot' } })]), ['settled', 'settled']);
});

test('a run’s view has its steps in order, and counts none twice', () => {
  const entries = [
    step('b', { at: NOON + 5 }),
    total,
    step('a', { facts: { agent: 'copilot', runId: 'run', folder: '/app' } }),
  ];
  const view = viewRun('run', withCoverage(entries), NOON + 60_000);
  assert.deepEqual(
    view?.steps.map((each) => each.callId),
    ['a', 'total', 'b'],
  );
  assert.deepEqual(view?.cost, { nanoCredits: 90, confidence: 'billed', unknown: 0 });
  assert.equal(view?.folder, '/app');
  const priced = viewRun('run', withCoverage([pricedTotal, ...entries.filter((each) => each !== total)]), NOON);
  assert.deepEqual(
    priced?.steps.map((each) => each.callId),
    ['a', 'b'],
  );
  assert.deepEqual(priced?.cost, { nanoCredits: 20, confidence: 'priced', unknown: 0 });
  assert.equal(viewRun('run', [], NOON), undefined);
});

test('a run is live while a step is open or has just ended', () => {
  const live = (entry: Entry, now: number) => viewRun('run', [entry], now)?.live;
  assert.equal(live(step('a'), NOON + 1000 + LIVE_AFTER_STEP_MS - 1), true);
  assert.equal(live(step('a'), NOON + 1000 + LIVE_AFTER_STEP_MS), false);
  assert.equal(live(step('a', { state: 'open', endedAt: undefined }), NOON + 3_000_000), true);
  assert.equal(live(step('a', { state: 'lost', endedAt: undefined }), NOON + 3_000_000), false);
});

test('a call whose source knows no run is a run of its own', () => {
  assert.equal(runIdOf(step('a')), 'run');
  assert.equal(runIdOf(step('a', { facts: { agent: 'copilot' } })), 'a');
});
