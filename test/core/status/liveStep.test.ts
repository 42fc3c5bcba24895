import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BurnSummary } from '../../../src/core/ledger/entry.ts';
import { NO_MONEY } from '../../../src/core/money.ts';
import {
  endLiveStep,
  growLiveStep,
  type LiveStep,
  liveMoney,
  pendingLiveSteps,
} from '../../../src/core/status/liveStep.ts';

const STEP: LiveStep = { callId: 'a', agent: 'vscode-chat', startedAt: 0, inputTokens: 900, nanoCredits: 3e9 };

function summary(revision: number, endedCallIds?: readonly string[]): BurnSummary {
  const base = {
    revision,
    at: 0,
    today: NO_MONEY,
    month: NO_MONEY,
    todayByAgent: [],
    run: undefined,
    session: undefined,
  };
  return endedCallIds ? { ...base, endedCallIds } : base;
}

test('figures of a step only grow, and what was known stays known', () => {
  const steps = growLiveStep([STEP], { ...STEP, inputTokens: undefined, outputTokens: 12, nanoCredits: 2e9 });
  assert.deepEqual(steps, [{ ...STEP, inputTokens: 900, outputTokens: 12, nanoCredits: 3e9 }]);
  assert.equal(growLiveStep(steps, { ...STEP, callId: 'b' }).length, 2);
});

test('a step counts until the summary holds it, and no longer', () => {
  const ended = endLiveStep([STEP], 'a', 7);
  assert.equal(pendingLiveSteps(ended, undefined).length, 1);
  assert.equal(pendingLiveSteps(ended, summary(7, [])).length, 1);
  assert.equal(pendingLiveSteps(ended, summary(8, ['other'])).length, 1, 'that summary is about another call');
  assert.equal(pendingLiveSteps(ended, summary(8, ['a'])).length, 0);
  assert.equal(pendingLiveSteps([STEP], summary(8, ['a'])).length, 0, 'the ledger was quicker than the stream');
  assert.equal(pendingLiveSteps(ended, summary(500, [])).length, 0, 'it never came');
});

test('a summary that lists no ended calls takes over with its next revision', () => {
  const ended = endLiveStep([STEP], 'a', 7);
  assert.equal(pendingLiveSteps(ended, summary(7)).length, 1);
  assert.equal(pendingLiveSteps(ended, summary(8)).length, 0);
  assert.equal(pendingLiveSteps([STEP], summary(8)).length, 1);
});

test('a live sum is an estimate; a step without a price is unknown, not 0', () => {
  assert.deepEqual(liveMoney([]), NO_MONEY);
  assert.deepEqual(liveMoney([STEP, { ...STEP, callId: 'b', nanoCredits: undefined }]), {
    nanoCredits: 3e9,
    confidence: 'estimated',
    unknown: 1,
  });
});
