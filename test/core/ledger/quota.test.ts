import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewReading, latestQuotas, quotaEvent } from '../../../src/core/ledger/quota.ts';

test('a reading is named by who said it, of what and when', () => {
  const reading = { agent: 'codex', window: '5h', usedShare: 0.2 };
  assert.deepEqual(quotaEvent('codex-log', 5, reading), quotaEvent('codex-log', 5, { ...reading }));
  const names = [
    quotaEvent('codex-log', 5, reading),
    quotaEvent('codex-log', 6, reading),
    quotaEvent('other', 5, reading),
    quotaEvent('codex-log', 5, { ...reading, window: 'week' }),
  ].map(({ callId }) => callId);
  assert.equal(new Set(names).size, 4);
  for (const name of names) assert.match(name, /^quota:/);
});

test('a reading that repeats the last one tells nothing new', () => {
  const reading = { agent: 'codex', window: '5h', usedShare: 0.2 };
  assert.equal(isNewReading(undefined, reading), true);
  assert.equal(isNewReading(reading, { ...reading }), false);
  assert.equal(isNewReading(reading, { ...reading, resetsAt: undefined }), false);
  assert.equal(isNewReading(reading, { ...reading, usedShare: 0.21 }), true);
  assert.equal(isNewReading({ ...reading, resetsAt: 5 }, reading), true);
});

test('of two words at one instant the greater use is the later, in either order', () => {
  const low = quotaEvent('codex-log', 5, { agent: 'codex', window: '5h', usedShare: 0.2 });
  const high = quotaEvent('codex-log', 5, { agent: 'codex', window: '5h', usedShare: 0.3 });
  assert.deepEqual(latestQuotas([low, high]), [high]);
  assert.deepEqual(latestQuotas([high, low]), [high]);
});
