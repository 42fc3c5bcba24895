import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolConfirmation } from '../../../src/core/gate/toolConfirmation.ts';
import type { Verdict } from '../../../src/core/risk/verdict.ts';

const verdict: Verdict = {
  class: 'commit',
  ask: true,
  targets: ['.vscode/tasks.json'],
  reason: 'changes .vscode/tasks.json, which the editor acts on',
  expectedLossNanoCredits: 15e9,
  parts: [],
};

test('what is asked says class, reason and loss; a rule that denies refuses; what passes says nothing', () => {
  assert.deepEqual(toolConfirmation({ verdict, outcome: 'ask' }), {
    note: 'It changes .vscode/tasks.json, which the editor acts on: changes something, and can be taken back by hand. Expected loss: ≈ 15 credits (estimated).',
  });
  assert.deepEqual(toolConfirmation({ verdict, outcome: 'pass' }), {});
  assert.deepEqual(toolConfirmation({ verdict, outcome: 'deny', rule: 'your rule “no tasks”' }), {
    refusal:
      'This is not allowed here: it changes .vscode/tasks.json, which the editor acts on (your rule “no tasks”). Do it another way, or ask the developer.',
  });
});

test('a gate that can’t be asked has the developer asked', () => {
  assert.match(toolConfirmation(undefined).note ?? '', /could not judge this/);
});
