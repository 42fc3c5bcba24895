import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAnswer } from '../../src/app/answer.ts';
import { createCatalog } from '../../src/app/catalog.ts';
import type { ChoiceSettings } from '../../src/core/allocate/choiceSettings.ts';
import { readCandidates } from '../../src/core/allocate/decisionRecord.ts';
import type { RequestQuestion } from '../../src/core/allocate/outlook.ts';
import { valueRequest } from '../../src/core/allocate/requestValue.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../src/core/allocate/taskValue.ts';
import type { ConfirmAnswer, ConfirmQuestion } from '../../src/core/budget/confirmation.ts';
import type { Verdict } from '../../src/core/budget/reservations.ts';
import type { ChatMessage, ModelInfo, ReplyPart, ToolDefinition } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import { TENTHS } from '../../src/core/forecast/runConformal.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import type { Price } from '../../src/core/prices/price.ts';
import { newRequestLearner } from '../../src/core/quality/requestLearner.ts';
import { exactly } from '../../src/core/tokens/estimate.ts';
import type { Endpoint } from '../../src/ports.ts';
import { DEAD_WORKER, fakeAllocator } from '../fakes/fakeAllocator.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { fakeDescriber, priced } from '../fakes/fakeDescriber.ts';
import { fakeEndpoint, type Script } from '../fakes/fakeEndpoint.ts';

/** Credits per thousand tokens of input; an output token costs five times as much. */
const PRICES: Readonly<Record<string, Price>> = {
  cheap: priced(100_000),
  middle: priced(400_000),
  dear: priced(2e7),
  home: priced(10_000),
};
const STRENGTHS: Readonly<Record<string, number>> = { cheap: 20, middle: 70, dear: 80, home: 15 };
const describer = fakeDescriber(PRICES, STRENGTHS);
const model = (name: string): ModelInfo => ({ name, contextTokens: 100_000, tools: true, images: false });
const answered = (text: string, usage = { fresh: 1000, text: 200 }): Script => [
  { kind: 'text', text },
  { kind: 'finished', reason: 'stop', usage },
];
const always = (text: string) => Array.from({ length: 8 }, () => answered(text));

/** The worker's own weighing, over priors alone. */
function weighing() {
  const questions: RequestQuestion[] = [];
  const learner = newRequestLearner({ priorOf: (name) => ({ passRate: STRENGTHS[name] }) });
  const worker: typeof DEAD_WORKER = {
    ...DEAD_WORKER,
    taskLessons: async () => ({}),
    valueRequest: async (question) => {
      questions.push(question);
      return valueRequest(
        {
          learner,
          speeds: {},
          outputs: {},
          steps: {},
          evidence: { outcomes: 0, settled: false },
          stepsOf: () => 0,
          costFactors: { chat: 1, agent: 1 },
          quoteTails: { chat: TENTHS, agent: TENTHS },
        },
        question,
        {
          at: 0,
          settings: { value: DEFAULT_VALUE_SETTINGS, limits: [] },
          prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 },
          creditOf: () => undefined,
          leftNanoCredits: undefined,
          learningNanoCredits: 0,
          random: () => 0.999,
        },
      );
    },
  };
  return { worker, questions };
}

const user = (text: string): ChatMessage => ({
  role: 'user',
  content: [{ kind: 'text', text: `<userRequest>${text}</userRequest>` }],
});
const FIX: readonly ChatMessage[] = [user('Fix the crash in the zebra parser, please')];
const READ: ToolDefinition = { name: 'read', description: '', inputSchema: {} };
const called: ChatMessage = {
  role: 'assistant',
  content: [{ kind: 'toolCall', callId: 'c', name: 'read', input: {} }],
};
const result: ChatMessage = { role: 'user', content: [{ kind: 'toolResult', callId: 'c', content: [] }] };

async function setUp(options: {
  readonly endpoints?: readonly Endpoint[];
  readonly worker?: typeof DEAD_WORKER;
  readonly choice?: Partial<ChoiceSettings>;
  readonly ask?: (question: ConfirmQuestion) => Promise<ConfirmAnswer>;
  readonly folder?: string;
}) {
  const cloud = fakeEndpoint(always('from the cloud'), { models: ['cheap', 'middle', 'dear'].map(model) });
  const home = { ...fakeEndpoint(always('from home'), { id: 'home', models: [model('home')] }), local: true };
  const clock = fakeClock();
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints(options.endpoints ?? [cloud, home]);
  const events: LedgerEvent[] = [];
  let ids = 0;
  const newId = () => String(++ids);
  const record = (recorded: readonly LedgerEvent[]) => void events.push(...recorded);
  const allocator = fakeAllocator({ clock, catalog, newId, record, ...options });
  const answer = createAnswer({
    clock,
    catalog,
    newId,
    allocator,
    folders: () => [options.folder ?? '/srv/app'],
    record,
    counter: {
      countText: async () => exactly(1),
      countRequest: async () => exactly(1000),
      observeTokens: async () => undefined,
    },
  });
  const ask = async (
    offer: string,
    messages = FIX,
    sessionId = 's',
    tools: readonly ToolDefinition[] = [READ],
    initiator = 'core',
  ) => {
    const parts: ReplyPart[] = [];
    const request = { messages, tools, toolMode: 'auto' } as const;
    for await (const part of answer(offer, request, { initiator, sessionId }, new AbortController().signal))
      parts.push(part);
    await new Promise((resolve) => setImmediate(resolve));
    return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  };
  const decisions = () => events.flatMap((event) => (event.kind === 'decision' ? [event] : []));
  return { ask, allocator, cloud, home, events, decisions, catalog };
}

describe('Balanced', () => {
  it('goes where the request is worth most, and records the choice with its terms and chances, and no text', async () => {
    const { worker } = weighing();
    const { ask, cloud, decisions, events, allocator } = await setUp({ worker });
    assert.equal(await ask('policy/balanced'), 'from the cloud');
    assert.equal(cloud.requests[0]?.model, 'middle');
    const [decision] = decisions();
    assert.equal(decision?.choice, 'middle');
    assert.equal(decision?.facts.policy, 'balanced');
    assert.equal(decision?.facts.taskKind, 'fix');
    assert.match(decision?.reason ?? '', /^Answer with middle: it is worth .* net.*\(value \?\)\.$/);
    const candidates = readCandidates(decision?.candidates);
    const chances = candidates.flatMap(({ propensity }) => propensity ?? []);
    assert.ok((candidates.find(({ use }) => use.model === 'middle')?.propensity ?? 0) > 0.5);
    assert.equal(
      chances.reduce((sum, chance) => sum + chance, 0),
      1,
    );
    assert.equal(decision?.features?.dense.length, 16);
    assert(decision?.cues?.includes('fix'));
    assert.doesNotMatch(JSON.stringify(events), /zebra/);
    assert.match(allocator.menu.text('balanced') ?? '', /^For a request like your latest: middle, success/);
  });

  it('where the worker is dead it takes the cheapest that is strong enough, and says so', async () => {
    const { ask, cloud, decisions } = await setUp({});
    assert.equal(await ask('policy/balanced'), 'from the cloud');
    assert.equal(cloud.requests[0]?.model, 'middle');
    assert.match(
      decisions()[0]?.reason ?? '',
      /could not be told in time.*at least \d+ % as strong as the strongest: middle on Fake: cheapest/,
    );
  });

  it('where the worker is slow no chat waits longer than 0.3 s', async () => {
    const { ask } = await setUp({ worker: { ...DEAD_WORKER, valueRequest: () => new Promise(() => {}) } });
    const waits: number[] = [];
    // The shortest counts: other tests take the processor meanwhile.
    for (let nth = 0; nth < 3; nth++) {
      const started = performance.now();
      assert.equal(await ask('policy/balanced'), 'from the cloud');
      waits.push(performance.now() - started);
    }
    assert(Math.min(...waits) < 1_000, waits.join(', '));
  });

  it('where the worker dies within a run it stays with the run’s model', async () => {
    const dying = weighing();
    let isDead = false;
    const worker = {
      ...dying.worker,
      valueRequest: (question: RequestQuestion) =>
        isDead ? DEAD_WORKER.valueRequest(question) : dying.worker.valueRequest({ ...question, valueNanoCredits: 1 }),
    };
    const { ask, home, cloud, decisions } = await setUp({ worker });
    assert.equal(await ask('policy/balanced'), 'from home');
    isDead = true;
    await ask('policy/balanced', [...FIX, called, result]);
    assert.equal(home.requests.length, 2);
    assert.equal(cloud.requests.length, 0);
    assert.match(decisions().at(-1)?.reason ?? '', /stays with home on Fake within the run/);
  });

  it('tells the worker of the request before, of what its cache has, and whether it is the same run', async () => {
    const { worker, questions } = weighing();
    const { ask } = await setUp({ worker });
    await ask('policy/balanced');
    await ask('policy/balanced', [...FIX, called, result]);
    await ask('policy/balanced', [user('Now write a test for the giraffe instead')]);
    const [first, second, third] = questions;
    assert.equal(first?.previous, undefined);
    assert.deepEqual(
      [second?.previous?.optionId, second?.previous?.cachedTokens, second?.previous?.sameRun],
      ['fake/middle', 1000, true],
    );
    assert.equal(third?.previous?.sameRun, false);
    assert.deepEqual([first?.mayExplore, second?.mayExplore], [true, false]);
    assert.deepEqual([first?.task.kind, third?.task.kind], ['fix', 'test']);
  });

  it('what is asked again counts against the models that answered it', async () => {
    const { worker, questions } = weighing();
    const { ask } = await setUp({ worker });
    await ask('policy/balanced', FIX, 'one');
    await ask('policy/balanced', FIX, 'two');
    assert.deepEqual(questions[0]?.failed, []);
    assert.deepEqual(questions[1]?.failed, ['middle']);
  });

  it('goes on to the next best where an endpoint fails before its answer began', async () => {
    const { worker } = weighing();
    const broken = fakeEndpoint([[new EndpointError('serverError', 'It broke.')]], {
      id: 'a',
      models: [model('middle')],
    });
    const other = fakeEndpoint(always('b'), { id: 'b', models: [model('cheap')] });
    const { ask, decisions } = await setUp({ worker, endpoints: [broken, other] });
    assert.equal(await ask('policy/balanced'), 'b');
    assert.deepEqual(
      decisions().map(({ choice }) => choice),
      ['middle', 'cheap'],
    );
  });

  it('what the developer named as the task’s value goes first, for that chat alone', async () => {
    const { worker, questions } = weighing();
    const { ask, allocator } = await setUp({ worker });
    allocator.values.setTaskValue('next', 300 * NANO_PER_CREDIT);
    await ask('policy/balanced', FIX, 'one');
    await ask('policy/balanced', [user('Explain how the walrus module works')], 'two');
    await ask('policy/balanced', [user('Add a penguin to the menu of animals')], 'one');
    assert.deepEqual(
      questions.map(({ valueNanoCredits }) => valueNanoCredits),
      [300 * NANO_PER_CREDIT, undefined, 300 * NANO_PER_CREDIT],
    );
  });

  it('the editor’s own requests (a title) go to the cheapest, without the worker', async () => {
    const { worker, questions } = weighing();
    const { ask, decisions } = await setUp({ worker });
    const title: ChatMessage = { role: 'user', content: [{ kind: 'text', text: 'Write a title' }] };
    assert.equal(await ask('policy/balanced', [title], 's', []), 'from home');
    assert.equal(questions.length, 0);
    assert.match(decisions()[0]?.reason ?? '', /cheapest of 4/);
    assert.equal(await ask('policy/balanced', [title], 's', [], 'acme.tool'), 'from the cloud');
    assert.equal(questions.length, 1, 'what another extension asks is weighed');
  });
});

describe('rules and privacy', () => {
  const never = { privacy: [{ pattern: '/srv/app', nanoCredits: 'never' as const }] };
  for (const offer of ['policy/frugal', 'policy/balanced', 'policy/best']) {
    it(`${offer} never goes to the cloud where code must not leave`, async () => {
      const { ask, cloud } = await setUp({ worker: weighing().worker, choice: never });
      assert.equal(await ask(offer), 'from home');
      assert.equal(cloud.requests.length, 0);
    });
  }

  it('nor does a model that was picked by name; the chat says why, and what to do', async () => {
    const { ask, cloud } = await setUp({ choice: never });
    await assert.rejects(
      ask('fake/dear'),
      /Not sent: your setting marginal\.privacy says never for \/srv\/app\. Pick a local model/,
    );
    assert.equal(await ask('home/home'), 'from home');
    assert.equal(cloud.requests.length, 0);
  });

  it('nor where the file lies in another folder and the request only names it', async () => {
    const choice = { privacy: [{ pattern: 'secret', nanoCredits: 'never' as const }] };
    const { ask, cloud } = await setUp({ worker: weighing().worker, choice });
    assert.equal(await ask('policy/best', [user('Fix the bug in src/secret/keys.ts for me')]), 'from home');
    assert.equal(cloud.requests.length, 0);
    assert.equal(await ask('policy/best', [user('Fix the bug in src/open/keys.ts for me')]), 'from the cloud');
  });

  it('tests go where a rule says; a pick by name goes before it', async () => {
    const choice = { rules: [{ when: { task: 'test' as const }, use: 'local' }] };
    const { ask, decisions } = await setUp({ worker: weighing().worker, choice });
    const test = [user('Write unit tests for the zebra parser')];
    assert.equal(await ask('policy/best', test), 'from home');
    assert.match(decisions()[0]?.reason ?? '', /Your rule “test → local” holds\./);
    assert.equal(await ask('fake/dear', test), 'from the cloud');
    assert.equal(await ask('policy/best', FIX), 'from the cloud');
  });

  it('where only models of unknown price are there one of them answers, however far advice is followed', async () => {
    for (const mode of ['show', 'ask', 'act'] as const) {
      const unpriced = fakeEndpoint(always('at an unknown price'), { models: [model('unheard-of')] });
      const { ask, decisions } = await setUp({ endpoints: [unpriced], worker: weighing().worker, choice: { mode } });
      assert.equal(await ask('policy/balanced'), 'at an unknown price');
      assert.match(decisions()[0]?.reason ?? '', /one of unknown price answers/);
    }
  });

  it('where nothing is left the chat says which rule, and what to do', async () => {
    const cloud = fakeEndpoint([], { models: [model('dear')] });
    const { ask } = await setUp({ endpoints: [cloud], worker: weighing().worker, choice: never });
    for (const offer of ['policy/frugal', 'policy/balanced'])
      await assert.rejects(
        ask(offer),
        /marginal\.privacy says never for \/srv\/app.*start or add a model that your rules allow/,
      );
  });

  it('a price of privacy can make own hardware the cheaper one', async () => {
    const endpoints = () => [
      fakeEndpoint(always('from the cloud'), { models: [model('home')] }),
      { ...fakeEndpoint(always('from home'), { id: 'own', models: [model('cheap')] }), local: true },
    ];
    const free = await setUp({ endpoints: endpoints() });
    assert.equal(await free.ask('policy/frugal'), 'from the cloud');
    const choice = { privacy: [{ pattern: '/srv', nanoCredits: 5 * NANO_PER_CREDIT }] };
    const priced = await setUp({ endpoints: endpoints(), choice });
    assert.equal(await priced.ask('policy/frugal'), 'from home');
  });
});

describe('confirmation', () => {
  const limited = (credits: number): Partial<ChoiceSettings> => ({
    confirm: { requestNanoCredits: credits * NANO_PER_CREDIT, runNanoCredits: undefined, onLeavingQuote: false },
  });
  const answering = (...answers: ConfirmAnswer[]) => {
    const asked: ConfirmQuestion[] = [];
    return {
      asked,
      ask: async (question: ConfirmQuestion) => {
        asked.push(question);
        return answers.shift() ?? assert.fail('asked once too often');
      },
    };
  };

  for (const offer of ['fake/dear', 'policy/best']) {
    for (const worker of [weighing().worker, DEAD_WORKER]) {
      it(`${offer}: above the limit nothing is sent unless the developer goes on (${worker === DEAD_WORKER ? 'worker dead' : 'worker there'})`, async () => {
        const { asked, ask: confirm } = answering('no', 'once', 'run');
        const { ask, cloud } = await setUp({ worker, choice: limited(5), ask: confirm });
        await assert.rejects(
          ask(offer),
          /^EndpointError: Not sent, as you chose\. This request may cost \d+ credits with dear on Fake\./,
        );
        assert.equal(cloud.requests.length, 0);
        assert.equal(await ask(offer), 'from the cloud');
        assert.equal(await ask(offer, [...FIX, called, result]), 'from the cloud');
        assert.equal(
          await ask(offer, [...FIX, called, result, called, result]),
          'from the cloud',
          'agreed to for the run',
        );
        assert.equal(asked.length, 3);
      });
    }
  }

  it('below the limit, and on own hardware, nobody is asked', async () => {
    const { ask } = await setUp({ worker: weighing().worker, choice: limited(5) });
    assert.equal(await ask('fake/cheap'), 'from the cloud');
    const own = await setUp({ worker: weighing().worker, choice: limited(0.000001) });
    assert.equal(await own.ask('home/home'), 'from home');
  });

  it('requests of one run that come together are asked about once', async () => {
    const { asked, ask: confirm } = answering('once', 'once', 'run');
    const { ask } = await setUp({ worker: weighing().worker, choice: limited(5), ask: confirm });
    const step = [...FIX, called, result];
    await Promise.all([ask('fake/dear'), ask('fake/dear')]);
    assert.equal(asked.length, 2, 'two prompts are two runs');
    asked.length = 0;
    await Promise.all([ask('fake/dear', step), ask('fake/dear', step)]);
    assert.equal(asked.length, 1);
  });

  it('a run that has left what was foretold of it is asked about where the mode is more than show', async () => {
    const { asked, ask: confirm } = answering('once');
    const { worker } = weighing();
    const cheaply = async (question: RequestQuestion) => {
      const outlook = await worker.valueRequest(question);
      const candidates = outlook.decision.candidates.map((each) => ({
        ...each,
        prediction: { ...each.prediction, cost: { p10: 1, p50: 2, p90: 3 } },
      }));
      return { ...outlook, decision: { ...outlook.decision, candidates } };
    };
    const choice: Partial<ChoiceSettings> = {
      mode: 'ask',
      confirm: { requestNanoCredits: undefined, runNanoCredits: undefined, onLeavingQuote: true },
    };
    const { ask } = await setUp({ worker: { ...worker, valueRequest: cheaply }, choice, ask: confirm });
    await ask('policy/balanced');
    assert.equal(asked.length, 0);
    await ask('policy/balanced', [...FIX, called, result]);
    assert.match(asked[0]?.message ?? '', /^This run has left its range/);
  });
});

describe('a request that is not worth its cost', () => {
  const worthless = {
    worker: weighing().worker,
    endpoints: [fakeEndpoint(always('sent'), { models: [model('dear')] })],
  };
  const nothing: readonly ChatMessage[] = [user('What does this do?')];
  const named = async (
    choice: Partial<ChoiceSettings>,
    ask?: (question: ConfirmQuestion) => Promise<ConfirmAnswer>,
  ) => {
    const set = await setUp({ ...worthless, choice, ...(ask ? { ask } : {}) });
    set.allocator.values.setTaskValue('s', 1);
    return set;
  };

  it('is answered all the same where advice is only shown, and the reason says so', async () => {
    const { ask, decisions } = await named({ mode: 'show' });
    assert.equal(await ask('policy/balanced', nothing), 'sent');
    assert.match(decisions()[0]?.reason ?? '', /none is worth its cost; the best of them answers/);
  });

  it('is asked about where the developer wants to be asked', async () => {
    const asked: ConfirmQuestion[] = [];
    const { ask } = await named({ mode: 'ask' }, async (question) => {
      asked.push(question);
      return asked.length === 1 ? 'no' : 'once';
    });
    await assert.rejects(
      ask('policy/balanced', nothing),
      /Not sent, as you chose\. No model is expected to be worth its cost/,
    );
    assert.equal(await ask('policy/balanced', nothing), 'sent');
  });

  it('is not sent where advice is acted on', async () => {
    const { ask } = await named({ mode: 'act' });
    await assert.rejects(
      ask('policy/balanced', nothing),
      /^EndpointError: Not sent: No model is expected .*Pick a model by its name/,
    );
  });
});

describe('learning from other choices', () => {
  it('a pick by name and the other policies are recorded with what was foretold, and without propensities', async () => {
    const { worker } = weighing();
    const { ask, decisions } = await setUp({ worker });
    await ask('fake/dear', FIX, 'one');
    await ask('policy/frugal', [user('Add a penguin to the menu of animals')], 'two');
    await ask('fake/dear', [...FIX, called, result], 'one');
    const [picked, frugal, ...more] = decisions();
    assert.equal(more.length, 0, 'a pick is told once a run');
    assert.equal(picked?.choice, 'dear');
    assert.equal(picked?.reason, 'You picked dear on Fake.');
    assert.equal(picked?.facts.policy, undefined);
    assert.equal(frugal?.choice, 'home');
    for (const decision of [picked, frugal]) {
      assert(decision?.features && decision.situation);
      const candidates = readCandidates(decision.candidates);
      const chosen = candidates.find(({ use }) => use.model === decision.choice);
      assert(chosen && chosen.quality > 0);
      assert(candidates.every(({ propensity }) => propensity === undefined));
    }
  });
});

describe('budgets that ask or refuse', () => {
  const verdicts = (...said: readonly Verdict['verdict'][]) => {
    const left = [...said];
    const log: string[] = [];
    const worker: typeof DEAD_WORKER = {
      ...weighing().worker,
      reserve: async ({ id, nanoCredits, agreed }) => {
        log.push(`reserve ${id} ${nanoCredits === undefined ? '?' : 'p90'}${agreed ? ' agreed' : ''}`);
        return {
          verdict: left.shift() ?? 'allow',
          limit: undefined,
          why: 'It may cost 12 credits, and 3.0 are left: go on?',
        };
      },
      release: async (id) => void log.push(`release ${id}`),
    };
    return { worker, log };
  };
  const choice: Partial<ChoiceSettings> = { budgetHolds: true };

  it('reserve p90 before the request, and release it after', async () => {
    const { worker, log } = verdicts('allow');
    const { ask } = await setUp({ worker, choice });
    for (const offer of ['fake/cheap', 'policy/best']) assert.equal(await ask(offer), 'from the cloud');
    assert.deepEqual(
      log.map((line) => line.replace(/request:\d+/, 'r')),
      ['reserve r p90', 'release r', 'reserve r p90', 'release r'],
    );
  });

  it('refuse with the sentence of the limit', async () => {
    const { worker } = verdicts('refuse');
    const { ask, cloud } = await setUp({ worker, choice });
    await assert.rejects(ask('fake/cheap'), /^EndpointError: Not sent: It may cost 12 credits/);
    assert.equal(cloud.requests.length, 0);
  });

  it('ask, and hold what was agreed to', async () => {
    const { worker, log } = verdicts('ask', 'warn', 'ask');
    const answers: ConfirmAnswer[] = ['once', 'no'];
    const { ask, cloud } = await setUp({ worker, choice, ask: async () => answers.shift() ?? assert.fail() });
    assert.equal(await ask('fake/cheap'), 'from the cloud');
    assert.match(log[1] ?? '', /agreed$/);
    await assert.rejects(ask('fake/cheap'), /Not sent, as you chose/);
    assert.equal(cloud.requests.length, 1);
  });

  it('draw nothing for own hardware, and never break a chat whose worker is gone', async () => {
    const { worker, log } = verdicts();
    const { ask } = await setUp({ worker, choice });
    assert.equal(await ask('home/home'), 'from home');
    assert.deepEqual(log, []);
    const dead = await setUp({ choice });
    assert.equal(await dead.ask('fake/cheap'), 'from the cloud');
  });

  it('that refuse ask where the worker doesn’t say whether a request fits', async () => {
    const hard = { ...choice, budgetRefuses: true };
    const asked: string[] = [];
    const answers: ConfirmAnswer[] = ['no', 'run'];
    const { ask, cloud } = await setUp({
      choice: hard,
      ask: async ({ message }) => {
        asked.push(message);
        return answers.shift() ?? assert.fail();
      },
    });
    await assert.rejects(
      ask('fake/cheap'),
      /Not sent, as you chose\. Whether this request fits your budget can’t be told/,
    );
    assert.equal(cloud.requests.length, 0);
    assert.equal(await ask('fake/cheap'), 'from the cloud');
    assert.equal(asked.length, 2);
    assert.equal(await ask('home/home'), 'from home');
  });

  it('release what failed, too', async () => {
    const { worker, log } = verdicts();
    const broken = fakeEndpoint([[new EndpointError('refused', 'Bad request.')]], { models: [model('cheap')] });
    const { ask } = await setUp({ worker, choice, endpoints: [broken] });
    await assert.rejects(ask('fake/cheap'), /Bad request/);
    assert.equal(log.length, 2);
  });
});
