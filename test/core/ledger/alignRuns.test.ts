import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../../src/core/chat.ts';
import { runAligner } from '../../../src/core/ledger/alignRuns.ts';
import type { Observation } from '../../../src/core/ledger/event.ts';
import { foldCall } from '../../../src/core/ledger/fold.ts';
import { runIdOf, withCoverage } from '../../../src/core/ledger/runs.ts';
import { isSummed } from '../../../src/core/ledger/sums.ts';

const AGENTS = new Set(['copilot']);

function step(run: string, from: number, to: number, facts: object = {}): Observation {
  return observed(`step ${run} ${from}`, from, to, { runId: `run-${run}`, ...facts }, {});
}

function total(run: string, from: number, to: number | undefined, facts: object = {}): Observation {
  const end = to ?? from;
  const extra = { scope: 'run', usage: { text: end }, ...(to === undefined ? {} : { finish: 'stop' }) };
  return observed(`total ${run}`, from, end, { runId: `request-${run}`, ...facts }, extra);
}

function observed(callId: string, from: number, to: number, facts: object, extra: object): Observation {
  return {
    kind: 'settled',
    callId,
    at: to,
    source: 's',
    facts: { agent: 'copilot', sessionId: 'session', ...facts },
    latency: { totalMs: to - from },
    ...extra,
  } as Observation;
}

/** The run that each call ends up in, as the ledger folds what was told of it. */
function runsOf(observations: readonly Observation[], restartEvery = Number.POSITIVE_INFINITY): Record<string, string> {
  let aligner = runAligner(AGENTS);
  const events: Observation[] = [];
  observations.forEach((observation, index) => {
    events.push(...aligner.align([observation]));
    if (index % restartEvery === 0) aligner = runAligner(AGENTS, JSON.parse(JSON.stringify(aligner.state())) as Json);
  });
  const calls = new Set(events.map(({ callId }) => callId));
  return Object.fromEntries(
    [...calls].map((callId) => [callId, runIdIn(events.filter((event) => event.callId === callId))]),
  );
}

function runIdIn(events: readonly Observation[]): string {
  const entry = foldCall(events);
  return entry ? runIdOf(entry) : '';
}

test('a sub-agent’s calls are part of the run that they lie in, whichever comes first', () => {
  const subagent = (from: number) => step(`sub ${from}`, from, from + 10, { subagentId: 'runSubagent-x' });
  const observations = [
    step('1', 110, 150),
    subagent(155),
    subagent(165),
    step('1', 180, 190),
    total('a', 100, 200),
    step('2', 310, 320),
    subagent(330),
    total('b', 300, 400),
    subagent(500),
  ];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(observations, { minLength: observations.length }),
      fc.constantFrom(1, 2, 1000),
      (order, restartEvery) => {
        const runs = runsOf(order, restartEvery);
        assert.deepEqual(
          [155, 165, 330, 500].map((from) => runs[`step sub ${from} ${from}`]),
          ['run-1', 'run-1', 'run-2', 'run-sub 500'],
        );
        assert.deepEqual([runs['total a'], runs['total b']], ['run-1', 'run-2']);
      },
    ),
  );
});

test('a total takes the run id of the steps within its time, whichever comes first', () => {
  const first = step('1', 110, 150);
  const second = step('1', 160, 190);
  const whole = total('a', 100, 200);
  for (const order of [
    [first, second, whole],
    [first, whole, second],
    [whole, first, second],
  ]) {
    assert.deepEqual(runsOf(order)['total a'], 'run-1');
    assert.deepEqual(runsOf(order, 1)['total a'], 'run-1', 'with a restart after each');
  }
});

test('a total without steps, and steps without a total, stay as they are', () => {
  const before = step('0', 10, 20);
  const whole = total('a', 100, 200);
  const after = step('2', 210, 220);
  const aligner = runAligner(AGENTS);
  assert.deepEqual(aligner.align([before, whole, after]), [before, whole, after]);
});

test('a total that is still growing takes the steps that come, until the next one begins', () => {
  const runs = runsOf([
    total('a', 100, undefined),
    step('1', 110, 120),
    total('a', 100, 200),
    total('b', 300, undefined),
    step('2', 310, 320),
  ]);
  assert.equal(runs['total a'], 'run-1');
  assert.equal(runs['total b'], 'run-2');
});

/** What stands in the ledger for a session's total, as it was last told. */
function entryOf(observations: readonly Observation[], callId: string, restartEvery?: number) {
  let aligner = runAligner(AGENTS);
  const events: Observation[] = [];
  observations.forEach((observation, index) => {
    events.push(...aligner.align([observation]));
    if (restartEvery !== undefined && index % restartEvery === 0)
      aligner = runAligner(AGENTS, JSON.parse(JSON.stringify(aligner.state())) as Json);
  });
  const entries = new Map(
    [...Map.groupBy(events, (event) => event.callId)].flatMap(([id, told]) => {
      const entry = foldCall(told);
      return entry ? [[id, entry] as const] : [];
    }),
  );
  return withCoverage([...entries.values()]).find((entry) => entry.callId === callId);
}

test("a session's total counts until any of its steps is known, whichever comes first, and then nothing", () => {
  const sum = observed('sum', 900, 900, {}, { scope: 'run', usage: { text: 9 } });
  const later = observed('sum', 990, 990, {}, { scope: 'run', usage: { text: 12 } });
  const work = observed('work', 100, 200, { runId: 'copilot:session:turn-0' }, { usage: { text: 9 } });
  const alone = entryOf([sum, later], 'sum');
  assert.equal(alone?.state, 'settled');
  assert.equal(alone?.usage.text, 12);
  for (const order of [
    [sum, work, later],
    [work, sum, later],
    [sum, later, work],
  ]) {
    for (const restartEvery of [undefined, 1]) {
      const entry = entryOf(order, 'sum', restartEvery);
      assert.equal(entry?.state, 'covered');
      assert.equal(entry && isSummed(entry), false);
    }
  }
  const elsewhere = observed('work', 100, 200, { runId: 'turn-0', sessionId: 'other' }, { usage: { text: 9 } });
  assert.equal(entryOf([sum, elsewhere], 'sum')?.state, 'settled');
});

test('where two sources tell of the same steps, the total is of the run that stands in front', () => {
  const traced = observed('trace', 10, 40, { runId: 'copilot:s:root-7f' }, {});
  const logged = observed('log', 10, 40, { runId: 'copilot:s:run-0-05' }, {});
  const whole = observed('total', 0, 50, { runId: 'copilot:s:request-r' }, { scope: 'run', finish: 'stop' });
  for (const order of [
    [traced, logged, whole],
    [traced, whole, logged],
    [whole, traced, logged],
    [logged, whole, traced],
    [whole, logged, traced],
  ]) {
    assert.equal(runsOf(order, 1).total, 'copilot:s:run-0-05');
  }
  assert.equal(runsOf([traced, whole]).total, 'copilot:s:root-7f');
});

test('other agents, other sessions, calls without a run and sub-agents beside any run are left alone', () => {
  const whole = total('a', 100, 200);
  const others = [
    step('1', 110, 120, { agent: 'claude-code' }),
    step('2', 110, 120, { sessionId: 'another' }),
    step('3', 110, 120, { runId: undefined }),
    step('4', 110, 120, { subagentId: 'runSubagent-x' }),
  ];
  assert.deepEqual(runAligner(AGENTS).align([whole, ...others]), [whole, ...others]);
});

test('however two sources take turns, each total ends in the run of its steps', () => {
  const runs = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 50 })), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      runs,
      fc.array(fc.boolean(), { maxLength: 20 }),
      fc.integer({ min: 1, max: 9 }),
      (shape, turns, restartEvery) => {
        const steps: Observation[] = [];
        const totals: Observation[] = [];
        const expected: Record<string, string> = {};
        let now = 1_000;
        shape.forEach(([count, pause], run) => {
          const began = now;
          for (let each = 0; each < count; each += 1) {
            steps.push(step(String(run), now + 10, now + 20));
            now += 30;
          }
          totals.push(total(String(run), began, now));
          expected[`total ${run}`] = `run-${run}`;
          now += pause;
        });
        const waiting = { steps: [...steps], totals: [...totals] };
        const order = turns.flatMap((first) => (first ? waiting.steps : waiting.totals).shift() ?? []);
        const found = runsOf([...order, ...waiting.steps, ...waiting.totals], restartEvery);
        for (const [callId, run] of Object.entries(expected)) assert.equal(found[callId], run, callId);
      },
    ),
  );
});

test('a saved state of any shape never throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (saved) => {
      runAligner(AGENTS, saved as Json).align([step('1', 1, 2), total('a', 0, 3)]);
    }),
  );
});
