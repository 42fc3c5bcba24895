import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BurnSummary, Entry, RunView } from '../../src/core/ledger/entry.ts';
import { NO_MONEY } from '../../src/core/money.ts';
import {
  type DashboardFacts,
  dashboardPatch,
  dashboardState,
  FIRST_VIEW,
  patched,
} from '../../src/protocol/dashboardState.ts';

function entry(callId: string, part: Partial<Entry> = {}): Entry {
  return {
    callId,
    state: 'settled',
    at: 1000,
    facts: { agent: 'claude-code', model: 'opus', runId: 'run' },
    scope: 'step',
    usage: { fresh: 3, text: 5 },
    usageBasis: 'reported',
    cost: { nanoCredits: 2e9, confidence: 'priced' },
    latency: { totalMs: 900 },
    tools: ['Read'],
    finish: 'stop',
    fault: undefined,
    source: 'claude-code-log',
    witnesses: [],
    ...part,
  };
}

function run(runId: string, steps: readonly Entry[]): RunView {
  return { runId, agent: 'claude-code', folder: '/home/me/site', live: false, cost: NO_MONEY, steps };
}

const SUMMARY: BurnSummary = {
  revision: 3,
  at: 0,
  today: { nanoCredits: 5e9, confidence: 'billed', unknown: 0 },
  month: { nanoCredits: 9e9, confidence: 'billed', unknown: 1 },
  todayByAgent: [],
  run: undefined,
  session: undefined,
};

function facts(part: Partial<DashboardFacts> = {}): DashboardFacts {
  return {
    now: 5000,
    day: '2026-11-22',
    view: FIRST_VIEW,
    summary: SUMMARY,
    live: [],
    runs: [run('run', [entry('a'), entry('b')])],
    fromDay: '2026-10-24',
    burn: [],
    sources: [],
    imports: [],
    endpoints: [],
    budget: {},
    settings: { meters: { claudeCode: true, copilot: true }, ollamaDiscover: true, vscodeModels: true },
    troubles: [],
    ...part,
  };
}

function steps(part: Partial<DashboardFacts>) {
  return dashboardState(facts(part)).run?.steps ?? [];
}

test('the latest run is shown, newest step first, unless another is picked', () => {
  const runs = [run('new', [entry('a'), entry('b')]), run('old', [entry('c')])];
  assert.deepEqual(
    steps({ runs }).map(({ callId, number }) => [callId, number]),
    [
      ['b', 2],
      ['a', 1],
    ],
  );
  assert.equal(dashboardState(facts({ runs, view: { runId: 'old', stepLimit: 9 } })).run?.header.runId, 'old');
  assert.equal(dashboardState(facts({ runs, view: { runId: 'gone', stepLimit: 9 } })).run?.header.runId, 'new');
  assert.equal(dashboardState(facts({ runs: [] })).run, undefined);
});

test('of a long run only the latest steps are sent, with their true numbers', () => {
  const long = run(
    'run',
    Array.from({ length: 1000 }, (_, index) => entry(`c${index}`)),
  );
  const state = dashboardState(facts({ runs: [long], view: { runId: undefined, stepLimit: 3 } }));
  assert.equal(state.run?.header.steps, 1000);
  assert.deepEqual(
    state.run?.steps.map(({ number }) => number),
    [1000, 999, 998],
  );
});

test('a run whose earlier steps were left out keeps its numbers and its beginning', () => {
  const latest = {
    ...run('run', [entry('y', { at: 9000 }), entry('z', { at: 9500 })]),
    omitted: { steps: 498, startedAt: 700 },
  };
  const live = [{ callId: 'live', runId: 'run', agent: 'claude-code', startedAt: 9900 }];
  const { header, steps } = dashboardState(facts({ runs: [latest], live })).run ?? {};
  assert.deepEqual(
    steps?.map(({ callId, number }) => [callId, number]),
    [
      ['live', 501],
      ['z', 500],
      ['y', 499],
    ],
  );
  assert.deepEqual([header?.steps, header?.startedAt, header?.lastAt], [501, 700, 9900]);
});

test('a total that gives a run’s cost stands before its steps, and is none of them', () => {
  const total = entry('total', { scope: 'run', at: 2000, cost: { nanoCredits: 12e9, confidence: 'billed' } });
  const covered = ['a', 'b', 'c'].map((callId) =>
    entry(callId, { state: 'covered', cost: { nanoCredits: 1e9, confidence: 'priced', atListPrice: true } }),
  );
  const cost = { nanoCredits: 12e9, confidence: 'billed', unknown: 0 } as const;
  const state = dashboardState(
    facts({ runs: [{ ...run('run', [...covered, total]), cost }], view: { runId: undefined, stepLimit: 2 } }),
  );
  assert.deepEqual(
    state.run?.steps.map(({ callId, number, state }) => [callId, number, state]),
    [
      ['total', 0, 'settled'],
      ['c', 3, 'covered'],
      ['b', 2, 'covered'],
    ],
  );
  assert.equal(state.run?.header.steps, 3);
  assert.deepEqual(state.run?.header.cost, cost);
  assert.equal(state.run?.header.atListPrice, false, 'what is at list price counts nothing');
  const alone = dashboardState(facts({ runs: [run('run', [total])] })).run;
  assert.deepEqual([alone?.header.steps, alone?.steps[0]?.number], [1, 1]);
});

test('the picked run comes with its steps, in its place or, where it is older, last', () => {
  const runs = [run('new', [entry('b')]), run('old', [entry('d')])];
  const known = facts({ runs, picked: run('old', [entry('c'), entry('d')]), view: { runId: 'old', stepLimit: 9 } });
  assert.deepEqual(
    dashboardState(known).runs.map(({ runId }) => runId),
    ['new', 'old'],
  );
  assert.equal(dashboardState(known).run?.steps.length, 2);
  const older = facts({ runs, picked: run('oldest', [entry('x')]), view: { runId: 'oldest', stepLimit: 9 } });
  assert.deepEqual(
    dashboardState(older).runs.map(({ runId }) => runId),
    ['new', 'old', 'oldest'],
  );
  assert.equal(dashboardState(older).run?.header.runId, 'oldest');
});

test('today is what the status bar shows, where that is given', () => {
  const shownToday = { nanoCredits: 7e9, confidence: 'estimated' as const, unknown: 0 };
  assert.deepEqual(dashboardState(facts({ shownToday })).figures.today, shownToday);
});

test('a streaming step fills the run’s open entry, or is a step of its own before the ledger has heard of it', () => {
  const live = [
    { callId: 'b', runId: 'run', agent: 'vscode-chat', startedAt: 2000, outputTokens: 40, nanoCredits: 1e9 },
  ];
  const heard = steps({ live, runs: [run('run', [entry('a'), entry('b', { state: 'open', usage: {} })])] });
  assert.equal(heard.length, 2);
  assert.equal(heard[0]?.streaming, true);
  assert.deepEqual(heard[0]?.cost, { nanoCredits: 1e9, confidence: 'estimated' });

  const unheard = dashboardState(facts({ live, runs: [run('run', [entry('a')])] }));
  assert.deepEqual(
    unheard.run?.steps.map(({ callId, number }) => [callId, number]),
    [
      ['b', 2],
      ['a', 1],
    ],
  );
  assert.equal(unheard.run?.header.live, true);
  assert.equal(unheard.figures.today.nanoCredits, 6e9);
  assert.equal(unheard.figures.today.confidence, 'estimated');

  const settled = steps({ live, runs: [run('run', [entry('a'), entry('b')])] });
  assert.equal(settled[0]?.streaming, false);
});

test('a first step that streams makes a run', () => {
  const live = [{ callId: 'x', agent: 'vscode-chat', startedAt: 2000 }];
  const state = dashboardState(facts({ live }));
  assert.equal(state.runs.length, 2);
  assert.equal(state.run?.header.runId, 'x');
  assert.equal(state.run?.header.cost.unknown, 1);
});

test('periods hold what lies in them', () => {
  const row = {
    agent: 'copilot',
    model: 'gpt',
    calls: 1,
    usage: {},
    cost: { nanoCredits: 1e9, confidence: 'billed' as const, unknown: 0 },
  };
  const { burn } = dashboardState(
    facts({ burn: ['2026-10-30', '2026-11-01', '2026-11-22'].map((day) => ({ ...row, day })) }),
  );
  const calls = [burn.today, burn.month, burn.all].map(({ models }) => models[0]?.calls);
  assert.deepEqual(calls, [1, 2, 3]);
});

test('a patch takes one state to the next; the clock alone is no news', () => {
  const variants: fc.Arbitrary<Partial<DashboardFacts>> = fc.record(
    {
      now: fc.nat(),
      runs: fc.constantFrom([], [run('run', [entry('a')])], [run('run', [entry('a'), entry('b')]), run('old', [])]),
      budget: fc.record({ dayNanoCredits: fc.nat() }),
      troubles: fc.constantFrom([], [{ id: 'disk', sentence: 'The disk is full.' }]),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(variants, variants, (first, second) => {
      const [before, after] = [dashboardState(facts(first)), dashboardState(facts(second))];
      const patch = dashboardPatch(before, after);
      const reached = patch ? patched(before, patch) : before;
      assert.deepEqual({ ...reached, now: 0 }, { ...after, now: 0 });
    }),
  );
  assert.equal(dashboardPatch(dashboardState(facts({ now: 1 })), dashboardState(facts({ now: 2 }))), undefined);
});
