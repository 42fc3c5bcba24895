import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../../../src/core/chat.ts';
import { compacted } from '../../../src/core/compact/oldResults.ts';

const long = 'x'.repeat(5_000);

function rounds(count: number): readonly ChatMessage[] {
  return [
    { role: 'user', content: [{ kind: 'text', text: long }] },
    ...Array.from({ length: count }, (_, round): readonly ChatMessage[] => [
      { role: 'assistant', content: [{ kind: 'toolCall', callId: `c${round}`, name: 'read', input: {} }] },
      { role: 'user', content: [{ kind: 'toolResult', callId: `c${round}`, content: [{ kind: 'text', text: long }] }] },
    ]).flat(),
  ];
}

const lengths = (messages: readonly ChatMessage[]) =>
  messages.flatMap(({ content }) =>
    content.flatMap((part) =>
      part.kind === 'toolResult' && part.content[0]?.kind === 'text' ? [part.content[0].text.length] : [],
    ),
  );

test('results of all but the last four replies are cut, and say so', () => {
  const before = rounds(6);
  const after = compacted(before);
  assert.deepEqual(
    lengths(after).map((length) => length < 400),
    [true, true, false, false, false, false],
  );
  assert.match(JSON.stringify(after[2]), /4,800 characters were dropped/);
});

test('every call keeps its result, and the person’s words stay', () => {
  const before = rounds(8);
  const after = compacted(before);
  assert.deepEqual(after[0], before[0]);
  assert.deepEqual(
    after.map(({ role, content }) => [role, content.map(({ kind }) => kind)]),
    before.map(({ role, content }) => [role, content.map(({ kind }) => kind)]),
  );
});

test('cut twice is cut once, and a short conversation stays as it is', () => {
  const once = compacted(rounds(8));
  assert.deepEqual(compacted(once), once);
  assert.deepEqual(compacted(rounds(3)), rounds(3));
});
