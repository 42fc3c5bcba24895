import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTokenCounting } from '../../src/app/countTokens.ts';
import type { ChatMessage } from '../../src/core/chat.ts';

const words = { encoding: 'words', count: (text: string) => text.split(' ').length };
const messages: ChatMessage[] = [{ role: 'user', content: [{ kind: 'text', text: 'word '.repeat(999) }] }];
const request = { model: 'claude-sonnet-4-5', messages, tools: [] };

function setUp(loadTokenizer = () => words) {
  const seen = { loads: 0, troubles: [] as string[], now: 0 };
  const counting = createTokenCounting({
    loadTokenizer() {
      seen.loads++;
      return loadTokenizer();
    },
    clock: { now: () => seen.now, elapsed: () => seen.now },
    onTrouble: (sentence) => seen.troubles.push(sentence),
  });
  return { counting, seen };
}

test('the tokenizer is loaded once, at the first count', () => {
  const { counting, seen } = setUp();
  assert.equal(seen.loads, 0);
  assert.deepEqual(counting.countText('gpt-5', 'one two'), { tokens: 2, exact: true, low: 2, high: 2 });
  counting.countRequest(request);
  assert.equal(seen.loads, 1);
});

test('without a tokenizer counts are guesses, and the trouble is told once', () => {
  const { counting, seen } = setUp(() => {
    throw new Error('Reinstall the extension.');
  });
  const guess = counting.countText('gpt-5', 'x'.repeat(3600));
  assert.deepEqual(guess, { tokens: 1000, exact: false, low: 450, high: 3600 });
  const whole = counting.countRequest(request);
  assert.ok(!whole.exact && whole.low > 0 && whole.low < whole.tokens && whole.tokens < whole.high);
  assert.equal(counting.observe({ ...request, endpointId: 'e' }, 1500), undefined);
  assert.deepEqual(seen.troubles, ['Reinstall the extension.']);
  assert.equal(seen.loads, 1);
});

test('an endpoint is counted as it reported before', () => {
  const { counting } = setUp();
  const before = counting.countRequest({ ...request, endpointId: 'e' });
  for (let call = 0; call < 6; call++) counting.observe({ ...request, endpointId: 'e' }, 1_611);
  const after = counting.countRequest({ ...request, endpointId: 'e' });
  assert.ok(Math.abs(after.tokens - 1_611) <= 1, String(after.tokens));
  assert.ok(after.high - after.low < before.high - before.low);
  assert.deepEqual(counting.countRequest({ ...request, endpointId: 'other' }), before);
  assert.deepEqual(counting.countRequest(request), before);
});

test('what was learned can be kept and given back', () => {
  const { counting } = setUp();
  let kept: unknown;
  for (let call = 0; call < 6; call++) kept = counting.observe({ ...request, endpointId: 'e' }, 1_611) ?? kept;
  const again = createTokenCounting({
    loadTokenizer: () => words,
    clock: { now: () => 0, elapsed: () => 0 },
    onTrouble: assert.fail,
    calibration: JSON.parse(JSON.stringify(kept)),
  });
  const { tokens } = again.countRequest({ ...request, endpointId: 'e' });
  assert.ok(Math.abs(tokens - 1_611) <= 1);
});
