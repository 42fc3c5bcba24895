import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, ChatPart, JsonObject } from '../../../src/core/chat.ts';
import { latestCalls, requestChars } from '../../../src/core/quality/toldStep.ts';

const text = (words: string): ChatPart => ({ kind: 'text', text: words });
const user = (...content: ChatPart[]): ChatMessage => ({ role: 'user', content });
const calls = (...made: readonly (readonly [id: string, name: string, input: JsonObject])[]): ChatMessage => ({
  role: 'assistant',
  content: made.map(([callId, name, input]) => ({ kind: 'toolCall', callId, name, input })),
});
const result = (callId: string, words: string, isError?: boolean): ChatPart => ({
  kind: 'toolResult',
  callId,
  content: [{ kind: 'text', text: words }],
  ...(isError === undefined ? {} : { isError }),
});

const READ: JsonObject = { filePath: '/code/secret.ts' };
const RUN: JsonObject = { command: 'npm test' };

test('of the latest calls it is told what they did and how they came out, without a word of them', () => {
  const told = latestCalls([
    user(text('Fix it')),
    calls(['1', 'read_file', READ], ['2', 'run_in_terminal', RUN], ['3', 'replace_string_in_file', READ]),
    user(
      result('1', 'ERROR while calling tool: no such file'),
      result('2', 'Command exited with code 1\n2 failed'),
      result('3', 'ok'),
    ),
  ]);
  assert.deepEqual(told?.tools, ['read_file', 'run_in_terminal', 'replace_string_in_file']);
  assert.deepEqual(
    told?.actions.map(({ kind, failed }) => [kind, failed]),
    [
      ['read', true],
      ['test', true],
      ['edit', false],
    ],
  );
  assert.equal(told?.actions[2]?.files?.length, 1);
  assert.equal(
    told?.appendedChars,
    'ERROR while calling tool: no such file'.length + 'Command exited with code 1\n2 failed'.length + 2,
  );
  for (const secret of ['secret', 'npm', 'such', 'Fix']) assert.ok(!JSON.stringify(told?.actions).includes(secret));
});

test('the same call has the same key, another one another', () => {
  const keyOf = (input: JsonObject) =>
    latestCalls([calls(['1', 'read_file', input]), user(result('1', ''))])?.actions[0]?.key;
  assert.equal(keyOf(READ), keyOf({ ...READ }));
  assert.notEqual(keyOf(READ), keyOf({ filePath: '/code/other.ts' }));
});

test('what a command’s output doesn’t say of its exit is unknown; a vendor’s flag goes first', () => {
  const failed = (part: ChatPart) =>
    latestCalls([calls(['1', 'run_in_terminal', RUN]), user(part)])?.actions[0]?.failed;
  assert.equal(failed(result('1', 'some error: 0 tests')), undefined);
  assert.equal(failed(result('1', 'done\nCommand exited with code 0')), false);
  assert.equal(failed(result('1', `${'x'.repeat(9_000)}\nCommand exited with code 127`)), true);
  assert.equal(failed(result('1', 'fine', true)), true);
  assert.equal(failed(text('no result of it')), undefined);
});

test('without calls in the latest reply there is nothing to tell', () => {
  assert.equal(latestCalls([user(text('Hello'))]), undefined);
  const answered = [
    calls(['1', 'read_file', READ]),
    user(result('1', '')),
    { role: 'assistant' as const, content: [text('Done')] },
  ];
  assert.equal(latestCalls([...answered, user(text('Next'))]), undefined);
  assert.equal(requestChars([user(text('12345')), user(result('1', '678'))]), 8);
});
