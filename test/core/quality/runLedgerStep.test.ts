import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { runLedgerStep } from '../../../src/core/quality/runLedgerStep.ts';

const entry: Entry = {
  callId: 'call',
  state: 'settled',
  at: 0,
  facts: { agent: 'claude-code' },
  scope: 'step',
  usage: { fresh: 10, text: 5 },
  usageBasis: 'reported',
  cost: { nanoCredits: 1_500_000_000, confidence: 'priced' },
  latency: {},
  tools: ['Read', 'Grep', 'Edit', 'Write', 'Bash', 'runTests', 'somethingElse'],
  finish: 'toolCalls',
  fault: undefined,
  source: 'test',
  witnesses: [],
};

test('a ledger entry is a step: usage, credits, tools by their names', () => {
  const step = runLedgerStep(entry);
  assert.equal(step?.credits, 1.5);
  assert.deepEqual(
    step?.actions.map(({ kind }) => kind),
    ['read', 'search', 'edit', 'create', 'run', 'test', 'run'],
  );
  assert.equal(step?.fault, false);
});

test('unknown cost stays unknown, a failed call is a fault, and what is no step is none', () => {
  assert.equal(runLedgerStep({ ...entry, cost: { confidence: 'unknown' } })?.credits, undefined);
  assert.equal(runLedgerStep({ ...entry, state: 'failed', fault: 'overloaded' })?.fault, true);
  assert.equal(runLedgerStep({ ...entry, scope: 'run' }), undefined);
  assert.equal(runLedgerStep({ ...entry, state: 'open' }), undefined);
});
