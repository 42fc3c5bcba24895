import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChatMessage, ChatRequest } from '../../../../src/core/chat.ts';
import { parseOllamaRequest } from '../../../../src/core/wire/ollama/parseRequest.ts';
import { toOllamaRequest } from '../../../../src/core/wire/ollama/request.ts';
import { anyRequest, plainRequest, substance } from '../arbitraries.ts';
import { bare } from '../readReply.ts';

const text = (value: string) => ({ kind: 'text' as const, text: value });

function request(messages: readonly ChatMessage[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'm', messages, tools: [], toolMode: 'auto', ...more };
}

function parsed(body: unknown): ChatRequest {
  const result = parseOllamaRequest(body);
  assert.ok(result.ok, result.ok ? '' : result.problem);
  return result.request;
}

test('a conversation comes back unchanged', () => {
  const efforts = [undefined, 'low', 'medium', 'high'] as const;
  fc.assert(
    fc.property(plainRequest({ thinking: 'text', efforts }), (chat) => {
      const body = toOllamaRequest(chat, { canThink: true, thinkingLevels: true });
      assert.deepEqual(bare(parsed(body)), bare(chat));
    }),
  );
});

test('any conversation keeps what was said, called and shown, and translates to the same body again', () => {
  fc.assert(
    fc.property(anyRequest, (chat) => {
      const body = toOllamaRequest(chat, { contextTokens: 8192 });
      const back = parsed(body);
      assert.deepEqual(toOllamaRequest(back, { contextTokens: 8192 }), body);
      const imagesInResults = chat.messages.some((message) =>
        message.content.some(
          (part) => part.kind === 'toolResult' && part.content.some((inner) => inner.kind === 'image'),
        ),
      );
      if (!imagesInResults) assert.deepEqual(substance(back), substance(chat));
    }),
  );
});

test('arguments are objects, results name their tool, images stand beside', () => {
  const image = { kind: 'image', mimeType: 'image/png', data: Uint8Array.of(1, 2) } as const;
  const body = toOllamaRequest(
    request([
      { role: 'user', content: [text('a'), text('b'), image] },
      {
        role: 'assistant',
        content: [
          { kind: 'thinking', text: 'hm' },
          { kind: 'toolCall', callId: 'c1', name: 'read_file', input: { path: 'x' } },
        ],
      },
      { role: 'user', content: [{ kind: 'toolResult', callId: 'c1', content: [text('one'), image] }] },
    ]),
  );
  assert.deepEqual(body.messages, [
    { role: 'user', content: 'a\n\nb', images: ['AQI='] },
    {
      role: 'assistant',
      content: '',
      thinking: 'hm',
      tool_calls: [{ id: 'c1', function: { index: 0, name: 'read_file', arguments: { path: 'x' } } }],
    },
    { role: 'tool', content: 'one', tool_name: 'read_file', tool_call_id: 'c1' },
    { role: 'user', content: 'Image returned by the tool call c1:', images: ['AQI='] },
  ]);
});

test('options hold the context, the limit and the temperature; thinking is said only where the model can', () => {
  const chat = request([], { maxOutputTokens: 7, temperature: 0, reasoningEffort: 'none' });
  assert.deepEqual(toOllamaRequest(chat, { contextTokens: 16_384 }).options, {
    num_ctx: 16_384,
    num_predict: 7,
    temperature: 0,
  });
  assert.equal('think' in toOllamaRequest(chat), false);
  assert.equal(toOllamaRequest(chat, { canThink: true }).think, false);
  const think = (reasoningEffort: 'none' | 'low' | 'high' | undefined, thinkingLevels: boolean) =>
    toOllamaRequest({ ...chat, reasoningEffort }, { canThink: true, thinkingLevels }).think;
  assert.deepEqual(
    (['none', 'low', 'high', undefined] as const).map((effort) => [think(effort, false), think(effort, true)]),
    [
      [false, 'low'],
      [true, 'low'],
      [true, 'high'],
      [undefined, undefined],
    ],
  );
  assert.equal('options' in toOllamaRequest(request([])), false);
});

test('calls and results without ids, as the official client sends them, are joined by name and place', () => {
  const call = (name: string) => ({ function: { name, arguments: {} } });
  const chat = parsed({
    model: 'm',
    messages: [
      { role: 'assistant', content: '', tool_calls: [call('a'), call('b')] },
      { role: 'tool', content: 'of b', tool_name: 'b' },
      { role: 'tool', content: 'of a', tool_name: 'a' },
    ],
  });
  assert.deepEqual(substance(chat).results, ['call_0_1: ofb', 'call_0_0: ofa']);
});

test('a request that is none says what is wrong, and nothing throws', () => {
  const result = parseOllamaRequest({ model: 'm', messages: [{ role: 'user', images: ['***'] }] });
  assert.deepEqual(result, { ok: false, problem: 'Images are taken in base64 only.' });
  fc.assert(fc.property(fc.jsonValue(), (body) => void parseOllamaRequest(body)));
});
