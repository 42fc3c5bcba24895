import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drillQuestion } from '../../../src/core/gate/drill.ts';
import type { ActionQuestion } from '../../../src/core/gate/question.ts';
import { waitingText } from '../../../src/core/status/waitingText.ts';

const question: ActionQuestion = {
  ...(drillQuestion('commit', { id: 'q', now: 0, answerSeconds: 120 }) as ActionQuestion),
  agent: 'codex',
  action: 'git push --force',
};

test('a question that waits is named in the status bar, in few words', () => {
  assert.equal(waitingText([], 40), undefined);
  const one = waitingText([question], 40);
  assert.equal(one?.text, '◆ needs you: git push --force');
  assert.equal(one?.accessibleLabel, 'Marginal. Codex needs your answer: git push --force.');
  assert.equal(one?.notice, 'Codex waits for your answer in a dialog.');
  const three = waitingText([question, question, question], 40);
  assert.equal(three?.text, '◆ needs you (3): git push --force');
  assert.equal(three?.notice, 'Codex waits for your answer in a dialog, and 2 more questions.');
  const spend = drillQuestion('spend', { id: 's', now: 0, answerSeconds: 1 });
  assert.equal(waitingText([spend], 40)?.text, '◆ needs you: a spending limit');
});

test('behind a dialog that is over it says which one is to be closed', () => {
  const behind = waitingText([question, question], 40, true);
  assert.equal(behind?.text, '◆ needs you (2): close the old dialog');
  assert.match(
    behind?.accessibleLabel ?? '',
    /Codex needs your answer: git push --force\. Close the old dialog first\./,
  );
  assert.match(
    behind?.notice ?? '',
    /^Codex waits for your answer, and 1 more question: close the dialog that is open\./,
  );
  assert.equal(waitingText([], 40, true), undefined);
});

test('it never exceeds its length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 1, max: 120 }),
      fc.boolean(),
      (action, count, behind) => {
        const text =
          waitingText(
            Array.from({ length: count }, () => ({ ...question, action })),
            40,
            behind,
          )?.text ?? '';
        assert(text.length <= 40 && !text.includes('\n'), text);
      },
    ),
  );
});
