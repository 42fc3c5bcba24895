import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explain } from '../../../src/core/allocate/explain.ts';
import { netOf, type Prices } from '../../../src/core/allocate/objective.ts';
import type { RunModel } from '../../../src/core/allocate/runModels.ts';
import { costRange, runOutlook, runQuestion } from '../../../src/core/allocate/runOutlook.ts';
import { applyBreaker, CLOSED_BREAKER } from '../../../src/core/budget/breaker.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { runValuer } from '../../../src/core/quality/runValue.ts';
import { madeOutlook, madeValue, SITUATION, STRONGER } from '../status/runOutlooks.ts';

const step = fc.record({
  usage: fc.record({ fresh: fc.nat(60_000), cacheRead: fc.nat(60_000), text: fc.nat(3_000) }),
  credits: fc.double({ min: 0, max: 30, noNaN: true }),
  actions: fc.array(
    fc.record({ kind: fc.constantFrom('read', 'edit', 'test', 'run'), key: fc.nat(4), failed: fc.boolean() }),
    { maxLength: 2 },
  ),
});
const prices: fc.Arbitrary<Prices> = fc.record({
  kappa: fc.constantFrom(0, 1),
  beta: fc.double({ min: 0, max: 3, noNaN: true }),
  lambda: fc.double({ min: 0, max: 1, noNaN: true }),
  rho: fc.constant(1),
});

test('the decision is the advice of the run’s value: the same uses, the same nets, and terms that sum to them', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      prices,
      fc.integer({ min: 0, max: 2_000 }),
      fc.double({ min: 0, max: 90, noNaN: true }),
      (steps, priced, credits, secondsPerStep) => {
        const valuer = runValuer();
        valuer.begin('run');
        for (const each of steps) valuer.observeStep('run', each);
        const situation = {
          ...SITUATION,
          prices: priced,
          secondsPerStep,
          valueNanoCredits: credits * NANO_PER_CREDIT,
        };
        const value = valuer.runValue('run', runQuestion(situation));
        assert.ok(value);
        const { decision } = runOutlook(situation, value);
        assert.equal(decision.candidates.length, value.candidates.length);
        for (const { use, net, terms } of decision.candidates) {
          assert.ok(terms);
          assert.equal(netOf(terms), net);
          const told = value.candidates.find((candidate) => candidate.use === use.kind);
          // Each of the terms is rounded to a nano-credit; the value's are sums of doubles.
          assert.ok(
            Math.abs((net ?? Number.NaN) / NANO_PER_CREDIT - (told?.net ?? Number.NaN)) < 1e-5,
            `${use.kind} ${net} ${told?.net}`,
          );
        }
        const [best, second] = value.candidates;
        if (best && second && best.net - second.net > 1e-5) assert.equal(decision.choice.use.kind, value.advice);
      },
    ),
    { numRuns: 60 },
  );
});

test('a dearer credit, or dearer waiting, never makes going on worth more', () => {
  fc.assert(
    fc.property(
      prices,
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (priced, beta, lambda) => {
        const worth = (each: Prices) =>
          madeOutlook({ prices: each }).decision.candidates.find(({ use }) => use.kind === 'continue')?.net ??
          Number.NaN;
        const dearer = { ...priced, beta: priced.beta + beta, lambda: priced.lambda + lambda };
        assert.ok(worth(dearer) <= worth(priced) + 5);
      },
    ),
    { numRuns: 40 },
  );
});

test('an open breaker bars what only goes on, and asking or stopping is left', () => {
  let breaker = CLOSED_BREAKER;
  for (let count = 0; count < 6; count++) {
    const calls = [{ signature: 'same', failed: true }];
    breaker = applyBreaker(breaker, { kind: 'step', step: { calls, edited: false, nanoCredits: 1e9 } });
  }
  const outlook = madeOutlook({ breaker });
  assert.equal(outlook.advice, 'no progress in 6 steps');
  assert.ok((outlook.advice ?? '').length <= 26);
  const open = outlook.decision.candidates.filter(({ barred }) => barred === undefined).map(({ use }) => use.kind);
  assert.deepEqual(open.toSorted(), ['ask', 'stop']);
});

test('while the evidence isn’t settled a stop is no advice, and once it is it is', () => {
  const worthless = { valueNanoCredits: 0 };
  const unsettled = madeOutlook(worthless);
  assert.equal(unsettled.decision.choice.use.kind, 'stop');
  assert.equal(unsettled.advice, undefined);
  const settled = madeOutlook({ ...worthless, skill: { outcomes: 40, gain: 0.1, lowerBound: 0.01, settled: true } });
  assert.equal(settled.advice, 'stop: not worth the rest');
  assert.equal(madeOutlook({ ...worthless, priced: false, skill: settled.evidence as never }).advice, undefined);
});

const LOCAL: RunModel = {
  ...STRONGER,
  id: 'o/qwen3',
  use: 'switch',
  ifOwnSucceeds: 0.98,
  ifOwnFails: 0.02,
  tokenPrice: { fresh: 0, cached: 0, output: 0 },
  creditsPerStep: 0.01,
  model: 'qwen3',
  endpointId: 'o',
  local: true,
};
const SETTLED = { outcomes: 40, gain: 0.1, lowerBound: 0.01, settled: true };

test('another model’s terms are those of the objective, by its own price, wait and privacy', () => {
  for (const [model, prices] of [
    [STRONGER, SITUATION.prices],
    [LOCAL, { ...SITUATION.prices, beta: 2 }],
    [{ ...STRONGER, price: 3, credit: { kappa: 1, beta: 2 } }, SITUATION.prices],
  ] as const) {
    const { decision } = madeOutlook({ others: [model], prices, skill: SETTLED });
    const found = decision.candidates.find(({ use }) => 'model' in use);
    assert.ok(found?.terms);
    const value = madeValue({ others: [model], prices });
    const told = value.candidates.find(({ other }) => other === model.id);
    assert.ok(Math.abs((found.net ?? 0) / NANO_PER_CREDIT - (told?.net ?? Number.NaN)) < 1e-4, model.id);
  }
  const { decision } = madeOutlook({ others: [{ ...STRONGER, privacyNanoCredits: 1e9 }], skill: SETTLED });
  assert.ok((decision.candidates.find(({ use }) => 'model' in use)?.terms?.risk ?? 0) < -1e9);
});

test('escalating and going local are advised by name once outcomes bear it, and until then only shown', () => {
  const stakes = { valueNanoCredits: 3_000 * NANO_PER_CREDIT, others: [STRONGER] };
  const unsettled = madeOutlook(stakes);
  const shown = unsettled.decision.candidates.find(({ use }) => use.kind === 'escalate');
  assert.equal(shown?.barred, 'what it would bring isn’t proven here yet');
  assert.equal(unsettled.advice, undefined);
  const settled = madeOutlook({ ...stakes, skill: SETTLED });
  assert.equal(settled.advice, 'try: big');
  assert.deepEqual(settled.decision.choice.use, { kind: 'escalate', model: 'big', endpointId: 'e' });
  assert.equal(settled.decision.choice.prediction.qualityDeviation, 0.1);
  const named = { ...STRONGER, model: 'a-model-of-a-very-long-name' };
  assert.equal(madeOutlook({ ...stakes, others: [named], skill: SETTLED }).advice, 'try a stronger model');
  const poor = { valueNanoCredits: 100 * NANO_PER_CREDIT, others: [LOCAL], skill: SETTLED };
  const local = madeOutlook({ ...poor, prices: { ...SITUATION.prices, beta: 3 } });
  assert.equal(local.advice, 'go local: qwen3');
  assert.match(explain(local.decision).what, /^Switch to qwen3, which runs locally: it is worth [\d.,]+ cr net\.$/);
});

test('a run beyond the p90 of its quote says so', () => {
  const quoted = costRange([5, 10, 30]);
  assert.equal(madeOutlook({ quoted, spentNanoCredits: 30e9 }).leftQuote, false);
  assert.equal(madeOutlook({ quoted, spentNanoCredits: 31e9 }).leftQuote, true);
  assert.equal(madeOutlook({}).leftQuote, false);
});

test('what the agent was let do is the risk of going on: ρ·ΔR of each step that is left, and none of stopping', () => {
  const riskOf = (lossPerStepNanoCredits: number | undefined, rho: number) => {
    const { candidates } = madeOutlook({
      lossPerStepNanoCredits,
      prices: { kappa: 1, beta: 0, lambda: 0, rho },
    }).decision;
    const of = (kind: string) => candidates.find(({ use }) => use.kind === kind);
    return { going: of('continue'), stopping: of('stop')?.terms?.risk };
  };
  const free = riskOf(undefined, 2);
  assert.equal(free.going?.terms?.risk, 0);
  const risky = riskOf(3e9, 2);
  const { riskNanoCredits = 0 } = risky.going?.prediction ?? {};
  assert.ok(riskNanoCredits > 3e9, 'more than one step is expected');
  assert.equal(risky.going?.terms?.risk, -2 * riskNanoCredits);
  assert.equal(risky.going?.net, (free.going?.net ?? 0) - 2 * riskNanoCredits);
  assert.equal(risky.stopping, 0);
});
