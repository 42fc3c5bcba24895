import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ForecastQuestion } from '../../src/core/forecast/forecast.ts';
import { NO_MONEY } from '../../src/core/money.ts';
import type { PlanStanding } from '../../src/core/plans/planStandings.ts';
import { followPlans } from '../../src/editor/planFollower.ts';

const POOL: PlanStanding = {
  kind: 'pool',
  label: 'Pool',
  agents: ['copilot'],
  period: { start: 5, end: 9_000_000 },
  entitlementNanoCredits: 1_900e9,
  spent: NO_MONEY,
  elsewhere: { nanoCredits: 214e9, at: 6, why: '' },
  leftNanoCredits: 1_686e9,
  leftConfidence: 'estimated',
  seats: 1,
  overage: 'list',
};

function setUp(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const questions: ForecastQuestion[] = [];
  let now = 1_000_000;
  let standings: readonly PlanStanding[] | Error = [POOL];
  let asked = 0;
  let changes = 0;
  let budget: number | undefined;
  const plans = followPlans({
    clock: { now: () => now },
    worker: {
      async planStandings() {
        asked += 1;
        if (standings instanceof Error) throw standings;
        return standings;
      },
      async forecast(question) {
        questions.push(question);
        return undefined;
      },
    },
    monthBudget: () => budget,
    onChange: () => {
      changes += 1;
    },
  });
  return {
    plans,
    questions,
    spendAtMost: (nanoCredits: number) => {
      budget = nanoCredits;
    },
    asked: () => asked,
    changes: () => changes,
    become: (next: readonly PlanStanding[] | Error) => {
      standings = next;
    },
    async pass(ms: number) {
      now += ms;
      context.mock.timers.tick(ms);
      for (let count = 0; count < 5; count += 1) await turn();
    },
  };
}

test('a pool’s forecast is asked with what was drawn elsewhere, and only of what is counted in credits', async (context) => {
  const { plans, questions, become, pass } = setUp(context);
  become([POOL, { kind: 'windows', label: 'Claude', agents: ['claude-code'], windows: [] }]);
  plans.soon();
  await pass(2_000);
  assert.equal(plans.outlook().plans.length, 2);
  assert.deepEqual(questions, [
    {
      now: 1_002_000,
      periodStart: 5,
      periodEnd: 9_000_000,
      poolNanoCredits: 1_900e9,
      spentElsewhereNanoCredits: 214e9,
      agents: ['copilot'],
    },
  ]);
});

test('the month of all agents is asked for where a budget is set, or no plan is', async (context) => {
  const { plans, questions, become, spendAtMost, pass } = setUp(context);
  plans.soon();
  await pass(2_000);
  assert.deepEqual(
    questions.map(({ agents }) => agents),
    [['copilot']],
    'a pool tells it',
  );
  become([]);
  plans.soon();
  await pass(2_000);
  assert.deepEqual([questions[1]?.agents, questions[1]?.poolNanoCredits], [undefined, undefined]);
  become([POOL]);
  spendAtMost(500e9);
  plans.soon();
  await pass(2_000);
  const month = questions.at(-1);
  assert.deepEqual([month?.agents, month?.poolNanoCredits], [undefined, 500e9]);
  assert.equal(new Date(month?.periodStart ?? 0).getDate(), 1);
});

test('a week’s window is forecast where it is known what it holds, a shorter one isn’t', async (context) => {
  const { plans, questions, become, pass } = setUp(context);
  const window = (name: string, hours: number, capacityNanoCredits: number | undefined) => ({
    window: name,
    label: name,
    usedShare: 0.5,
    resetsAt: 5 + hours * 3_600_000,
    reading: { source: 'claude-code-usage', at: 900_000 },
    spent: NO_MONEY,
    usedSince: false,
    period: { start: 5, end: 5 + hours * 3_600_000 },
    capacityNanoCredits,
  });
  const windows = [window('5h', 5, 100e9), window('week', 168, 900e9), window('week-opus', 168, undefined)];
  become([{ kind: 'windows', label: 'Claude', agents: ['claude-code'], windows }]);
  plans.soon();
  await pass(2_000);
  assert.deepEqual(
    questions.map(({ periodEnd, poolNanoCredits, agents }) => ({ periodEnd, poolNanoCredits, agents })),
    [{ periodEnd: 5 + 168 * 3_600_000, poolNanoCredits: 900e9, agents: ['claude-code'] }],
  );
});

test('many changes are one question, and only what differs is told on', async (context) => {
  const { plans, asked, changes, pass } = setUp(context);
  for (let count = 0; count < 50; count += 1) plans.soon();
  await pass(2_000);
  assert.deepEqual([asked(), changes()], [1, 1]);
  plans.soon();
  await pass(1_000);
  assert.equal(asked(), 1);
  await pass(1_000);
  assert.deepEqual([asked(), changes()], [2, 1]);
  plans.keepFresh();
  await pass(2_000);
  assert.equal(asked(), 2);
  await pass(60_000);
  plans.keepFresh();
  await pass(2_000);
  assert.equal(asked(), 3);
});

test('what was known stays when the ledger can’t be read', async (context) => {
  const { plans, become, pass } = setUp(context);
  plans.soon();
  await pass(2_000);
  become(new Error('The disk is full.'));
  plans.soon();
  await pass(2_000);
  assert.equal(plans.outlook().plans.length, 1);
});
