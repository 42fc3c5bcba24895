import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figureText, moneyText, spokenMoney, sureness } from '../../../src/core/status/moneyText.ts';

test('a sum says its figure and its doubt, on the screen and aloud', () => {
  const cases = [
    [{ nanoCredits: 0, confidence: 'billed', unknown: 0 }, '0 cr', '0 credits', 'nothing spent'],
    [{ nanoCredits: 0, confidence: 'billed', unknown: 1 }, '? cr', '1 call of unknown cost', '1 call unknown'],
    [{ nanoCredits: 184e9, confidence: 'priced', unknown: 0 }, '184 cr', '184 credits', 'priced'],
    [
      { nanoCredits: 184e9, confidence: 'estimated', unknown: 2 },
      '≈ 184 cr + ?',
      'about 184 credits, and 2 calls of unknown cost',
      'estimated in part · 2 calls unknown',
    ],
  ] as const;
  for (const [sum, screen, aloud, sure] of cases) {
    assert.equal(moneyText(sum), screen);
    assert.equal(spokenMoney(sum), aloud);
    assert.equal(sureness(sum), sure);
  }
});

test('a single figure', () => {
  assert.equal(figureText(undefined, 'unknown'), '?');
  assert.equal(figureText(5.2e9, 'priced'), '5.2');
  assert.equal(figureText(5.2e9, 'estimated'), '≈ 5.2');
});
