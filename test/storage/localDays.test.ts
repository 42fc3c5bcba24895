import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLedger } from '../../src/storage/ledger.ts';
import { dayOf, startOfDay, startOfMonth } from '../../src/storage/localDays.ts';

const HOUR = 3_600_000;

/** Runs `work` with another time zone. */
function inZone<Result>(zone: string, work: () => Result): Result {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

const zones = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'America/Santiago',
];

test('days begin on a quarter of an hour, and end where the next one begins', () => {
  for (const zone of zones) {
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

test('the ledger cuts days and months as each time zone does, clock changes included', () => {
  const store = openLedger(':memory:', { clock: { now: () => Date.UTC(2026, 11, 1) } });
  // One call each quarter of an hour from the 23rd of October to the 3rd of November, each 1 nano-credit.
  const begin = Date.UTC(2026, 9, 23);
  store.append(
    Array.from({ length: 12 * 96 }, (_, index) => ({
      kind: 'settled',
      callId: `call-${index}`,
      at: begin + (index * HOUR) / 4 + 777,
      source: 'log',
      facts: { agent: 'x', model: 'm' },
      cost: { nanoCredits: 1, confidence: 'priced' },
    })),
  );
  for (const zone of zones) {
    inZone(zone, () => {
      const days = new Map(store.burn('2026-10-24', '2026-11-02').map(({ day, calls }) => [day, calls]));
      const hours = (day: string) => (startOfDay(day, 1) - startOfDay(day)) / HOUR;
      for (const [day, calls] of days) assert.equal(calls, hours(day) * 4, `${zone} ${day}`);
      assert.equal(days.size, 10, zone);
      const noon = new Date(2026, 9, 25, 12).getTime();
      assert.equal(store.summary(noon, []).today.nanoCredits, hours('2026-10-25') * 4, zone);
      assert.equal(store.summary(noon, []).month.nanoCredits, (startOfDay('2026-11-01') - begin) / (HOUR / 4), zone);
    });
  }
  assert.deepEqual(store.burn('2026-11-02', '2026-10-24'), []);
  assert.deepEqual(store.burn('nonsense', '2026-10-24'), []);
  store.close();
});
