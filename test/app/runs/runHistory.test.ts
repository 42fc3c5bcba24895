import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRunHistory, type RunHistory } from '../../../src/app/runs/runHistory.ts';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { creditsAt, type MadeRun, outcomeOf, PRICE, stepsOf } from '../../fakes/agentRun.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';

const BEGIN = Date.UTC(2026, 10, 20, 9);
const MINUTE = 60_000;

const tools = fc.constantFrom(['Read'], ['Edit'], ['Bash'], ['Read', 'Grep'], []);
const made = fc.record({
  session: fc.constantFrom('s1', 's2'),
  gapMinutes: fc.integer({ min: 0, max: 90 }),
  stepMs: fc.constantFrom(5_000, 90_000, 40 * MINUTE),
  steps: fc.array(tools, { minLength: 1, maxLength: 5 }),
  outcome: fc.option(fc.constantFrom('committed', 'checkFailed', 'survived5'), { nil: undefined }),
  outcomeAfter: fc.integer({ min: 1, max: 400 }),
});

function eventsOf(
  runs: readonly (typeof made extends fc.Arbitrary<infer Made> ? Made : never)[],
): readonly LedgerEvent[] {
  let at = BEGIN;
  const events = runs.flatMap((run, index) => {
    at += run.gapMinutes * MINUTE + 1;
    const runId = `run-${index}`;
    const steps = stepsOf({ runId, sessionId: run.session, startedAt: at, steps: run.steps, stepMs: run.stepMs });
    const label =
      run.outcome === undefined
        ? []
        : [outcomeOf(runId, run.outcome, at + run.outcomeAfter * MINUTE, run.outcome === 'checkFailed' ? 0 : 1)];
    return [...steps, ...label];
  });
  return events.sort((a, b) => a.at - b.at);
}

test('a replay of the ledger gives what was learned live, event by event', async (context) => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(made, { minLength: 1, maxLength: 7 }), async (runs) => {
      const { folder } = ledgerFolder(context);
      round += 1;
      let now = BEGIN;
      const ledger = openLedger(`${folder}/${round}.db`, { clock: { now: () => now } });
      const ports = { ledger, priceOf: () => PRICE, clock: fakeClock() };
      const live = createRunHistory(ports);
      await live.ready(now);
      const step = async (until: number) => {
        now = until;
        await live.advance(now, ledger.runs(8, 1));
      };
      for (const event of eventsOf(runs)) {
        // Nothing is known of an event before it happens; between events somebody looks.
        await step(event.at);
        ledger.append([event]);
        await step(event.at);
      }
      await step(now + 24 * 60 * MINUTE);
      const replayed = createRunHistory(ports);
      await replayed.ready(now);
      assert.deepEqual(replayed.learning.state(), live.learning.state());
      ledger.close();
    }),
    { numRuns: 40 },
  );
});

async function learned(
  context: Parameters<typeof ledgerFolder>[0],
  events: readonly LedgerEvent[],
  now: number,
): Promise<RunHistory> {
  const ledger = openLedger(ledgerFolder(context).path, { clock: { now: () => now } });
  context.after(() => ledger.close());
  ledger.append(events);
  const history = createRunHistory({ ledger, priceOf: () => PRICE, clock: fakeClock() });
  await history.ready(now);
  return history;
}

test('ranges and chances are scored against what came, and runs still at work are not', async (context) => {
  const runs = Array.from(
    { length: 12 },
    (_, index): MadeRun => ({
      runId: `r${index}`,
      startedAt: BEGIN + index * 60 * MINUTE,
      steps: [['Read'], ['Edit'], ['Bash'], []],
    }),
  );
  const events = runs.flatMap((run, index) => [
    ...stepsOf(run),
    outcomeOf(run.runId, 'committed', run.startedAt + 20 * MINUTE, index % 4 === 0 ? 0 : 1),
  ]);
  const atWork = stepsOf({ runId: 'now', startedAt: BEGIN + 800 * MINUTE, steps: [['Read'], ['Read']] });
  const { learning } = await learned(context, [...events, ...atWork], BEGIN + 801 * MINUTE);
  const scores = learning.scores();
  assert.equal(scores.runs, 12);
  assert.equal(scores.step.outcomes, 48);
  // Before the 1st, 2nd and 4th step of each.
  assert.equal(scores.rest.outcomes, 36);
  assert.deepEqual([scores.success.outcomes, scores.skill.outcomes], [12, 12]);
  // The first step of each is foretold without knowing how much it sends.
  assert.ok((scores.step.coverage ?? 0) > 0.4, String(scores.step.coverage));
  const spent = 12 * [0, 1, 2, 3].reduce((sum, index) => sum + creditsAt(index), 0);
  assert.equal(scores.spentCredits.toFixed(6), spent.toFixed(6));
  assert.deepEqual(
    learning.foretold('r11')?.steps.map(({ callId }) => callId),
    ['r11 0', 'r11 1', 'r11 2', 'r11 3'],
  );
  assert.equal(learning.foretold('now'), undefined);
});

test('what happened beyond the reach of a replay is not read', async (context) => {
  const old = stepsOf({ runId: 'old', startedAt: BEGIN - 100 * 24 * 60 * MINUTE, steps: [['Read'], []] });
  const { learning } = await learned(
    context,
    [...old, ...stepsOf({ runId: 'new', startedAt: BEGIN, steps: [[]] })],
    BEGIN + 60 * MINUTE,
  );
  assert.equal(learning.scores().runs, 1);
});
