import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import { expectingGrowth, NO_GROWTH, nextGrowth } from '../../../src/core/quality/expectedGrowth.ts';
import { firstStretch, lastToEnd, ledgerSteps, overAt } from '../../../src/core/quality/ledgerRun.ts';

const MINUTE = 60_000;

function entry(index: number, part: Partial<Entry> = {}): Entry {
  return {
    callId: `call ${index}`,
    state: 'settled',
    at: index * 10_000,
    endedAt: index * 10_000 + 5_000,
    facts: { agent: 'claude-code', runId: 'run' },
    scope: 'step',
    usage: { fresh: 10, text: 5 },
    usageBasis: 'reported',
    cost: { nanoCredits: 1e9, confidence: 'priced' },
    latency: {},
    tools: ['Read'],
    finish: 'toolCalls',
    fault: undefined,
    source: 'test',
    witnesses: [],
    ...part,
  };
}

test('steps that ended are a run’s: not its total, nor what isn’t billed, nor what runs', () => {
  const steps = ledgerSteps([
    entry(0),
    entry(1, { state: 'open' }),
    entry(2, { facts: { agent: 'claude-code', billable: false } }),
    entry(3, { scope: 'run' }),
    entry(4, { state: 'covered' }),
  ]);
  assert.deepEqual(
    steps.map(({ callId }) => callId),
    ['call 0', 'call 4'],
  );
});

test('an edit is progress; where an agent edits through its shell, a command may be one', () => {
  const edited = (agent: string, tool: string) =>
    ledgerSteps([entry(0, { facts: { agent }, tools: [tool] })])[0]?.breaker.edited;
  assert.equal(edited('claude-code', 'Edit'), true);
  assert.equal(edited('claude-code', 'Bash'), false);
  assert.equal(edited('codex', 'shell'), true);
});

test('what was told of a step’s calls goes before what their names say', () => {
  const told = new Map([
    ['call 0', { callId: 'call 0', actions: [{ kind: 'edit' as const, key: 3, failed: true }], appendedChars: 40 }],
  ]);
  const [step] = ledgerSteps([entry(0, { tools: ['Edit'] })], (callId) => told.get(callId));
  assert.deepEqual(step?.breaker.calls, [{ signature: '3', failed: true }]);
  assert.equal(step?.breaker.edited, false, 'an edit that failed is none');
  assert.equal(step?.step.appendedChars, 40);
  const succeeded = { actions: [{ kind: 'edit' as const, key: 3, failed: false }] };
  assert.notEqual(step?.mark, ledgerSteps([entry(0, { tools: ['Edit'] })], () => succeeded)[0]?.mark);
  assert.notEqual(step?.mark, ledgerSteps([entry(0, { tools: ['Edit'] })])[0]?.mark);
});

test('a run is over a minute after its answer, half an hour after a call, or soon after the session’s next prompt', () => {
  const called = { endedAt: 0, answered: false };
  assert.equal(overAt({ endedAt: 0, answered: true }, undefined), MINUTE);
  assert.equal(overAt(called, undefined), 30 * MINUTE);
  assert.equal(overAt(called, 5 * MINUTE), 6 * MINUTE);
  assert.equal(overAt({ ...called, endedAt: 8 * MINUTE }, 5 * MINUTE), 9 * MINUTE);
  assert.equal(overAt(called, 300 * MINUTE), 30 * MINUTE);
});

test('what comes after a run was over is no part of what is learned of it', () => {
  const late = entry(500, { at: 90 * MINUTE, endedAt: 90 * MINUTE });
  const steps = ledgerSteps([entry(0), entry(1, { tools: [], finish: 'stop' }), late]);
  assert.equal(firstStretch(steps, undefined).length, 2);
  assert.equal(firstStretch(steps.slice(0, 2), undefined).length, 2);
});

test('a sub-agent’s answer doesn’t end the run', () => {
  const steps = ledgerSteps([
    entry(0, { tools: [], finish: 'stop', facts: { agent: 'claude-code', subagentId: 's' } }),
  ]);
  assert.equal(lastToEnd(steps)?.answered, false);
});

test('what a step’s results will weigh is expected from what came between the steps before', () => {
  let growth = NO_GROWTH;
  const step = (input: number, part = {}) => {
    const made = { usage: { fresh: input, text: 100 }, credits: 1, actions: [], ...part };
    growth = nextGrowth(growth, made);
    return expectingGrowth(growth, made);
  };
  assert.equal(step(1_000).appendedChars, undefined);
  const grown = step(2_100).appendedChars ?? 0;
  assert.equal(Math.round(grown * 0.31), 1_000);
  assert.equal(step(500).appendedChars, grown, 'a smaller input tells nothing');
  assert.equal(step(900, { appendedChars: 7 }).appendedChars, 7);
});
