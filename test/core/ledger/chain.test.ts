import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../../../src/core/chat.ts';
import { type Chains, hashMessage, placeRequest } from '../../../src/core/ledger/chain.ts';

const say = (role: ChatMessage['role'], text: string): ChatMessage => ({ role, content: [{ kind: 'text', text }] });
const call = (callId: string): ChatMessage => ({
  role: 'assistant',
  content: [{ kind: 'toolCall', callId, name: 'read_file', input: { path: 'a.ts' } }],
});
const result = (callId: string): ChatMessage => ({
  role: 'user',
  content: [{ kind: 'toolResult', callId, content: [{ kind: 'text', text: 'x' }] }],
});
const system = say('system', 'You are helpful.');

function place(chains: Chains, messages: ChatMessage[], id: string) {
  return placeRequest(chains, messages, id, 0);
}

test('the steps of a tool loop are one run of one session', () => {
  const first = place([], [system, say('user', 'fix it')], 'a');
  const second = place(first.chains, [system, say('user', 'fix it'), call('1'), result('1')], 'b');
  assert.equal(second.sessionId, first.sessionId);
  assert.equal(second.runId, first.runId);
});

test('a new message to a stopped agent is a new run of the same session', () => {
  const first = place([], [system, say('user', 'fix it')], 'a');
  const next = place(
    first.chains,
    [system, say('user', 'fix it'), say('assistant', 'done'), say('user', 'now test')],
    'b',
  );
  assert.equal(next.sessionId, first.sessionId);
  assert.notEqual(next.runId, first.runId);
});

test('the same standing prompt alone does not join two chats', () => {
  const first = place([], [system, say('user', 'fix it')], 'a');
  const other = place(first.chains, [system, say('user', 'explain it')], 'b');
  assert.notEqual(other.sessionId, first.sessionId);
});

test('two chats that interleave keep apart', () => {
  const a = place([], [system, say('user', 'A')], 'a');
  const b = place(a.chains, [system, say('user', 'B')], 'b');
  const a2 = place(b.chains, [system, say('user', 'A'), call('1'), result('1')], 'c');
  const b2 = place(a2.chains, [system, say('user', 'B'), call('2'), result('2')], 'd');
  assert.equal(a2.runId, a.runId);
  assert.equal(b2.runId, b.runId);
});

test('a hash tells apart role, kind and place of text', () => {
  assert.notEqual(hashMessage(say('user', 'a')), hashMessage(say('assistant', 'a')));
  assert.notEqual(hashMessage(call('1')), hashMessage(call('2')));
  assert.equal(hashMessage(say('user', 'a')), hashMessage(say('user', 'a')));
});

test('a session that is known keeps its id, and its runs are told apart all the same', () => {
  const first = placeRequest([], [system, say('user', 'A')], 'a', 0, 'chat');
  const step = placeRequest(first.chains, [system, say('user', 'A'), call('1'), result('1')], 'b', 0, 'chat');
  const next = placeRequest(step.chains, [system, say('user', 'B')], 'c', 0, 'chat');
  const other = placeRequest(next.chains, [system, say('user', 'A')], 'd', 0, 'other');
  assert.deepEqual(
    [first, step, next, other].map(({ sessionId }) => sessionId),
    ['chat', 'chat', 'chat', 'other'],
  );
  assert.equal(step.runId, first.runId);
  assert.equal(new Set([first, next, other].map(({ runId }) => runId)).size, 3);
});
