import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanVendorWords } from '../../src/providers/vendorWords.ts';

test('keys go, whether they are ours or only look like one', () => {
  assert.equal(
    cleanVendorWords('Incorrect API key provided: sk-abc***xyz. See the docs.', '', []),
    'Incorrect API key provided: … See the docs',
  );
  assert.equal(cleanVendorWords('no access for hunter2', '', ['hunter2']), 'no access for …');
  assert.equal(cleanVendorWords('token 0123456789abcdef0123456789 expired', '', []), 'token … expired');
});

test('words that quote the request are dropped; the model may be named', () => {
  const sent = JSON.stringify({
    model: 'some/long-model-name-2026-11-01-preview',
    content: 'the quick brown fox "jumps" over the lazy dog',
  });
  assert.equal(cleanVendorWords('bad input: the quick brown fox "jumps" over the lazy dog', sent, []), undefined);
  const words = 'the model some/long-model-name-2026-11-01-preview takes no tools';
  assert.equal(cleanVendorWords(words, sent, [], ['some/long-model-name-2026-11-01-preview']), words);
});

test('no prompt of 32 characters and more comes through, wherever it stands', () => {
  const prompt = fc.string({ minLength: 32, maxLength: 60 }).map((text) => text.replace(/\s/g, '_'));
  fc.assert(
    fc.property(prompt, fc.string({ maxLength: 30 }), fc.string(), (secret, before, behind) => {
      const words = cleanVendorWords(before + secret + behind, JSON.stringify({ content: secret }), []);
      assert.equal((words ?? '').includes(secret), false);
    }),
  );
});

test('one line, short, no page, nothing from nothing', () => {
  assert.equal(cleanVendorWords('a\n b.', '', []), 'a b');
  assert.ok((cleanVendorWords('word '.repeat(200), '', []) ?? '').length < 260);
  assert.equal(cleanVendorWords('<html>', '', []), undefined);
  assert.equal(cleanVendorWords(undefined, '', []), undefined);
});
