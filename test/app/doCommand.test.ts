import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../src/app/answer.ts';
import { createDoCommand, type DoCommandPorts } from '../../src/app/doCommand.ts';
import { choose } from '../../src/core/allocate/choose.ts';
import type { Prediction } from '../../src/core/allocate/objective.ts';
import type { Quote, RequestOutlook, RequestQuestion, RunOutlook } from '../../src/core/allocate/outlook.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../src/core/allocate/taskValue.ts';
import type { ReplyPart } from '../../src/core/chat.ts';
import type { RunView } from '../../src/core/ledger/entry.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { exactly } from '../../src/core/tokens/estimate.ts';
import { fakeAllocator } from '../fakes/fakeAllocator.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const cr = (credits: number) => credits * 1e9;
const range = { p10: cr(1), p50: cr(2), p90: cr(4) };
const prediction = (quality: number): Prediction => ({
  use: { kind: 'answer', model: 'cheap', endpointId: 'x' },
  quality,
  cost: range,
  waitSeconds: 0,
  riskNanoCredits: 0,
});

function outlookOf(predictions: readonly Prediction[]): RequestOutlook {
  const decision = choose(predictions, {
    valueNanoCredits: cr(300),
    prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 },
  });
  return {
    decision,
    taken: decision.choice.use,
    takenId: undefined,
    step: range,
    explored: false,
    note: undefined,
    propensities: [],
    menu: [],
    task: { kind: 'fix', size: 'simple', sureness: 0.9 },
    evidence: { outcomes: 0, settled: false },
    leftNanoCredits: undefined,
  };
}

const QUOTE: Quote = {
  policy: 'balanced',
  model: 'cheap',
  endpointLabel: 'X',
  cost: range,
  seconds: { p50: 10, p90: 20 },
  steps: { p50: 2, p90: 4 },
  success: 0.5,
  evidence: { outcomes: 0, settled: false },
};
const RUN: RunView = {
  runId: 's/1',
  agent: 'vscode-chat',
  folder: undefined,
  live: false,
  cost: { nanoCredits: cr(2), confidence: 'priced', unknown: 0 },
  steps: [
    {
      callId: 'call1',
      state: 'settled',
      at: 0,
      facts: { agent: 'vscode-chat', model: 'cheap' },
      scope: 'step',
      usage: {},
      usageBasis: 'reported',
      cost: { nanoCredits: cr(2), confidence: 'priced' },
      latency: {},
      tools: [],
      finish: undefined,
      fault: undefined,
      source: 'provider',
      witnesses: [],
    },
  ],
};
const DONE: ReplyPart = { kind: 'finished', reason: 'stop' };
const call = (path: string): ReplyPart => ({ kind: 'toolCall', callId: path, name: 'read', input: { path } });

interface SetUp {
  readonly reply?: (step: number) => readonly ReplyPart[];
  readonly outlook?: RequestOutlook | Error;
  readonly advised?: RunOutlook;
  readonly chance?: number;
}

function setUp({ reply = () => [{ kind: 'text', text: 'Done.' }, DONE], outlook, advised, chance = 0.5 }: SetUp = {}) {
  const decisions: LedgerEvent[] = [];
  const events: string[] = [];
  const questions: RequestQuestion[] = [];
  const logged: string[] = [];
  let steps = 0;
  let ids = 0;
  const answer: Answer = async function* (offerId) {
    events.push(`ask ${offerId}`);
    yield* reply(++steps);
  };
  const clock = fakeClock();
  const allocator = fakeAllocator({ clock, catalog: { models: () => [] }, newId: () => 'id', record: () => {} });
  allocator.values.setTaskValue('s', cr(300));
  const ports: DoCommandPorts = {
    answer,
    worker: {
      countRequest: async () => exactly(1_000),
      quote: async () => [QUOTE],
      valueRequest: async (question) => {
        questions.push(question);
        if (outlook instanceof Error) throw outlook;
        return outlook ?? outlookOf([prediction(0.5)]);
      },
      run: async (_runId, latestSteps) => {
        if (latestSteps === undefined) events.push('read run');
        return RUN;
      },
      runOutlook: async () => {
        events.push('advise');
        return advised;
      },
      observeStep: async (_runId, { callId, actions }) => {
        events.push(`told ${callId} ${actions.map(({ failed }) => (failed ? 'failed' : 'well')).join(' ')}`);
      },
      observeTask: async () => {},
      resumeRun: async (runId) => void events.push(`resume ${runId}`),
    },
    allocator,
    written: async () => void events.push('written'),
    clock,
    record: (recorded) => decisions.push(...recorded),
    chance: () => chance,
    value: () => DEFAULT_VALUE_SETTINGS,
    folders: () => ['/project'],
    newId: () => String(++ids),
    log: (sentence) => logged.push(sentence),
  };
  const command = createDoCommand(ports);
  const run = async (prompt: string, signal = new AbortController().signal) => {
    let shown = '';
    const result = await command.run(
      {
        prompt,
        context: undefined,
        sessionId: 's',
        offerId: 'policy/balanced',
        tools: { definitions: [], edits: () => false, run: async () => 'ok' },
      },
      { markdown: (text) => (shown += text), progress: () => {} },
      signal,
    );
    return { ...result, shown };
  };
  return { run, events, questions, logged, decisions };
}

test('a task is foretold, done, and told what it cost, once that is in the ledger', async () => {
  const { run, events, questions } = setUp();
  const { shown, runId, canGoOn } = await run('Mend it.');
  assert.equal(runId, 's/1');
  assert.equal(canGoOn, false);
  assert.match(shown, /^Foretold: \*\*2\.0 \\\(1\.0–4\.0\\\) cr\*\*[\s\S]*worth 300 cr as you said/);
  assert.match(shown, /\*\*Step 1\*\* · next 2\.0[\s\S]*Done\.[\s\S]*It cost \*\*2\.0 cr\*\* \(priced\)/);
  assert.deepEqual(events, ['ask policy/balanced', 'written', 'read run']);
  const [question] = questions;
  assert.deepEqual(
    [question?.runId, question?.sessionId, question?.valueNanoCredits, question?.mayExplore],
    ['s/1', 's', cr(300), false],
  );
});

test('what is not worth its cost isn’t begun, until the developer says so', async () => {
  const { run, events } = setUp({ outlook: outlookOf([prediction(0.001)]) });
  const { shown, canGoOn, runId } = await run('Mend it.');
  assert.match(shown, /It was not begun\. Stop\. Everything else would cost more/);
  assert.equal(runId, undefined);
  assert.equal(canGoOn, true);
  assert.deepEqual(events, []);
  const second = await run('go on');
  assert.deepEqual(events.slice(0, 2), ['resume s/1', 'ask policy/balanced']);
  assert.match(second.shown, /Done\./);
});

test('where no price is known, nothing is said against it', async () => {
  const { run, events } = setUp({ outlook: outlookOf([{ ...prediction(0.5), cost: undefined }]) });
  await run('Mend it.');
  assert.ok(events.includes('ask policy/balanced'));
});

test('without the worker it works all the same, and says that nothing is foretold', async () => {
  const { run, logged } = setUp({ outlook: new Error('The worker is gone.') });
  const { shown } = await run('Mend it.');
  assert.match(shown, /can't be foretold[\s\S]*nothing is foretold of it[\s\S]*Done\./);
  assert.deepEqual(logged, ['The worker is gone.']);
});

test('advice is asked for once the step before is in the ledger, and how its tools went is told', async () => {
  const { run, events } = setUp({ reply: (step) => (step === 1 ? [call('a'), DONE] : [DONE]) });
  await run('Mend it.');
  assert.deepEqual(events, [
    'ask policy/balanced',
    'written',
    'told call1 well',
    'advise',
    'ask policy/balanced',
    'written',
    'read run',
  ]);
});

test('what was stopped can be gone on with, with a word of the developer’s', async () => {
  const { run, events } = setUp({
    reply: (step) => (step > 4 ? [{ kind: 'text', text: 'Now.' }, DONE] : [call('a'), DONE]),
  });
  const first = await run('Mend it.');
  assert.match(first.shown, /\*\*Stopped\*\*: The same call was made 4 times/);
  assert.equal(first.canGoOn, true);
  const second = await run('go on: look into b');
  assert.ok(events.includes('resume s/1'));
  assert.match(second.shown, /\*\*Step 5\*\*[\s\S]*Now\./);
  assert.equal(second.canGoOn, false);
});

const STOP: RunOutlook = {
  runId: 's/1',
  agent: 'vscode-chat',
  model: 'cheap',
  at: 0,
  steps: 1,
  next: range,
  remaining: range,
  success: 0.1,
  decision: choose([{ ...prediction(-0.1), use: { kind: 'continue' } }], {
    valueNanoCredits: cr(300),
    prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 },
  }),
  evidence: { outcomes: 40, settled: true },
  stuck: undefined,
  advice: undefined,
  quoted: undefined,
  leftQuote: false,
};

test('a stop stands in the ledger with the chance that it had; one in twenty isn’t taken, and that stands there too', async () => {
  const reply = (step: number) => (step === 1 ? [call('a'), DONE] : [DONE]);
  const taken = setUp({ reply, advised: STOP });
  const { shown, canGoOn } = await taken.run('Mend it.');
  assert.match(shown, /\*\*Stopped\*\*: going on is not worth its cost/);
  assert.equal(canGoOn, true);
  const untaken = setUp({ reply, advised: STOP, chance: 0.01 });
  assert.doesNotMatch((await untaken.run('Mend it.')).shown, /Stopped/);
  const told = [...taken.decisions, ...untaken.decisions].flatMap((event) =>
    event.kind === 'decision' ? [[event.choice, event.facts.runId, event.candidates?.length]] : [],
  );
  assert.deepEqual(told, [
    ['stop', 's/1', 2],
    ['continue', 's/1', 2],
  ]);
});

test('nothing to go on with, and no task, are said; nothing is sent', async () => {
  const { run, events } = setUp();
  assert.match((await run('go on')).shown, /no task in this chat to go on with/);
  assert.match((await run('  ')).shown, /Write the task after it/);
  assert.deepEqual(events, []);
});

test('cancelled while it is foretold, nothing is sent', async () => {
  const { run, events } = setUp();
  const { runId } = await run('Mend it.', AbortSignal.abort());
  assert.equal(runId, undefined);
  assert.deepEqual(events, []);
});
