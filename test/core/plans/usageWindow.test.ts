import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Use, usageWindow } from '../../../src/core/plans/usageWindow.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const LENGTH = 5 * HOUR;

/** Uses at these instants, ascending; hours are whole ones. */
function useOf(instants: readonly number[]): Use {
  const within = (from: number, to: number) => instants.filter((at) => at >= from && at < to);
  return {
    hours: (from, to) => [...new Set(within(from, to).map((at) => Math.floor(at / HOUR) * HOUR))],
    isUsed: (from, to) => within(from, to).length > 0,
  };
}

/** What a vendor would have counted, from the first use on. */
function counted(instants: readonly number[], at: number): number | undefined {
  let start: number | undefined;
  for (const use of instants.filter((each) => each <= at)) {
    if (start === undefined || use >= start + LENGTH) start = use;
  }
  return start !== undefined && at < start + LENGTH ? start : undefined;
}

function startOf(instants: readonly number[], now: number): number | undefined {
  return usageWindow(useOf(instants), LENGTH, now)?.start;
}

test('a window begins with the first use after the last one ended, to the minute', () => {
  const day = 1_000 * 24 * HOUR;
  const at = (hours: number, minutes = 0) => day + hours * HOUR + minutes * MINUTE;
  const near = (found: number | undefined, wanted: number) =>
    assert.ok(found !== undefined && wanted - found >= 0 && wanted - found <= MINUTE, `${found} for ${wanted}`);
  near(startOf([at(9, 20), at(10)], at(11)), at(9, 20));
  assert.equal(startOf([at(9, 20), at(10)], at(14, 30)), undefined, 'it is over, and nothing began another');
  near(startOf([at(9, 20), at(14, 10), at(14, 40)], at(15)), at(14, 40));
  assert.equal(startOf([], at(9)), undefined);
  // At work through three days without a pause: where a window began isn't certain.
  const restless = Array.from({ length: 80 }, (_, hour) => at(-70 + hour, 5));
  assert.equal(startOf(restless, at(9, 30)), undefined);
});

test('it is the one that was counted from the very first use, or none is told', () => {
  const now = 500 * HOUR;
  const instants = fc
    .array(fc.integer({ min: 300 * 60, max: 500 * 60 - 1 }), { maxLength: 60 })
    .map((minutes) => [...new Set(minutes)].sort((a, b) => a - b).map((minute) => minute * MINUTE));
  let told = 0;
  fc.assert(
    fc.property(instants, (all) => {
      const found = usageWindow(useOf(all), LENGTH, now);
      if (!found) return;
      told += 1;
      const wanted = counted(all, now);
      assert.ok(wanted !== undefined && Math.abs(wanted - found.start) <= MINUTE, `${found.start} for ${wanted}`);
      assert.equal(found.end - found.start, LENGTH);
    }),
    { numRuns: 300 },
  );
  assert.ok(told > 15, 'and often one is told');
});
