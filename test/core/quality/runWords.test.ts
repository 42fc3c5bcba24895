import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerWords, namesError } from '../../../src/core/quality/runWords.ts';

test('words of doubt and of checking are counted, in what is said and not in what is run', () => {
  const answer =
    'Wait, that is not it. However, I can verify the fix and confirm it.\n```bash\necho "wait, verify"\n```\nwait';
  assert.deepEqual(answerWords(answer), { doubts: 2, checks: 2 });
  assert.deepEqual(answerWords('I await the verdict of the ohm meter.'), { doubts: 0, checks: 0 });
  assert.deepEqual(answerWords(''), { doubts: 0, checks: 0 });
});

test('an error is told by its name', () => {
  assert.equal(namesError('Traceback (most recent call last):\nValueError: no'), true);
  assert.equal(namesError('java.lang.IllegalStateException: no'), true);
  assert.equal(namesError('0 errors, 3 passed'), false);
});
