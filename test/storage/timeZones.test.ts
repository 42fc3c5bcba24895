import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOfDay } from '../../src/core/ledger/localDay.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { inZone, ZONES } from '../fakes/timeZone.ts';

const HOUR = 3_600_000;

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
  for (const zone of ZONES) {
    inZone(zone, () => {
      const days = new Map(store.burn('2026-10-24', '2026-11-02').map(({ day, calls }) => [day, calls]));
      const hours = (day: string) => (startOfDay(day, 1) - startOfDay(day)) / HOUR;
      for (const [day, calls] of days) assert.equal(calls, hours(day) * 4, `${zone} ${day}`);
      assert.equal(days.size, 10, zone);
      const byHour = new Map<string, number>();
      for (const { at, cost } of store.spendByHour(startOfDay('2026-10-24'), startOfDay('2026-11-03'))) {
        const date = new Date(at);
        const hour = `${date.getDate()} ${date.getHours()}`;
        byHour.set(hour, (byHour.get(hour) ?? 0) + cost.nanoCredits);
      }
      // Four quarters each, also where local hours begin at a half or a quarter; one hour comes twice, or half of it.
      const odd = [...byHour.values()].filter((quarters) => quarters !== 4);
      assert.ok(odd.length <= 1, `${zone}: ${odd}`);
      assert.equal(
        [...byHour.values()].reduce((sum, quarters) => sum + quarters, 0),
        (startOfDay('2026-11-03') - startOfDay('2026-10-24')) / (HOUR / 4),
        zone,
      );
      const noon = new Date(2026, 9, 25, 12).getTime();
      assert.equal(store.summary(noon, []).today.nanoCredits, hours('2026-10-25') * 4, zone);
      assert.equal(store.summary(noon, []).month.nanoCredits, (startOfDay('2026-11-01') - begin) / (HOUR / 4), zone);
    });
  }
  assert.deepEqual(store.burn('2026-11-02', '2026-10-24'), []);
  assert.deepEqual(store.burn('nonsense', '2026-10-24'), []);
  store.close();
});
