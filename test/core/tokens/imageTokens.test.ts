import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageTokens } from '../../../src/core/tokens/imageTokens.ts';
import { png } from './images.ts';

test("the vendors' documented examples", () => {
  const cases: [string, number, number, number][] = [
    ['gpt-4o', 1024, 1024, 765],
    ['gpt-4o', 2048, 4096, 1105],
    ['gpt-4.1', 512, 512, 255],
    ['gpt-5', 1024, 1024, 630],
    ['o3', 1024, 1024, 675],
    ['gpt-4o-mini', 1024, 1024, 25_501],
    ['gpt-4.1-mini', 1024, 1024, 1659],
    ['gpt-5-nano', 1024, 1024, 2520],
    ['o4-mini', 1024, 1024, 1762],
    ['claude-sonnet-4-5', 1000, 1000, 1333],
    ['anthropic/claude-3.5-sonnet', 200, 200, 53],
    ['gemini-2.5-pro', 300, 200, 258],
    ['gemini-2.5-pro', 1500, 700, 516],
  ];
  for (const [model, width, height, tokens] of cases) {
    const estimate = imageTokens(model, png(width, height));
    assert.equal(estimate.tokens, tokens, `${model} ${width}x${height}`);
    assert.equal(estimate.exact, false);
    assert.ok(estimate.low < tokens && tokens < estimate.high);
  }
});

test('large images are scaled down as the vendor does', () => {
  assert.equal(imageTokens('claude-sonnet-4-5', png(4000, 4000)).tokens, 1600);
  assert.ok(imageTokens('claude-opus-4-7', png(4000, 4000)).tokens > 4000);
  assert.equal(imageTokens('gpt-4.1-mini', png(9000, 9000)).tokens, Math.ceil(1536 * 1.62));
});

test('where size or formula is unknown, the bar is wide', () => {
  const unread = imageTokens('gpt-4o', new Uint8Array(10));
  assert.ok(unread.high >= 2 * unread.tokens && unread.low * 3 <= unread.tokens);
  const unknown = imageTokens('some-vision-model', png(1000, 1000));
  assert.ok(unknown.high >= 3 * unknown.tokens && unknown.low * 3 <= unknown.tokens);
});
