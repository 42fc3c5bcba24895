import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { QuotaReading } from '../../../src/core/ledger/event.ts';
import { quotaEvent } from '../../../src/core/ledger/quota.ts';
import { type MoneySum, NO_MONEY } from '../../../src/core/money.ts';
import { cashPrice, mostShadowPrice } from '../../../src/core/plans/cashPrice.ts';
import { planStandings } from '../../../src/core/plans/planStandings.ts';
import { readPlans } from '../../../src/core/plans/readPlans.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;
const billed = (credits: number, unknown = 0): MoneySum => ({
  nanoCredits: credits * 1e9,
  confidence: 'billed',
  unknown,
});

const copilot = (part: Partial<QuotaReading>, at = NOW - HOUR) =>
  quotaEvent('copilot-account', at, { agent: 'copilot', window: 'month', ...part });

function pool(
  setting: object,
  readings: Parameters<typeof planStandings>[1],
  spent: MoneySum | ((until: number) => MoneySum),
) {
  const [standing] = planStandings(readPlans([setting]).plans, readings, NOW, (_from, to) =>
    typeof spent === 'function' ? spent(to) : spent,
  );
  assert(standing?.kind === 'pool');
  return standing;
}

test('what is left is the entitlement less what was spent here and elsewhere', () => {
  // 400 were seen here when the vendor said 614, and 50 more since.
  const spent = (until: number) => billed(until < NOW ? 400 : 450);
  const standing = pool(
    { plan: 'copilot-business' },
    [copilot({ used: 614, entitlement: 1_900, unit: 'credits' })],
    spent,
  );
  assert.equal(standing.elsewhere.nanoCredits, 214e9);
  assert.equal(standing.leftNanoCredits, 1_236e9);
  assert.equal(standing.leftConfidence, 'estimated');
});

test('without the vendor’s word elsewhere is unknown, not 0, and what is left is the most that it can be', () => {
  const standing = pool({ plan: 'copilot-business' }, [], billed(450));
  assert.equal(standing.elsewhere.nanoCredits, undefined);
  assert.match(standing.elsewhere.why, /GitHub was not asked/);
  assert.deepEqual([standing.leftNanoCredits, standing.leftConfidence], [1_450e9, 'unknown']);
});

test('a count is taken for credits only where that is certain', () => {
  const elsewhere = (part: Partial<QuotaReading>, setting: object = { plan: 'copilot-business' }) =>
    pool(setting, [copilot(part)], billed(400)).elsewhere;
  // The allowance is the plan's own, so it is counted in its credits.
  assert.equal(elsewhere({ used: 600, entitlement: 1_900 }).nanoCredits, 200e9);
  assert.match(elsewhere({ used: 600, entitlement: 300 }).why, /isn’t said to be in credits/);
  assert.match(elsewhere({ used: 600, entitlement: 1_900, unit: 'requests' }).why, /isn’t said to be in credits/);
  assert.match(elsewhere({ unit: 'credits', usedShare: 0.3 }).why, /no count/);
  assert.match(elsewhere({ unit: 'credits', used: 3, unlimited: true }).why, /no allowance/);
  assert.match(
    elsewhere({ unit: 'credits', used: 600, entitlement: 1_900 }, { plan: 'copilot-business', seats: 5 }).why,
    /colleagues/,
  );
  assert.equal(
    elsewhere({ unit: 'credits', used: 600, entitlement: 9_500 }, { plan: 'copilot-business', seats: 5 }).nanoCredits,
    200e9,
  );
  assert.equal(elsewhere({ unit: 'credits', used: 1_900, entitlement: 1_900, overage: 100 }).nanoCredits, 1_600e9);
  assert.match(
    pool({ plan: 'copilot-pro' }, [copilot({ used: 9, unit: 'credits' })], billed(4, 1)).elsewhere.why,
    /unknown cost/,
  );
});

test('a word of last period, or of another agent, tells nothing of this one', () => {
  const told = { used: 614, entitlement: 1_900, unit: 'credits' as const };
  const old = copilot(told, Date.parse('2026-10-31T23:00:00Z'));
  const other = quotaEvent('codex-log', NOW, { agent: 'codex', window: 'month', ...told });
  assert.equal(pool({ plan: 'copilot-business' }, [old, other], billed(1)).elsewhere.nanoCredits, undefined);
});

test('the vendor’s own reset goes before the setting’s day, and its entitlement fills one that isn’t known', () => {
  const resetsAt = Date.parse('2026-12-07T00:00:00Z');
  const standing = pool(
    { plan: 'copilot-free' },
    [copilot({ entitlement: 50, used: 20, unit: 'credits', resetsAt })],
    billed(5),
  );
  assert.deepEqual(standing.period, { start: Date.parse('2026-11-07T00:00:00Z'), end: resetsAt });
  assert.deepEqual([standing.entitlementNanoCredits, standing.leftNanoCredits], [50e9, 30e9]);
  // A reset in a year isn't a month's.
  const odd = pool({ plan: 'copilot-free' }, [copilot({ resetsAt: NOW + 400 * 24 * HOUR })], billed(5));
  assert.equal(odd.period.end, Date.parse('2026-12-01T00:00:00Z'));
});

test('neither elsewhere nor what is left is ever negative, and the parts never exceed the whole by rounding', () => {
  const amount = fc.integer({ min: 0, max: 30_000 });
  fc.assert(
    fc.property(amount, amount, fc.option(amount), (seen, used, overage) => {
      const reading = copilot({ used, entitlement: 7_000, unit: 'credits', ...(overage === null ? {} : { overage }) });
      const { elsewhere, leftNanoCredits = -1 } = pool({ plan: 'copilot-pro-plus' }, [reading], billed(seen));
      assert(elsewhere.nanoCredits !== undefined && elsewhere.nanoCredits >= 0);
      assert(leftNanoCredits >= 0);
      if (leftNanoCredits > 0) assert.equal(leftNanoCredits + elsewhere.nanoCredits + seen * 1e9, 7_000e9);
    }),
  );
});

test('a window’s share is what its agent recorded, until the window ends', () => {
  const reading = (window: string, part: Partial<QuotaReading>, at: number) =>
    quotaEvent('claude-code-usage', at, { agent: 'claude-code', window, ...part });
  const spent = (from: number, to: number): MoneySum => ({ ...NO_MONEY, nanoCredits: to - from, confidence: 'priced' });
  const [standing] = planStandings(
    readPlans([{ plan: 'claude-max-5x' }]).plans,
    [
      reading('5h', { usedShare: 0.62, resetsAt: NOW + HOUR, windowMinutes: 300 }, NOW - HOUR),
      reading('5h', { usedShare: 0.1, resetsAt: NOW + HOUR }, NOW - 2 * HOUR),
      reading('week', { usedShare: 0.31, resetsAt: NOW - 1 }, NOW - HOUR),
      reading('week-opus', { usedShare: 0.05, resetsAt: NOW + HOUR }, NOW - HOUR),
      reading('codex', { usedShare: 0.99 }, NOW),
    ],
    NOW,
    spent,
  );
  assert(standing?.kind === 'windows');
  const [fiveHours, week, codex, opus] = standing.windows;
  assert.deepEqual([fiveHours?.usedShare, fiveHours?.resetsAt], [0.62, NOW + HOUR]);
  // From its beginning, five hours before its end.
  assert.equal(fiveHours?.spent?.nanoCredits, 4 * HOUR);
  assert.equal(fiveHours?.usedSince, true);
  assert.deepEqual([week?.usedShare, week?.resetsAt, week?.reading?.at], [undefined, undefined, NOW - HOUR]);
  // Of unknown length and end: nothing says whether it still holds.
  assert.deepEqual([codex?.window, codex?.usedShare], ['codex', undefined]);
  assert.deepEqual([opus?.label, opus?.usedShare], ['Weekly window (opus)', 0.05]);
});

test('a window’s pace counts what was used since the reading, by what the window seems to hold', () => {
  const reading = (window: string, part: Partial<QuotaReading>, at: number) =>
    quotaEvent('claude-code-usage', at, { agent: 'claude-code', window, ...part });
  const windowsOf = (readings: Parameters<typeof planStandings>[1], spent: Parameters<typeof planStandings>[3]) => {
    const [standing] = planStandings(readPlans([{ plan: 'claude-pro' }]).plans, readings, NOW, spent);
    assert(standing?.kind === 'windows');
    return standing.windows;
  };
  // It began three hours ago; an hour ago 40 % were used for 80 credits, and 20 more since.
  const read = reading('5h', { usedShare: 0.4, resetsAt: NOW + 2 * HOUR }, NOW - HOUR);
  const [used] = windowsOf([read], (_from, to) => (_from === NOW - HOUR ? billed(20) : billed(to < NOW ? 80 : 100)));
  assert.deepEqual(used?.period, { start: NOW - 3 * HOUR, end: NOW + 2 * HOUR });
  assert.equal(used?.capacityNanoCredits, 200e9);
  assert.equal(Math.round((used?.pace?.shareAtEnd ?? 0) * 100), 83);
  assert.equal(used?.pace?.fullAt, undefined);
  // Where it isn't known what it holds, the share as it was recorded is what the pace rests on.
  const [unsure] = windowsOf([read], () => billed(0, 1));
  assert.equal(unsure?.capacityNanoCredits, undefined);
  assert.equal(unsure?.pace?.fullAt, undefined, '40 % in two hours is 100 % at its end');
  const [fast] = windowsOf([{ ...read, quota: { ...read.quota, usedShare: 0.8 } }], () => NO_MONEY);
  assert.equal(fast?.pace?.fullAt, NOW + 0.75 * HOUR, '80 % in three hours');
  // Its first minutes, and what is of one model alone.
  const early = reading('5h', { usedShare: 0.2, resetsAt: NOW + 4.9 * HOUR }, NOW);
  assert.equal(windowsOf([early], () => NO_MONEY)[0]?.pace, undefined);
  const opus = reading('week-opus', { usedShare: 0.5, resetsAt: NOW + 20 * HOUR, windowMinutes: 10_080 }, NOW);
  const [, , ofModel] = windowsOf([opus], () => billed(50));
  assert.deepEqual([ofModel?.window, ofModel?.capacityNanoCredits], ['week-opus', undefined]);
});

test('a window that nobody recorded is that which use began; its share is estimated by what the last one held', () => {
  const begun = NOW - 2 * HOUR;
  const standingOf = (readings: Parameters<typeof planStandings>[1]) => {
    // 30 credits since two hours ago; yesterday 80 of them were 40 % of a window.
    const spent = (from: number, to: number) => (from < begun - 6 * HOUR ? billed(80) : billed(to > begun ? 30 : 0));
    const [standing] = planStandings(readPlans([{ plan: 'claude-pro' }]).plans, readings, NOW, spent, () => [begun]);
    assert(standing?.kind === 'windows');
    return standing.windows;
  };
  const yesterday = { usedShare: 0.4, resetsAt: NOW - 20 * HOUR, windowMinutes: 300 };
  const [fiveHours, week] = standingOf([
    quotaEvent('claude-code-usage', NOW - 21 * HOUR, { agent: 'claude-code', window: '5h', ...yesterday }),
  ]);
  assert.ok(Math.abs((fiveHours?.period?.start ?? 0) - begun) <= 60_000);
  assert.deepEqual([fiveHours?.isInferred, fiveHours?.usedShare, fiveHours?.resetsAt], [true, undefined, undefined]);
  assert.equal(fiveHours?.estimatedShare, 30 / 200);
  assert.equal(Math.round((fiveHours?.pace?.shareAtEnd ?? 0) * 100), 37);
  assert.equal(week?.period, undefined, 'a week begins when its vendor says');
  const [unknown] = standingOf([]);
  assert.deepEqual([unknown?.isInferred, unknown?.estimatedShare, unknown?.pace], [true, undefined, undefined]);
  assert.equal(unknown?.spent?.nanoCredits, 30e9);
});

test('a subscription of which nothing is recorded says so', () => {
  const [standing] = planStandings(readPlans([{ plan: 'chatgpt-plus' }]).plans, [], NOW, () => NO_MONEY);
  assert(standing?.kind === 'windows');
  assert.deepEqual(
    standing.windows.map(({ window, usedShare, reading }) => [window, usedShare, reading]),
    [
      ['5h', undefined, undefined],
      ['week', undefined, undefined],
    ],
  );
});

test('κ: paid by use 1, prepaid 0, a dry pool what more costs', () => {
  const standing = (setting: object, spent: number) => {
    const [found] = planStandings(readPlans([setting]).plans, [], NOW, () => billed(spent));
    assert(found);
    return found;
  };
  assert.equal(cashPrice(standing({ plan: 'pay-as-you-go', agents: ['vscode-chat'] }, 5)), 1);
  assert.equal(cashPrice(standing({ plan: 'claude-pro' }, 5)), 0);
  assert.equal(cashPrice(standing({ plan: 'copilot-pro' }, 1_499)), 0);
  assert.equal(cashPrice(standing({ plan: 'copilot-pro' }, 1_500)), 1);
  assert.equal(cashPrice(standing({ plan: 'copilot-free', entitlementCredits: 5 }, 6)), undefined);
  assert.equal(cashPrice(standing({ plan: 'copilot-free' }, 6)), 0);
  assert.equal(mostShadowPrice(standing({ plan: 'copilot-pro' }, 1)), 1);
  assert.equal(mostShadowPrice(standing({ plan: 'copilot-free' }, 1)), undefined);
});
