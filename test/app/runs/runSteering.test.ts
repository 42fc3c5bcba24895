import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunSteering } from '../../../src/app/runs/runSteering.ts';
import type { AllocatorMode } from '../../../src/core/allocate/choiceSettings.ts';
import type { RunOutlook } from '../../../src/core/allocate/outlook.ts';
import { applyBreaker, CLOSED_BREAKER } from '../../../src/core/budget/breaker.ts';
import type { ChatMessage } from '../../../src/core/chat.ts';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import { madeOutlook, STRONGER } from '../../core/status/runOutlooks.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';

const FACTS = { agent: 'vscode-chat', runId: 'run' };
const TOOL = { name: 'read_file', description: '' };
const PROMPT: ChatMessage = { role: 'user', content: [{ kind: 'text', text: 'Fix it' }] };
const LOOP: readonly ChatMessage[] = [
  PROMPT,
  { role: 'assistant', content: [{ kind: 'toolCall', callId: 'a', name: 'read_file', input: { filePath: '/x' } }] },
  {
    role: 'user',
    content: [{ kind: 'toolResult', callId: 'a', content: [{ kind: 'text', text: 'ERROR while calling tool: x' }] }],
  },
];
const SETTLED = { outcomes: 40, gain: 0.1, lowerBound: 0.01, settled: true };
const worthless = madeOutlook({ valueNanoCredits: 0, skill: SETTLED });

function stuckOutlook(part: Parameters<typeof madeOutlook>[0] = {}): RunOutlook {
  let breaker = CLOSED_BREAKER;
  for (let count = 0; count < 6; count++)
    breaker = applyBreaker(breaker, {
      kind: 'step',
      step: { calls: [{ signature: 'x' }], edited: false, nanoCredits: 1e9 },
    });
  return madeOutlook({ breaker, ...part });
}

function setUp(mode: AllocatorMode, outlook: RunOutlook | undefined | Error, { goOn = true, chance = 0.5 } = {}) {
  const told: unknown[] = [];
  const asked: string[] = [];
  const events: LedgerEvent[] = [];
  const steering = createRunSteering({
    clock: fakeClock(),
    worker: {
      observeStep: async (runId, step) =>
        void told.push([runId, step.callId, step.actions.map(({ failed }) => failed)]),
      observeTask: async (runId, chars) => void told.push([runId, chars]),
      runOutlook: async () => {
        if (outlook instanceof Error) throw outlook;
        return outlook;
      },
      resumeRun: async (runId) => void told.push(['resumed', runId]),
    },
    mode: () => mode,
    mayGoOn: async (sentence) => {
      asked.push(sentence);
      return goOn;
    },
    newId: () => '1',
    chance: () => chance,
    record: (recorded) => events.push(...recorded),
    log: () => {},
  });
  steering.recorded([
    {
      kind: 'settled',
      callId: 'step',
      at: 0,
      source: 'provider',
      facts: FACTS,
      tools: ['read_file'],
      finish: 'toolCalls',
    },
  ]);
  const before = (messages: readonly ChatMessage[] = LOOP, tools = [TOOL]) =>
    steering.before(FACTS, { messages, tools });
  return { before, told, asked, events };
}

test('a run’s first request tells its size, a later one how the calls before it went, once', async () => {
  const { before, told } = setUp('show', undefined);
  await before([PROMPT]);
  await before();
  await before();
  assert.deepEqual(told, [
    ['run', 6],
    ['run', 'step', [true]],
  ]);
});

test('calls that aren’t the step’s are put down to none', async () => {
  const { before, told } = setUp('show', undefined);
  const [prompt, , results] = LOOP;
  const other: ChatMessage = {
    role: 'assistant',
    content: [{ kind: 'toolCall', callId: 'a', name: 'grep', input: {} }],
  };
  await before([prompt, other, results] as ChatMessage[]);
  assert.deepEqual(told, []);
});

test('where advice is only shown every request is sent', async () => {
  assert.equal(await setUp('show', worthless).before(), undefined);
});

test('where it is acted on, a stop ends the run with one sentence, and one in twenty goes on all the same', async () => {
  const { before, events } = setUp('act', worthless);
  assert.match(
    (await before()) ?? '',
    /^\*\*Marginal ended this run\*\*: everything else would cost more .*; to go on, send a message[^.]*\.$/,
  );
  const [decision] = events;
  assert.equal(decision?.kind === 'decision' && decision.choice, 'stop');
  const tried = setUp('act', worthless, { chance: 0.01 });
  assert.equal(await tried.before(), undefined);
  const [event] = tried.events;
  assert.equal(event?.kind === 'decision' && event.choice, 'continue');
  const logged = event?.kind === 'decision' ? JSON.stringify(event.candidates) : '';
  assert.match(logged, /"propensity":0\.95/);
  assert.match(logged, /"propensity":0\.05/);
});

test('a chat’s single question, and a prompt’s first request, are never stopped', async () => {
  const { before, asked } = setUp('act', worthless);
  assert.equal(await before([PROMPT]), undefined);
  assert.equal(await before(LOOP, []), undefined);
  assert.deepEqual(asked, []);
});

test('where the developer is asked, their word counts, and they aren’t asked again at once', async () => {
  const yes = setUp('ask', stuckOutlook());
  assert.equal(await yes.before(), undefined);
  assert.equal(await yes.before(), undefined);
  assert.equal(yes.asked.length, 1);
  assert.ok(yes.told.some((call) => JSON.stringify(call) === '["resumed","run"]'));
  const no = setUp('ask', worthless, { goOn: false });
  assert.match((await no.before()) ?? '', /^\*\*You ended this run\*\*: /);
  assert.deepEqual(no.events, []);
});

test('what isn’t proven, isn’t known or comes from a dead worker stops nobody', async () => {
  for (const outlook of [
    madeOutlook({ valueNanoCredits: 0 }),
    madeOutlook({ priced: false, skill: SETTLED }),
    undefined,
    new Error('gone'),
  ]) {
    const { before, asked } = setUp('act', outlook);
    assert.equal(await before(), undefined);
    assert.deepEqual(asked, []);
  }
});

test('a run that goes in circles doesn’t go on unasked where another model is the advice; one that doesn’t goes on', async () => {
  const others = [{ ...STRONGER, ifOwnFails: 1, ifOwnSucceeds: 1 }];
  const worth = { others, skill: SETTLED, valueNanoCredits: 9_000e9 };
  for (const mode of ['ask', 'act'] as const) {
    const { before, asked } = setUp(mode, stuckOutlook(worth), { goOn: false });
    assert.match((await before()) ?? '', /^\*\*You ended this run\*\*: the same call was made 6 times/);
    assert.match(asked[0] ?? '', /^The same call was made 6 times .* Escalate to big: it is worth [\d.,]+ cr net\.$/);
    const going = setUp(mode, madeOutlook(worth));
    assert.equal(madeOutlook(worth).decision.choice.use.kind, 'escalate');
    assert.equal(await going.before(), undefined);
    assert.deepEqual(going.asked, []);
  }
});
