import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SPEEDS } from '../../../src/core/allocate/latency.ts';
import { plainFeatures } from '../../../src/core/allocate/requestMemory.ts';
import { type ModelOffer, type OfferedModel, type RunAtHand, runModels } from '../../../src/core/allocate/runModels.ts';
import { chanceWith } from '../../../src/core/quality/otherModel.ts';
import { learnOutcome, newRequestLearner, predictSuccess } from '../../../src/core/quality/requestLearner.ts';

const RATES: Readonly<Record<string, number>> = { haiku: 30, opus: 75, 'qwen3-8b': 15, unpriced: 80 };
const tokens = (fresh: number) =>
  ({
    source: 'list',
    date: '2026-11-01',
    rate: {
      kind: 'tokens',
      tiers: [{ inputTokensAbove: 0, price: { fresh, cacheRead: fresh / 10, text: 5 * fresh } }],
    },
  }) as const;
const seconds = { source: 'setting', date: '', rate: { kind: 'seconds', nanoCreditsPerSecond: 1e6 } } as const;

function model(name: string, part: Partial<OfferedModel> = {}): OfferedModel {
  return {
    id: `e/${name}`,
    endpointId: 'e',
    endpointLabel: 'E',
    model: { name, contextTokens: 200_000, tools: true },
    price: tokens(5e5),
    local: false,
    provider: 'anthropic',
    ...part,
  };
}
const OPUS = model('opus');
const QWEN = model('qwen3-8b', { local: true, price: seconds, provider: 'ollama' });
const offer = (models: readonly OfferedModel[], part: Partial<ModelOffer> = {}): ModelOffer => ({
  models,
  rules: [],
  privacy: [],
  home: undefined,
  ...part,
});
const RUN: RunAtHand = {
  model: 'haiku',
  local: false,
  speedKey: undefined,
  taskKind: undefined,
  taskSize: undefined,
  folder: '/srv/app',
  features: undefined,
  inputTokens: 40_000,
  outputTokens: 300,
  secondsPerStep: 20,
};

function said(models: readonly OfferedModel[], run: Partial<RunAtHand> = {}, part: Partial<ModelOffer> = {}) {
  const learner = newRequestLearner({ priorOf: (name) => ({ passRate: RATES[name] }) });
  return runModels(
    offer(models, part),
    { ...RUN, ...run },
    {
      learner,
      speeds: NO_SPEEDS,
      usual: plainFeatures(learner),
      creditOf: () => ({ kappa: 1, beta: 0.5 }),
      at: 0,
    },
  ).map(({ id, use }) => `${use} ${id}`);
}

test('a stronger model is to escalate to, one on own hardware to switch to', () => {
  assert.deepEqual(said([OPUS, QWEN, model('haiku')]), ['escalate e/opus', 'switch e/qwen3-8b']);
  assert.deepEqual(said([model('haiku')], { model: 'opus' }), []);
  assert.deepEqual(said([QWEN, OPUS], { model: 'qwen3-8b', local: true }), ['escalate e/opus']);
});

test('nothing is said of a model, nor to a run, of whose strength nothing is known', () => {
  assert.deepEqual(said([model('nobody-knows')]), []);
  assert.deepEqual(said([OPUS, QWEN], { model: 'nobody-knows' }), []);
});

test('outcomes tell of a strength that no list knows', () => {
  const learner = newRequestLearner();
  const features = plainFeatures(learner);
  for (let index = 0; index < 20; index++)
    for (const name of ['haiku', 'new-one'])
      learnOutcome(learner, { features, model: name, success: name === 'new-one' || index % 3 === 0 });
  const known = { learner, speeds: NO_SPEEDS, usual: features, creditOf: () => ({ kappa: 1, beta: 0 }), at: 0 };
  const [found] = runModels(offer([model('new-one')]), RUN, known);
  assert.equal(found?.use, 'escalate');
  assert.ok(found.ifOwnFails < found.ifOwnSucceeds);
});

test('at the chance that the run’s model has of such a task, the other’s is its own', () => {
  const learner = newRequestLearner({ priorOf: (name) => ({ passRate: RATES[name] }) });
  const usual = plainFeatures(learner);
  const known = { learner, speeds: NO_SPEEDS, usual, creditOf: () => ({ kappa: 1, beta: 0 }), at: 0 };
  const chance = (name: string) => predictSuccess(learner, usual, name).mean;
  for (const each of runModels(offer([OPUS, QWEN]), RUN, known)) {
    assert.ok(Math.abs(chanceWith(each, chance('haiku')) - chance(each.model)) < 1e-9, each.id);
    for (const going of [0.1, 0.5, 0.9])
      assert.equal(chanceWith(each, going) > going, each.use === 'escalate', `${each.id} ${going}`);
  }
});

test('what is down, in trouble, too small, without tools or a price, or the demonstration is none', () => {
  for (const part of [
    { healthy: false },
    { trouble: 'out of quota just now' },
    { demo: true },
    { price: undefined },
    { model: { name: 'opus', contextTokens: 8_000, tools: true } },
    { model: { name: 'opus', contextTokens: 200_000, tools: false } },
  ])
    assert.deepEqual(said([model('opus', part)]), [], JSON.stringify(part));
});

test('the developer’s rules come first: what may not leave a folder is not advised to', () => {
  const privacy = [{ pattern: '/srv/app', nanoCredits: 'never' as const }];
  assert.deepEqual(said([OPUS, QWEN], {}, { privacy }), ['switch e/qwen3-8b']);
  assert.deepEqual(said([OPUS, QWEN], { folder: '/elsewhere' }, { privacy }), ['escalate e/opus', 'switch e/qwen3-8b']);
  const rules = [{ when: { task: 'test' as const }, use: 'local' }];
  const task = { taskKind: 'test', taskSize: 'simple' };
  assert.deepEqual(said([OPUS, QWEN], task, { rules }), ['switch e/qwen3-8b']);
});

test('the price of a long context is taken, and own hardware costs by its time', () => {
  const learner = newRequestLearner({ priorOf: (name) => ({ passRate: RATES[name] }) });
  const known = {
    learner,
    speeds: NO_SPEEDS,
    usual: plainFeatures(learner),
    creditOf: () => ({ kappa: 1, beta: 0.5 }),
    at: 0,
  };
  const [opus, qwen] = runModels(offer([OPUS, QWEN]), RUN, known);
  assert.ok(opus && qwen);
  assert.ok(Math.abs(opus.tokenPrice.fresh - 5e-4) < 1e-12 && Math.abs(opus.tokenPrice.output - 2.5e-3) < 1e-9);
  assert.equal(opus.price, 1.5);
  assert.equal(qwen.price, 1);
  assert.ok(qwen.creditsPerStep > 0 && qwen.creditsPerStep < 1 && qwen.tokenPrice.fresh === 0);
  // A small machine reads 40,000 tokens anew in minutes.
  assert.ok(qwen.switchSeconds > 60 && qwen.stepSeconds > 20);
});
