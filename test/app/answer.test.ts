import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnswerOrigin, createAnswer } from '../../src/app/answer.ts';
import { createCatalog } from '../../src/app/catalog.ts';
import type { ModelInfo, ReplyPart } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { Price } from '../../src/core/prices/price.ts';
import { exactly } from '../../src/core/tokens/estimate.ts';
import type { Endpoint } from '../../src/ports.ts';
import { fakeAllocator } from '../fakes/fakeAllocator.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { fakeDescriber, priced } from '../fakes/fakeDescriber.ts';
import { fakeEndpoint, type Script } from '../fakes/fakeEndpoint.ts';

const PRICES: Readonly<Record<string, Price>> = { cheap: priced(10), dear: priced(1000), huge: priced(500) };
const STRENGTHS: Readonly<Record<string, number>> = { cheap: 20, dear: 80, huge: 60 };

const describer = fakeDescriber(PRICES, STRENGTHS);

const model = (name: string, contextTokens = 100_000): ModelInfo => ({
  name,
  contextTokens,
  tools: true,
  images: false,
});
const answered = (text: string): Script => [
  { kind: 'text', text },
  { kind: 'finished', reason: 'stop', usage: { fresh: 10, text: 2 } },
];
const request = {
  messages: [{ role: 'user', content: [{ kind: 'text', text: 'hello' }] }],
  tools: [],
  toolMode: 'auto',
} as const;

async function setUp(endpoints: readonly Endpoint[], inputTokens = 100) {
  const clock = fakeClock();
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints(endpoints);
  const events: LedgerEvent[] = [];
  const learned: number[] = [];
  let ids = 0;
  const newId = () => String(++ids);
  const record = (recorded: readonly LedgerEvent[]) => void events.push(...recorded);
  const answer = createAnswer({
    clock,
    catalog,
    newId,
    allocator: fakeAllocator({ clock, catalog, newId, record }),
    folders: () => ['/project'],
    record,
    counter: {
      countText: async () => exactly(1),
      countRequest: async () => exactly(inputTokens),
      observeTokens: async (_request, observed) => void learned.push(observed),
    },
  });
  const askFrom = async (origin: AnswerOrigin, offer = 'fake/cheap') => {
    const parts: ReplyPart[] = [];
    for await (const part of answer(offer, request, origin, new AbortController().signal)) parts.push(part);
    return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  };
  const ask = (offer: string, initiator?: string) => askFrom({ initiator }, offer);
  return { ask, askFrom, events, catalog, learned };
}

test('a picked model answers', async () => {
  const endpoint = fakeEndpoint([answered('hi')], { models: [model('cheap'), model('dear')] });
  const { ask, events } = await setUp([endpoint]);
  assert.equal(await ask('fake/dear', 'core'), 'hi');
  assert.equal(endpoint.requests[0]?.model, 'dear');
  const started = events.find((event) => event.kind === 'started');
  assert.equal(started?.facts.agent, 'vscode-chat');
  assert.equal(started?.facts.folder, '/project');
  assert.equal(started?.facts.policy, undefined);
});

test("VS Code's own chat is one agent, another extension is its own", async () => {
  const { ask, events } = await setUp([fakeEndpoint([answered('a'), answered('b')], { models: [model('cheap')] })]);
  await ask('fake/cheap', 'GitHub.copilot-chat');
  await ask('fake/cheap', 'acme.tool');
  const agents = events.flatMap((event) => (event.kind === 'started' ? [event.facts.agent] : []));
  assert.deepEqual(agents, ['vscode-chat', 'acme.tool']);
});

test('Frugal takes the cheapest, Best the strongest, and both say why in the ledger', async () => {
  const endpoint = fakeEndpoint([answered('a'), answered('b')], {
    models: [model('dear'), model('cheap'), model('huge')],
  });
  const { ask, events } = await setUp([endpoint]);
  await ask('policy/frugal');
  await ask('policy/best');
  assert.deepEqual(
    endpoint.requests.map(({ model: name }) => name),
    ['cheap', 'dear'],
  );
  const decisions = events.flatMap((event) => (event.kind === 'decision' ? [event] : []));
  assert.deepEqual(
    decisions.map(({ choice }) => choice),
    ['cheap', 'dear'],
  );
  assert.match(decisions[0]?.reason ?? '', /cheap on Fake: cheapest of 3/);
});

test('a model that the request does not fit into is not chosen', async () => {
  const endpoint = fakeEndpoint([answered('a')], { models: [model('cheap', 8_000), model('dear')] });
  const { ask } = await setUp([endpoint], 50_000);
  await ask('policy/frugal');
  assert.equal(endpoint.requests[0]?.model, 'dear');
});

test('a policy goes on to the next endpoint when one fails before its answer began', async () => {
  const down = fakeEndpoint([[new EndpointError('unreachable', 'A is down: start it.')]], {
    id: 'a',
    models: [model('cheap')],
  });
  const up = fakeEndpoint([answered('b')], { id: 'b', models: [model('dear')] });
  const { ask, events, catalog } = await setUp([down, up]);
  assert.equal(await ask('policy/frugal'), 'b');
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['decision', 'started', 'failed', 'decision', 'started', 'settled'],
  );
  assert.equal(catalog.health()[0]?.state, 'down');
});

test('an answer that had begun is never asked for again', async () => {
  const breaks = fakeEndpoint(
    [[{ kind: 'text', text: 'half' }, new EndpointError('serverError', 'It broke: send again.')]],
    { id: 'a', models: [model('cheap')] },
  );
  const other = fakeEndpoint([], { id: 'b', models: [model('dear')] });
  const { ask } = await setUp([breaks, other]);
  await assert.rejects(ask('policy/frugal'), /It broke/);
  assert.equal(other.requests.length, 0);
});

test('a request that is wrong in itself is not tried elsewhere', async () => {
  const refuses = fakeEndpoint([[new EndpointError('refused', 'Bad request.')]], { id: 'a', models: [model('cheap')] });
  const other = fakeEndpoint([], { id: 'b', models: [model('dear')] });
  const { ask } = await setUp([refuses, other]);
  await assert.rejects(ask('policy/frugal'), /Bad request/);
  assert.equal(other.requests.length, 0);
});

test('with no model at all the error says what to do', async () => {
  const { ask } = await setUp([]);
  await assert.rejects(ask('policy/best'), /add a model endpoint/i);
  await assert.rejects(ask('gone/model'), /pick another model/);
});

test('ten requests at once do not mix', async () => {
  const endpoint: Endpoint = {
    ...fakeEndpoint([], { models: [model('cheap')] }),
    async *send(sent) {
      const part = sent.messages[0]?.content[0];
      const text = part?.kind === 'text' ? part.text : '';
      for (const letter of text) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
        yield { kind: 'text', text: letter };
      }
      yield { kind: 'finished', reason: 'stop', usage: { fresh: 1, text: 1 } };
    },
    listModels: async () => [model('cheap')],
  };
  const clock = fakeClock();
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints([endpoint]);
  let ids = 0;
  const newId = () => String(++ids);
  const answer = createAnswer({
    clock,
    catalog,
    newId,
    allocator: fakeAllocator({ clock, catalog, newId, record: () => {} }),
    folders: () => [],
    record: () => {},
    counter: {
      countText: async () => exactly(1),
      countRequest: async () => exactly(1),
      observeTokens: async () => {},
    },
  });
  const texts = Array.from({ length: 10 }, (_, index) => `request number ${index}`);
  const replies = await Promise.all(
    texts.map(async (text) => {
      let reply = '';
      const own = { ...request, messages: [{ role: 'user' as const, content: [{ kind: 'text' as const, text }] }] };
      for await (const part of answer('fake/cheap', own, { initiator: 'core' }, new AbortController().signal))
        if (part.kind === 'text') reply += part.text;
      return reply;
    }),
  );
  assert.deepEqual(replies, texts);
});

test('counts learn from what a vendor reported, and never from our own counts', async () => {
  const uncounted: Script = [{ kind: 'finished', reason: 'stop' }];
  const { ask, learned } = await setUp([
    fakeEndpoint([uncounted, answered('a')], { models: [model('cheap'), model('dear')] }),
  ]);
  await ask('fake/cheap');
  assert.deepEqual(learned, []);
  await ask('fake/dear');
  assert.deepEqual(learned, [10]);
});

test('a policy without a choice looks again before it gives up', async () => {
  let up = false;
  const endpoint = {
    ...fakeEndpoint([answered('a')], { id: 'late' }),
    listModels: async () => {
      if (!up) throw new EndpointError('unreachable', 'It is down: start it.');
      return [model('cheap')];
    },
  };
  const { ask } = await setUp([endpoint]);
  await assert.rejects(ask('policy/frugal'), /add a model endpoint/i);
  up = true;
  assert.equal(await ask('policy/frugal'), 'a');
});

test('a model whose context was not known and turns out too small is not the last word', async () => {
  const { ask } = await setUp([
    fakeEndpoint([[new EndpointError('tooLong', 'Too long: shorten it.')]], { id: 'a', models: [{ name: 'cheap' }] }),
    fakeEndpoint([answered('b')], { id: 'b', models: [{ name: 'dear' }] }),
  ]);
  assert.equal(await ask('policy/frugal'), 'b');
});

test("the chat's own session and prompt ids are taken; without them both are inferred", async () => {
  const { events, askFrom } = await setUp([
    fakeEndpoint([answered('a'), answered('b'), answered('c')], { models: [model('cheap')] }),
  ]);
  await askFrom({ initiator: 'core', sessionId: 's', promptId: 'p' });
  await askFrom({ initiator: 'core', sessionId: 's', promptId: 'p' });
  await askFrom({ initiator: 'core' });
  const facts = events.flatMap((event) => (event.kind === 'started' ? [event.facts] : []));
  assert.deepEqual(
    facts.map(({ sessionInferred, runId }) => [sessionInferred, runId === 's/p']),
    [
      [undefined, true],
      [undefined, true],
      [true, false],
    ],
  );
});

test('a run’s class is kept with its calls, and its prompt is handed over once and not kept', async () => {
  const events: LedgerEvent[] = [];
  const asked: { readonly runId: string; readonly prompt: string }[] = [];
  const clock = fakeClock();
  const catalog = createCatalog({ clock, describer });
  await catalog.setEndpoints([fakeEndpoint([answered('One.'), answered('Two.')], { models: [model('cheap')] })]);
  let ids = 0;
  const newId = () => String(++ids);
  const record = (recorded: readonly LedgerEvent[]) => void events.push(...recorded);
  const answer = createAnswer({
    clock,
    catalog,
    newId,
    allocator: fakeAllocator({ clock, catalog, newId, record }),
    folders: () => ['/project'],
    record,
    onAsked: (run) => asked.push(run),
    counter: {
      countText: async () => exactly(1),
      countRequest: async () => exactly(100),
      observeTokens: async () => undefined,
    },
  });
  const user = { role: 'user', content: [{ kind: 'text', text: 'Fix the crash in the zebra parser' }] } as const;
  const called = { role: 'assistant', content: [{ kind: 'toolCall', callId: 'c', name: 'read', input: {} }] } as const;
  const result = { role: 'user', content: [{ kind: 'toolResult', callId: 'c', content: [] }] } as const;
  const tools = [{ name: 'read', description: '', inputSchema: {} }];
  for (const messages of [[user], [user, called, result]]) {
    const turned = { messages, tools, toolMode: 'auto' } as const;
    for await (const _ of answer('fake/cheap', turned, { initiator: 'core' }, new AbortController().signal));
  }
  assert.deepEqual(
    asked.map(({ prompt }) => prompt),
    ['Fix the crash in the zebra parser'],
  );
  const settled = events.filter((event) => event.kind === 'settled');
  assert.deepEqual(
    settled.map(({ facts }) => [facts.runId, facts.taskKind, facts.taskSize]),
    [1, 2].map(() => [asked[0]?.runId, 'fix', 'simple']),
  );
  assert(!JSON.stringify(events).includes('zebra'));
});
