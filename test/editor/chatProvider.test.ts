import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { AnswerOrigin, AnswerRequest } from '../../src/app/answer.ts';
import type { Offer } from '../../src/app/offers.ts';
import type { ReplyPart } from '../../src/core/chat.ts';
import { EndpointError } from '../../src/core/endpointError.ts';
import * as fake from '../fakes/vscode.ts';

const { registerChatProvider, VENDOR } = await import('../../src/editor/chatProvider.ts');

const offer: Offer = {
  id: 'vendor/model',
  name: 'Model (Vendor)',
  family: 'model',
  version: '1',
  detail: 'detail',
  tooltip: 'tooltip',
  maxInputTokens: 100,
  maxOutputTokens: 10,
  tools: true,
  images: false,
  thinking: false,
};
const IN_CHAT = {
  requestInitiator: 'GitHub.copilot-chat',
  modelOptions: { _conversationId: 'chat-1', _otelTraceContext: { traceId: 'prompt-1', spanId: 's' } },
};

interface Asked {
  readonly offerId: string;
  readonly request: AnswerRequest;
  readonly origin: AnswerOrigin;
  readonly signal: AbortSignal;
}
let offers: readonly Offer[] = [];
let asked: Asked[] = [];
let log: string[] = [];
let play: (asked: Asked) => AsyncGenerator<ReplyPart, void, undefined>;

function answers(...parts: readonly ReplyPart[]): void {
  play = async function* () {
    yield* parts;
  };
}

beforeEach(() => {
  offers = [offer];
  asked = [];
  log = [];
  registerChatProvider({
    offers: () => offers,
    answer: (offerId, request, origin, signal) => {
      const ask = { offerId, request, origin, signal };
      asked.push(ask);
      return play(ask);
    },
    countText: async (model, text) => {
      if (text === 'fail') throw new Error('no worker');
      return model.length + text.length;
    },
    onDidChangeOffers: () => ({ dispose() {} }),
    log: (sentence) => log.push(sentence),
  });
});

const provider = () => fake.providers.get(VENDOR);

async function respond(
  options: object,
  messages: readonly unknown[] = [],
  source = new fake.CancellationTokenSource(),
) {
  const reported: object[] = [];
  const progress = { report: (part: object) => reported.push(part) };
  const whole = { toolMode: 1, requestInitiator: 'core', ...options };
  await provider().provideLanguageModelChatResponse({ id: offer.id }, messages, whole, progress, source.token);
  return reported;
}

const textOf = (parts: readonly object[]) =>
  parts.map((part) => (part instanceof fake.LanguageModelTextPart ? part.value : '')).join('');

test("the picker gets the offers at once, tools and images as VS Code's capabilities", () => {
  const [model] = provider().provideLanguageModelChatInformation({ silent: true });
  assert.deepEqual(
    [model.id, model.name, model.detail, model.tooltip, model.capabilities],
    ['vendor/model', 'Model (Vendor)', 'detail', 'tooltip', { toolCalling: true, imageInput: false }],
  );
});

test('how much to think can be picked where the model takes it', () => {
  offers = [offer, { ...offer, thinking: true }];
  const [plain, thinks] = provider().provideLanguageModelChatInformation({ silent: true });
  assert.equal('configurationSchema' in plain, false);
  assert.deepEqual(thinks.configurationSchema.properties.reasoningEffort.enum, ['none', 'low', 'medium', 'high']);
});

test('text, thinking, a tool call and the usage, in their order', async () => {
  answers(
    { kind: 'thinking', text: 'Hm.' },
    { kind: 'text', text: 'Yes.' },
    { kind: 'toolCall', callId: 'c', name: 'f', input: { a: 1 } },
    { kind: 'finished', reason: 'toolCalls', usage: { fresh: 3, cacheRead: 4, text: 5, reasoning: 1 } },
  );
  const [thinking, text, call, usage, ...more] = (await respond(IN_CHAT)) as [
    fake.LanguageModelThinkingPart,
    fake.LanguageModelTextPart,
    fake.LanguageModelToolCallPart,
    fake.LanguageModelDataPart,
  ];
  assert.deepEqual([thinking.value, thinking.metadata], ['Hm.', undefined]);
  assert.deepEqual([text.value, call.callId, call.name, call.input], ['Yes.', 'c', 'f', { a: 1 }]);
  assert.equal(usage.mimeType, 'usage');
  const told = JSON.parse(new TextDecoder().decode(usage.data));
  assert.deepEqual([told.prompt_tokens, told.completion_tokens, told.total_tokens], [7, 6, 13]);
  assert.equal(more.length, 0);
});

test('a reply that was cut off says so in the chat, and nowhere else', async () => {
  answers({ kind: 'text', text: 'half' }, { kind: 'finished', reason: 'length' });
  assert.match(textOf(await respond(IN_CHAT)), /^half\n\n\*\(Cut off/);
  assert.match(textOf(await respond({ ...IN_CHAT, requestInitiator: 'core' })), /Cut off/);
  const elsewhere = [
    { ...IN_CHAT, modelOptions: {} }, // a title, a summary
    { ...IN_CHAT, requestInitiator: 'someone.commits' },
    { modelOptions: { _conversationId: 'x' }, requestInitiator: undefined },
  ];
  for (const options of elsewhere) assert.equal(textOf(await respond(options)), 'half');
  answers({ kind: 'text', text: 'whole' }, { kind: 'finished', reason: 'stop' });
  assert.equal(textOf(await respond(IN_CHAT)), 'whole');
});

test('what VS Code tells of the request goes along; what it does not tell is unknown', async () => {
  answers({ kind: 'finished', reason: 'stop' });
  await respond({
    ...IN_CHAT,
    toolMode: 2,
    tools: [{ name: 'f', description: 'F', inputSchema: { type: 'object' } }],
    modelConfiguration: { reasoningEffort: 'low' },
    modelOptions: { ...IN_CHAT.modelOptions, temperature: 0.5, max_tokens: 9 },
  });
  const [{ offerId, request, origin } = assert.fail()] = asked;
  assert.deepEqual([offerId, request.toolMode, request.tools.map(({ name }) => name)], [offer.id, 'required', ['f']]);
  assert.deepEqual([request.reasoningEffort, request.temperature, request.maxOutputTokens], ['low', 0.5, 9]);
  assert.deepEqual([origin.sessionId, origin.promptId], ['chat-1', 'prompt-1']);
  await respond({ modelConfiguration: { reasoningEffort: 'enormous' } });
  assert.deepEqual([asked[1]?.request.reasoningEffort, asked[1]?.origin.sessionId], [undefined, undefined]);
});

test('signed thinking goes to the chat and comes back to the letter', async () => {
  answers(
    { kind: 'thinking', text: 'A' },
    { kind: 'thinking', text: '', signature: 'sigA' },
    { kind: 'thinking', text: '', redacted: 'opaque' },
    { kind: 'thinking', text: 'B' },
    { kind: 'thinking', text: '', signature: 'sigB' },
    { kind: 'finished', reason: 'stop' },
  );
  const parts = (await respond(IN_CHAT)) as fake.LanguageModelThinkingPart[];
  const metadata = parts.findLast((part) => part.metadata)?.metadata;
  const joined = new fake.LanguageModelThinkingPart(['A', 'B'], 'id', metadata);
  await respond(IN_CHAT, [{ role: 2, content: [joined, new fake.LanguageModelTextPart('Yes.')], name: undefined }]);
  assert.deepEqual(asked[1]?.request.messages, [
    {
      role: 'assistant',
      content: [
        { kind: 'thinking', text: 'A', signature: 'sigA' },
        { kind: 'thinking', text: '', redacted: 'opaque' },
        { kind: 'thinking', text: 'B', signature: 'sigB' },
        { kind: 'text', text: 'Yes.' },
      ],
    },
  ]);
});

test('Stop aborts the request, before it and in the middle, and leaves no listener', async () => {
  play = async function* ({ signal }) {
    yield { kind: 'text', text: 'a' };
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new EndpointError('cancelled', 'The request was cancelled.');
  };
  for (const early of [true, false]) {
    const source = new fake.CancellationTokenSource();
    if (early) source.cancel();
    const done = respond(IN_CHAT, [], source);
    setTimeout(() => source.cancel(), 10);
    await assert.rejects(done, fake.CancellationError);
    assert.equal(source.listeners(), 0);
  }
});

test('an error is one sentence without a stack; what is no sentence goes into the log', async () => {
  play = async function* () {
    yield { kind: 'text', text: 'a' };
    throw new EndpointError('quota', 'Vendor is overloaded: try again in 3 s.');
  };
  await assert.rejects(respond(IN_CHAT), { message: 'Vendor is overloaded: try again in 3 s.', stack: '' });
  assert.deepEqual(log, []);
  play = async function* () {
    yield { kind: 'text', text: 'a' };
    throw new TypeError('x is undefined');
  };
  await assert.rejects(respond(IN_CHAT), /Show Log/);
  assert.match(log.join(), /x is undefined/);
});

test('tokens are counted for the model by its name; a worker that fails is no error', async () => {
  const count = (text: unknown) => provider().provideTokenCount({ family: 'model' }, text);
  assert.equal(await count('abc'), 8);
  const message = { role: 1, content: [new fake.LanguageModelTextPart('ab'), new fake.LanguageModelTextPart('c')] };
  assert.equal(await count(message), 8);
  assert.equal(await count('fail'), 2);
});
