import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Calibration,
  learnedFactor,
  NO_CALIBRATION,
  observeTokens,
  parseCalibration,
  type TokenObservation,
} from '../../../src/core/tokens/calibration.ts';

const DAY_MS = 24 * 3_600_000;
const base: TokenObservation = { endpointId: 'e', family: 'claude', countedTokens: 1000, observedTokens: 1300, at: 0 };

function observeAll(observations: readonly Partial<TokenObservation>[], start: Calibration = NO_CALIBRATION) {
  return observations.reduce<Calibration>((state, one) => observeTokens(state, { ...base, ...one }), start);
}

const repeat = (times: number, one: Partial<TokenObservation> = {}) => Array.from({ length: times }, () => one);

test('the factor is Σ observed ÷ Σ counted, once there is enough evidence', () => {
  assert.equal(learnedFactor(observeAll(repeat(4)), 'e', 'claude', 0), undefined);
  assert.equal(learnedFactor(observeAll(repeat(5)), 'e', 'claude', 0)?.factor, 1.3);
  const few = observeAll(repeat(50, { countedTokens: 10, observedTokens: 13 }));
  assert.equal(learnedFactor(few, 'e', 'claude', 0), undefined, '500 tokens in all');
});

test('endpoints and families learn apart', () => {
  const state = observeAll([...repeat(5), ...repeat(5, { endpointId: 'f', observedTokens: 1100 })]);
  assert.equal(learnedFactor(state, 'e', 'claude', 0)?.factor, 1.3);
  assert.equal(learnedFactor(state, 'f', 'claude', 0)?.factor, 1.1);
  assert.equal(learnedFactor(state, 'e', 'qwen', 0), undefined);
});

test('old evidence fades: what is new soon rules, what is not renewed is lost', () => {
  const old = observeAll(repeat(10));
  const later = observeAll(repeat(5, { observedTokens: 1000, at: 140 * DAY_MS }), old);
  const factor = learnedFactor(later, 'e', 'claude', 140 * DAY_MS)?.factor ?? 0;
  assert.ok(factor >= 1 && factor < 1.01, String(factor));
  assert.equal(learnedFactor(old, 'e', 'claude', 140 * DAY_MS), undefined);
});

test('the order of arrival does not matter', () => {
  const observation = fc.record({
    countedTokens: fc.integer({ min: 500, max: 20_000 }),
    ratio: fc.double({ min: 0.5, max: 2, noNaN: true }),
    at: fc.integer({ min: 0, max: 60 * DAY_MS }),
  });
  fc.assert(
    fc.property(fc.array(observation, { minLength: 8, maxLength: 20 }), (list) => {
      const all = list.map(({ ratio, ...one }) => ({ ...one, observedTokens: one.countedTokens * ratio }));
      const now = 60 * DAY_MS;
      const forth = learnedFactor(observeAll(all), 'e', 'claude', now);
      const back = learnedFactor(observeAll([...all].reverse()), 'e', 'claude', now);
      // At the edge of enough evidence rounding may decide either way.
      if (!forth || !back) return;
      assert.ok(Math.abs(forth.factor - back.factor) < 1e-9 * forth.factor);
      assert.ok(forth.low <= forth.factor && forth.factor <= forth.high);
    }),
  );
});

test('the bar holds nine of ten requests like those that were seen', () => {
  // Ratios 1.0 to 1.6, evenly.
  const ratios = Array.from({ length: 61 }, (_, index) => 1 + index / 100);
  const state = observeAll(ratios.map((ratio) => ({ observedTokens: 1000 * ratio })));
  const learned = learnedFactor(state, 'e', 'claude', 0);
  assert.ok(learned);
  const inside = ratios.filter((ratio) => ratio >= learned.low && ratio <= learned.high).length;
  assert.ok(inside / ratios.length >= 0.85, String(inside));
  assert.ok(learned.low > 0.9 && learned.high < 1.8);
});

test('what cannot be true teaches nothing', () => {
  for (const wrong of [
    { observedTokens: 0 },
    { observedTokens: Number.NaN },
    { observedTokens: 100_000 },
    { countedTokens: 0 },
    { countedTokens: -5 },
    { observedTokens: 1 },
  ]) {
    assert.equal(observeAll([wrong]), NO_CALIBRATION, JSON.stringify(wrong));
  }
});

test('it can be kept as JSON', () => {
  const state = observeAll(repeat(6));
  assert.deepEqual(parseCalibration(JSON.parse(JSON.stringify(state))), state);
});

test('what was kept and is no calibration is empty, and nothing is learned from it', () => {
  const row = Object.values(observeAll(repeat(6)))[0];
  const damaged = [undefined, null, 7, 'text', [], { key: null }, { key: { ...row, observations: -1 } }];
  for (const kept of damaged) assert.deepEqual(parseCalibration(kept), NO_CALIBRATION, JSON.stringify(kept));
  fc.assert(
    fc.property(fc.jsonValue(), (kept) => {
      learnedFactor(parseCalibration(kept), 'e', 'claude', 0);
    }),
  );
});
