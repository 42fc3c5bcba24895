import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnQuote, quoteRange } from '../../../src/core/forecast/quoteRange.ts';
import { TENTHS } from '../../../src/core/forecast/runConformal.ts';
import { seededRandom } from '../../../src/core/quality/seededRandom.ts';

const RANGE = { p10: 2e9, p50: 10e9, p90: 40e9, mean: 14e9 };

test('with tails of a tenth each a range is as it was foretold, and its middle never moves', () => {
  const same = quoteRange(RANGE, TENTHS);
  assert.ok(Math.abs(same.p10 / RANGE.p10 - 1) < 0.002 && Math.abs(same.p90 / RANGE.p90 - 1) < 0.002);
  const wide = quoteRange(RANGE, { low: 0.01, high: 0.01 });
  assert.ok(wide.p10 < RANGE.p10 && wide.p90 > 1.5 * RANGE.p90);
  assert.equal(wide.p50, RANGE.p50);
  assert.equal(wide.mean, RANGE.mean);
  const narrow = quoteRange(RANGE, { low: 0.3, high: 0.3 });
  assert.ok(narrow.p10 > RANGE.p10 && narrow.p90 < RANGE.p90 && narrow.p10 < narrow.p50);
});

test('what costs nothing stays nothing', () => {
  assert.deepEqual(quoteRange({ p10: 0, p50: 0, p90: 0 }, { low: 0.01, high: 0.01 }), { p10: 0, p50: 0, p90: 0 });
  assert.equal(quoteRange({ ...RANGE, p10: 0 }, { low: 0.02, high: 0.1 }).p10, 0);
});

test('runs that spread more, or less, than was foretold are within four of five times in the long run', () => {
  for (const spread of [0.5, 1.6]) {
    const random = seededRandom(11);
    let tails = TENTHS;
    let inside = 0;
    for (let run = 0; run < 3_000; run++) {
      const range = quoteRange(RANGE, tails);
      // A log-normal whose logarithm spreads by so much of what the range says.
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const end = Math.log((normal < 0 ? RANGE.p10 : RANGE.p90) / RANGE.p50);
      const cost = RANGE.p50 * Math.exp((Math.abs(normal) / 1.2816) * end * spread);
      if (run >= 1_000 && cost >= range.p10 && cost <= range.p90) inside += 1;
      tails = learnQuote(tails, range, cost);
    }
    assert.ok(Math.abs(inside / 2_000 - 0.8) < 0.03, `${spread}: ${inside / 2_000}`);
  }
});
