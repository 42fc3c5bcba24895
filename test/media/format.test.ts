import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agoText,
  daysBetween,
  dayText,
  folderName,
  listed,
  secondsText,
  shareText,
  shortTokensText,
  signedShareText,
  subagentText,
  tokensText,
  toolsText,
  whenText,
} from '../../media/dashboard/format.ts';

test('shares: unknown is ?, and 0 is 0', () => {
  assert.deepEqual([undefined, 0, 0.0001, 0.004, 0.0213, 0.12, 1.5, 20].map(shareText), [
    '?',
    '0 %',
    '<0.1 %',
    '0.4 %',
    '2.1 %',
    '12 %',
    '150 %',
    '2,000 %',
  ]);
  assert.deepEqual([undefined, 0, 0.021, -0.004].map(signedShareText), ['?', '0 %', '+2.1 %', '−0.4 %']);
});

test('tokens: unknown is ?, and 0 is 0', () => {
  assert.deepEqual([undefined, 0, 48_210].map(tokensText), ['?', '0', '48,210']);
  const cases: readonly (readonly [number | undefined, string])[] = [
    [undefined, '?'],
    [0, '0'],
    [9_999, '9,999'],
    [12_345, '12.3k'],
    [587_000, '587k'],
    [999_499, '999k'],
    [999_500, '1.0M'],
    [60_300_000, '60.3M'],
    [1_200_000_000, '1.2G'],
  ];
  for (const [tokens, expected] of cases) assert.equal(shortTokensText(tokens), expected);
});

test('seconds', () => {
  assert.deepEqual([undefined, 0, 412, 6_240, 112_400, 3_700_000].map(secondsText), [
    '?',
    '0.0',
    '0.4',
    '6.2',
    '112',
    '3,700',
  ]);
});

test('how long ago', () => {
  const ages = [-5, 2, 40, 89, 90, 3_600, 90 * 60, 36 * 3600].map((seconds) => agoText(0, seconds * 1000));
  assert.deepEqual(ages, ['now', 'now', '40 s ago', '89 s ago', '2 min ago', '60 min ago', '2 h ago', '2 days ago']);
});

test('days go on over months, leap days and changes of the clock', () => {
  assert.equal(dayText('2026-11-02'), '2 Nov');
  assert.deepEqual(daysBetween('2028-02-28', '2028-03-01'), ['2028-02-28', '2028-02-29', '2028-03-01']);
  assert.equal(daysBetween('2026-10-01', '2026-10-31').length, 31);
  assert.deepEqual(daysBetween('2026-10-02', '2026-10-01'), []);
});

test('words', () => {
  assert.equal(toolsText(['Read', 'Edit', 'Read']), 'Read ×2, Edit');
  assert.deepEqual(['/home/me/site', 'C:\\work\\site\\', '/'].map(folderName), ['site', 'site', '/']);
});

test('a sub-agent by its name, or by the beginning of a number', () => {
  assert.deepEqual(['01a21772-94f5-7082-9b46-8d55410436d0', 'general-purpose', 'a1c0ffee'].map(subagentText), [
    'sub-agent 01a21772',
    'sub-agent general-purpose',
    'sub-agent a1c0ffee',
  ]);
});

test('names in a sentence', () => {
  assert.deepEqual([listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])], ['a', 'a and b', 'a, b and c']);
});

test('of another day the day is said', () => {
  const now = new Date(2026, 10, 26, 9).getTime();
  assert.equal(whenText(new Date(2026, 10, 26, 8, 5).getTime(), now), '08:05');
  assert.equal(whenText(new Date(2026, 10, 25, 8, 5).getTime(), now), '25 Nov 08:05');
});
