import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReplyPart, ThinkingPart } from '../../src/core/chat.ts';
import { createThinkingWriter, readThinking, type ShownThinking } from '../../src/core/thinking.ts';
import { createAnthropicReplyReader } from '../../src/core/wire/anthropic/reply.ts';
import { createAnthropicReplyWriter } from '../../src/core/wire/anthropic/replyWriter.ts';
import { toAnthropicRequest } from '../../src/core/wire/anthropic/request.ts';

type Thinking = Extract<ReplyPart, { kind: 'thinking' }>;

/** What VS Code's chat makes of a reply's parts: texts joined, the metadata of the last part that has any. */
function throughTheChat(parts: readonly ShownThinking[]): ShownThinking {
  const metadata = parts.findLast((part) => part.metadata)?.metadata;
  const text = parts.map((part) => part.text).join('');
  // It is kept as JSON with the session.
  return JSON.parse(JSON.stringify({ text, metadata }));
}

/** Blocks as Anthropic sent them, through the stream, the chat and back into a request. */
function roundTrip(blocks: readonly (Thinking & { readonly pieces?: readonly string[] })[]): unknown {
  const write = createAnthropicReplyWriter({ responseId: 'r', model: 'm' });
  const sent = blocks.flatMap(({ pieces = [], ...block }): Thinking[] =>
    block.redacted === undefined
      ? [...pieces.map((text) => ({ kind: 'thinking', text }) as const), { ...block, text: '' }]
      : [block],
  );
  const steps = createAnthropicReplyReader().push(sent.map(write).join(''));
  const show = createThinkingWriter();
  const shown = throughTheChat(steps.flatMap((step) => (step.kind === 'thinking' ? [show(step)] : [])));
  return contentOf(readThinking([shown]).flat());
}

function contentOf(content: readonly ThinkingPart[]): unknown {
  const call = { kind: 'toolCall', callId: 'c', name: 'f', input: {} } as const;
  const messages = [{ role: 'assistant', content: [...content, call] }] as const;
  const body = toAnthropicRequest({ model: 'm', messages, tools: [], toolMode: 'auto' });
  return (body.messages as unknown as { content: unknown[] }[])[0]?.content.slice(0, -1);
}

test('two blocks of one reply, and one that is redacted, come back as they were', () => {
  assert.deepEqual(
    roundTrip([
      { kind: 'thinking', text: '', pieces: ['A', 'AA'], signature: 'sigA' },
      { kind: 'thinking', text: '', redacted: 'opaque' },
      { kind: 'thinking', text: '', pieces: ['BB', 'B'], signature: 'sigB' },
      // Thinking that the vendor doesn't show has a signature all the same.
      { kind: 'thinking', text: '', pieces: [], signature: 'sigC' },
    ]),
    [
      { type: 'thinking', thinking: 'AAA', signature: 'sigA' },
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'thinking', thinking: 'BBB', signature: 'sigB' },
      { type: 'thinking', thinking: '', signature: 'sigC' },
    ],
  );
});

test('any blocks come back to the letter', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 }).map((raw) => raw.toWellFormed());
  const signature = fc.string({ minLength: 1 });
  const signed = fc.record({ pieces: fc.array(text, { minLength: 1 }), signature });
  fc.assert(
    fc.property(fc.array(fc.oneof(signed, signature), { minLength: 1 }), (blocks) => {
      const sent = blocks.map((block) =>
        typeof block === 'string'
          ? ({ kind: 'thinking', text: '', redacted: block } as const)
          : ({ kind: 'thinking', text: '', ...block } as const),
      );
      assert.deepEqual(
        roundTrip(sent),
        blocks.map((block) =>
          typeof block === 'string'
            ? { type: 'redacted_thinking', data: block }
            : { type: 'thinking', thinking: block.pieces.join(''), signature: block.signature },
        ),
      );
    }),
  );
});

test('parts that come back one by one are the same blocks, each once, where they stood', () => {
  const show = createThinkingWriter();
  const parts = [
    show({ kind: 'thinking', text: 'A' }),
    show({ kind: 'thinking', text: '', signature: 'sigA' }),
    show({ kind: 'thinking', text: 'B', signature: 'sigB' }),
  ];
  assert.deepEqual(readThinking(parts), [
    [],
    [{ kind: 'thinking', text: 'A', signature: 'sigA' }],
    [{ kind: 'thinking', text: 'B', signature: 'sigB' }],
  ]);
});

test('thinking without a signature is its text; metadata of others is not trusted', () => {
  const show = createThinkingWriter();
  assert.deepEqual(show({ kind: 'thinking', text: 'x' }), { text: 'x' });
  const foreign: ShownThinking[] = [
    { text: 'a' },
    { text: 'b', metadata: { signature: "another vendor's" } },
    { text: 'c', metadata: { marginalThinking: [{ text: 1 }] } },
  ];
  assert.deepEqual(
    readThinking(foreign).flat(),
    ['a', 'b', 'c'].map((text) => ({ kind: 'thinking', text })),
  );
});
