import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GuardStanding, guardText, isGuarding } from '../../../../src/core/hooks/install/guardText.ts';

const NOW = 10_000_000;
const on: GuardStanding = { agent: 'claude-code', state: 'on', since: NOW - 600_000 };

test('an agent is guarded only once its hook was heard after the installation', () => {
  const said = (standing: GuardStanding) => [guardText(standing, NOW), isGuarding(standing)];
  assert.deepEqual(said({ ...on, state: 'off' }), ['not guarded', false]);
  assert.deepEqual(said(on), ['installed, not heard yet: start it once', false]);
  assert.deepEqual(said({ ...on, heardAt: NOW - 700_000 }), ['installed, not heard yet: start it once', false]);
  assert.deepEqual(said({ ...on, heardAt: NOW - 300_000 }), ['guarded, last heard 5 min ago', true]);
  assert.deepEqual(said({ ...on, agent: 'codex' }), [
    'awaiting trust: start Codex once and trust the hooks that it shows',
    false,
  ]);
  assert.deepEqual(said({ ...on, state: 'changed', heardAt: NOW }), [
    'its hooks were changed, or are an older version’s: guard it again',
    false,
  ]);
  assert.deepEqual(said({ ...on, heardAt: NOW, problem: 'All hooks are turned off.' }), [
    'not guarded: its hooks don’t run',
    false,
  ]);
});
