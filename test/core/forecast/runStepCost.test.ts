import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTails, TENTHS } from '../../../src/core/forecast/runConformal.ts';
import {
  forecastStep,
  freeChance,
  learnedPrice,
  learnStepCost,
  newStepCosts,
  nextInput,
} from '../../../src/core/forecast/runStepCost.ts';
import { addStep, newRun, withTask } from '../../../src/core/quality/runFeatures.ts';

/** A fixed generator, so that the test is the same each time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('ranges cover 80 ± 3 % of steps, and the price of a token is learned from what calls cost', () => {
  const chance = chances(7);
  const costs = newStepCosts();
  const price = { fresh: 3e-4, cached: 3e-5, output: 1.5e-3 };
  let [inside, steps] = [0, 0];
  for (let index = 0; index < 100; index += 1) {
    let run = withTask(newRun('model'), 6000);
    let input = 1900;
    for (let at = 0; at < 20; at += 1) {
      const announced = forecastStep(costs, run);
      const cacheRead = at === 0 || chance() < 0.1 ? 0 : run.lastInput;
      const text = Math.round(30 * Math.exp(3 * chance()));
      const fresh = input - (cacheRead ?? 0);
      const credits = fresh * price.fresh + (cacheRead ?? 0) * price.cached + text * price.output;
      const appendedChars = Math.round(4000 * chance());
      const step = { usage: { fresh, cacheRead, text }, credits, actions: [{ kind: 'run' } as const], appendedChars };
      if (index >= 10) {
        steps += 1;
        if (credits >= announced.credits[0] && credits <= announced.credits[2]) inside += 1;
      }
      learnStepCost(costs, run, announced, step);
      run = addStep(run, step);
      input += text + Math.round(appendedChars * 0.31);
    }
  }
  const coverage = inside / steps;
  assert.ok(coverage > 0.77 && coverage < 0.83, String(coverage));
  const learned = learnedPrice(costs);
  assert.ok(Math.abs(learned.fresh / price.fresh - 1) < 0.02, String(learned.fresh));
  assert.ok(Math.abs(learned.output / price.output - 1) < 0.02, String(learned.output));
});

test('a miss widens the tail it lies in, everything else narrows slowly', () => {
  const range = [1, 2, 3] as const;
  assert.ok(nextTails(TENTHS, range, 4, 0.01).high < TENTHS.high);
  assert.ok(nextTails(TENTHS, range, 0, 0.01).low < TENTHS.low);
  const within = nextTails(TENTHS, range, 2, 0.01);
  assert.ok(within.low > TENTHS.low && within.high > TENTHS.high);
});

test('the price book is believed before what was learned', () => {
  const run = withTask(newRun('model'), 10_000);
  const free = forecastStep(newStepCosts(), run, { fresh: 0, cached: 0, output: 0 });
  assert.deepEqual(free.credits, [0, 0, 0]);
});

test('a run whose calls have cost nothing so far goes on costing nothing, and says nothing of prices', () => {
  const costs = newStepCosts();
  const before = learnedPrice(costs);
  const start = withTask(newRun('model'), 10_000);
  const call = { usage: { fresh: 3000, text: 500 }, credits: 0, actions: [], appendedChars: 400 };
  learnStepCost(costs, start, forecastStep(costs, start), call);
  const run = addStep(start, call);
  assert.deepEqual(forecastStep(costs, run).credits, [0, 0, 0]);
  assert.deepEqual(learnedPrice(costs), before);
  // A model whose runs are all free is foreseen to be so from the first call on; one free run doesn't make it that.
  assert.ok(freeChance(costs, start) < 0.6);
  for (let index = 0; index < 20; index += 1) learnStepCost(costs, start, forecastStep(costs, start), call);
  assert.deepEqual(forecastStep(costs, start).credits, [0, 0, 0]);
  // What isn't priced isn't free.
  const unpriced = addStep(start, { ...call, credits: undefined });
  assert.equal(freeChance(costs, unpriced), 0);
});

test('where nobody tells what was appended, prompts are foreseen to grow as they did', () => {
  const costs = newStepCosts();
  let run = newRun('model');
  assert.equal(nextInput(costs, run), undefined);
  for (let at = 0; at < 200; at += 1) {
    const step = { usage: { fresh: 5000 + 1100 * at, text: 100 }, credits: 1, actions: [] };
    learnStepCost(costs, run, forecastStep(costs, run), step);
    run = addStep(run, step);
  }
  const next = nextInput(costs, run) ?? 0;
  assert.ok(Math.abs(next - (5000 + 1100 * 200)) < 20, String(next));
});

test('of another agent’s run, whose task nobody told, the first step is as dear as earlier first steps were', () => {
  const chance = chances(11);
  const costs = newStepCosts();
  const price = { fresh: 3e-4, cached: 3e-5, output: 1.5e-3 };
  let [inside, steps] = [0, 0];
  for (let index = 0; index < 300; index += 1) {
    const run = newRun('model');
    const [fresh, text] = [Math.round(15_000 + 10_000 * chance()), Math.round(30 * Math.exp(3 * chance()))];
    const credits = fresh * price.fresh + text * price.output;
    const announced = forecastStep(costs, run, price);
    assert.ok(announced.credits[0] <= announced.credits[1] && announced.credits[1] <= announced.credits[2]);
    if (index >= 20) {
      steps += 1;
      if (credits >= announced.credits[0] && credits <= announced.credits[2]) inside += 1;
    }
    learnStepCost(costs, run, announced, { usage: { fresh, text }, credits, actions: [] });
  }
  assert.ok(inside / steps > 0.72, String(inside / steps));
  assert.ok(costs.firstInputs.length <= 20);
});
