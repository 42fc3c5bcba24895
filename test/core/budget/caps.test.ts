import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hear, missingCalls, NONE_HEARD, tellCall } from '../../../src/core/budget/heardCalls.ts';
import { readLimits } from '../../../src/core/budget/readLimits.ts';
import { suggestCap } from '../../../src/core/budget/suggestCap.ts';
import { QUOTED_FROM, quotePrompt } from '../../../src/core/forecast/promptQuote.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';

const credits = (amount: number) => ({ nanoCredits: amount * NANO_PER_CREDIT });

test('a suggested cap is round and would have stopped the dearest alone', () => {
  const cap = (...amounts: number[]) => (suggestCap(amounts.map(credits))?.nanoCredits ?? 0) / NANO_PER_CREDIT;
  assert.equal(cap(187, 92, 30), 100);
  assert.equal(cap(187, 150, 30), 180);
  assert.equal(cap(187, 185, 30), 186);
  assert.equal(cap(1240, 310), 1000);
  assert.equal(suggestCap([credits(187), credits(186)]), undefined, 'no round one is between');
  assert.equal(suggestCap([credits(50)]), undefined);
  assert.equal(suggestCap([credits(50), credits(50)]), undefined);
  assert.equal(suggestCap([credits(3), credits(1)]), undefined, 'so low a cap stops work');
});

test('whatever was seen, a suggestion stops exactly one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 20 }), (amounts) => {
      const runs = amounts.map((amount) => ({ nanoCredits: amount * 7_000_001 * 17 }));
      const cap = suggestCap(runs);
      if (!cap) return;
      assert.deepEqual(
        runs.filter(({ nanoCredits }) => nanoCredits > cap.nanoCredits),
        [cap.stopped],
      );
    }),
  );
});

test('a quote rests on the agent’s runs with the model, dated or not, and on no other', () => {
  const runs = Array.from({ length: 30 }, (_, index) => ({
    agent: 'claude-code',
    models: ['claude-sonnet-4-5-20250929'],
    startedAt: index,
    ...credits(index + 1),
  }));
  const { cost, runs: count, model } = quotePrompt(runs, 'claude-code', 'claude-sonnet-4-5');
  assert.deepEqual([count, model], [30, 'claude-sonnet-4-5']);
  assert.ok(cost && cost.p10 < cost.p50 && cost.p50 < cost.p90);
  assert.ok(cost && Math.abs(cost.p50 / NANO_PER_CREDIT - 15.5) < 1);
  assert.equal(quotePrompt(runs, 'codex', undefined).cost, undefined);
  assert.equal(quotePrompt(runs, 'claude-code', 'claude-opus-4-5').cost, undefined);
  assert.equal(quotePrompt(runs.slice(1 - QUOTED_FROM), 'claude-code', undefined).cost, undefined);
  assert.equal(quotePrompt(runs, 'claude-code', undefined).model, 'claude-sonnet-4-5-20250929');
});

test('a quote rests on runs for the same kind of task where there are enough of them, and says so', () => {
  const runs = Array.from({ length: 30 }, (_, index) => ({
    agent: 'claude-code',
    models: ['opus'],
    startedAt: index,
    kind: index < QUOTED_FROM ? ('docs' as const) : index === 29 ? undefined : ('fix' as const),
    ...credits(index < QUOTED_FROM ? 1 : 100),
  }));
  const docs = quotePrompt(runs, 'claude-code', 'opus', 'docs');
  assert.deepEqual([docs.kind, docs.runs, docs.cost?.p90], ['docs', QUOTED_FROM, NANO_PER_CREDIT]);
  for (const kind of ['test', undefined] as const) {
    const any = quotePrompt(runs, 'claude-code', 'opus', kind);
    assert.deepEqual([any.kind, any.runs], [undefined, 30]);
  }
  assert.equal(quotePrompt(runs.slice(1), 'claude-code', 'opus', 'docs').kind, undefined);
});

test('calls that the ledger lacks are counted once, and given up after a while', () => {
  let heard = hear(hear(NONE_HEARD, 1000), 1100);
  assert.equal(missingCalls(heard, 1200, 1), 2);
  assert.equal(missingCalls(heard, 1200, 2), 1, 'two tools of one call');
  heard = tellCall(heard, 900, 1);
  assert.equal(missingCalls(heard, 1200, 1), 1);
  assert.equal(missingCalls(heard, 70_000, 1), 0);
  // A later call was told: what came before it is in the ledger, or never will be.
  assert.equal(missingCalls(tellCall(hear(heard, 1300), 2000, 0), 2100, 1), 0);
  // The log was faster than the hook.
  assert.equal(missingCalls(hear(tellCall(NONE_HEARD, 900, 1), 1000), 1000, 1), 0);
});

test('limits are read from the settings, each bad one told and left out', () => {
  const none = { runCredits: 0, sessionCredits: undefined, dayCredits: null, monthCredits: 0 };
  const { limits, planLimit, problems } = readLimits({
    ...none,
    mode: 'ask',
    runCredits: 50,
    projects: { '/code/app': 500, '/code/old': -1 },
    models: ['opus'],
    planPercent: 90,
  });
  assert.deepEqual(limits, [
    { scope: 'run', mode: 'ask', ...credits(50) },
    { scope: 'project', of: '/code/app', mode: 'ask', ...credits(500) },
  ]);
  assert.deepEqual(planLimit, { share: 0.9, mode: 'ask' });
  assert.equal(problems.length, 2);
  for (const problem of problems) assert.match(problem, /^marginal\.budget\.[\w, /]+: .+\.$/);
  const bad = readLimits({ ...none, mode: 'stop', projects: undefined, models: undefined, planPercent: 120 });
  assert.deepEqual([bad.limits, bad.planLimit, bad.problems.length], [[], undefined, 2]);
});
