import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentLabel, faultLabel, sourceLabel } from '../../../src/core/status/labels.ts';

test('ids read as words, and an id without a word as itself', () => {
  assert.equal(agentLabel('claude-code'), 'Claude Code');
  assert.equal(agentLabel('some-agent'), 'some-agent');
  assert.equal(sourceLabel('claude-code-log'), 'Claude Code log');
  assert.equal(sourceLabel('copilot-debug-log'), 'Copilot debug log');
  assert.equal(sourceLabel('provider'), 'Marginal’s models');
  assert.equal(faultLabel('quota'), 'out of quota');
  assert.equal(faultLabel('overloaded_error'), 'overloaded_error');
});
