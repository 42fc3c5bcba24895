import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valueRequest } from '../../../src/core/chatText/valueRequest.ts';

const credits = (count: number) => ({ kind: 'state', nanoCredits: count * 1e9 });

test('credits, dollars, classes, reset and nothing are told apart', () => {
  assert.deepEqual(valueRequest(''), { kind: 'show' });
  assert.deepEqual(valueRequest(' 300 '), credits(300));
  assert.deepEqual(valueRequest('1,200 credits'), credits(1200));
  assert.deepEqual(valueRequest('12.5 cr'), credits(12.5));
  assert.deepEqual(valueRequest('$3'), credits(300));
  assert.deepEqual(valueRequest('0'), credits(0));
  assert.deepEqual(valueRequest('reset'), { kind: 'reset' });
  assert.deepEqual(valueRequest('fix'), { kind: 'correct', task: 'fix', size: undefined });
  assert.deepEqual(valueRequest('Complex, fix'), { kind: 'correct', task: 'fix', size: 'complex' });
  for (const text of ['much', '-3', '300 €', 'fix it', 'fix fix fix', '9999999999', 'NaN', 'Infinity'])
    assert.deepEqual(valueRequest(text), { kind: 'unclear' }, text);
});

test('it never throws, and never states what isn’t a number of credits', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const asked = valueRequest(text);
      if (asked.kind === 'state') assert.ok(Number.isSafeInteger(asked.nanoCredits) && asked.nanoCredits >= 0);
    }),
  );
});
