import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../../src/core/chat.ts';
import * as fake from '../fakes/vscode.ts';

const { fromChatMessages, textOf, toChatMessages, toToolDefinitions } = await import('../../src/editor/convert.ts');

const text = (value: string) => new fake.LanguageModelTextPart(value);
const data = (content: string | Uint8Array, mimeType: string) =>
  new fake.LanguageModelDataPart(typeof content === 'string' ? new TextEncoder().encode(content) : content, mimeType);
/** One message of VS Code's as ours. */
const read = (content: readonly unknown[], role = 1, name?: string) =>
  toChatMessages([{ role, content, name }] as never)[0];

test('roles: user, assistant, and the system role that the typings lack', () => {
  assert.deepEqual(
    [1, 2, 3].map((role) => read([], role)?.role),
    ['user', 'assistant', 'system'],
  );
  assert.equal(read([], 1, 'someone')?.name, 'someone');
});

test('every kind of part, in its order; what nobody knows is skipped', () => {
  const image = Uint8Array.of(1, 2, 3);
  assert.deepEqual(
    read([
      text('a'),
      data(image, 'image/png'),
      data('{"b":1}', 'application/json'),
      data('c', 'text/markdown'),
      data('ephemeral', 'cache_control'),
      data('x', 'stateful_marker'),
      { some: 'part of the future' },
      undefined,
      new fake.LanguageModelThinkingPart(['hm', '!']),
      new fake.LanguageModelToolCallPart('id', 'f', { a: 1 }),
    ])?.content,
    [
      { kind: 'text', text: 'a' },
      { kind: 'image', mimeType: 'image/png', data: image },
      { kind: 'text', text: '{"b":1}' },
      { kind: 'text', text: 'c' },
      { kind: 'cacheMark' },
      { kind: 'thinking', text: 'hm!' },
      { kind: 'toolCall', callId: 'id', name: 'f', input: { a: 1 } },
    ],
  );
});

test("a tool's result: text, images, and a rendered prompt in reading order; marks are none of it", () => {
  const tree = {
    node: {
      type: 1,
      children: [
        { type: 2, text: 'one ' },
        {
          type: 1,
          children: [
            { type: 2, text: 'two ' },
            { type: 2, text: 'three' },
          ],
        },
      ],
    },
  };
  const parts = [
    text('a'),
    new fake.LanguageModelPromptTsxPart(tree),
    data(Uint8Array.of(9), 'image/jpeg'),
    data('ephemeral', 'cache_control'),
    'bare',
    { some: 'part of the future' },
  ];
  assert.deepEqual(read([new fake.LanguageModelToolResultPart('id', parts)])?.content, [
    {
      kind: 'toolResult',
      callId: 'id',
      content: [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'one two three' },
        { kind: 'image', mimeType: 'image/jpeg', data: Uint8Array.of(9) },
        { kind: 'text', text: 'bare' },
      ],
    },
  ]);
  for (const odd of [null, 7, [], { node: null }, { children: [7] }]) {
    const result = new fake.LanguageModelToolResultPart('id', [new fake.LanguageModelPromptTsxPart(odd)]);
    assert.deepEqual(read([result])?.content, [
      { kind: 'toolResult', callId: 'id', content: [{ kind: 'text', text: '' }] },
    ]);
  }
});

test("a conversation goes to a model of VS Code's and would come back the same; thinking and marks stay here", () => {
  const image = { kind: 'image', mimeType: 'image/png', data: Uint8Array.of(1) } as const;
  const conversation: ChatMessage[] = [
    { role: 'user', content: [{ kind: 'text', text: 'look' }, image], name: 'me' },
    {
      role: 'assistant',
      content: [
        { kind: 'text', text: 'I do.' },
        { kind: 'toolCall', callId: 'a', name: 'f', input: { x: [1] } },
      ],
    },
    { role: 'user', content: [{ kind: 'toolResult', callId: 'a', content: [{ kind: 'text', text: 'r' }, image] }] },
  ];
  assert.deepEqual(toChatMessages(fromChatMessages(conversation) as never), conversation);
  const private_: ChatMessage = {
    role: 'assistant',
    content: [{ kind: 'thinking', text: 'hm', signature: 's' }, { kind: 'cacheMark' }],
  };
  assert.deepEqual(fromChatMessages([private_]), []);
  const system: ChatMessage = { role: 'system', content: [{ kind: 'text', text: 'Be brief.' }] };
  assert.deepEqual(toChatMessages(fromChatMessages([system]) as never), [{ ...system, role: 'user' }]);
});

test('tools, with and without a schema', () => {
  assert.deepEqual(toToolDefinitions(undefined), []);
  assert.deepEqual(toToolDefinitions([{ name: 'f', description: 'F', inputSchema: { type: 'object' } }]), [
    { name: 'f', description: 'F', inputSchema: { type: 'object' } },
  ]);
  assert.equal(toToolDefinitions([{ name: 'f', description: 'F' }] as never)[0]?.inputSchema, undefined);
});

test('the text that is counted is all that a message says', () => {
  assert.equal(textOf('bare'), 'bare');
  const content = [
    text('a'),
    new fake.LanguageModelThinkingPart('b'),
    new fake.LanguageModelToolCallPart('id', 'f', { x: 1 }),
    new fake.LanguageModelToolResultPart('id', [text('c')]),
    data(Uint8Array.of(1), 'image/png'),
  ];
  assert.equal(textOf({ role: 1, content, name: undefined } as never), 'abf{"x":1}c');
});
