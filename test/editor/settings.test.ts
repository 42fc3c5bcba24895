import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { DEFAULT_MINUTES_SAVED, DEFAULT_VALUE_SETTINGS } from '../../src/core/allocate/taskValue.ts';
import { configuration } from '../fakes/vscode.ts';

const { liveSettings } = await import('../../src/editor/settings.ts');

function read(values: Readonly<Record<string, unknown>>) {
  for (const [name, value] of Object.entries(values)) configuration.set(`marginal.${name}`, value);
  const settings = liveSettings();
  settings.dispose();
  return settings.value;
}

afterEach(() => configuration.clear());

test('without settings the allocator has its defaults, no rules and no limits', () => {
  const { allocation, choice, problems } = read({});
  assert.deepEqual(problems, []);
  assert.deepEqual(allocation.value, DEFAULT_VALUE_SETTINGS);
  assert.deepEqual(allocation.limits, []);
  assert.deepEqual([choice.rules, choice.privacy, choice.mode, choice.budgetHolds], [[], [], 'show', false]);
  assert.deepEqual(choice.confirm, { requestNanoCredits: undefined, runNanoCredits: undefined, onLeavingQuote: false });
});

test('what is set is taken', () => {
  const { allocation, choice, problems } = read({
    'value.hourlyRateDollars': 100,
    'value.minutesSaved': { fix: 40 },
    'budget.monthCredits': 500,
    'budget.mode': 'refuse',
    'allocator.waitTargetSeconds': 20,
    'allocator.mode': 'ask',
    'confirm.requestCredits': 5,
    'confirm.runCredits': 50,
    rules: [{ when: { task: 'test' }, use: 'local' }],
    privacy: { '~/clients': 'never' },
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(allocation.value.minutesSaved, { ...DEFAULT_MINUTES_SAVED, fix: 40 });
  assert.deepEqual(allocation.limits, [{ scope: 'month', nanoCredits: 500e9, mode: 'hard' }]);
  assert.equal(allocation.waitTargetSeconds, 20);
  assert.equal(choice.budgetHolds, true);
  assert.equal(choice.budgetRefuses, true);
  assert.deepEqual(choice.confirm, { requestNanoCredits: 5e9, runNanoCredits: 50e9, onLeavingQuote: true });
  assert.equal(choice.rules.length, 1);
  assert.deepEqual(choice.privacy, [{ pattern: '~/clients', nanoCredits: 'never' }]);
});

test('each bad setting is told in one sentence and loses nothing beside it', () => {
  const { allocation, choice, problems } = read({
    'value.hourlyRateDollars': 'much',
    'budget.mode': 'stop',
    'allocator.mode': 'do it',
    'confirm.runCredits': -5,
    rules: [{ when: { task: 'tests' }, use: 'local' }, { use: 'cloud' }],
    privacy: { '~/clients': 'nevr' },
  });
  assert.equal(problems.length, 6);
  for (const problem of problems) assert.match(problem, /^marginal\.[\w.]+.*: .+\.$/);
  assert.deepEqual(allocation.value, DEFAULT_VALUE_SETTINGS);
  assert.equal(choice.confirm.runNanoCredits, undefined);
  assert.deepEqual(
    choice.rules.map(({ use }) => use),
    ['cloud'],
  );
  assert.deepEqual(choice.privacy, [{ pattern: '~/clients', nanoCredits: 'never' }], 'what was to stay in stays in');
});
