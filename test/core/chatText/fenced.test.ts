import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fenced } from '../../../src/core/chatText/fenced.ts';

test('a text can’t end its own block', () => {
  assert.equal(fenced('a'), '```\na\n```');
  assert.equal(fenced('```js\nevil\n```'), '````\n```js\nevil\n```\n````');
});
