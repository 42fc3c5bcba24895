import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinToolCosts, toolCosts } from '../../../src/core/explain/toolCosts.ts';
import { addMoney, joinMoney, NO_MONEY } from '../../../src/core/money.ts';
import { anyRun, madeStep } from './series.ts';

const steps = [
  madeStep(0, { fresh: 0, cacheRead: 0, cacheWrite: 10_000, text: 100 }, { tools: ['Read'] }),
  madeStep(1, { fresh: 0, cacheRead: 10_000, cacheWrite: 2_100, text: 100 }, { tools: ['Read', 'Grep', 'Read'] }),
  madeStep(2, { fresh: 0, cacheRead: 12_100, cacheWrite: 400, text: 100 }),
];
/** 2,000 tokens of the first Read; 300 of the three calls after it; the first again from the cache. */
const READ = 2_000 * 1_250_000 + 2_000 * 100_000 + 200 * 1_250_000;
const GREP = 100 * 1_250_000;

test('a tool costs what it returns, and that again each time it is sent; several calls share equally', () => {
  const costs = toolCosts(steps);
  assert.deepEqual(
    costs.map(({ tool, calls }) => [tool, calls]),
    [
      ['Read', 3],
      ['Grep', 1],
      [undefined, 3],
    ],
  );
  assert.ok(Math.abs((costs[0]?.cost.nanoCredits ?? 0) - READ) <= 3);
  assert.ok(Math.abs((costs[1]?.cost.nanoCredits ?? 0) - GREP) <= 3);
  assert.equal(costs[0]?.cost.confidence, 'estimated');
});

test('steps outside the period only tell what the others carry', () => {
  const [read] = toolCosts(steps, ({ callId }) => callId === 'call-0002');
  assert.deepEqual([read?.tool, read?.calls], ['Read', 0]);
  assert.ok(Math.abs((read?.cost.nanoCredits ?? 0) - (2_000 * 100_000 + 200 * 1_250_000)) <= 3);
});

test('tools and the rest sum to the whole, with what is unknown, in any order', () => {
  fc.assert(
    fc.property(
      anyRun.chain((run) => fc.tuple(fc.constant(run), fc.shuffledSubarray(run, { minLength: run.length }))),
      ([run, shuffled]) => {
        const costs = toolCosts(run);
        const whole = run
          .filter(({ state, billable }) => billable && ['settled', 'failed', 'lost'].includes(state))
          .reduce((sum, { cost }) => addMoney(sum, cost.nanoCredits, cost.confidence), NO_MONEY);
        const sum = costs.reduce((all, { cost }) => joinMoney(all, cost), NO_MONEY);
        assert.equal(sum.nanoCredits, whole.nanoCredits);
        assert.equal(costs.find(({ tool }) => tool === undefined)?.cost.unknown ?? 0, whole.unknown);
        assert.deepEqual(toolCosts(shuffled), costs);
        assert.deepEqual(joinToolCosts(costs, []), costs);
      },
    ),
    { numRuns: 300 },
  );
});
