import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ForecastQuestion, HourSpend, PeriodForecast } from '../../../src/core/forecast/forecast.ts';
import { forecastSpend } from '../../../src/core/forecast/forecastSpend.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { hourSpend, workingDays } from '../../fakes/hourSpend.ts';
import { inZone, ZONES } from '../../fakes/timeZone.ts';

const DAY = 86_400_000;
const START = new Date(2026, 10, 1).getTime();
const END = new Date(2026, 11, 1).getTime();
/** A Thursday afternoon. */
const NOW = new Date(2026, 10, 12, 15, 20).getTime();
const month: ForecastQuestion = { now: NOW, periodStart: START, periodEnd: END };

function forecast(spend: readonly HourSpend[], more: Partial<ForecastQuestion> = {}): PeriodForecast {
  const found = forecastSpend(spend, { ...month, ...more });
  assert.ok(found);
  return found;
}

const credits = (nano: number | undefined) => (nano === undefined ? undefined : nano / NANO_PER_CREDIT);

test('steady working days go on, weekends stay free', () => {
  const spend = workingDays(NOW - 120 * DAY, NOW, 100);
  const { endOfPeriod, spent, evidence, backtest, unknownCalls } = forecast(spend);
  const left = 12; // working days after today until the end of November
  const sofar = credits(spent.nanoCredits) ?? 0;
  assert.ok(Math.abs((credits(endOfPeriod.p50) ?? 0) - sofar - left * 100) < 130, String(credits(endOfPeriod.p50)));
  assert.ok(endOfPeriod.p90 - endOfPeriod.p10 < 900 * NANO_PER_CREDIT);
  assert.equal(spent.confidence, 'priced');
  assert.deepEqual([evidence.basis, unknownCalls], ['own', 0]);
  assert.ok(backtest && backtest.coverage80 > 0.6 && backtest.periods >= 4);
});

test('the first day already has a range, a wide one that says what it rests on', () => {
  const morning = [hourSpend(NOW - 5 * 3_600_000, 8), hourSpend(NOW - 3_600_000, 4)];
  const { endOfPeriod, evidence, backtest } = forecast(morning);
  assert.deepEqual(evidence, { days: 1, activeDays: 1, basis: 'prior' });
  assert.equal(backtest, undefined);
  assert.ok(endOfPeriod.p90 - 12 * NANO_PER_CREDIT > 6 * (endOfPeriod.p10 - 12 * NANO_PER_CREDIT));
  const months = forecast(workingDays(NOW - 120 * DAY, NOW, 20)).endOfPeriod;
  assert.ok(endOfPeriod.p90 / endOfPeriod.p10 > (2 * months.p90) / months.p10);
});

test('nothing spent, no forecast; nor for a question that makes no sense', () => {
  assert.equal(forecastSpend([], month), undefined);
  assert.equal(forecastSpend([hourSpend(NOW + DAY, 5)], month), undefined);
  assert.equal(forecastSpend([hourSpend(NOW - DAY, 0)], month), undefined);
  const spend = workingDays(NOW - 30 * DAY, NOW, 50);
  assert.equal(forecastSpend(spend, { ...month, now: END }), undefined);
  assert.equal(forecastSpend(spend, { ...month, periodEnd: Number.NaN }), undefined);
  assert.equal(forecastSpend(spend, { ...month, periodStart: NOW - 3000 * DAY }), undefined);
});

test('a changed habit is picked up within days', () => {
  const before = workingDays(NOW - 120 * DAY, NOW - 10 * DAY, 50);
  const same = forecast([...before, ...workingDays(NOW - 10 * DAY, NOW, 50)]);
  const thrice = forecast([...before, ...workingDays(NOW - 10 * DAY, NOW, 150)]);
  const left = (of: PeriodForecast) => of.endOfPeriod.p50 - of.spent.nanoCredits;
  assert.ok(left(thrice) > 1.8 * left(same), String(left(thrice) / left(same)));
  assert.ok(thrice.endOfPeriod.p90 - thrice.spent.nanoCredits > 12 * 150 * NANO_PER_CREDIT);
});

test('one who returns from a vacation goes on as before, and may return any day while away', () => {
  const before = workingDays(NOW - 120 * DAY, NOW - 16 * DAY, 100);
  const away = forecast(before);
  const ofWork = (of: PeriodForecast, name: 'p10' | 'p90') =>
    (of.endOfPeriod[name] - of.spent.nanoCredits) / (1200 * NANO_PER_CREDIT);
  assert.ok(ofWork(away, 'p10') < 0.2);
  assert.ok(ofWork(away, 'p90') > 0.6);
  const back = forecast([...before, ...workingDays(NOW - 0.6 * DAY, NOW, 100)]);
  assert.ok(ofWork(back, 'p10') > 0.4);
});

test('a single huge day widens the range and doesn’t double what is to come', () => {
  const usual = workingDays(NOW - 120 * DAY, NOW, 100);
  const left = (of: PeriodForecast) => of.endOfPeriod.p50 - of.spent.nanoCredits;
  const one = forecast([...usual, hourSpend(NOW - 20 * DAY, 100_000)]);
  assert.ok(left(one) < 1.5 * left(forecast(usual)), String(left(one) / left(forecast(usual))));
});

test('a call of unknown cost makes it a lower bound, and says so', () => {
  const usual = workingDays(NOW - 60 * DAY, NOW, 100);
  const unknown: HourSpend = { at: NOW - DAY, cost: { nanoCredits: 0, confidence: 'billed', unknown: 3 } };
  assert.equal(forecast([...usual, unknown]).unknownCalls, 3);
  assert.equal(forecast([...usual, unknown]).spent.unknown, 3);
  assert.equal(forecast([...usual, { ...unknown, at: NOW - 200 * DAY }]).unknownCalls, 0);
});

test('the pace says what lasts, and when the present one is dry', () => {
  const spend = workingDays(NOW - 120 * DAY, NOW, 100);
  const sofar = forecast(spend).spent.nanoCredits;
  const pool = (left: number) => forecast(spend, { poolNanoCredits: sofar + left * NANO_PER_CREDIT });
  const short = pool(600);
  assert.ok((short.pace.recentPerHour ?? 0) > 1.5 * (short.pace.lastsPerHour ?? 0));
  assert.ok(short.pace.dryAt && short.pace.dryAt > NOW && short.pace.dryAt < END);
  assert.ok(short.dry.p10 && short.dry.p50 && short.dry.p10 <= short.dry.p50);
  // six working days' worth is gone about six working days from now, on the 20th
  assert.ok(
    Math.abs(short.dry.p50 - new Date(2026, 10, 20, 15).getTime()) < 2 * DAY,
    new Date(short.dry.p50).toString(),
  );
  const long = pool(5000);
  assert.equal(long.pace.dryAt, undefined);
  assert.deepEqual(long.dry, {});
  assert.ok((long.pace.recentPerHour ?? 0) < (long.pace.lastsPerHour ?? 0));
  assert.deepEqual(pool(-1).dry, { p10: NOW, p50: NOW, p90: NOW });
  assert.equal(pool(-1).pace.lastsPerHour, 0);
  assert.equal(forecast(spend).pace.lastsPerHour, undefined);
});

test('some minutes’ spending is no pace', () => {
  const minutes = forecast([hourSpend(NOW - 5 * 60_000, 10)]);
  assert.equal(minutes.pace.recentPerHour, undefined);
  const day = forecast([hourSpend(NOW - DAY, 10), hourSpend(NOW - 5 * 60_000, 10)]);
  assert.ok(day.pace.recentPerHour);
});

test('windows of hours and of a week have their forecast too', () => {
  const spend = workingDays(NOW - 60 * DAY, NOW, 100);
  const hours = forecast(spend, { periodStart: NOW - 2 * 3_600_000, periodEnd: NOW + 3 * 3_600_000 });
  const left = credits(hours.endOfPeriod.p50 - hours.spent.nanoCredits) ?? 0;
  assert.ok(left > 2 && left < 60, String(left));
  const week = forecast(spend, { periodStart: NOW - 3 * DAY, periodEnd: NOW + 4 * DAY });
  assert.ok(week.endOfPeriod.p90 > week.endOfPeriod.p10);
});

/** A sum of all that a property draws stays within what a number holds exactly. */
const LARGEST = Math.floor(Number.MAX_SAFE_INTEGER / 200);

const anySpend = fc.array(
  fc.record({
    at: fc.integer({ min: NOW - 90 * DAY, max: NOW + DAY }),
    cost: fc.record({
      nanoCredits: fc.oneof(fc.constant(0), fc.nat({ max: 50_000_000_000 }), fc.nat({ max: LARGEST })),
      confidence: fc.constantFrom('billed' as const, 'priced' as const, 'estimated' as const),
      unknown: fc.nat({ max: 3 }),
    }),
  }),
  { maxLength: 60 },
);
const anyZone = fc.constantFrom(...ZONES);
const anyNow = fc.integer({ min: START, max: END - 1 });
const anyMoney = fc.nat({ max: 3_000_000_000_000 });

test('whatever was spent: no error, quantiles and dates in order, no less than was spent', () => {
  fc.assert(
    fc.property(anySpend, anyZone, anyNow, anyMoney, anyMoney, (spend, zone, now, pool, elsewhere) => {
      inZone(zone, () => {
        const found = forecastSpend(spend, {
          ...month,
          now,
          poolNanoCredits: pool,
          spentElsewhereNanoCredits: elsewhere,
        });
        if (!found) return;
        const { p10, p50, p90 } = found.endOfPeriod;
        assert.ok(found.spent.nanoCredits + elsewhere <= p10 && p10 <= p50 && p50 <= p90 && Number.isFinite(p90));
        const dates = [found.dry.p10 ?? END, found.dry.p50 ?? END, found.dry.p90 ?? END, END];
        assert.deepEqual(
          dates,
          dates.toSorted((a, b) => a - b),
        );
        for (const at of dates) assert.ok(at >= now);
        assert.equal(found.dry.p10 !== undefined, p90 >= pool, 'the early date is within the period where p90 is');
        for (const figure of Object.values(found.pace)) assert.ok(Number.isFinite(figure));
      });
    }),
    { numRuns: 100 },
  );
});

test('a larger pool never runs dry sooner, and more drawn elsewhere never later', () => {
  const date = (of: PeriodForecast | undefined, name: 'p10' | 'p50' | 'p90') => of?.dry[name] ?? Infinity;
  fc.assert(
    fc.property(
      anySpend,
      anyNow,
      anyMoney,
      anyMoney,
      anyMoney,
      anyMoney,
      (spend, now, pool, more, elsewhere, others) => {
        const ask = (poolNanoCredits: number, spentElsewhereNanoCredits: number) =>
          forecastSpend(spend, { ...month, now, poolNanoCredits, spentElsewhereNanoCredits });
        const [plain, larger, drawn] = [
          ask(pool, elsewhere),
          ask(pool + more, elsewhere),
          ask(pool, elsewhere + others),
        ];
        for (const name of ['p10', 'p50', 'p90'] as const) {
          assert.ok(date(larger, name) >= date(plain, name));
          assert.ok(date(drawn, name) <= date(plain, name));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('the same spend in any order and in any pieces of an hour gives the same forecast', () => {
  fc.assert(
    fc.property(anySpend, fc.infiniteStream(fc.nat()), (spend, order) => {
      const pieces = spend.flatMap(({ at, cost }) => {
        const part = Math.floor(cost.nanoCredits / 3);
        return [
          { at, cost: { ...cost, nanoCredits: part } },
          { at, cost: { ...cost, nanoCredits: cost.nanoCredits - part, unknown: 0 } },
        ];
      });
      const shuffled = pieces
        .map((piece) => ({ piece, key: order.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ piece }) => piece);
      const [once, again] = [forecastSpend(spend, month), forecastSpend(shuffled, month)];
      assert.deepEqual(again?.spent, once?.spent);
      const scale = once?.endOfPeriod.p90 ?? 1;
      for (const name of ['p10', 'p50', 'p90'] as const) {
        const [a, b] = [once?.endOfPeriod[name] ?? 0, again?.endOfPeriod[name] ?? 0];
        assert.ok(Math.abs(a - b) <= 1e-4 * scale, `${name}: ${a} and ${b}`);
      }
    }),
    { numRuns: 50 },
  );
});

test('what comes later is not known before', () => {
  const spend = workingDays(NOW - 90 * DAY, NOW, 100);
  const later = [...spend, ...workingDays(NOW + 1, END, 9000)];
  assert.deepEqual(forecast(later), forecast(spend));
});
