import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, ToolDefinition } from '../../../src/core/chat.ts';
import { userRequest } from '../../../src/core/quality/userRequest.ts';

const user = (text: string): ChatMessage => ({ role: 'user', content: [{ kind: 'text', text }] });

const TOOL: ToolDefinition = { name: 'read_file', description: '', inputSchema: {} };
const requested = (...messages: readonly ChatMessage[]) => userRequest({ messages, tools: [TOOL] });

test('what the person typed is found among what was added to it', () => {
  const wrapped = user('<context>the date</context>\n<userRequest>\nFix it\n</userRequest>');
  assert.equal(requested(wrapped), 'Fix it');
  assert.equal(requested(wrapped, user('<reminderInstructions>Be good.</reminderInstructions>')), 'Fix it');
  assert.equal(requested(user('Old'), user('<context>a</context> New one')), 'New one');
  assert.equal(requested(user('<context>a</context>')), undefined);
  assert.equal(requested(), undefined);
});

test('what the editor itself asks is no prompt; a marked one is, also without tools', () => {
  assert.equal(userRequest({ messages: [user('Write a brief title for the chat.')], tools: [] }), undefined);
  assert.equal(userRequest({ messages: [user('<userRequest>Why?</userRequest>')], tools: [] }), 'Why?');
});
