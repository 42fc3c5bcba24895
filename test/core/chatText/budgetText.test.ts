import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_VALUE_SETTINGS } from '../../../src/core/allocate/taskValue.ts';
import { budgetText } from '../../../src/core/chatText/budgetText.ts';
import { helpText } from '../../../src/core/chatText/helpText.ts';
import { pricesText } from '../../../src/core/chatText/pricesText.ts';
import { regretText } from '../../../src/core/chatText/regretText.ts';
import { valueText } from '../../../src/core/chatText/valueText.ts';
import { regretReport } from '../../../src/core/diagnose/regret.ts';

const cr = (credits: number) => credits * 1e9;
const rows = [
  { kind: 'today', label: 'Today', value: '12 cr', note: 'priced · 12 % of 100' },
  { kind: 'agent', label: 'evil *agent*', value: '12 cr', note: '3 calls' },
] as const;

test('the budget tells what was spent, the shares, the limits, and what is not set', () => {
  const text = budgetText({
    rows,
    shares: [{ period: 'day', limitNanoCredits: cr(100), share: 0.12, severity: 'normal' }],
    plans: [],
    limits: [{ scope: 'month', nanoCredits: cr(2000), mode: 'hard' }],
  });
  assert.deepEqual(text.split('\n\n'), [
    '- Today: **12 cr** · priced · 12 % of 100\n  - evil \\*agent\\*: **12 cr** · 3 calls',
    '**12 %** of the day’s 100 cr are spent.',
    'Limits: 2,000 cr a month \\(refuses\\).',
    'No plan is chosen, so nothing is known of a pool: **Marginal: Choose Plan…**.',
  ]);
  assert.match(
    budgetText({ rows: [], shares: [], plans: [], limits: [] }),
    /Nothing is metered yet[\s\S]*No budget is set/,
  );
});

test('each price stands with the constraint that it belongs to, and with what it was a day ago', () => {
  const at = 1_795_000_000_000;
  const text = pricesText({
    at,
    prices: { kappa: 1, beta: 0.34567, lambda: 0.1667, rho: 1 },
    constraints: { kappa: 'paid as used', beta: '900 credits for 40 working hours', lambda: 'your time', rho: 'none' },
    history: [{ at: at - 90_000_000, beta: 0.2, lambda: 0.1, rho: 1 }],
    leftNanoCredits: cr(900),
  });
  assert.deepEqual(text.split('\n').slice(0, 4), [
    '- **κ 1**: a credit in cash. Constraint: paid as used.',
    '- **β 0.346** (a day ago 0.2): a credit of the budget beyond its cash. Constraint: 900 credits for 40 working hours.',
    '- **λ 0.167 cr/s** (a day ago 0.1): a second that you wait. Constraint: your time.',
    '- **ρ 1** (a day ago 1): a credit of expected loss. Constraint: none.',
  ]);
  assert.match(text, /\*\*900 cr\*\* are left/);
});

test('values are told by class, the last one marked', () => {
  const text = valueText({
    settings: DEFAULT_VALUE_SETTINGS,
    task: { kind: 'fix', size: 'complex' },
    statedNanoCredits: undefined,
  });
  assert.match(text, /\| fix ← the last one \| 20 \| 2,000 \|/);
  assert.match(text, /taken for \*\*fix, complex\*\*/);
  assert.match(
    valueText({ settings: DEFAULT_VALUE_SETTINGS, task: { kind: '<b>', size: undefined }, statedNanoCredits: cr(3) }),
    /worth \*\*3\.0 cr\*\* each, as you said[\s\S]*class of the last task is not known/,
  );
});

test('the help has the figures and the commands of package.json', () => {
  assert.deepEqual(helpText(rows, [{ name: 'quote', description: 'What it would cost' }]).split('\n\n'), [
    '- Today: **12 cr** · priced · 12 % of 100',
    '- `/quote` What it would cost',
    'Only `/do` sends anything to a model.',
  ]);
});

test('the regret report says how each figure is known', () => {
  const options = { small: { success: 0.5, credits: 1 }, large: { success: 0.9, credits: 20 } };
  const row = { choice: 'small', value: 100, success: true, credits: 1, options, propensities: { small: 1 } };
  const text = regretText(regretReport([row, row, { ...row, success: undefined }], { strongest: 'large' }));
  assert.match(text, /- What was done: \*\*198 cr\*\* net \(observed\)/);
  assert.match(text, /Always the strongest \\\(large\\\): \*\*140 cr\*\* net, regret 42 cr \(modelled\)/);
  assert.match(text, /2 choices with a known outcome and cost, 1 more without/);
  assert.match(regretText(regretReport([])), /No choice of Marginal’s has a known outcome/);
});
