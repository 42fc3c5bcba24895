import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { monthPeriod, periodUntil } from '../../../src/core/plans/period.ts';
import type { Zone } from '../../../src/core/plans/plan.ts';
import { inZone, ZONES } from '../../fakes/timeZone.ts';

const DAY_MS = 86_400_000;
const zone = fc.constantFrom<Zone>('utc', 'local');
const at = fc.integer({ min: Date.UTC(2023, 0), max: Date.UTC(2033, 0) });
const resetDay = fc.integer({ min: 1, max: 31 });

const iso = ({ start, end }: { start: number; end: number }) =>
  [start, end].map((instant) => new Date(instant).toISOString().slice(0, 16));

test('a month runs from its reset day to that of the next, also where a month has no such day', () => {
  const period = (day: string, reset: number) => iso(monthPeriod(Date.parse(`${day}T12:00:00Z`), reset, 'utc'));
  assert.deepEqual(period('2026-11-26', 1), ['2026-11-01T00:00', '2026-12-01T00:00']);
  assert.deepEqual(period('2026-11-26', 27), ['2026-10-27T00:00', '2026-11-27T00:00']);
  assert.deepEqual(period('2026-02-10', 31), ['2026-01-31T00:00', '2026-02-28T00:00']);
  assert.deepEqual(period('2026-02-28', 31), ['2026-02-28T00:00', '2026-03-31T00:00']);
  assert.deepEqual(period('2028-02-29', 30), ['2028-02-29T00:00', '2028-03-30T00:00']);
  assert.deepEqual(period('2026-01-01', 15), ['2025-12-15T00:00', '2026-01-15T00:00']);
});

test('midnight is the vendor’s: UTC, or this machine’s own over a change of the clocks', () => {
  inZone('Europe/Berlin', () => {
    const late = Date.parse('2026-10-31T23:30:00Z');
    assert.deepEqual(iso(monthPeriod(late, 1, 'utc')), ['2026-10-01T00:00', '2026-11-01T00:00']);
    assert.deepEqual(iso(monthPeriod(late, 1, 'local')), ['2026-10-31T23:00', '2026-11-30T23:00']);
    assert.deepEqual(iso(monthPeriod(Date.parse('2026-10-20T00:00:00Z'), 1, 'local')), [
      '2026-09-30T22:00',
      '2026-10-31T23:00',
    ]);
  });
});

test('periods hold their instant, follow one another without a gap, and are 28 to 31 days long', () => {
  for (const name of ZONES) {
    inZone(name, () => {
      fc.assert(
        fc.property(at, resetDay, zone, (instant, day, where) => {
          const period = monthPeriod(instant, day, where);
          assert(period.start <= instant && instant < period.end);
          // A change of the clocks, or of the date line, is less than two days.
          const days = (period.end - period.start) / DAY_MS;
          assert(days > 26.9 && days < 32.1, `${days} days`);
          assert.deepEqual(monthPeriod(period.start, day, where), period);
          assert.equal(monthPeriod(period.end, day, where).start, period.end);
          assert.equal(monthPeriod(period.start - 1, day, where).end, period.start);
        }),
        { numRuns: 200 },
      );
    });
  }
});

test('the period up to the vendor’s own reset begins a month before, at the same time of day', () => {
  const until = (end: string) => iso(periodUntil(Date.parse(`${end}:00Z`), 'utc'));
  assert.deepEqual(until('2026-12-01T00:00'), ['2026-11-01T00:00', '2026-12-01T00:00']);
  assert.deepEqual(until('2026-03-31T08:15'), ['2026-02-28T08:15', '2026-03-31T08:15']);
  fc.assert(
    fc.property(at, zone, (end, where) => {
      const { start } = periodUntil(end, where);
      assert(end - start > 26.9 * DAY_MS && end - start < 32.1 * DAY_MS);
    }),
  );
});
