import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PeriodForecast } from '../../../src/core/forecast/forecast.ts';
import { NO_MONEY } from '../../../src/core/money.ts';
import type { PoolStanding } from '../../../src/core/plans/poolStanding.ts';
import type { WindowStanding } from '../../../src/core/plans/subscriptionStanding.ts';
import { dryText, paceSentence } from '../../../src/core/status/forecastText.ts';
import {
  listPriceText,
  monthRows,
  type PlanGlance,
  planRows,
  planSegments,
} from '../../../src/core/status/planGlance.ts';
import { LONGEST_STATUS_TEXT, statusView } from '../../../src/core/status/statusView.ts';
import { windowNotes, windowOutlook, windowShareText } from '../../../src/core/status/windowText.ts';

const noon = (month: number, day: number) => new Date(2026, month - 1, day, 12).getTime();
const NOW = noon(11, 20);
const END = new Date(2026, 11, 5).getTime();

function forecast(part: Partial<PeriodForecast> = {}): PeriodForecast {
  return {
    at: NOW,
    periodStart: new Date(2026, 10, 5).getTime(),
    periodEnd: END,
    spent: NO_MONEY,
    endOfPeriod: { p10: 1_640e9, p50: 2_000e9, p90: 2_400e9 },
    unknownCalls: 0,
    dry: { p10: noon(11, 24), p50: noon(11, 28), p90: noon(12, 2) },
    pace: { recentPerHour: 6e9, lastsPerHour: 4.1e9, dryAt: noon(11, 27) },
    evidence: { days: 30, activeDays: 20, basis: 'own' },
    ...part,
  };
}

const POOL: PoolStanding = {
  kind: 'pool',
  label: 'GitHub Copilot Business',
  agents: ['copilot'],
  period: { start: 0, end: END },
  entitlementNanoCredits: 1_900e9,
  spent: { nanoCredits: 402e9, confidence: 'billed', unknown: 0 },
  elsewhere: { nanoCredits: 214e9, at: NOW - 300_000, why: 'counted' },
  leftNanoCredits: 1_284e9,
  leftConfidence: 'estimated',
  seats: 1,
  overage: 'list',
};

function window(name: string, usedShare: number | undefined, usedSince = false): WindowStanding {
  const reading = { source: 'claude-code-usage', at: NOW - 720_000 };
  return { window: name, label: name, usedShare, resetsAt: NOW + 1, reading, spent: undefined, usedSince };
}

function subscription(...windows: readonly WindowStanding[]): PlanGlance {
  return { standing: { kind: 'windows', label: 'Claude Max (5×)', agents: ['claude-code'], windows } };
}

function statusText(
  plans: readonly PlanGlance[],
  agents: readonly string[],
  confidence: 'billed' | 'estimated' = 'billed',
) {
  const today = { nanoCredits: 184e9, confidence, unknown: 0 };
  const todayByAgent = agents.map((agent) => ({ agent, calls: 1, cost: today }));
  const summary = { revision: 1, at: NOW, today, month: today, todayByAgent, run: undefined, session: undefined };
  const input = { now: NOW, day: '2026-11-20', summary, live: [], budget: {}, sources: [], troubles: [] };
  return statusView(undefined, { ...input, plans }).view;
}

test('idle, the status bar tells when a pool runs dry, or how full a subscription’s windows are', () => {
  const pool: PlanGlance = { standing: POOL, forecast: forecast() };
  const full = subscription(window('5h', 0.62), window('week', 0.31));
  assert.equal(statusText([pool], ['copilot']).text, '◆ 184 cr today · dry 24 Nov–2 Dec');
  assert.equal(statusText([pool], ['copilot'], 'estimated').text, '◆ ≈ 184 cr today · dry 24 Nov–2 Dec');
  assert.equal(statusText([full], ['claude-code']).text, '◆ 5h 62 % · wk 31 %');
  // What is paid by credits isn't hidden behind a subscription.
  assert.equal(statusText([full], ['claude-code', 'copilot']).text, '◆ 184 cr today · 5h 62 % · wk 31 %');
  assert.equal(statusText([subscription(window('5h', undefined))], ['claude-code']).text, '◆ 184 cr today');
  assert.equal(statusText([subscription(window('5h', 0.62, true))], []).text, '◆ 5h ≥ 62 %');
  assert.equal(statusText([{ standing: POOL }], ['copilot']).text, '◆ 184 cr today');
  assert.match(statusText([full], ['claude-code']).accessibleLabel, /5-hour window 62 %\. weekly window 31 %/);
});

test('a month’s budget has its forecast in the status bar where no pool has one, and in the hover', () => {
  const month = { budgetNanoCredits: 1_900e9, forecast: forecast() };
  assert.deepEqual(planSegments([], ['codex'], month).after, ['budget spent 24 Nov–2 Dec']);
  assert.deepEqual(planSegments([], ['codex'], { forecast: forecast() }).after, [], 'no budget, no date');
  const lasting = { budgetNanoCredits: 1_900e9, forecast: forecast({ dry: {} }) };
  assert.deepEqual(planSegments([], ['codex'], lasting).after, ['budget lasts to 5 Dec']);
  assert.deepEqual(planSegments([{ standing: POOL, forecast: forecast() }], ['copilot'], month).after, [
    'dry 24 Nov–2 Dec',
  ]);
  const [end, pace] = monthRows(month);
  assert.deepEqual([end?.value, pace?.value], ['1,640–2,400 cr', '6.0 cr/h']);
  assert.match(end?.note ?? '', /^budget spent 24 Nov–2 Dec · 80 % range\./);
  assert.match(pace?.note ?? '', /6\.0 credits a working hour spends the budget on 27 Nov; 4\.1 lasts to 5 Dec\./);
});

test('a window says where it is heading, and nothing where too little is known', () => {
  const half = { ...window('5h', 0.5), capacityNanoCredits: 100e9 };
  const at = (hours: number) => NOW + hours * 3_600_000;
  const pace = { sharePerHour: 0.2, shareAtEnd: 0.9, fullAt: undefined };
  assert.equal(windowOutlook(half, undefined, NOW), undefined);
  assert.equal(windowOutlook({ ...half, pace }, undefined, NOW), 'at this pace 90 % by its reset, estimated');
  assert.equal(
    windowOutlook({ ...half, pace: { ...pace, fullAt: at(2.5) } }, undefined, NOW),
    'at this pace full 14:30, before it resets, estimated',
  );
  assert.equal(
    windowOutlook({ ...half, pace }, forecast(), NOW),
    'full 24 Nov–2 Dec (80 % range, estimated at list price)',
  );
  assert.equal(windowOutlook({ ...half, usedShare: 1, pace }, undefined, NOW), undefined, 'it is full');
});

test('a window that only use tells of says so, and its share with its doubt', () => {
  const period = { start: NOW - 7_200_000, end: NOW + 10_800_000 };
  const inferred = { ...window('5h', undefined), resetsAt: undefined, period, isInferred: true };
  assert.equal(windowShareText(inferred), '?');
  assert.deepEqual(windowNotes(inferred, NOW), [
    'began 10:00 and ends 15:00, by what was seen here',
    'its share isn’t recorded on this machine',
  ]);
  assert.equal(windowShareText({ ...inferred, estimatedShare: 0.4 }), '≈ 40 %');
  assert.match(windowNotes({ ...inferred, estimatedShare: 0.4 }, NOW)[1] ?? '', /^estimated/);
  assert.equal(windowShareText(window('5h', 0.62, true)), '≥ 62 %');
});

test('a date that isn’t within the period is not made up', () => {
  const dry = (part: Partial<PeriodForecast>) => dryText(forecast(part), 1);
  assert.equal(dry({}), 'dry 24 Nov–2 Dec');
  assert.equal(dry({ dry: { p10: noon(11, 24), p90: noon(11, 28) } }), 'dry 24–28 Nov');
  assert.equal(dry({ dry: { p10: noon(11, 24), p90: noon(11, 24) } }), 'dry 24 Nov');
  assert.equal(dry({ dry: { p10: noon(11, 24) } }), 'dry 24 Nov or later');
  assert.equal(dry({ dry: {} }), 'lasts to 5 Dec');
  assert.equal(dry({ dry: { p10: noon(11, 9), p50: noon(11, 9), p90: noon(11, 9) } }), 'pool is dry');
  // Something was drawn whose cost nobody knows.
  assert.equal(dry({ unknownCalls: 2 }), 'dry 24 Nov–2 Dec ?');
  assert.equal(dry({ unknownCalls: 2, dry: {} }), 'lasts to 5 Dec ?');
  assert.equal(dryText(forecast(), undefined), undefined);
});

test('the pace says where it leads and what would last', () => {
  const pace = (part: PeriodForecast['pace']) => paceSentence(forecast({ pace: part }));
  assert.equal(paceSentence(forecast()), '6.0 credits a working hour leaves you dry on 27 Nov; 4.1 lasts to 5 Dec.');
  assert.equal(
    pace({ recentPerHour: 2e9, lastsPerHour: 4e9 }),
    '2.0 credits a working hour lasts to 5 Dec; up to 4.0 would.',
  );
  assert.equal(
    pace({ recentPerHour: 2e9, lastsPerHour: 0 }),
    'The pool is dry; the pace was 2.0 credits a working hour.',
  );
  assert.equal(pace({ recentPerHour: 2e9 }), '2.0 credits a working hour lately.');
  assert.equal(pace({}), undefined);
});

test('the hover tells pool, elsewhere, forecast and pace, each with its doubt', () => {
  const rows = (standing: PoolStanding) =>
    planRows([{ standing, forecast: forecast() }], NOW).map(({ label, value }) => [label, value]);
  assert.deepEqual(rows(POOL), [
    ['GitHub Copilot Business', '≈ 1,284 cr'],
    ['Elsewhere', '≈ 214 cr'],
    ['By 5 Dec', '1,640–2,400 cr'],
    ['Pace', '6.0 cr/h'],
  ]);
  const unsure: PoolStanding = {
    ...POOL,
    elsewhere: { nanoCredits: undefined, why: 'Not known.' },
    leftConfidence: 'unknown',
  };
  assert.deepEqual(rows(unsure).slice(0, 2), [
    ['GitHub Copilot Business', '≤ 1,284 cr'],
    ['Elsewhere', '? cr'],
  ]);
  assert.match(planRows([{ standing: unsure }], NOW)[1]?.note ?? '', /may run dry sooner/);
  const [row] = planRows([subscription(window('5h', 0.62, true))], NOW);
  assert.equal(row?.value, '≥ 62 %');
  assert.match(row?.note ?? '', /recorded 12 min ago · used since/);
  const [unknown] = planRows([{ ...subscription({ ...window('5h', undefined), reading: undefined }) }], NOW);
  assert.deepEqual([unknown?.value, /isn’t recorded/.test(unknown?.note ?? '')], ['?', true]);
});

test('a subscription’s agents are at list price, those of a chosen API plan are not', () => {
  const note = (plans: readonly PlanGlance[]) =>
    statusText(plans, ['claude-code'], 'estimated').tooltip.rows.find(({ kind }) => kind === 'agent')?.note ?? '';
  assert.match(note([]), /a plan may pay/);
  assert.match(note([subscription()]), /the subscription pays/);
  const metered = {
    kind: 'metered' as const,
    label: 'API',
    agents: ['claude-code'],
    period: POOL.period,
    spent: NO_MONEY,
  };
  assert.doesNotMatch(note([{ standing: metered }]), /list price/);
});

test('whatever the plans say, the text stays within 40 characters', () => {
  const share = fc.option(fc.double({ min: 0, max: 40, noNaN: true }), { nil: undefined });
  const instant = fc.option(fc.integer({ min: NOW - 1e9, max: END }), { nil: undefined });
  fc.assert(
    fc.property(share, share, fc.boolean(), instant, instant, (fiveHours, week, since, early, late) => {
      const [p10, p90] = [early, late].filter((each) => each !== undefined).sort((a, b) => a - b);
      const dry = { ...(p10 === undefined ? {} : { p10 }), ...(p90 === undefined ? {} : { p90 }) };
      const plans: PlanGlance[] = [
        subscription(window('5h', fiveHours, since), window('week', week)),
        { standing: POOL, forecast: forecast({ dry, unknownCalls: 1 }) },
      ];
      for (const agents of [['claude-code'], ['copilot'], []]) {
        const { text } = statusText(plans, agents);
        assert(text.length <= LONGEST_STATUS_TEXT, text);
        assert(text.startsWith('◆ '));
      }
      const { instead, after } = planSegments(plans, ['copilot']);
      assert.deepEqual(instead, []);
      assert.equal(after.length, 1 + Number(fiveHours !== undefined) + Number(week !== undefined));
    }),
  );
});

test('what isn’t billed by token is at list price; who pays is a guess until a plan is chosen', () => {
  const text = (plans: readonly PlanGlance[], agent: string, mayBeOnPlan: boolean) =>
    listPriceText(plans, agent, mayBeOnPlan);
  assert.equal(text([], 'claude-code', true), 'at list price (a plan may pay)');
  assert.equal(text([], 'copilot', false), undefined);
  assert.equal(text([subscription()], 'claude-code', true), 'at list price (the subscription pays)');
  assert.equal(text([subscription()], 'codex', true), 'at list price (a plan may pay)');
  assert.equal(text([{ standing: { ...POOL, agents: ['codex'] } }], 'codex', true), undefined);
});
