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

test('a run’s total gives way to its steps where these have figures', () => {
  assert.deepEqual(states([total, step('a')]), ['covered', 'settled']);
  assert.deepEqual(states([total]), ['settled']);
  assert.deepEqual(states([total, step('a', { state: 'open' })]), ['settled', 'open']);
  assert.deepEqual(states([total, step('a', { usage: {}, cost: { confidence: 'unknown' } })]), ['settled', 'settled']);
  assert.deepEqual(states([total, step('a', { facts: { agent: 'copilot', runId: 'another' } })]), [
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
    ['a', 'b'],
  );
  assert.deepEqual(view?.cost, { nanoCredits: 20, confidence: 'priced', unknown: 0 });
  assert.equal(view?.folder, '/app');
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
