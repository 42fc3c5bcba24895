import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runStep, type StepProgress, type StepTarget } from '../../src/app/runStep.ts';
import type { ReplyPart } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import { eventSchemas, type LedgerEvent } from '../../src/core/ledger/event.ts';
import type { Price } from '../../src/core/prices/price.ts';
import type { TokenEstimate } from '../../src/core/tokens/estimate.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { fakeEndpoint, type Script } from '../fakes/fakeEndpoint.ts';

const { ledgerEventSchema } = eventSchemas();

const price: Price = {
  source: 'test',
  date: '2026-11-01',
  rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 100, cacheRead: 10, text: 1000 } }] },
};
const request = {
  messages: [{ role: 'user', content: [{ kind: 'text', text: 'secret prompt' }] }],
  tools: [],
  toolMode: 'auto',
} as const;
const usage = { fresh: 10, cacheRead: 20, text: 5 };
const finished: ReplyPart = { kind: 'finished', reason: 'stop', usage, responseId: 'r1' };

function setUp(script: Script, options: { price?: Price | undefined; counting?: 'fails' } = { price }) {
  const events: LedgerEvent[] = [];
  const progress: StepProgress[] = [];
  const endpoint = fakeEndpoint([script]);
  const target: StepTarget = { endpoint, model: { name: 'm' }, price: options.price, priceBook: 'book' };
  const exact = (tokens: number): TokenEstimate => ({ tokens, exact: true, low: tokens, high: tokens });
  const abort = new AbortController();
  const counter = {
    countText: async () => exact(3),
    countRequest: async () => {
      if (options.counting === 'fails') throw new Error('no tokenizer');
      return exact(12);
    },
    observeTokens: async () => {},
  };
  let ids = 0;
  const reply = runStep(
    target,
    request,
    { agent: 'vscode-chat', sessionId: 's', runId: 'r' },
    {
      clock: fakeClock(),
      newId: () => String(++ids),
      record: (recorded) => events.push(...recorded),
      counter,
      onProgress: (step) => progress.push(step),
    },
    abort.signal,
  );
  return { reply, events, progress, abort };
}

async function drain(reply: AsyncIterable<ReplyPart>): Promise<ReplyPart[]> {
  const parts: ReplyPart[] = [];
  for await (const part of reply) parts.push(part);
  return parts;
}

test('a reply is streamed on and recorded with its reported usage and price', async () => {
  const { reply, events } = setUp([{ kind: 'text', text: 'hello' }, finished]);
  assert.deepEqual(await drain(reply), [{ kind: 'text', text: 'hello' }, finished]);
  const [started, settled] = events;
  assert.equal(events.length, 2);
  assert.equal(started?.kind, 'started');
  assert.equal(settled?.kind, 'settled');
  if (settled?.kind !== 'settled') return;
  assert.deepEqual(settled.usage, usage);
  assert.deepEqual(settled.cost, {
    nanoCredits: 10 * 100 + 20 * 10 + 5 * 1000,
    confidence: 'priced',
    priceBook: 'book',
    priceSource: 'test',
    pricedAt: settled.at,
  });
  assert.equal(settled.identities, undefined, 'a reply id that another call may bear too');
  for (const event of events) ledgerEventSchema.parse(event);
});

test('usage that nobody reported is counted, shown as estimated, and given on', async () => {
  const { reply, events } = setUp([
    { kind: 'text', text: 'hello' },
    { kind: 'finished', reason: 'stop' },
  ]);
  const parts = await drain(reply);
  assert.deepEqual(parts.at(-1), { kind: 'finished', reason: 'stop', usage: { fresh: 12, text: 3 } });
  const settled = events[1];
  assert.equal(settled?.kind === 'settled' && settled.usageBasis, 'counted');
  assert.equal(settled?.kind === 'settled' && settled.cost?.confidence, 'estimated');
});

test('neither reported nor countable is unknown, not 0, and the reply still ends well', async () => {
  const { reply, events } = setUp([{ kind: 'finished', reason: 'stop' }], { price, counting: 'fails' });
  await drain(reply);
  const settled = events[1];
  assert.ok(settled?.kind === 'settled');
  assert.equal(settled.usage, undefined);
  assert.deepEqual(settled.cost, { confidence: 'unknown', priceBook: 'book', pricedAt: settled.at });
});

test('an unknown price is an unknown cost', async () => {
  const { reply, events } = setUp([finished], {});
  await drain(reply);
  const settled = events[1];
  assert.ok(settled?.kind === 'settled');
  assert.equal(settled.cost?.confidence, 'unknown');
  assert.equal(settled.cost?.nanoCredits, undefined);
});

test('a refused request costs nothing and leaves its fault', async () => {
  const fault = new EndpointError('unauthorized', 'The key is wrong: add it again.');
  const { reply, events } = setUp([fault]);
  await assert.rejects(drain(reply), fault);
  const failed = events[1];
  assert.ok(failed?.kind === 'failed');
  assert.equal(failed.fault, 'unauthorized');
  assert.equal(failed.cost?.nanoCredits, 0);
});

test('a reply that breaks off is recorded with what had come by then, counted', async () => {
  const fault = new EndpointError('brokenOff', 'The server went away: send again.');
  const { reply, events } = setUp([{ kind: 'text', text: 'hel' }, fault]);
  await assert.rejects(drain(reply), fault);
  const failed = events[1];
  assert.ok(failed?.kind === 'failed');
  assert.equal(failed.fault, 'brokenOff');
  assert.deepEqual(failed.usage, { fresh: 12, text: 3 });
  assert.equal(failed.cost?.confidence, 'estimated');
});

test('a stream without its end is broken off', async () => {
  const { reply, events } = setUp([{ kind: 'text', text: 'hel' }]);
  await assert.rejects(drain(reply), /broke off/);
  assert.equal(events[1]?.kind === 'failed' && events[1].fault, 'brokenOff');
});

test('cancelling settles what had come', async () => {
  const { reply, events, abort } = setUp([{ kind: 'text', text: 'hel' }, 'hang']);
  setTimeout(() => abort.abort(), 5);
  await assert.rejects(drain(reply), /cancelled/);
  assert.equal(events[1]?.kind === 'settled' && events[1].finish, 'cancelled');
});

test('a caller that stops reading leaves a settled step', async () => {
  const { reply, events } = setUp([{ kind: 'text', text: 'a' }, { kind: 'text', text: 'b' }, finished]);
  for await (const part of reply) if (part.kind === 'text') break;
  assert.equal(events[1]?.kind === 'settled' && events[1].finish, 'cancelled');
});

test('progress grows and ends once', async () => {
  const { reply, progress } = setUp([{ kind: 'text', text: 'ab' }, { kind: 'text', text: 'c' }, finished]);
  await drain(reply);
  assert.deepEqual(
    progress.map((step) => [step.outputCharacters, step.ended]),
    [
      [0, false],
      [2, false],
      [3, false],
      [3, true],
    ],
  );
});

test('no event holds text of the prompt or the reply', async () => {
  const { reply, events } = setUp([
    { kind: 'text', text: 'the answer' },
    { kind: 'toolCall', callId: 'c', name: 'read_file', input: { path: 'private.txt' } },
    finished,
  ]);
  await drain(reply);
  const written = JSON.stringify(events);
  for (const text of ['secret prompt', 'the answer', 'private.txt']) assert.ok(!written.includes(text), text);
  assert.ok(written.includes('read_file'));
});

test('a server error before any word is of unknown cost: whether the input is charged, nobody says', async () => {
  const { reply, events } = setUp([new EndpointError('serverError', 'It failed: try again.')]);
  await assert.rejects(drain(reply), /It failed/);
  const failed = events[1];
  assert.ok(failed?.kind === 'failed');
  assert.deepEqual(failed.cost, { confidence: 'unknown' });
});

test('of an enormous output without reported usage the beginning is counted, and the rest in proportion', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  const parts: ReplyPart[] = [1, 2, 3].map(() => ({ kind: 'text', text: megabyte }));
  const { reply, progress } = setUp([...parts, { kind: 'finished', reason: 'stop' }]);
  const last = (await drain(reply)).at(-1);
  // 3 tokens are counted in the first of the three.
  assert.deepEqual(last?.kind === 'finished' && last.usage, { fresh: 12, text: 9 });
  assert.equal(progress.at(-1)?.outputCharacters, 3 * megabyte.length);
});

test('how much to think is told only to a model that takes it', async () => {
  for (const [model, told] of [
    [{ name: 'm', thinking: true }, 'high'],
    [{ name: 'm', thinking: true, takesEffort: false }, undefined],
    [{ name: 'm' }, undefined],
  ] as const) {
    const endpoint = fakeEndpoint([[finished]]);
    const target: StepTarget = { endpoint, model, price, priceBook: 'book' };
    const exact = async (): Promise<TokenEstimate> => ({ tokens: 1, exact: true, low: 1, high: 1 });
    const counter = { countText: exact, countRequest: exact, observeTokens: async () => {} };
    const ports = { clock: fakeClock(), newId: () => '1', record: () => {}, counter };
    const facts = { agent: 'vscode-chat', sessionId: 's', runId: 'r' };
    const asked = { ...request, reasoningEffort: 'high' } as const;
    await drain(runStep(target, asked, facts, ports, new AbortController().signal));
    assert.equal(endpoint.requests[0]?.reasoningEffort, told);
  }
});
