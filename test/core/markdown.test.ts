import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeMarkdown } from '../../src/core/markdown.ts';

test('names from outside can neither break the table nor become links, pictures or HTML', () => {
  const hostile = 'a|b\n[x](command:evil) <img src=x> ![y](z) `c` **d** &lt;';
  const escaped = escapeMarkdown(hostile);
  assert.doesNotMatch(escaped, /\n/);
  // Every character that Markdown reads is behind a backslash, and & is an entity.
  assert.doesNotMatch(escaped.replace(/\\[\\`*_{}[\]()#+!|~$<>-]/g, ''), /[\\`*_{}[\]()#+!|~$<>]/);
  assert.doesNotMatch(escaped, /&lt;/);
});

test('bare addresses do not become links', () => {
  const escaped = escapeMarkdown('https://evil.example http://x WWW.evil.example me@evil.example 12:30');
  assert.doesNotMatch(escaped, /:\/\/|www\.|@/i);
  assert.match(escaped, /12:30/);
});
