import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry, RunView } from '../../../src/core/ledger/entry.ts';
import { NO_MONEY } from '../../../src/core/money.ts';
import { isAgentAtWork, runAtWork } from '../../../src/core/quality/attributeEdit.ts';

const FILE = '/code/app/src/cart.js';

function run(runId: string, at: number, endedAt: number, more: Partial<Entry> = {}, folder = '/code/app'): RunView {
  const step: Entry = {
    callId: runId,
    state: 'settled',
    at,
    endedAt,
    facts: { agent: 'codex', folder },
    scope: 'step',
    usage: {},
    usageBasis: undefined,
    cost: { confidence: 'unknown' },
    latency: {},
    tools: [],
    finish: 'stop',
    fault: undefined,
    source: 'codex-log',
    witnesses: [],
    ...more,
  };
  return { runId, agent: 'codex', folder, live: false, cost: NO_MONEY, steps: [step] };
}

const who = (at: number, ...runs: readonly RunView[]) => runAtWork(FILE, at, runs)?.runId;

test('an edit is the run’s that was at work there and then, and for a moment after its last word', () => {
  const one = run('one', 1_000, 5_000);
  assert.deepEqual(
    [500, 1_000, 5_000, 14_000, 16_000].map((at) => who(at, one)),
    [undefined, 'one', 'one', 'one', undefined],
  );
  assert.equal(who(100_000, run('tools', 1_000, 5_000, { tools: ['Edit'] })), 'tools');
  assert.equal(who(900_000, run('open', 1_000, 5_000, { state: 'open' })), 'open');
  assert.equal(who(2_000, run('elsewhere', 1_000, 5_000, {}, '/code/other')), undefined);
  assert.equal(who(2_000, run('log', 5_000, 5_000, { latency: { totalMs: 4_000 } })), 'log');
  assert.equal(who(2_000, { ...one, omitted: { steps: 3, startedAt: 3_000 } }), undefined);
});

test('of two runs in one folder neither is told; one in the folder itself goes before one above it', () => {
  assert.equal(who(2_000, run('one', 1_000, 5_000), run('two', 1_500, 5_000)), undefined);
  assert.equal(who(2_000, run('one', 1_000, 5_000), run('above', 1_500, 5_000, {}, '/code')), 'one');
});

test('what is started after an agent’s last word is not its own; after its tools were called it may be', () => {
  const at = (when: number, more: Partial<Entry> = {}) => isAgentAtWork('/code', when, [run('r', 1_000, 5_000, more)]);
  assert.deepEqual([at(4_000), at(5_001), at(60_000, { finish: 'toolCalls' })], [true, false, true]);
});

test('a run that is told was at work, whatever the runs', () => {
  const runs = fc.array(
    fc
      .record({ at: fc.nat({ max: 9 }), took: fc.nat({ max: 9 }), folder: fc.constantFrom('/code', '/code/app', '/x') })
      .map(({ at, took, folder }) => ({ at: at * 10_000, endedAt: (at + took) * 10_000, folder })),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(runs, fc.nat({ max: 300_000 }), (all, at) => {
      const views = all.map((each, index) => run(`r${index}`, each.at, each.endedAt, {}, each.folder));
      const found = runAtWork(FILE, at, views);
      if (found) assert.equal(runAtWork(FILE, at, [found]), found);
      else assert(views.filter((view) => runAtWork(FILE, at, [view]) !== undefined).length !== 1);
    }),
  );
});
