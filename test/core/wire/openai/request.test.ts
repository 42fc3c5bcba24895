import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChatMessage, ChatRequest } from '../../../../src/core/chat.ts';
import { parseOpenAiRequest } from '../../../../src/core/wire/openai/parseRequest.ts';
import { toOpenAiRequest } from '../../../../src/core/wire/openai/request.ts';
import { anyRequest, plainRequest, substance } from '../arbitraries.ts';
import { bare } from '../readReply.ts';

const DIALECT = { thinkingField: 'reasoning_content', cacheMarks: true } as const;
const text = (value: string) => ({ kind: 'text' as const, text: value });
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

function request(messages: readonly ChatMessage[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', messages, tools: [], toolMode: 'auto', ...more };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads into the vendor's JSON
function messagesOf(chat: ChatRequest, dialect = {}): any[] {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  return toOpenAiRequest(chat, dialect).messages as any[];
}

function parsed(body: unknown): ChatRequest {
  const result = parseOpenAiRequest(body);
  assert.ok(result.ok, result.ok ? '' : result.problem);
  return result.request;
}

test('a conversation comes back unchanged', () => {
  const efforts = [undefined, 'none', 'low', 'medium', 'high'] as const;
  fc.assert(
    fc.property(plainRequest({ thinking: 'text', efforts, required: true }), (chat) => {
      assert.deepEqual(bare(parsed(toOpenAiRequest(chat, DIALECT))), bare(chat));
    }),
  );
});

test('any conversation keeps what was said, called and shown, and translates to the same body again', () => {
  fc.assert(
    fc.property(anyRequest, (chat) => {
      const body = toOpenAiRequest(chat, DIALECT);
      const back = parsed(body);
      assert.deepEqual(toOpenAiRequest(back, DIALECT), body);
      const imagesInResults = chat.messages.some((message) =>
        message.content.some(
          (part) => part.kind === 'toolResult' && part.content.some((inner) => inner.kind === 'image'),
        ),
      );
      if (!imagesInResults) assert.deepEqual(substance(back), substance(chat));
    }),
  );
});

test('system messages come first, as one', () => {
  const chat = request([
    { role: 'user', content: [text('hi')] },
    { role: 'system', content: [text('be brief')] },
  ]);
  assert.deepEqual(messagesOf(chat), [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: 'hi' },
  ]);
});

test('text and calls of one answer; a call without text has null content', () => {
  const call = { kind: 'toolCall', callId: 'c1', name: 'list', input: {} } as const;
  const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'list', arguments: '{}' } }];
  assert.deepEqual(messagesOf(request([{ role: 'assistant', content: [text('So'), text(': '), call] }])), [
    { role: 'assistant', content: 'So: ', tool_calls },
  ]);
  assert.deepEqual(messagesOf(request([{ role: 'assistant', content: [call] }])), [
    { role: 'assistant', content: null, tool_calls },
  ]);
});

test('images of a tool result go into a user message after all results', () => {
  const image = { kind: 'image', mimeType: 'image/png', data: PNG } as const;
  const chat = request([
    {
      role: 'user',
      content: [
        text('look'),
        { kind: 'toolResult', callId: 'c1', content: [text('taken'), image] },
        { kind: 'toolResult', callId: 'c2', content: [image] },
      ],
    },
  ]);
  const image_url = { url: 'data:image/png;base64,iVBORw==' };
  assert.deepEqual(messagesOf(chat), [
    { role: 'tool', tool_call_id: 'c1', content: 'taken' },
    { role: 'tool', tool_call_id: 'c2', content: 'The result is the image below.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Image returned by the tool call c1:' },
        { type: 'image_url', image_url },
        { type: 'text', text: 'Image returned by the tool call c2:' },
        { type: 'image_url', image_url },
      ],
    },
    { role: 'user', content: 'look' },
  ]);
});

test('results of two user messages in a row stand together behind their calls', () => {
  const chat = request([
    { role: 'user', content: [{ kind: 'toolResult', callId: 'c1', content: [text('one')] }] },
    { role: 'user', content: [text('and'), { kind: 'toolResult', callId: 'c2', content: [] }] },
  ]);
  assert.deepEqual(
    messagesOf(chat).map((message) => [message.role, message.content]),
    [
      ['tool', 'one'],
      ['tool', ''],
      ['user', 'and'],
    ],
  );
});

test('tools: one without a schema takes an empty object; required is a tool_choice, but not without tools', () => {
  const tools = [{ name: 'list', description: 'Lists.' }];
  const body = toOpenAiRequest(request([], { tools, toolMode: 'required' }));
  assert.equal(body.tool_choice, 'required');
  assert.deepEqual(body.tools, [
    {
      type: 'function',
      function: { name: 'list', description: 'Lists.', parameters: { type: 'object', properties: {} } },
    },
  ]);
  assert.equal('tool_choice' in toOpenAiRequest(request([], { toolMode: 'required' })), false);
});

test('the dialects differ in the limit, in thinking and in cache marks', () => {
  const chat = request(
    [
      { role: 'user', content: [text('a'), { kind: 'cacheMark' }] },
      { role: 'assistant', content: [{ kind: 'thinking', text: 'hm' }, text('b')] },
    ],
    { maxOutputTokens: 9 },
  );
  assert.equal(toOpenAiRequest(chat).max_tokens, 9);
  assert.equal(toOpenAiRequest(chat, { outputLimitField: 'max_completion_tokens' }).max_completion_tokens, 9);
  assert.deepEqual(messagesOf(chat), [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
  ]);
  assert.deepEqual(messagesOf(chat, { thinkingField: 'reasoning', cacheMarks: true }), [
    { role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
    { role: 'assistant', content: 'b', reasoning: 'hm' },
  ]);
});

test('a name that the vendor would refuse is made fit', () => {
  const chat = request([{ role: 'user', content: [text('a')], name: 'GitHub Copilot' }]);
  assert.equal(messagesOf(chat)[0].name, 'GitHub_Copilot');
});

test('usage is asked for with the stream', () => {
  const body = toOpenAiRequest(request([]));
  assert.deepEqual([body.stream, body.stream_options], [true, { include_usage: true }]);
});

test('a request that is none says which field is wrong, and nothing throws', () => {
  const problem = (body: unknown) => {
    const result = parseOpenAiRequest(body);
    return result.ok ? undefined : result.problem;
  };
  assert.equal(problem(null), 'The body is not a JSON object.');
  assert.equal(
    problem({ model: 'm', messages: [{ role: 'robot' }] }),
    'The field messages.0.role is missing or wrong.',
  );
  const tool_calls = [{ id: 'c', function: { name: 'run', arguments: '{' } }];
  assert.match(problem({ model: 'm', messages: [{ role: 'assistant', tool_calls }] }) ?? '', /tool call run/);
  const content = [{ type: 'image_url', image_url: { url: 'https://example.org/a.png' } }];
  assert.match(problem({ model: 'm', messages: [{ role: 'user', content }] }) ?? '', /base64/);
  fc.assert(fc.property(fc.jsonValue(), (body) => void parseOpenAiRequest(body)));
});
