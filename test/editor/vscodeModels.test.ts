// VS Code's own models as endpoints: the cases of the provider contract (test/contract/provider.ts) as far as there is no
// HTTP in between, and those that only VS Code knows: consent, other vendors, no usage.
import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { runStep } from '../../src/app/runStep.ts';
import type { ChatRequest, ReplyPart } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { Price } from '../../src/core/prices/price.ts';
import type { Endpoint } from '../../src/ports.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import * as fake from '../fakes/vscode.ts';

const { vscodeEndpoints } = await import('../../src/editor/vscodeModels.ts');

const never = new AbortController().signal;
const request: ChatRequest = {
  model: 'gpt-5',
  messages: [
    { role: 'system', content: [{ kind: 'text', text: 'Be brief.' }] },
    { role: 'user', content: [{ kind: 'text', text: 'Hello' }] },
  ],
  tools: [
    { name: 'read_file', description: 'Reads a file.', inputSchema: { type: 'object' } },
    { name: 'now', description: 'Tells the time.' },
  ],
  toolMode: 'auto',
};

const text = (value: string) => new fake.LanguageModelTextPart(value);

function offer(vendor: string, id: string, reply: fake.FakeChatModel['reply'] = says()): void {
  const figures = { version: '1', maxInputTokens: 128_000 };
  fake.offered.push({ vendor, id, name: id.toUpperCase(), family: id, ...figures, reply });
}

function says(...parts: readonly unknown[]): fake.FakeChatModel['reply'] {
  return async function* () {
    yield* parts;
  };
}

/** Answers a first part, then nothing more; its token is the test's to look at. */
function hangs(first: unknown): fake.FakeChatModel['reply'] {
  return async function* () {
    yield first;
    await new Promise(() => {});
  };
}

async function endpointOf(vendor: string): Promise<Endpoint> {
  const found = (await vscodeEndpoints()).find(({ id }) => id === `vscode:${vendor}`);
  return found ?? assert.fail(`no endpoint of ${vendor}`);
}

async function collect(parts: AsyncIterable<ReplyPart>): Promise<ReplyPart[]> {
  const all: ReplyPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

async function failure(work: Promise<unknown>): Promise<EndpointError> {
  const error = await work.then(
    () => assert.fail('nothing failed'),
    (thrown) => thrown,
  );
  assert.ok(error instanceof EndpointError, String(error));
  assert.match(error.message, /\b(try again|pick|send the request again|cancelled)\b/);
  assert.equal(error.message.includes('\n'), false);
  return error;
}

beforeEach(() => {
  fake.offered.length = 0;
  fake.seen.length = 0;
  fake.refusal.error = undefined;
});

describe("VS Code's models", () => {
  test('lists its models: an endpoint for each vendor, without our own and those of session types', async () => {
    for (const vendor of ['copilot', 'marginal', 'someone', 'copilotcli', 'claude-code', 'codex']) offer(vendor, 'm');
    offer('copilot', 'n');
    const endpoints = await vscodeEndpoints();
    assert.deepEqual(
      endpoints.map(({ id, label, provider, local }) => [id, label, provider, local]),
      [
        ['vscode:copilot', 'Copilot (in VS Code)', 'github-copilot', false],
        ['vscode:someone', 'someone (in VS Code)', undefined, false],
      ],
    );
    const models = (await endpoints[0]?.listModels(never)) ?? [];
    assert.deepEqual(
      models.map(({ name, displayName, contextTokens, tools }) => [name, displayName, contextTokens, tools]),
      [
        ['m', 'M', 128_000, true],
        ['n', 'N', 128_000, true],
      ],
    );
  });

  test('streams text, then finishes; VS Code tells no usage', async () => {
    offer('copilot', 'gpt-5', says(text('Hel'), text('lo')));
    const parts = await collect((await endpointOf('copilot')).send(request, never));
    assert.deepEqual(parts, [
      { kind: 'text', text: 'Hel' },
      { kind: 'text', text: 'lo' },
      { kind: 'finished', reason: 'stop' },
    ]);
    const [seen = assert.fail()] = fake.seen;
    assert.deepEqual(
      seen.messages.map(({ role, content }) => [role, content]),
      [
        [1, [text('Be brief.')]],
        [1, [text('Hello')]],
      ],
    );
    assert.deepEqual(seen.options.tools, [
      { name: 'read_file', description: 'Reads a file.', inputSchema: { type: 'object' } },
      { name: 'now', description: 'Tells the time.' },
    ]);
    assert.equal(seen.options.toolMode, fake.LanguageModelChatToolMode.Auto);
    assert.match(seen.options.justification, /\.$/);
  });

  test('thinking and parallel tool calls', async () => {
    const call = (id: string) => new fake.LanguageModelToolCallPart(id, 'read_file', { path: id });
    const thinking = new fake.LanguageModelThinkingPart(['I should ', 'read.'], 'id', { signature: 's' });
    const unknown = new fake.LanguageModelDataPart(new Uint8Array(), 'stateful_marker');
    offer('copilot', 'gpt-5', says(thinking, call('a'), unknown, call('b')));
    const required = { ...request, toolMode: 'required' } as const;
    assert.deepEqual(await collect((await endpointOf('copilot')).send(required, never)), [
      // Another vendor's signature is of no use to anyone else.
      { kind: 'thinking', text: 'I should read.' },
      { kind: 'toolCall', callId: 'a', name: 'read_file', input: { path: 'a' } },
      { kind: 'toolCall', callId: 'b', name: 'read_file', input: { path: 'b' } },
      { kind: 'finished', reason: 'toolCalls' },
    ]);
    assert.equal(fake.seen[0]?.options.toolMode, fake.LanguageModelChatToolMode.Required);
  });

  test('aborting ends the request at once: in the stream, before it, while VS Code asks for consent', async () => {
    offer('copilot', 'gpt-5', hangs(text('Hel')));
    const endpoint = await endpointOf('copilot');
    const abort = new AbortController();
    const parts: ReplyPart[] = [];
    const error = await failure(
      (async () => {
        for await (const part of endpoint.send(request, abort.signal)) {
          parts.push(part);
          abort.abort();
        }
      })(),
    );
    assert.deepEqual([error.fault, parts.length], ['cancelled', 1]);
    assert.equal(fake.seen[0]?.token.isCancellationRequested, true);

    const early = await failure(collect(endpoint.send(request, AbortSignal.abort())));
    assert.deepEqual([early.fault, fake.seen.length], ['cancelled', 1]);

    fake.refusal.asking = new Promise(() => {});
    const asked = new AbortController();
    setTimeout(() => asked.abort(), 10);
    assert.equal((await failure(collect(endpoint.send(request, asked.signal)))).fault, 'cancelled');
    fake.refusal.asking = undefined;
  });

  test('a reader that stops reading ends the request too', async () => {
    offer('copilot', 'gpt-5', hangs(text('Hel')));
    for await (const _ of (await endpointOf('copilot')).send(request, never)) break;
    assert.equal(fake.seen[0]?.token.isCancellationRequested, true);
  });

  test('ten requests at once do not mix', async () => {
    offer('copilot', 'gpt-5', async function* ({ messages }) {
      const [part] = messages[0]?.content ?? [];
      const letter = part instanceof fake.LanguageModelTextPart ? part.value : '?';
      for (let count = 0; count < 5; count += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield text(letter + count);
      }
    });
    const endpoint = await endpointOf('copilot');
    const replies = await Promise.all(
      [...'abcdefghij'].map((letter) => {
        const messages = [{ role: 'user', content: [{ kind: 'text', text: letter }] }] as const;
        return collect(endpoint.send({ ...request, messages }, never));
      }),
    );
    assert.deepEqual(
      replies.map((parts) => parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')),
      [...'abcdefghij'].map((letter) => [0, 1, 2, 3, 4].map((count) => letter + count).join('')),
    );
  });

  const broken = (error: Error): fake.FakeChatModel['reply'] =>
    async function* () {
      yield text('Hel');
      throw error;
    };
  const named = (name: string) => Object.assign(new Error('You are out\nof requests.'), { name });
  const faults: readonly (readonly [what: string, error: Error, fault: EndpointError['fault'], sentence: RegExp])[] = [
    ['consent denied', fake.LanguageModelError.NoPermissions('no'), 'unauthorized', /consent dialog/],
    ['the model is gone', fake.LanguageModelError.NotFound('no'), 'unknownModel', /no longer offers/],
    ['blocked', fake.LanguageModelError.Blocked('quota'), 'quota', /Copilot blocked the request \(quota\)/],
    ["Copilot's quota", named('ChatQuotaExceeded'), 'quota', /\(You are out of requests\): pick/],
    ["Copilot's rate limit", named('ChatRateLimited'), 'quota', /no quota left/],
    ['anything else', new Error('x'.repeat(5000)), 'serverError', /Copilot's model failed \(x{300}\): try again/],
    ['no words at all', new Error(''), 'serverError', /does not say why/],
    ['cancelled by VS Code', new fake.CancellationError(), 'cancelled', /cancelled/],
  ];
  for (const [what, error, fault, sentence] of faults)
    test(`${what}: the fault and a sentence with its remedy, whether at once or in the stream`, async () => {
      offer('copilot', 'gpt-5', broken(error));
      const endpoint = await endpointOf('copilot');
      const inStream = await failure(collect(endpoint.send(request, never)));
      fake.refusal.error = error;
      const atOnce = await failure(collect(endpoint.send(request, never)));
      for (const told of [inStream, atOnce]) {
        assert.equal(told.fault, fault);
        assert.match(told.message, sentence);
      }
    });

  test('a model that is offered no more is told, and nothing is sent', async () => {
    offer('copilot', 'other');
    const error = await failure(collect((await endpointOf('copilot')).send(request, never)));
    assert.deepEqual([error.fault, fake.seen.length], ['unknownModel', 0]);
  });

  test('usage that nobody tells is counted, and its price is an estimate', async () => {
    offer('copilot', 'gpt-5', says(text('Hello.')));
    const endpoint = await endpointOf('copilot');
    const [model = assert.fail()] = await endpoint.listModels(never);
    const price: Price = {
      source: 'test',
      date: '2026-11-01',
      rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 100, text: 1000 } }] },
    };
    const events: LedgerEvent[] = [];
    const exactly = (tokens: number) => async () => ({ tokens, exact: true, low: tokens, high: tokens });
    const ports = {
      clock: fakeClock(),
      newId: () => '1',
      record: (recorded: readonly LedgerEvent[]) => void events.push(...recorded),
      counter: { countText: exactly(3), countRequest: exactly(12), observeTokens: async () => {} },
    };
    const facts = { agent: 'vscode-chat', sessionId: 's', runId: 'r' };
    const last = (
      await collect(runStep({ endpoint, model, price, priceBook: 'book' }, request, facts, ports, never))
    ).at(-1);
    assert.deepEqual(last?.kind === 'finished' && last.usage, { fresh: 12, text: 3 });
    const settled = events.find(({ kind }) => kind === 'settled');
    assert.ok(settled?.kind === 'settled');
    assert.deepEqual([settled.usageBasis, settled.cost?.confidence], ['counted', 'estimated']);
    assert.equal(settled.cost?.confidence === 'estimated' && settled.cost.nanoCredits, 12 * 100 + 3 * 1000);
  });
});
