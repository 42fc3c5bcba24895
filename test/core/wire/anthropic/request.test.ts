import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChatMessage, ChatRequest } from '../../../../src/core/chat.ts';
import { parseAnthropicRequest } from '../../../../src/core/wire/anthropic/parseRequest.ts';
import { toAnthropicRequest } from '../../../../src/core/wire/anthropic/request.ts';
import { anyRequest, plainRequest, substance } from '../arbitraries.ts';
import { bare } from '../readReply.ts';

const text = (value: string) => ({ kind: 'text' as const, text: value });
const MARK = { kind: 'cacheMark' } as const;
const TOOLS = [{ name: 'list', description: 'Lists.' }];

function request(messages: readonly ChatMessage[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', messages, tools: [], toolMode: 'auto', ...more };
}

function parsed(body: unknown): ChatRequest {
  const result = parseAnthropicRequest(body);
  assert.ok(result.ok, result.ok ? '' : result.problem);
  return result.request;
}

/** Our own marks are an addition. */
function withoutMarks(chat: ChatRequest): ChatRequest {
  const messages = chat.messages.map((message) => ({
    ...message,
    content: message.content.filter((part) => part.kind !== 'cacheMark'),
  }));
  return { ...chat, messages };
}

/** User messages in a row are one there. */
function withTurnsJoined(chat: ChatRequest): ChatRequest {
  const messages: ChatMessage[] = [];
  for (const message of chat.messages) {
    const last = messages.at(-1);
    if (last?.role !== message.role) messages.push(message);
    else messages[messages.length - 1] = { ...last, content: [...last.content, ...message.content] };
  }
  return { ...chat, messages };
}

/** The texts and names that carry a mark, in order. */
function marks(chat: ChatRequest): readonly string[] {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into the vendor's JSON
  const body = toAnthropicRequest(chat) as any;
  const blocks = [
    ...(body.tools ?? []),
    ...(body.system ?? []),
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ...body.messages.flatMap((message: any) => message.content),
  ];
  return blocks.filter((block) => block.cache_control).map((block) => block.text ?? block.name ?? block.tool_use_id);
}

test('a conversation comes back unchanged', () => {
  fc.assert(
    fc.property(plainRequest({ thinking: 'signed', isError: true, required: true }), (chat) => {
      assert.deepEqual(bare(withoutMarks(parsed(toAnthropicRequest(chat)))), bare(withTurnsJoined(chat)));
    }),
  );
});

test('any conversation keeps what was said, called and shown, and translates to the same body again', () => {
  fc.assert(
    fc.property(anyRequest, (chat) => {
      const body = toAnthropicRequest(chat);
      const back = parsed(body);
      assert.deepEqual(toAnthropicRequest(back), body);
      const { calls, results, ...rest } = substance(back);
      const original = substance(chat);
      assert.deepEqual(rest, { images: original.images, said: original.said });
      const fit = (texts: readonly string[] | undefined) =>
        texts?.map((value) => value.replaceAll('with space:1', 'with_space_1'));
      assert.deepEqual(calls, fit(original.calls));
      assert.deepEqual(results?.toSorted(), fit(original.results)?.toSorted());
    }),
  );
});

test('messages of one role in a row become one, results of tools first', () => {
  const body = toAnthropicRequest(
    request([
      { role: 'user', content: [text('a')] },
      { role: 'user', content: [text(' \n'), text('b')] },
      { role: 'assistant', content: [{ kind: 'toolCall', callId: 'c:1', name: 'list', input: {} }] },
      { role: 'user', content: [text('stop')] },
      { role: 'user', content: [{ kind: 'toolResult', callId: 'c:1', content: [], isError: true }] },
    ]),
  );
  assert.deepEqual(body.messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ].map((block, index) => (index === 1 ? { ...block, cache_control: { type: 'ephemeral' } } : block)),
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c_1', name: 'list', input: {} }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c_1', is_error: true },
        { type: 'text', text: 'stop' },
      ],
    },
  ]);
});

test('system comes apart, wherever it stood; a message without content is left out', () => {
  const body = toAnthropicRequest(
    request([
      { role: 'user', content: [text('hi')] },
      { role: 'system', content: [text('be brief')] },
      { role: 'assistant', content: [] },
    ]),
  );
  assert.deepEqual(body.system, [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }]);
  assert.deepEqual(body.messages, [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]);
});

test('images of tool results stay with them', () => {
  const image = { kind: 'image', mimeType: 'image/png', data: Uint8Array.of(1, 2) } as const;
  const body = toAnthropicRequest(
    request([{ role: 'user', content: [{ kind: 'toolResult', callId: 'c', content: [text('x'), image] }] }]),
  );
  const source = { type: 'base64', media_type: 'image/png', data: 'AQI=' };
  assert.deepEqual(body.messages, [
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'c',
          content: [
            { type: 'text', text: 'x' },
            { type: 'image', source },
          ],
        },
      ],
    },
  ]);
});

test("thinking is given back with its signature; without one it is another vendor's and stays out", () => {
  const body = toAnthropicRequest(
    request([
      {
        role: 'assistant',
        content: [
          { kind: 'thinking', text: 'a', signature: 's' },
          { kind: 'thinking', text: '', redacted: 'r' },
          { kind: 'thinking', text: 'b' },
          text('c'),
        ],
      },
    ]),
  );
  assert.deepEqual(body.messages, [
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'a', signature: 's' },
        { type: 'redacted_thinking', data: 'r' },
        { type: 'text', text: 'c' },
      ],
    },
  ]);
});

const CONVERSATION: readonly ChatMessage[] = [
  { role: 'system', content: [text('system')] },
  { role: 'user', content: [text('one')] },
  { role: 'assistant', content: [text('answer')] },
  { role: 'user', content: [text('two')] },
];

test('marks stand at the ends of tools, system and the last-but-one user turn, and the last where tools are offered', () => {
  assert.deepEqual(marks(request(CONVERSATION)), ['system', 'one']);
  assert.deepEqual(marks(request(CONVERSATION, { tools: TOOLS })), ['list', 'system', 'one', 'two']);
});

test("the caller's marks are honoured and leave room for tools and system only", () => {
  const chat = request(
    [
      { role: 'system', content: [text('system')] },
      { role: 'user', content: [text('one'), MARK, text('more')] },
      { role: 'assistant', content: [{ kind: 'thinking', text: 't', signature: 's' }, text('answer'), MARK] },
      { role: 'user', content: [text('two')] },
    ],
    { tools: TOOLS },
  );
  assert.deepEqual(marks(chat), ['list', 'system', 'one', 'answer']);
});

test('never more than four marks: the latest of the caller win', () => {
  const messages = Array.from({ length: 6 }, (_, index) => ({
    role: index % 2 ? ('assistant' as const) : ('user' as const),
    content: [text(`m${index}`), MARK, MARK],
  }));
  assert.deepEqual(marks(request(messages, { tools: TOOLS })), ['m2', 'm3', 'm4', 'm5']);
  fc.assert(
    fc.property(anyRequest, (chat) => {
      assert.ok(marks(chat).length <= 4);
    }),
  );
});

test("a limit is always sent: the request's, the model's, a default", () => {
  assert.equal(toAnthropicRequest(request([], { maxOutputTokens: 5 }), { maxOutputTokens: 9 }).max_tokens, 5);
  assert.equal(toAnthropicRequest(request([]), { maxOutputTokens: 9 }).max_tokens, 9);
  assert.equal(toAnthropicRequest(request([])).max_tokens, 8192);
});

test('effort: adaptive thinking, a budget below the limit, or nothing where the model or a forced call forbids it', () => {
  const high = request([], { reasoningEffort: 'high', temperature: 0.5 });
  const adaptive = toAnthropicRequest(high, { thinking: 'adaptive' });
  assert.deepEqual(
    [adaptive.thinking, adaptive.output_config],
    [{ type: 'adaptive', display: 'summarized' }, { effort: 'high' }],
  );
  assert.equal('temperature' in adaptive, false);
  assert.deepEqual(toAnthropicRequest(high, { thinking: 'budget' }).thinking, { type: 'enabled', budget_tokens: 4096 });
  assert.equal('thinking' in toAnthropicRequest(high), false);
  const forced = { ...high, tools: TOOLS, toolMode: 'required' as const };
  assert.equal('thinking' in toAnthropicRequest(forced, { thinking: 'adaptive' }), false);
  assert.deepEqual(toAnthropicRequest(forced).tool_choice, { type: 'any' });
  const none = { ...high, reasoningEffort: 'none' as const };
  assert.deepEqual(toAnthropicRequest(none, { canDisableThinking: true }).thinking, { type: 'disabled' });
  assert.equal(toAnthropicRequest(none).temperature, 0.5);
});

test('results of calls that were made without thinking: a budget is not asked for, an effort is', () => {
  const call = { kind: 'toolCall', callId: 'c', name: 'f', input: {} } as const;
  const thought = { kind: 'thinking', text: 'hm', signature: 's' } as const;
  const asked = (content: ChatMessage['content'], thinking: 'budget' | 'adaptive') => {
    const messages: ChatMessage[] = [
      { role: 'user', content: [{ kind: 'text', text: 'go' }] },
      { role: 'assistant', content },
      { role: 'user', content: [{ kind: 'toolResult', callId: 'c', content: [] }] },
    ];
    return 'thinking' in toAnthropicRequest(request(messages, { reasoningEffort: 'high' }), { thinking });
  };
  assert.equal(asked([call], 'budget'), false);
  assert.equal(asked([{ kind: 'thinking', text: 'unsigned' }, call], 'budget'), false);
  assert.equal(asked([thought, call], 'budget'), true);
  assert.equal(asked([{ kind: 'thinking', text: '', redacted: 'x' }, call], 'budget'), true);
  assert.equal(asked([call], 'adaptive'), true);
});

test('a request that is none says what is wrong, and nothing throws', () => {
  const problem = (body: unknown) => {
    const result = parseAnthropicRequest(body);
    return result.ok ? undefined : result.problem;
  };
  assert.equal(problem('x'), 'The body is not a JSON object.');
  const document = [{ type: 'document', source: { type: 'text' } }];
  assert.equal(
    problem({ model: 'm', messages: [{ role: 'user', content: document }] }),
    'Content of the type document is not supported.',
  );
  fc.assert(fc.property(fc.jsonValue(), (body) => void parseAnthropicRequest(body)));
});
