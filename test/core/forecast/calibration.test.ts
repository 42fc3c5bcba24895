import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibration } from '../../../src/core/forecast/calibration.ts';
import { normalQuantile } from '../../../src/core/forecast/normal.ts';

/** Outcomes at even shares of a distribution that is so many times too narrow and shifted: an hour's golden walk. */
function coverageOf(narrow: number, shift: number, outcomes: number): number {
  const calibrated = calibration(1);
  let covered = 0;
  for (let index = 0; index < outcomes; index += 1) {
    const levels = calibrated.levels();
    const share = 0.001 + 0.998 * ((index * 0.6180339887498949) % 1);
    const place = normalQuantile(share) * narrow + shift;
    if (index >= outcomes / 4 && place >= levels.low && place <= levels.high) covered += 1;
    calibrated.learn(place, levels);
  }
  return covered / (outcomes * 0.75);
}

test('before any outcome the levels are what they claim', () => {
  const { low, middle, high } = calibration(30).levels();
  assert.ok(Math.abs(low + 1.2816) < 1e-3 && middle === 0 && Math.abs(high - 1.2816) < 1e-3);
});

test('ranges that are too narrow, too wide or beside the truth come to cover 80 %', () => {
  for (const [narrow, shift] of [
    [1, 0],
    [1.25, 0],
    [0.5, 0],
    [1, 0.4],
    [0.8, -0.6],
  ] as const) {
    const coverage = coverageOf(narrow, shift, 400);
    assert.ok(coverage > 0.75 && coverage < 0.86, `${narrow}, ${shift}: ${coverage}`);
  }
});

test('levels stay in order whatever comes', () => {
  for (const place of [-4, -1, 0, 1, 4]) {
    const calibrated = calibration(3);
    for (let index = 0; index < 300; index += 1) {
      const levels = calibrated.levels();
      assert.ok(levels.low <= levels.middle && levels.middle <= levels.high);
      calibrated.learn(index % 7 === 0 ? -place : place, levels);
    }
  }
});
