import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quote } from '../../../src/core/allocate/outlook.ts';
import { quoteText } from '../../../src/core/chatText/quoteText.ts';

const cr = (credits: number) => credits * 1e9;
const quote = (policy: Quote['policy'], model: string, change: Partial<Quote> = {}): Quote => ({
  policy,
  model,
  endpointLabel: 'OpenAI',
  cost: { p10: cr(1.2), p50: cr(3.1), p90: cr(6.2) },
  seconds: { p50: 12, p90: 400 },
  steps: { p50: 4, p90: 9 },
  success: 0.62,
  evidence: { outcomes: 41, settled: true },
  ...change,
});
const shown = {
  task: { kind: 'fix', size: 'medium', sureness: 0.71 },
  valueNanoCredits: cr(2000),
  valueStated: false,
  inputTokens: 1234,
} as const;

test('a quote is a table by policy with what is known of each figure', () => {
  const text = quoteText(
    [
      quote('frugal', 'small', { evidence: { outcomes: 1, settled: false } }),
      quote('balanced', 'middle'),
      quote('best', 'large', { cost: undefined }),
    ],
    shown,
  );
  assert.deepEqual(text.split('\n').slice(0, -1), [
    'What it would cost from its first step to its last; nothing was sent. Taken for a task of the kind **fix**, medium (71 % sure), worth **2,000 cr**.',
    '',
    '|  | Credits | Success |',
    '|:--|--:|:--|',
    '| Frugal | 3.1 \\(1.2–6.2\\) | value ? \\(62 %\\) |',
    '| Balanced | 3.1 \\(1.2–6.2\\) | 62 % |',
    '| Best | ? | 62 % |',
    '',
    '- Frugal takes small \\(OpenAI\\), about 4 steps in 12 s; nine in ten stay within 9 and 7 min.',
    '- Balanced takes middle \\(OpenAI\\), about 4 steps in 12 s; nine in ten stay within 9 and 7 min.',
    '- Best takes large \\(OpenAI\\), about 4 steps in 12 s; nine in ten stay within 9 and 7 min.',
    '',
  ]);
  assert.match(text, /○ All of it is estimated/);
  assert.match(text, /1,234 tokens/);
  assert.match(text, /no known price; give it one in the setting/);
  assert.match(text, /with 41 outcomes so far/);
});

test('no model, and one model for all, are said', () => {
  assert.match(quoteText([], shown), /Add Model Endpoint/);
  const same = [quote('frugal', 'one'), quote('balanced', 'one'), quote('best', 'one')];
  assert.match(quoteText(same, shown), /- All take one \\\(OpenAI/);
});

test('names from outside are shown and never interpreted', () => {
  const text = quoteText([quote('best', '[x](command:evil) | <img>', { endpointLabel: '**b**' })], shown);
  assert.ok(text.includes('\\[x\\]\\(command:evil\\) \\| \\<img\\>'), text);
  assert.ok(text.includes('\\*\\*b\\*\\*'));
});
