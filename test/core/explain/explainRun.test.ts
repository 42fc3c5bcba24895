import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainRun } from '../../../src/core/explain/explainRun.ts';
import { addMoney, NO_MONEY } from '../../../src/core/money.ts';
import { anyRun, madeStep } from './series.ts';

const creditsOf = (parts: ReturnType<typeof explainRun>['parts']) =>
  Object.fromEntries(parts.map(({ cause, nanoCredits }) => [cause, nanoCredits]));

test('the parts sum to the run’s cost to the last nano-credit; what nobody knows is in none of them', () => {
  fc.assert(
    fc.property(anyRun, anyRun, (run, earlier) => {
      const { cost, parts } = explainRun(run, earlier);
      const counted = run.filter(({ state, billable }) => billable && ['settled', 'failed', 'lost'].includes(state));
      assert.deepEqual(
        cost,
        counted.reduce((sum, step) => addMoney(sum, step.cost.nanoCredits, step.cost.confidence), NO_MONEY),
      );
      assert.equal(
        parts.reduce((sum, { nanoCredits }) => sum + nanoCredits, 0),
        cost.nanoCredits,
      );
      for (const { nanoCredits, tokens = 0 } of parts)
        assert.ok(Number.isSafeInteger(nanoCredits) && nanoCredits >= 0 && tokens >= 0);
    }),
    { numRuns: 500 },
  );
});

test('the order in which steps are told changes nothing', () => {
  fc.assert(
    fc.property(
      anyRun.chain((run) => fc.tuple(fc.constant(run), fc.shuffledSubarray(run, { minLength: run.length }))),
      ([run, shuffled]) => assert.deepEqual(explainRun(shuffled), explainRun(run)),
    ),
  );
});

/** A session's first request of 10,000 tokens, then steps that read a file each. */
const first = madeStep(0, { fresh: 0, cacheRead: 0, cacheWrite: 10_000, text: 100 }, { tools: ['Read'] });
const second = madeStep(1, { fresh: 0, cacheRead: 10_000, cacheWrite: 2_100, text: 100 }, { tools: ['Read', 'Grep'] });

test('what a step sends is told apart: standing prompt, context, its own reply, what tools returned', () => {
  const third = madeStep(2, { fresh: 50, cacheRead: 12_100, cacheWrite: 1_050, text: 300, reasoning: 40 });
  const { parts, confidence, standingTokens, tools, misses } = explainRun([third, second, first]);
  assert.deepEqual(creditsOf(parts), {
    standing: 10_000 * 1_250_000 + 2 * 10_000 * 100_000,
    resent: 2_100 * 100_000,
    // The replies of 100 tokens each are written for the first time; what is new beyond them came from the tools.
    cacheWrites: 2 * 100 * 1_250_000,
    toolResults: 2_000 * 1_250_000 + 950 * 1_250_000 + 50 * 1_000_000,
    output: 500 * 5_000_000,
    reasoning: 40 * 5_000_000,
  });
  assert.equal(confidence, 'priced');
  assert.equal(standingTokens, 10_000);
  assert.deepEqual(tools, ['Read', 'Grep']);
  assert.deepEqual(misses, []);
});

test('context that is paid as new again is a miss, with its cause and its place', () => {
  const again = { fresh: 0, cacheRead: 0, cacheWrite: 12_500, text: 10 };
  const late = { at: second.at + 6 * 60_000 };
  for (const [why, more] of [
    ['expired', late],
    ['switched', { model: 'sonnet' }],
    ['unknown', {}],
  ] as const) {
    const { misses, parts } = explainRun([first, second, madeStep(2, again, more)]);
    assert.deepEqual(misses, [{ step: 3, why, tokens: 12_100, nanoCredits: 12_100 * 1_250_000 }]);
    assert.equal(creditsOf(parts).cacheMisses, 12_100 * 1_250_000);
  }
});

test('a vendor without a cache re-sends at the full price: that is no miss', () => {
  const { parts, misses } = explainRun([
    madeStep(0, { fresh: 5_000, text: 100 }),
    madeStep(1, { fresh: 9_100, text: 100 }),
    madeStep(2, { fresh: 9_300, text: 100 }),
  ]);
  assert.deepEqual(misses, []);
  assert.equal(creditsOf(parts).resent, 4_100 * 1_000_000);
  assert.equal(creditsOf(parts).standing, 3 * 5_000 * 1_000_000);
});

test('what the session sent before the run is its context, and costs the run nothing', () => {
  const { parts, cost, steps } = explainRun([second], [first]);
  assert.equal(steps, 1);
  assert.equal(cost.nanoCredits, second.cost.nanoCredits);
  assert.equal(creditsOf(parts).standing, 10_000 * 100_000);
});

test('a shortened conversation and a call beside it are not taken for new input of a tool', () => {
  const shortened = madeStep(2, { fresh: 0, cacheRead: 8_000, cacheWrite: 500, text: 10 });
  const { parts } = explainRun([first, second, shortened]);
  assert.equal(creditsOf(parts).toolResults, 2_000 * 1_250_000, 'those of the second step only');

  const title = madeStep(2, { fresh: 300, cacheRead: 0, text: 10 }, { model: 'haiku' });
  const third = madeStep(3, { fresh: 0, cacheRead: 12_100, cacheWrite: 100, text: 10 });
  assert.equal(creditsOf(explainRun([first, second, title, third]).parts).resent, 2_100 * 100_000);
  assert.equal(creditsOf(explainRun([first, second, title, third]).parts).freshInput, 300 * 1_000_000);
});

test('a sub-agent has its own context', () => {
  const inner = madeStep(2, { fresh: 3_000, cacheRead: 0, text: 10 }, { subagentId: 'sub' });
  const third = madeStep(3, { fresh: 0, cacheRead: 12_100, cacheWrite: 100, text: 10 });
  const { parts, subagents } = explainRun([first, second, inner, third]);
  assert.deepEqual(subagents, {
    count: 1,
    cost: { nanoCredits: inner.cost.nanoCredits, confidence: 'priced', unknown: 0 },
  });
  assert.equal(creditsOf(parts).resent, 2_100 * 100_000);
});

test('a bill is split in proportion and labelled estimated, by step or for a whole run', () => {
  const billed = { nanoCredits: 7_777_777_777, confidence: 'billed' as const };
  const byStep = explainRun([{ ...first, cost: billed }]);
  assert.equal(byStep.confidence, 'estimated');
  assert.equal(byStep.cost.confidence, 'billed');

  const total = madeStep(9, {}, { scope: 'run', cost: billed });
  const covered = [first, second].map((step) => ({
    ...step,
    state: 'covered' as const,
    cost: { confidence: 'unknown' as const },
  }));
  const whole = explainRun([total, ...covered]);
  assert.equal(whole.unsplit, undefined);
  const listed = creditsOf(explainRun([first, second]).parts);
  const sum = Object.values(listed).reduce((all, part) => all + part, 0);
  for (const [cause, nanoCredits] of Object.entries(creditsOf(whole.parts)))
    assert.ok(Math.abs(nanoCredits - ((listed[cause] ?? 0) / sum) * billed.nanoCredits) < 2, cause);
});

test('where it cannot be known, it is said', () => {
  const billed = { nanoCredits: 5e9, confidence: 'billed' as const };
  const alone = explainRun([madeStep(0, {}, { scope: 'run', cost: billed })]);
  assert.deepEqual([creditsOf(alone.parts), alone.unsplit], [{ unsplit: 5e9 }, 'total']);
  const noTokens = explainRun([madeStep(0, { text: 5 }, { cost: billed })]);
  assert.deepEqual([creditsOf(noTokens.parts), noTokens.unsplit], [{ unsplit: 5e9 }, 'tokens']);
  const noPrice = explainRun([{ ...first, rate: undefined }]);
  assert.equal(noPrice.unsplit, 'price');
  const onlyHalf = explainRun([
    madeStep(9, {}, { scope: 'run', cost: billed }),
    { ...first, state: 'covered' },
    { ...second, state: 'covered', usage: {}, cost: { confidence: 'unknown' } },
  ]);
  assert.deepEqual(creditsOf(onlyHalf.parts), { unsplit: 5e9 }, 'the steps that are known are not all of them');
});
