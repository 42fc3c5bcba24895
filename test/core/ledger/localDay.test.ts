import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf, startOfDay, startOfMonth } from '../../../src/core/ledger/localDay.ts';
import { inZone, ZONES } from '../../fakes/timeZone.ts';

const HOUR = 3_600_000;

test('days begin on a quarter of an hour, and end where the next one begins', () => {
  for (const zone of ZONES) {
    inZone(zone, () => {
      for (let offset = 0; offset < 366; offset += 1) {
        const begin = startOfDay('2026-01-01', offset);
        const end = startOfDay('2026-01-01', offset + 1);
        assert.equal(begin % (HOUR / 4), 0, zone);
        assert.equal(dayOf(begin), dayOf(end - 1), zone);
        assert.notEqual(dayOf(end), dayOf(begin), zone);
        assert.equal(startOfDay(dayOf(begin)), begin, zone);
      }
    });
  }
});

test('a day has 23 or 25 hours when the clocks change, and may begin at one o’clock', () => {
  inZone('Europe/Berlin', () => {
    assert.equal(startOfDay('2026-03-29', 1) - startOfDay('2026-03-29'), 23 * HOUR);
    assert.equal(startOfDay('2026-10-25', 1) - startOfDay('2026-10-25'), 25 * HOUR);
  });
  inZone('America/Santiago', () => {
    // The clocks go from 24:00 to 1:00.
    assert.equal(new Date(startOfDay('2026-09-06')).getHours(), 1);
    assert.equal(startOfDay('2026-09-06', 1) - startOfDay('2026-09-06'), 23 * HOUR);
  });
});

test('months begin with their first day', () => {
  inZone('America/New_York', () => {
    const at = new Date(2026, 11, 31, 23, 59).getTime();
    assert.equal(startOfMonth(at), startOfDay('2026-12-01'));
    assert.equal(startOfMonth(at, 1), startOfDay('2027-01-01'));
  });
  assert.ok(Number.isNaN(startOfDay('no day')));
});
