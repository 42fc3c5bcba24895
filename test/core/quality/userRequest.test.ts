import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage } from '../../../src/core/chat.ts';
import { userRequest } from '../../../src/core/quality/userRequest.ts';

const user = (text: string): ChatMessage => ({ role: 'user', content: [{ kind: 'text', text }] });

test('what the person typed is found among what was added to it', () => {
  const wrapped = user('<context>the date</context>\n<userRequest>\nFix it\n</userRequest>');
  assert.equal(userRequest([wrapped]), 'Fix it');
  assert.equal(userRequest([wrapped, user('<reminderInstructions>Be good.</reminderInstructions>')]), 'Fix it');
  assert.equal(userRequest([user('Old'), user('<context>a</context> New one')]), 'New one');
  assert.equal(userRequest([user('<context>a</context>')]), undefined);
  assert.equal(userRequest([]), undefined);
});
