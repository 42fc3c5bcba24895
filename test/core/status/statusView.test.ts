import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RunOutlook } from '../../../src/core/allocate/outlook.ts';
import type { BurnSummary } from '../../../src/core/ledger/entry.ts';
import type { MoneySum } from '../../../src/core/money.ts';
import type { LiveStep } from '../../../src/core/status/liveStep.ts';
import { LONGEST_STATUS_TEXT, type StatusInput, statusView } from '../../../src/core/status/statusView.ts';
import type { SteadyFigure } from '../../../src/core/status/steadyFigure.ts';
import { madeOutlook } from './runOutlooks.ts';

const NOTHING: MoneySum = { nanoCredits: 0, confidence: 'billed', unknown: 0 };

function credits(amount: number, confidence: MoneySum['confidence'] = 'billed', unknown = 0): MoneySum {
  return { nanoCredits: Math.round(amount * 1e9), confidence, unknown };
}

function summary(part: Partial<BurnSummary> = {}): BurnSummary {
  const today = part.today ?? credits(184);
  return { revision: 1, at: 0, today, month: today, todayByAgent: [], run: undefined, session: undefined, ...part };
}

function running(cost: MoneySum, steps: number): NonNullable<BurnSummary['run']> {
  return { runId: 'run', agent: 'claude-code', live: true, steps, cost, lastModel: 'opus' };
}

function input(part: Partial<StatusInput>): StatusInput {
  const base = { now: 0, day: '2026-11-22', summary: summary(), live: [], budget: {}, sources: [], troubles: [] };
  return { ...base, ...part };
}

function text(part: Partial<StatusInput>): string {
  return statusView(undefined, input(part)).view.text;
}

test('each state reads as the developer is promised', () => {
  const cases: readonly (readonly [string, Partial<StatusInput>])[] = [
    ['◆ Marginal', { summary: undefined }],
    ['◆ Marginal', { summary: summary({ today: NOTHING }) }],
    ['◆ 0 cr today', { summary: summary({ today: NOTHING, month: credits(90) }) }],
    ['◆ 184 cr today', {}],
    ['◆ ≈ 184 cr today', { summary: summary({ today: credits(184, 'estimated') }) }],
    ['◆ 184 cr + ? today', { summary: summary({ today: credits(184, 'priced', 2) }) }],
    ['◆ ? cr today', { summary: summary({ today: credits(0, 'billed', 1) }) }],
    ['◆ 38 cr · step 4', { summary: summary({ run: running(credits(38), 4) }) }],
    ['◆ 38 cr + ? · step 4', { summary: summary({ run: running(credits(38, 'billed', 1), 4) }) }],
    ['◆ 184 cr today', { summary: summary({ run: { ...running(credits(38), 4), live: false } }) }],
    ['◆ 184 cr today · trouble', { troubles: ['The disk is full: free some space.'] }],
    ['◆ Marginal · trouble', { summary: undefined, troubles: ['The disk is full: free some space.'] }],
  ];
  for (const [expected, part] of cases) assert.equal(text(part), expected);
});

test('a stream raises the run’s figure, marked as an estimate while it is open', () => {
  const step: LiveStep = { callId: 'c', runId: 'run', agent: 'vscode-chat', startedAt: 0, nanoCredits: 2e9 };
  assert.equal(text({ summary: summary({ run: running(credits(38), 4) }), live: [step] }), '◆ ≈ 40 cr · step 4');
  assert.equal(text({ live: [step] }), '◆ ≈ 2.0 cr · step 1');
  const unpriced: LiveStep = { callId: 'c', agent: 'vscode-chat', startedAt: 0 };
  assert.equal(text({ live: [unpriced] }), '◆ ? cr · step 1');
  const arrived = summary({ endedCallIds: ['c'] });
  assert.equal(text({ summary: arrived, live: [step] }), '◆ 184 cr today');
});

test('a budget colours the item from 70 and 90 % on and says so in words', () => {
  const at = (spent: number) => {
    const { view } = statusView(
      undefined,
      input({ summary: summary({ today: credits(spent) }), budget: { dayNanoCredits: 100e9 } }),
    );
    return [view.severity, view.text];
  };
  assert.deepEqual(at(69), ['normal', '◆ 69 cr today']);
  assert.deepEqual(at(70), ['warning', '◆ 70 cr today · 70 % of day']);
  assert.deepEqual(at(89.9), ['warning', '◆ 90 cr today · 89 % of day']);
  assert.deepEqual(at(90), ['error', '◆ 90 cr today · 90 % of day']);
  const month = input({ budget: { dayNanoCredits: 200e9, monthNanoCredits: 190e9 } });
  assert.equal(statusView(undefined, month).view.text, '◆ 184 cr today · 96 % of month');
  assert.equal(text({ budget: { dayNanoCredits: 0, monthNanoCredits: undefined } }), '◆ 184 cr today');
});

test('trouble never hides that a budget is nearly gone', () => {
  const { view } = statusView(undefined, input({ budget: { dayNanoCredits: 190e9 }, troubles: ['No disk.'] }));
  assert.equal(view.severity, 'error');
  assert.equal(view.text, '◆ 184 cr today · trouble · 96 % of day');
  assert.deepEqual(view.tooltip.notices, ['No disk.']);
});

test('remarks of a run are said as far as they fit, the first ones first', () => {
  const run = { summary: summary({ run: running(credits(38), 4) }) };
  const next = { p10: 3e9, p50: 5e9, p90: 9e9 };
  const outlook = madeOutlook({}, { next });
  const view = (shown: RunOutlook) => statusView(undefined, input({ ...run, outlooks: [shown] })).view;
  assert.equal(view(outlook).text, '◆ 38 cr · next 5 (3–9) · value ?');
  const settled = { outcomes: 40, settled: true };
  const decided = madeOutlook({}, { next, evidence: settled });
  assert.match(view(decided).text, /^◆ 38 cr · next 5 \(3–9\) · worth \+\d+$/);
  const advised = view({ ...outlook, advice: 'no progress in 6 steps' });
  assert.equal(advised.text, '◆ 38 cr · no progress in 6 steps');
  assert.equal(advised.severity, 'warning');
  assert.match(advised.accessibleLabel, /Advice: no progress in 6 steps/);
  const wide = { p10: 12_345e9, p50: 23_456e9, p90: 34_567e9 };
  assert.equal(view({ ...outlook, next: wide }).text, '◆ 38 cr · next 23,456 · value ?');
  assert.equal(view({ ...outlook, next: undefined }).text, '◆ 38 cr · step 4', 'nothing where nothing is known');
  assert.equal(view({ ...outlook, runId: 'another' }).text, '◆ 38 cr · step 4');
  const rows = view(outlook).tooltip.rows.filter(({ kind }) => kind === 'outlook');
  assert.deepEqual(
    rows.map(({ label, value, note }) => `${label} | ${value} | ${note}`).filter((row) => !row.startsWith('Rest')),
    [
      'Next step | ≈ 5.0 cr | 3.0–9.0 in four cases out of five · foretold',
      'Worth going on | ? | not proven yet: no outcome so far',
    ],
  );
});

test('the hover tells session, run, today, agents, month and sources, each with how sure it is', () => {
  const { view } = statusView(
    undefined,
    input({
      summary: summary({
        today: credits(184, 'estimated', 2),
        month: credits(2140),
        todayByAgent: [{ agent: 'claude-code', calls: 12, cost: credits(120, 'priced') }],
        run: { ...running(credits(38), 4), live: false },
        session: { steps: 12, cost: credits(96) },
      }),
      budget: { dayNanoCredits: 368e9 },
      sources: [{ source: 'copilot-store', confidence: 'billed', calls: 1 }],
    }),
  );
  assert.deepEqual(
    view.tooltip.rows.map(({ label, value, note }) => `${label} | ${value} | ${note}`),
    [
      'Last run | 38 cr | Claude Code · opus · 4 steps · billed',
      'Session | 96 cr | 12 steps · billed',
      'Today | ≈ 184 cr + ? | estimated in part · 2 calls unknown · 50 % of 368',
      'Claude Code | 120 cr | 12 calls · priced · at list price (a plan may pay)',
      'This month | 2,140 cr | billed',
      'Copilot store | billed | 1 call · the vendor’s own figure',
    ],
  );
  assert.equal(view.accessibleLabel, 'Marginal. about 184 credits, and 2 calls of unknown cost today.');
});

const range = fc
  .array(fc.integer({ min: 0, max: 9e15 }), { minLength: 3, maxLength: 3 })
  .map((figures) => figures.sort((a, b) => a - b))
  .map(([p10 = 0, p50 = 0, p90 = 0]) => ({ p10, p50, p90 }));

const moneySums = fc.record({
  nanoCredits: fc.integer({ min: 0, max: 9e15 }),
  confidence: fc.constantFrom('billed' as const, 'priced' as const, 'estimated' as const),
  unknown: fc.nat({ max: 5 }),
});

test('the text never exceeds 40 characters, and an unknown sum never reads as 0', () => {
  fc.assert(
    fc.property(
      moneySums,
      moneySums,
      fc.option(fc.nat(), { nil: undefined }),
      fc.record({ next: range, advice: fc.option(fc.string(), { nil: undefined }), settled: fc.boolean() }),
      fc.integer({ min: 0, max: 1e15 }),
      (today, cost, steps, { next, advice, settled }, limit) => {
        const run = steps === undefined ? undefined : running(cost, steps);
        const view = statusView(
          undefined,
          input({
            summary: summary({ today, run }),
            outlooks: [madeOutlook({}, { next, advice, evidence: { outcomes: 9, settled } })],
            budget: { dayNanoCredits: limit },
            troubles: ['x'],
          }),
        ).view;
        assert(view.text.length <= LONGEST_STATUS_TEXT, view.text);
        const shown = run ? cost : today;
        if (shown.unknown > 0) {
          assert.match(view.text, /\?/);
          assert.doesNotMatch(view.text, /◆ (≈ )?0 cr/);
        }
      },
    ),
  );
});

test('today’s figure only falls with a later word of the ledger, and then the hover says why', () => {
  const step = fc.record({
    revision: fc.nat({ max: 6 }),
    settled: fc.integer({ min: 0, max: 50 }),
    live: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let memory: SteadyFigure | undefined;
      for (const { revision, settled, live } of steps) {
        const before = memory;
        const next = statusView(
          memory,
          input({
            summary: summary({ revision, today: credits(settled) }),
            live: live === undefined ? [] : [{ callId: 'c', agent: 'a', startedAt: 0, nanoCredits: live * 1e9 }],
          }),
        );
        memory = next.memory;
        if (!before || !memory || memory.shown.nanoCredits >= before.shown.nanoCredits) continue;
        assert(memory.revision > before.revision);
        assert.match(next.view.tooltip.notices.join(), /^Corrected from/);
      }
    }),
  );
});

test('the hover says what the run’s task is taken for, where anybody knows', () => {
  const rows = (run: NonNullable<BurnSummary['run']>) =>
    statusView(undefined, input({ summary: summary({ run }) })).view.tooltip.rows.filter(
      ({ label }) => label === 'Task',
    );
  assert.deepEqual(rows(running(credits(1), 1)), []);
  const [row] = rows({ ...running(credits(1), 1), task: { kind: 'fix', size: 'medium' } });
  assert.deepEqual([row?.value, row?.note], ['fix', 'medium · Correct the Task’s Class… teaches it better']);
});
