import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChatAnswerPorts, createChatAnswers } from '../../src/app/chatAnswers.ts';

import type { LastDecision, RequestQuestion } from '../../src/core/allocate/outlook.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../src/core/allocate/taskValue.ts';
import { regretReport } from '../../src/core/diagnose/regret.ts';
import type { BurnSummary } from '../../src/core/ledger/entry.ts';
import { NO_MONEY } from '../../src/core/money.ts';
import { exactly } from '../../src/core/tokens/estimate.ts';
import { DEAD_WORKER, fakeAllocator } from '../fakes/fakeAllocator.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const cr = (credits: number) => credits * 1e9;
const EMPTY: BurnSummary = {
  revision: 1,
  at: 0,
  today: NO_MONEY,
  month: NO_MONEY,
  todayByAgent: [],
  run: undefined,
  session: undefined,
};

function setUp(change: { readonly decision?: LastDecision; readonly summary?: BurnSummary } = {}) {
  const questions: RequestQuestion[] = [];
  const asked: (string | undefined)[] = [];
  const corrected: unknown[] = [];
  const clock = fakeClock();
  const allocator = fakeAllocator({
    clock,
    catalog: { models: () => [] },
    newId: () => 'id',
    record: () => {},
    worker: {
      ...DEAD_WORKER,
      taskLessons: async () => ({}),
      correctTask: async (runId, right) => {
        corrected.push([runId, right]);
        return {};
      },
    },
  });
  const { values } = allocator;
  const ports: ChatAnswerPorts = {
    clock,
    worker: {
      quote: async (question) => {
        questions.push(question);
        return [];
      },
      reviewAllocation: async () => ({
        regret: regretReport([]),
        predictors: [],
        learning: { share: 0.02, allowed: 0, spent: 0, tried: 0, learned: 0, margins: [] },
      }),
      prices: async () => ({
        at: 0,
        prices: { kappa: 1, beta: 0, lambda: 0.1, rho: 1 },
        constraints: { kappa: 'a', beta: 'b', lambda: 'c', rho: 'd' },
        history: [],
        leftNanoCredits: undefined,
      }),
      lastDecision: async (runId) => {
        asked.push(runId);
        return change.decision;
      },
      summary: async () => change.summary ?? EMPTY,
      countRequest: async () => exactly(700),
      runOutlook: async () => undefined,
      planStandings: async () => [],
      forecast: async () => undefined,
    },
    allocator,
    value: () => DEFAULT_VALUE_SETTINGS,
    budget: () => ({ dayNanoCredits: cr(100) }),
    limits: () => [],
    folders: () => ['/project'],
  };
  return { answers: createChatAnswers(ports), questions, asked, corrected, values };
}

const chat = { session: 's', runId: undefined };
const decision: LastDecision = {
  at: 0,
  facts: { agent: 'vscode-chat', runId: 'r', taskKind: 'fix', taskSize: 'complex' },
  choice: 'cheap',
  reason: 'It is cheap.',
  candidates: [],
  situation: undefined,
};

test('a quote asks about the prompt with the value that the chat named, explores nothing, and holds no word of it', async () => {
  const { answers, questions } = setUp();
  await answers.value('300', chat);
  const { text } = await answers.quote('Mend the zebra.', 's', []);
  assert.match(text, /No model can be had/);
  const [question] = questions;
  assert.deepEqual([question?.valueNanoCredits, question?.mayExplore, question?.inputTokens], [cr(300), false, 700]);
  assert.ok(!JSON.stringify(question).includes('zebra'));
  assert.match((await answers.quote(' ', 's', [])).text, /Write the prompt after it/);
  assert.equal(questions.length, 1);
});

test('a named value is this chat’s and the next one’s that sends, until it is taken back', async () => {
  const { answers, values } = setUp();
  assert.match(await answers.value('$3', chat), /worth \*\*300 cr\*\*/);
  assert.equal(values.of('s'), cr(300));
  assert.equal(values.take('another'), cr(300));
  assert.match(await answers.value('', chat), /300 cr\*\* each, as you said/);
  await answers.value('reset', chat);
  assert.equal(values.of('s'), undefined);
  assert.match(await answers.value('a lot', chat), /Write credits/);
});

test('the class of the chat’s last run is put right; what isn’t named stays', async () => {
  const { answers, corrected, asked } = setUp({ decision });
  assert.match(await answers.value('test', { session: 's', runId: 'r' }), /\*\*test, complex\*\*, worth 1,500 cr/);
  assert.deepEqual(corrected, [['r', { kind: 'test', size: 'complex' }]]);
  assert.deepEqual(asked, ['r']);
  const none = setUp();
  assert.match(await none.answers.value('test', chat), /no task yet/);
  assert.deepEqual(none.corrected, []);
});

test('why tells the chat’s own last choice, else the latest of all, else that there is none', async () => {
  const { answers, asked } = setUp({ decision });
  assert.match(await answers.why(chat), /\*\*cheap\*\*[\s\S]*It is cheap\./);
  assert.deepEqual(asked, [undefined]);
  assert.match(await setUp().answers.why({ runId: 'r' }), /Nothing was chosen yet/);
});

test('an empty ledger says that nothing is metered, a budget without spending says 0', async () => {
  const { answers } = setUp();
  const text = await answers.budget();
  assert.match(text, /Nothing is metered yet/);
  assert.match(text, /\*\*0 %\*\* of the day’s 100 cr/);
  assert.match(await answers.help([{ name: 'do', description: 'Does it' }]), /`\/do` Does it/);
});

test('regret looks back over 30 days, and without a known outcome says how to get one', async () => {
  const { answers } = setUp();
  assert.match(await answers.regret(), /No choice of Marginal’s has a known outcome and cost yet/);
});
