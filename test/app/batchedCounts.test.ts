import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchedCounts } from '../../src/app/batchedCounts.ts';

function setUp(fails = false) {
  const asked: (readonly string[])[] = [];
  const count = batchedCounts(async (_model, texts) => {
    asked.push(texts);
    if (fails) throw new Error('The worker is gone.');
    return texts.map((text) => text.length);
  });
  return { count, asked };
}

test('what is asked in one turn is one message, each answered with its own count', async () => {
  const { count, asked } = setUp();
  const texts = ['a', 'bb', 'ccc'];
  assert.deepEqual(await Promise.all(texts.map((text) => count('m', text))), [1, 2, 3]);
  assert.deepEqual(asked, [texts]);
});

test('a short text is asked for once, a long one again, and models are kept apart', async () => {
  const { count, asked } = setUp();
  const long = 'x'.repeat(1_000);
  for (const text of ['a', long, 'a', long]) await count('m', text);
  await count('other', 'a');
  assert.deepEqual(
    asked.map(([text]) => text?.length),
    [1, 1_000, 1_000, 1],
  );
});

test('nothing is nothing, without asking', async () => {
  const { count, asked } = setUp();
  assert.equal(await count('m', ''), 0);
  assert.deepEqual(asked, []);
});

test('where the worker cannot count, each is told', async () => {
  const { count } = setUp(true);
  const results = await Promise.allSettled([count('m', 'a'), count('m', 'b')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});
