/**
 * A request among 12 models as the worker answers it: from its prompt's features to the recorded choice with its menu and
 * reservation, by what was learned of 100,000 requests before it; and what is learned of one, from its decision, its call and
 * its outcome.
 */

import { newLearning } from '../../../src/app/allocation/learning.ts';
import { pricesAt } from '../../../src/core/allocate/allocatorState.ts';
import { creditAccounts } from '../../../src/core/allocate/creditAccounts.ts';
import { decisionRecord } from '../../../src/core/allocate/decisionRecord.ts';
import type { RequestOption, RequestQuestion } from '../../../src/core/allocate/outlook.ts';
import { evidenceOf, learningLeft, stepsOf } from '../../../src/core/allocate/requestMemory.ts';
import { valueRequest } from '../../../src/core/allocate/requestValue.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../../src/core/allocate/taskValue.ts';
import type { Draw, Limit } from '../../../src/core/budget/limits.ts';
import { reserve, tightestLeft } from '../../../src/core/budget/reservations.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import type { LedgerFact } from '../../../src/core/ledger/fact.ts';
import { dayOf } from '../../../src/core/ledger/localDay.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';
import { taskClass } from '../../../src/core/quality/taskClass.ts';
import { stream } from '../economy/organisation.ts';
import { madePrice } from './madePrice.ts';

const OUTCOMES = 100_000;
const MODELS = 12;
const START = Date.UTC(2026, 0, 5, 9);
/** Between two requests: 100,000 of them in a year. */
const BETWEEN_MS = 5 * 60_000;
/** The first ones, while the code is still being compiled. */
const WARM_UP = 500;

/** Milliseconds, and kilobytes that are kept. */
export function timeRequests() {
  const { decisions, outcomes, stateBytes } = measure();
  const result = {
    requestP50Ms: rounded(quantile(decisions, 0.5)),
    requestP99Ms: rounded(quantile(decisions, 0.99)),
    requestOutcomeP99Ms: rounded(quantile(outcomes, 0.99)),
    requestStateKB: Math.round(stateBytes / 1024),
  };
  console.log(
    `The worker values a request in ${result.requestP50Ms} ms (p99 ${result.requestP99Ms} ms), learns of it in ${result.requestOutcomeP99Ms} ms at p99, and keeps ${result.requestStateKB} KB.`,
  );
  return result;
}

function measure() {
  const random = stream(1);
  const options = Array.from({ length: MODELS }, (_, index): RequestOption & { readonly strength: number } => ({
    id: `there/model-${index}`,
    endpointId: 'there',
    endpointLabel: 'There',
    model: `model-${index}`,
    provider: 'made',
    local: index === 0,
    price: madePrice(index),
    passRate: undefined,
    strength: 0.3 + (0.5 * index) / MODELS,
  }));
  const limits: readonly Limit[] = [
    { scope: 'run', nanoCredits: 500 * NANO_PER_CREDIT, mode: 'hard' },
    { scope: 'day', nanoCredits: 5000 * NANO_PER_CREDIT, mode: 'ask' },
    { scope: 'month', nanoCredits: 50_000 * NANO_PER_CREDIT, mode: 'hard' },
  ];
  const settings = {
    value: DEFAULT_VALUE_SETTINGS,
    limits,
    waitTargetSeconds: 30,
    riskLimitPerHour: 50 * NANO_PER_CREDIT,
  };
  const accounts = creditAccounts(settings, [], []);
  const { own } = accounts;
  const learning = newLearning(accounts, () => ({}), true);
  const { memory } = learning;
  const decisions: number[] = [];
  const outcomes: number[] = [];
  for (let index = 0; index < OUTCOMES + WARM_UP; index += 1) {
    const at = START + index * BETWEEN_MS;
    const prompt = promptOf(random);
    const runId = `run ${index}`;
    const draw: Draw = { runId, sessionId: `session ${Math.floor(index / 3)}`, day: dayOf(at), folder: '/project' };
    const inputTokens = Math.round(500 + 60_000 * random() ** 3);
    const previous = options[index % MODELS];

    const asked = performance.now();
    const task = taskClass(prompt);
    const question: RequestQuestion = {
      features: requestFeatures(prompt, { toolsOffered: index % 2 === 0 ? 20 : 0 }),
      task,
      options,
      inputTokens,
      runId,
      previous: previous && { optionId: previous.id, cachedTokens: Math.round(inputTokens * 0.8), at: at - 60_000 },
      mayExplore: true,
    };
    const outlook = valueRequest(
      {
        learner: memory.learner,
        outputs: memory.outputs,
        steps: memory.steps,
        costFactors: memory.costFactors,
        quoteTails: memory.quoteTails,
        speeds: learning.stateOf(own).speeds,
        evidence: evidenceOf(memory),
        stepsOf: (id) => stepsOf(memory, id),
      },
      question,
      {
        at,
        settings,
        prices: pricesAt(learning.stateOf(own), at, own.setting),
        creditOf: () => undefined,
        leftNanoCredits: tightestLeft(learning.budget(), limits, draw),
        learningNanoCredits: learningLeft(memory, at),
        random,
      },
    );
    const { decision, taken, step, explored, propensities, leftNanoCredits } = outlook;
    const done = decision.candidates.find(({ use }) => use === taken) ?? decision.choice;
    const recorded = decisionRecord(decision, { taken: done, explored, propensities }, leftNanoCredits);
    const verdict = reserve(learning.budget(), limits, { id: runId, at, draw, nanoCredits: step?.p90 }).verdict;
    const decided = performance.now();
    if (recorded.reason === '' || outlook.menu.length === 0)
      throw new Error('a decision without its explanation or its menu');
    if (verdict.verdict === 'refuse' && leftNanoCredits !== undefined && (step?.p90 ?? 0) <= leftNanoCredits)
      throw new Error('a choice that doesn’t fit what is left');

    const chosen = options.find(({ id }) => id === outlook.takenId);
    if (!chosen) continue;
    const facts = {
      agent: 'vscode-chat',
      runId,
      model: chosen.model,
      endpointId: 'there',
      taskKind: task.kind,
      local: chosen.local,
    };
    const decisionFact: LedgerFact = {
      kind: 'decision',
      event: {
        kind: 'decision',
        callId: `decision ${index}`,
        at,
        source: 'provider',
        facts,
        choice: recorded.choice,
        candidates: [...recorded.candidates],
        situation: { valueNanoCredits: decision.valueNanoCredits, prices: decision.prices, explored },
        features: { ...question.features, dense: [...question.features.dense], words: [...question.features.words] },
      },
    };
    const spent = Math.round((step?.p50 ?? 0) * (0.5 + random()));
    const entryFact: LedgerFact = {
      kind: 'entry',
      entry: entryOf(index, at + 20_000, facts, inputTokens, spent, random),
    };
    const outcomeFact: LedgerFact = {
      kind: 'outcome',
      event: {
        kind: 'outcome',
        callId: `outcome ${index}`,
        at: at + 60_000,
        source: 'workspace',
        taskId: runId,
        runId,
        outcome: 'vote',
        success: random() < chosen.strength ? 1 : 0,
      },
    };

    const told = performance.now();
    for (const fact of [decisionFact, entryFact, outcomeFact]) learning.learn(fact);
    const learned = performance.now();
    if (index < WARM_UP) continue;
    decisions.push(decided - asked);
    outcomes.push(learned - told);
  }
  const budget = learning.budget();
  const rest = [memory, learning.stateOf(own), { spent: [...budget.spent], held: [...budget.held] }];
  return { decisions, outcomes, stateBytes: bytesOf(rest) };
}

function entryOf(
  index: number,
  at: number,
  facts: Entry['facts'],
  inputTokens: number,
  nanoCredits: number,
  random: () => number,
): Entry {
  const text = Math.round(700 * Math.exp(random() * 2 - 1));
  const totalMs = 1000 + inputTokens / 3 + text * 20;
  return {
    callId: `call ${index}`,
    state: 'settled',
    at: at - totalMs,
    endedAt: at,
    facts,
    scope: 'step',
    usage: { fresh: inputTokens, text },
    usageBasis: 'reported',
    cost: { nanoCredits, confidence: 'priced' },
    latency: { firstTokenMs: 1000 + inputTokens / 3, totalMs },
    tools: [],
    finish: 'stop',
    fault: undefined,
    source: 'provider',
    witnesses: [],
  };
}

/** Of typed arrays what they hold, of all else its text. */
function bytesOf(state: unknown): number {
  let typed = 0;
  const text = JSON.stringify(state, (_key, value: unknown) => {
    if (ArrayBuffer.isView(value)) {
      typed += value.byteLength;
      return 0;
    }
    return value instanceof Map ? [...value] : value;
  });
  return typed + text.length;
}

/** Some words are in most prompts, most are in few. */
const WORDS = Array.from({ length: 4000 }, (_, index) => (index < 60 ? `common${index}` : `word${index}`));

function promptOf(random: () => number): string {
  const words = Array.from({ length: 60 }, () => WORDS[Math.floor(WORDS.length * random() ** 3)] ?? '');
  return `${random() < 0.5 ? 'fix' : 'add'} ${words.join(' ')}`;
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
const rounded = (value: number) => Number(value.toFixed(4));
