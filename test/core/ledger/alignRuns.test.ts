import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../../src/core/chat.ts';
import { runAligner } from '../../../src/core/ledger/alignRuns.ts';
import type { Observation } from '../../../src/core/ledger/event.ts';
import { foldCall } from '../../../src/core/ledger/fold.ts';
import { runIdOf } from '../../../src/core/ledger/runs.ts';

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
