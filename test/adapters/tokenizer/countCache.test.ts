import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheCounts } from '../../../src/adapters/tokenizer/countCache.ts';

function recordingTokenizer() {
  const counted: string[] = [];
  return {
    counted,
    encoding: 'recording',
    count(text: string) {
      counted.push(text);
      return text.length;
    },
  };
}

test('a text is counted once', () => {
  const inner = recordingTokenizer();
  const cached = cacheCounts(inner, { maximumEntries: 10, shortestCached: 1 });
  assert.deepEqual(
    ['one', 'three', 'one', 'three'].map((text) => cached.count(text)),
    [3, 5, 3, 5],
  );
  assert.deepEqual(inner.counted, ['one', 'three']);
  assert.equal(cached.encoding, 'recording');
});

test('the count unused for longest is dropped', () => {
  const inner = recordingTokenizer();
  const cached = cacheCounts(inner, { maximumEntries: 2, shortestCached: 1 });
  for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) cached.count(text);
  assert.deepEqual(inner.counted, ['a', 'b', 'c', 'b']);
});

test('short texts are not kept', () => {
  const inner = recordingTokenizer();
  const cached = cacheCounts(inner, { maximumEntries: 2, shortestCached: 4 });
  for (const text of ['abc', 'abc', 'abcd', 'abcd']) cached.count(text);
  assert.deepEqual(inner.counted, ['abc', 'abc', 'abcd']);
});
