import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, ChatPart, ToolDefinition } from '../../../src/core/chat.ts';
import { countRequest, countText, uncalibratedTokens } from '../../../src/core/tokens/countRequest.ts';
import { exactly } from '../../../src/core/tokens/estimate.ts';
import { png } from './images.ts';

/** A token is a word. */
const words = { count: (text: string) => text.split(/\s+/).filter(Boolean).length };
const say = (...content: ChatPart[]): ChatMessage => ({ role: 'user', content });
const text = (value: string): ChatPart => ({ kind: 'text', text: value });
const tool: ToolDefinition = {
  name: 'read_file',
  description: 'Reads one file of the workspace.',
  inputSchema: { type: 'object', properties: { path: { type: 'string', description: 'Where it is.' } } },
};

test('a text is exact for o200k models and carries a bar for others', () => {
  assert.deepEqual(countText(words, 'gpt-5', 'one two three'), exactly(3));
  const claude = countText(words, 'claude-sonnet-4-5', 'word '.repeat(1000));
  assert.equal(claude.exact, false);
  assert.ok(claude.low < 1000 && 1000 < claude.tokens && claude.tokens < claude.high);
});

test('a learned factor takes the place of the prior, never of exactness', () => {
  const learned = { factor: 2, low: 1.9, high: 2.1 };
  assert.deepEqual(countText(words, 'claude-sonnet-4-5', 'word '.repeat(100), learned), {
    tokens: 200,
    exact: false,
    low: 190,
    high: 210,
  });
  assert.deepEqual(countText(words, 'gpt-4o', 'one two', learned), exactly(2));
});

test('a request is scaled by what was learned, else by the prior, and o200k by neither', () => {
  const messages = [say(text('word '.repeat(993)))];
  const learned = { factor: 2, low: 1.9, high: 2.1 };
  assert.equal(countRequest(words, 'claude-sonnet-4-5', messages, [], learned).tokens, 2000);
  assert.equal(countRequest(words, 'claude-sonnet-4-5', messages, []).tokens, 1100);
  assert.equal(countRequest(words, 'gpt-5', messages, []).tokens, 1000);
  assert.equal(countRequest(words, 'gpt-5', messages, [], learned).tokens, 2000, "the server's framing was learned");
});

test("a chat costs OpenAI's documented framing: 4 a message and 3 for the answer", () => {
  const estimate = countRequest(words, 'gpt-4o', [say(text('one two')), say(text('three'))], []);
  assert.equal(estimate.tokens, 3 + 2 * 4 + 3);
  assert.equal(estimate.exact, false);
  assert.ok(estimate.low >= 3 && estimate.high < 30);
});

test('a tool call with its result costs what OpenAI billed for it', () => {
  const call: ChatPart = { kind: 'toolCall', callId: 'a', name: 'calculator', input: { a: 2, b: 2 } };
  const result: ChatPart = { kind: 'toolResult', callId: 'a', content: [{ kind: 'text', text: '4' }] };
  // The counter gives the question's, the arguments' and the names' true tokens.
  const counter = { count: (value: string) => (value.startsWith('{') ? 10 : value.startsWith('How') ? 9 : 1) };
  const messages: ChatMessage[] = [
    say(text('How much is 2 plus 2?')),
    { role: 'assistant', content: [call] },
    say(result),
  ];
  const { tokens, low, high } = countRequest(counter, 'gpt-4o', messages, []);
  assert.ok(low <= 40 && 40 <= high, `${low} to ${high}`);
  assert.ok(Math.abs(tokens - 40) <= 3, String(tokens));
});

test('every part adds to the request, except a cache mark', () => {
  const parts: ChatPart[] = [
    text('hello there'),
    { kind: 'image', mimeType: 'image/png', data: png(800, 600) },
    { kind: 'thinking', text: 'let me think' },
    { kind: 'thinking', text: '', redacted: 'x'.repeat(400) },
    { kind: 'toolCall', callId: 'a', name: 'read_file', input: { path: 'a b c' } },
    { kind: 'toolResult', callId: 'a', content: [{ kind: 'text', text: 'content of it' }] },
  ];
  for (const model of ['gpt-5', 'claude-sonnet-4-5', 'qwen3-coder:30b', 'never-heard-of-it']) {
    let before = countRequest(words, model, [say()], []);
    for (let count = 1; count <= parts.length; count++) {
      const estimate = countRequest(words, model, [say(...parts.slice(0, count))], []);
      assert.ok(estimate.tokens > before.tokens, `${model} ${parts[count - 1]?.kind}`);
      assert.ok(estimate.high > before.high && estimate.low >= before.low);
      before = estimate;
    }
    assert.deepEqual(countRequest(words, model, [say(...parts, { kind: 'cacheMark' })], []), before);
    assert.ok(countRequest(words, model, [say(...parts)], [tool]).tokens > before.tokens);
    assert.ok(countRequest(words, model, [{ ...say(...parts), name: 'Ada' }], []).tokens > before.tokens);
  }
});

test("Anthropic's own words on tools are counted once", () => {
  const one = countRequest(words, 'claude-sonnet-4-5', [], [tool]).tokens;
  const two = countRequest(words, 'claude-sonnet-4-5', [], [tool, tool]).tokens;
  const none = countRequest(words, 'claude-sonnet-4-5', [], []).tokens;
  assert.ok(one - none > 346);
  assert.ok(two - one < 50);
});

test('images keep out of what is calibrated, and out of its factor', () => {
  const image: ChatPart = { kind: 'image', mimeType: 'image/png', data: png(1000, 1000) };
  const double = { factor: 2, low: 2, high: 2 };
  const without = countRequest(words, 'claude-sonnet-4-5', [say(text('hello'))], [], double).tokens;
  const together = countRequest(words, 'claude-sonnet-4-5', [say(text('hello'), image)], [], double).tokens;
  assert.equal(together - without, 1333);
  assert.equal(uncalibratedTokens(words, 'claude-sonnet-4-5', [say(image)], []), undefined);
  assert.equal(uncalibratedTokens(words, 'claude-sonnet-4-5', [say(text('hello'))], []), 1 + 4 + 3);
});
