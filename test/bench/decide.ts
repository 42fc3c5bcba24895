/**
 * What a decision and an outcome take, and what is kept, after 100,000 outcomes: everything that the product does for a
 * request among 12 models, from the counted prompt to the explained choice with its reservation and menu; and everything that
 * it learns from one that is settled. No data is read.
 */
import { choose } from '../../src/core/allocate/choose.ts';
import { explain } from '../../src/core/allocate/explain.ts';
import { explore } from '../../src/core/allocate/explore.ts';
import { learnSpeed, NO_SPEEDS, predictWait } from '../../src/core/allocate/latency.ts';
import type { Prediction } from '../../src/core/allocate/objective.ts';
import { type Constraints, pricesOf, startPrices, updatePrices } from '../../src/core/allocate/shadowPrices.ts';
import { DEFAULT_VALUE_SETTINGS, lambdaFloor, taskValue } from '../../src/core/allocate/taskValue.ts';
import { applyBreaker, CLOSED_BREAKER } from '../../src/core/budget/breaker.ts';
import type { Draw, Limit } from '../../src/core/budget/limits.ts';
import { applyBudget, EMPTY_BUDGET, reserve, tightestLeft } from '../../src/core/budget/reservations.ts';
import { intervalReport, NO_INTERVAL_SCORE, scoreInterval } from '../../src/core/diagnose/intervalScore.ts';
import { NO_PROBABILITY_SCORE, probabilityReport, scoreProbability } from '../../src/core/diagnose/probabilityScore.ts';
import { dayOf } from '../../src/core/ledger/localDay.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import type { Price } from '../../src/core/prices/price.ts';
import { menuOf } from '../../src/core/route/menu.ts';
import { stepCost } from '../../src/core/route/switchingCost.ts';
import { type BenchRequest, type Learner, ratesLearner } from './decide/learner.ts';
import { stream } from './economy/organisation.ts';

const OUTCOMES = 100_000;
const MODELS = 12;
const CLASSES = Object.keys(DEFAULT_VALUE_SETTINGS.minutesSaved);
const START = Date.UTC(2026, 0, 5, 9);
/** Between two requests: 100,000 of them in a year. */
const BETWEEN_MS = 5 * 60_000;
/** The first ones, while the code is still being compiled. */
const WARM_UP = 500;

/** Returns the keys of the benchmark's line. */
export async function run() {
  const { decisions, outcomes, stateBytes } = measure(ratesLearner());
  const result = {
    decisionP50Ms: rounded(quantile(decisions, 0.5)),
    decisionP99Ms: rounded(quantile(decisions, 0.99)),
    outcomeP99Ms: rounded(quantile(outcomes, 0.99)),
    stateKB: Math.round(stateBytes / 1024),
  };
  console.log(
    `${OUTCOMES.toLocaleString('en-US')} requests among ${MODELS} models: a decision takes ${result.decisionP50Ms} ms (p99 ${result.decisionP99Ms} ms), what is learned from its outcome ${result.outcomeP99Ms} ms at p99, and ${result.stateKB} KB are kept.`,
  );
  const { timeRequests } = await import('./decide/requests.ts');
  return { ...result, ...timeRequests() };
}

function measure(learner: Learner) {
  const random = stream(1);
  const models = Array.from({ length: MODELS }, (_, index) => ({
    name: `model-${index}`,
    local: index === 0,
    price: priceOf(index),
    strength: 0.3 + (0.5 * index) / MODELS,
  }));
  const limits: readonly Limit[] = [
    { scope: 'run', nanoCredits: 500 * NANO_PER_CREDIT, mode: 'hard' },
    { scope: 'day', nanoCredits: 5000 * NANO_PER_CREDIT, mode: 'ask' },
    { scope: 'month', nanoCredits: 50_000 * NANO_PER_CREDIT, mode: 'hard' },
  ];
  const constraints: Constraints = {
    kappa: 0,
    mostCreditPrice: 1,
    waitTargetSeconds: 30,
    riskLimitPerHour: 50 * NANO_PER_CREDIT,
    lambdaFloor: lambdaFloor(DEFAULT_VALUE_SETTINGS),
  };
  let [prices, budget, speeds, breaker] = [startPrices(constraints), EMPTY_BUDGET, NO_SPEEDS, CLOSED_BREAKER];
  let [chances, ranges] = [NO_PROBABILITY_SCORE, NO_INTERVAL_SCORE];
  const decisions: number[] = [];
  const outcomes: number[] = [];
  for (let index = 0; index < OUTCOMES + WARM_UP; index += 1) {
    const at = START + index * BETWEEN_MS;
    const request: BenchRequest = {
      prompt: promptOf(random),
      taskClass: CLASSES[Math.floor(random() * CLASSES.length)] ?? 'other',
    };
    const inputTokens = Math.round(500 + 60_000 * random() ** 3);
    const draw: Draw = {
      runId: `run ${Math.floor(index / 20)}`,
      sessionId: `session ${Math.floor(index / 60)}`,
      day: dayOf(at),
      folder: '/project',
    };

    const asked = performance.now();
    const predictions = models.map(({ name, local, price }, model): Prediction => {
      const { mean, deviation, outputTokens } = learner.predict(request, name);
      const cachedTokens = model === index % MODELS ? Math.round(inputTokens * 0.8) : 0;
      const wait = predictWait(speeds, name, { inputTokens, cachedTokens, outputTokens, local, at });
      const costOf = (output: number) =>
        stepCost({ inputTokens, cachedTokens, outputTokens: output }, price, {
          switches: cachedTokens === 0,
          seconds: wait.p50,
        });
      const [p10, p50, p90] = [costOf(outputTokens / 3), costOf(outputTokens), costOf(outputTokens * 3)];
      return {
        use: { kind: 'answer', model: name },
        quality: mean,
        qualityDeviation: deviation,
        cost: p10 === undefined || p50 === undefined || p90 === undefined ? undefined : { p10, p50, p90 },
        waitSeconds: wait.p50,
        riskNanoCredits: 0,
        local,
      };
    });
    const situation = {
      valueNanoCredits: taskValue(request.taskClass, DEFAULT_VALUE_SETTINGS),
      prices: pricesOf(prices, constraints),
      leftNanoCredits: tightestLeft(budget, limits, draw),
    };
    const decision = choose(predictions, situation);
    const sentences = explain(decision, situation.leftNanoCredits);
    const menu = menuOf(predictions, situation);
    const { taken } = explore(decision, { chance: random(), learningNanoCredits: 10 * NANO_PER_CREDIT });
    const { cost, local } = taken.prediction;
    const id = String(index);
    budget = reserve(budget, limits, { id, at, draw, nanoCredits: cost?.p90, local }, true).state;
    const decided = performance.now();
    if (sentences.what === '' || menu.length === 0) throw new Error('a decision without its explanation or its menu');

    const chosen = models.find(({ name }) => 'model' in taken.use && taken.use.model === name);
    const outputTokens = Math.round(700 * Math.exp(random() * 2 - 1));
    const success = chosen !== undefined && random() < chosen.strength;
    const spentNanoCredits = Math.round((cost?.p50 ?? 0) * (0.5 + random()));
    const totalSeconds = 1 + inputTokens / 3000 + outputTokens / 50;

    const settled = performance.now();
    if (chosen) {
      const seen = { at, inputTokens, outputTokens, firstTokenSeconds: 1 + inputTokens / 3000, totalSeconds };
      speeds = learnSpeed(speeds, chosen.name, seen, chosen.local);
      learner.learn({ ...request, model: chosen.name, success, outputTokens });
      chances = scoreProbability(chances, taken.prediction.quality, success);
      if (cost) ranges = scoreInterval(ranges, cost, spentNanoCredits);
    }
    budget = applyBudget(budget, { kind: 'settled', id, at, nanoCredits: spentNanoCredits });
    const left = situation.leftNanoCredits ?? 0;
    prices = updatePrices(
      prices,
      {
        at,
        workingHours: BETWEEN_MS / 3_600_000,
        spentNanoCredits,
        budget: { leftNanoCredits: left, workingHoursLeft: 80 },
        waitSeconds: totalSeconds,
        riskNanoCredits: 0,
      },
      constraints,
    );
    const step = {
      calls: [{ signature: String(index % 7), failed: !success }],
      edited: success,
      nanoCredits: spentNanoCredits,
    };
    breaker = applyBreaker(index % 20 === 0 ? CLOSED_BREAKER : breaker, { kind: 'step', step });
    const learned = performance.now();
    if (index < WARM_UP) continue;
    decisions.push(decided - asked);
    outcomes.push(learned - settled);
  }
  const state = {
    prices,
    speeds,
    breaker,
    budget: { spent: [...budget.spent], held: [...budget.held] },
    scores: { chances: probabilityReport(chances), ranges: intervalReport(ranges), raw: [chances, ranges] },
  };
  return { decisions, outcomes, stateBytes: JSON.stringify(state).length + learner.stateBytes() };
}

function priceOf(index: number): Price {
  const rate: Price['rate'] =
    index === 0
      ? { kind: 'seconds', nanoCreditsPerSecond: 2e6 }
      : {
          kind: 'tokens',
          tiers: [
            {
              inputTokensAbove: 0,
              price: { fresh: 2e4 * index ** 1.5, cacheRead: 2e3 * index ** 1.5, text: 1e5 * index ** 1.5 },
            },
          ],
        };
  return { source: 'made', date: '2026-11-26', rate };
}

const WORDS = [
  'fix',
  'the',
  'test',
  'of',
  'parser',
  'why',
  'does',
  'this',
  'fail',
  'refactor',
  'module',
  'add',
  'docs',
];

function promptOf(random: () => number): string {
  return Array.from({ length: 40 }, () => WORDS[Math.floor(random() * WORDS.length)] ?? '').join(' ');
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
const rounded = (value: number) => Number(value.toFixed(4));
