import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksTheSame, type PromptSketch, promptSketch } from '../../../src/core/quality/promptSketch.ts';

const sketch = (text: string): PromptSketch => promptSketch(text, 5) ?? assert.fail(text);

test('the same request in nearly the same words is the same', () => {
  const first = sketch('Fix the rounding error in the cart total and keep the tests green');
  assert(asksTheSame(first, sketch('fix the rounding error in the cart total and keep the tests green!')));
  assert(asksTheSame(first, sketch('Please fix the rounding error in the cart total and keep the tests green')));
});

test('another request is another', () => {
  const first = sketch('Fix the rounding error in the cart total and keep the tests green');
  assert(!asksTheSame(first, sketch('Fix the date format in the invoice header and keep the tests green')));
  assert(!asksTheSame(first, sketch('Now add a discount for members')));
});

test('a word or two can’t be compared', () => {
  assert.equal(promptSketch('go on', 5), undefined);
  assert.equal(promptSketch('', 5), undefined);
});

test('a long prompt is as small as a short one', () => {
  const words = Array.from({ length: 5_000 }, (_, index) => `word${index}`).join(' ');
  assert.equal(sketch(words).length, 64);
});
