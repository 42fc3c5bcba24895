/**
 * What a decision and an outcome take, and what is kept, after 100,000 outcomes, with the learners that ship. Two kinds of
 * decision: a request among 12 models, from the prompt's features to the explained choice with its reservation and menu; and an
 * agent's next step, from the run so far to its advice. Two of outcome: a request that was settled, and a step or an
 * ended run with whether it was accepted. No data is read.
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
import { chooseModel } from '../../src/core/quality/requestChoice.ts';
import { requestFeatures } from '../../src/core/quality/requestFeatures.ts';
import {
  learnOutcome,
  newRequestLearner,
  predictSuccess,
  type RequestLearner,
} from '../../src/core/quality/requestLearner.ts';
import type { RunStep } from '../../src/core/quality/runStep.ts';
import { runValuer } from '../../src/core/quality/runValue.ts';
import { menuOf } from '../../src/core/route/menu.ts';
import { stepCost } from '../../src/core/route/switchingCost.ts';
import { madePrice } from './decide/madePrice.ts';
import { stream } from './economy/organisation.ts';

const OUTCOMES = 100_000;
const MODELS = 12;
const CLASSES = Object.keys(DEFAULT_VALUE_SETTINGS.minutesSaved);
const START = Date.UTC(2026, 0, 5, 9);
/** Between two requests: 100,000 of them in a year. */
const BETWEEN_MS = 5 * 60_000;
/** The first ones, while the code is still being compiled. */
const WARM_UP = 500;
/** Requests of one run: each is a step of it. */
const RUN_STEPS = 20;
/** p10, p50 and p90 of an answer. */
const OUTPUT_TOKENS = [230, 700, 2100] as const;
const KINDS = ['read', 'search', 'edit', 'run', 'test'] as const;

/** Returns the keys of the benchmark's line. */
export async function run() {
  const { decisions, outcomes, stateBytes } = measure();
  const result = {
    decisionP50Ms: rounded(quantile(decisions, 0.5)),
    decisionP99Ms: rounded(quantile(decisions, 0.99)),
    outcomeP99Ms: rounded(quantile(outcomes, 0.99)),
    stateKB: Math.round(stateBytes / 1024),
  };
  console.log(
    `${OUTCOMES.toLocaleString('en-US')} requests among ${MODELS} models, each a step of a run: a decision takes ${result.decisionP50Ms} ms (p99 ${result.decisionP99Ms} ms), what is learned from its outcome ${result.outcomeP99Ms} ms at p99, and ${result.stateKB} KB are kept.`,
  );
  const { timeRequests } = await import('./decide/requests.ts');
  return { ...result, ...timeRequests() };
}

function measure() {
  const random = stream(1);
  const learner = newRequestLearner();
  const valuer = runValuer();
  const models = Array.from({ length: MODELS }, (_, index) => ({
    name: `model-${index}`,
    local: index === 0,
    price: madePrice(index),
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
    const day = Math.floor((at - START) / 86_400_000);
    const prompt = promptOf(random);
    const taskClass = CLASSES[Math.floor(random() * CLASSES.length)] ?? 'other';
    const inputTokens = Math.round(500 + 60_000 * random() ** 3);
    const runId = `run ${Math.floor(index / RUN_STEPS)}`;
    const draw: Draw = {
      runId,
      sessionId: `session ${Math.floor(index / 60)}`,
      day: dayOf(at),
      folder: '/project',
    };

    const asked = performance.now();
    const features = requestFeatures(prompt);
    const predictions = models.map(({ name, local, price }, model): Prediction => {
      const { mean, standardDeviation } = predictSuccess(learner, features, name, { day });
      const cachedTokens = model === index % MODELS ? Math.round(inputTokens * 0.8) : 0;
      const wait = predictWait(speeds, name, { inputTokens, cachedTokens, outputTokens: OUTPUT_TOKENS[1], local, at });
      const costOf = (output: number) =>
        stepCost({ inputTokens, cachedTokens, outputTokens: output }, price, {
          switches: cachedTokens === 0,
          seconds: wait.p50,
        });
      const [p10, p50, p90] = OUTPUT_TOKENS.map(costOf);
      return {
        use: { kind: 'answer', model: name },
        quality: mean,
        qualityDeviation: standardDeviation,
        cost: p10 === undefined || p50 === undefined || p90 === undefined ? undefined : { p10, p50, p90 },
        waitSeconds: wait.p50,
        riskNanoCredits: 0,
        local,
      };
    });
    const situation = {
      valueNanoCredits: taskValue(taskClass, DEFAULT_VALUE_SETTINGS),
      prices: pricesOf(prices, constraints),
      leftNanoCredits: tightestLeft(budget, limits, draw),
    };
    const decision = choose(predictions, situation);
    const sentences = explain(decision, situation.leftNanoCredits);
    const menu = menuOf(predictions, situation);
    // What is tried for what it teaches.
    const trial = chooseModel(learner, {
      features,
      options: predictions.map(({ cost }, model) => ({
        model: models[model]?.name ?? '',
        credits: cost && cost.p50 / NANO_PER_CREDIT,
      })),
      value: situation.valueNanoCredits / NANO_PER_CREDIT,
      day,
      explore: { random },
    });
    const { taken } = explore(decision, { chance: random(), learningNanoCredits: 10 * NANO_PER_CREDIT });
    const { cost, local } = taken.prediction;
    const id = String(index);
    budget = reserve(budget, limits, { id, at, draw, nanoCredits: cost?.p90, local }, true).state;
    const decided = performance.now();
    if (sentences.what === '' || menu.length === 0 || trial.candidates.length === 0)
      throw new Error('a decision without its explanation or its menu');

    const chosen = models.find(({ name }) => 'model' in taken.use && taken.use.model === name);
    const outputTokens = Math.round(700 * Math.exp(random() * 2 - 1));
    const success = chosen !== undefined && random() < chosen.strength;
    const spentNanoCredits = Math.round((cost?.p50 ?? 0) * (0.5 + random()));
    const totalSeconds = 1 + inputTokens / 3000 + outputTokens / 50;

    const settled = performance.now();
    if (chosen) {
      const seen = { at, inputTokens, outputTokens, firstTokenSeconds: 1 + inputTokens / 3000, totalSeconds };
      speeds = learnSpeed(speeds, chosen.name, seen, chosen.local);
      learnOutcome(learner, {
        features,
        model: chosen.name,
        success,
        credits: spentNanoCredits / NANO_PER_CREDIT,
        day,
      });
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

    // The same request as a step of an agent's run.
    const first = index % RUN_STEPS === 0;
    if (first) {
      valuer.begin(runId, models[Math.floor(index / RUN_STEPS) % MODELS]?.name, taskClass);
      valuer.observeTask(runId, 4000);
    }
    const valued = performance.now();
    const going = valuer.runValue(runId, {
      value: situation.valueNanoCredits / NANO_PER_CREDIT,
      stopKeepsWork: true,
    });
    const advised = performance.now();
    if (going === undefined) throw new Error('a run without a value');
    valuer.observeStep(runId, stepOf(random, index % RUN_STEPS));
    const observed = performance.now();
    const last = index % RUN_STEPS === RUN_STEPS - 1;
    if (last) {
      valuer.observeEnd(runId);
      valuer.learnOutcome(runId, success, at);
    }
    const ended = performance.now();
    if (index < WARM_UP) continue;
    decisions.push(decided - asked, advised - valued);
    outcomes.push(learned - settled, observed - advised);
    if (last) outcomes.push(ended - observed);
  }
  const state = {
    prices,
    speeds,
    breaker,
    budget: { spent: [...budget.spent], held: [...budget.held] },
    scores: { chances: probabilityReport(chances), ranges: intervalReport(ranges), raw: [chances, ranges] },
  };
  return {
    decisions,
    outcomes,
    stateBytes: JSON.stringify(state).length + JSON.stringify(valuer.state()).length + bytesOf(learner),
  };
}

/** The next step of a made run: a prompt that grows, most of it cached, and one tool call. */
function stepOf(random: () => number, at: number): RunStep {
  const text = Math.round(40 * Math.exp(3 * random()));
  const cacheRead = at === 0 || random() < 0.1 ? 0 : 3000 + 900 * at;
  return {
    usage: { fresh: 1000 + Math.round(random() * 2000), cacheRead, text },
    credits: 0.2 + cacheRead * 2e-5 + text * 1.2e-3,
    actions: [
      {
        kind: KINDS[Math.floor(random() * KINDS.length)] ?? 'run',
        key: Math.floor(random() * 1e9),
        files: [at],
        failed: random() < 0.2,
      },
    ],
    appendedChars: Math.round(3000 * random()),
    doubts: random() < 0.2 ? 1 : 0,
    checks: random() < 0.3 ? 1 : 0,
    namesError: random() < 0.2,
  };
}

/** What the learner of requests would store: its weights as they are (what models share once), the rest as text. */
function bytesOf(learner: RequestLearner): number {
  const seen = new Set<ArrayBufferView>();
  const text = JSON.stringify({ ...learner, models: [...learner.models] }, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    seen.add(value);
    return undefined;
  });
  return text.length + [...seen].reduce((sum, { byteLength }) => sum + byteLength, 0);
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
