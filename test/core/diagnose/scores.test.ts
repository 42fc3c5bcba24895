import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intervalReport, NO_INTERVAL_SCORE, scoreInterval } from '../../../src/core/diagnose/intervalScore.ts';
import {
  NO_PROBABILITY_SCORE,
  probabilityReport,
  scoreProbability,
} from '../../../src/core/diagnose/probabilityScore.ts';

function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Nothing of the chance is in it. */
const noise = (p: number) => 0.35 + 0.3 * ((p * 10_000) % 1);

/** Outcomes with a chance p each, foretold by `told`. */
function scored(count: number, told: (p: number) => number, seed = 1) {
  const random = stream(seed);
  let score = NO_PROBABILITY_SCORE;
  for (let index = 0; index < count; index += 1) {
    const p = random();
    score = scoreProbability(score, told(p), random() < p);
  }
  return probabilityReport(score);
}

describe('probabilityReport', () => {
  it('a predictor that knows has skill and is calibrated; an overconfident one is not calibrated', () => {
    const good = scored(2000, (p) => p);
    assert.ok(Math.abs((good.brier ?? 0) - 1 / 6) < 0.02);
    assert.ok((good.skillLowerBound ?? -1) > 0.2);
    assert.ok((good.calibrationError ?? 1) < 0.05);
    const bold = scored(2000, (p) => (p > 0.5 ? 0.99 : 0.01));
    assert.ok((bold.calibrationError ?? 0) > 0.15);
    assert.ok((bold.brier ?? 0) > (good.brier ?? 0));
  });

  it('one that knows nothing has no skill whose lower bound is above 0; few outcomes give no bound', () => {
    let above = 0;
    for (let seed = 1; seed <= 50; seed += 1) if ((scored(200, noise, seed).skillLowerBound ?? 0) > 0) above += 1;
    assert.ok(above <= 10, `${above} of 50`);
    assert.equal(scored(10, (p) => p).skillLowerBound, undefined);
    assert.equal(scored(0, (p) => p).brier, undefined);
  });

  it('what is no chance isn’t counted', () => {
    assert.equal(scoreProbability(NO_PROBABILITY_SCORE, Number.NaN, true), NO_PROBABILITY_SCORE);
    assert.equal(scoreProbability(NO_PROBABILITY_SCORE, 1.2, true), NO_PROBABILITY_SCORE);
  });
});

describe('intervalReport', () => {
  it('counts what lies inside, and charges a miss ten times its distance', () => {
    let score = NO_INTERVAL_SCORE;
    for (const observed of [1, 2, 3, 5, 0.5]) score = scoreInterval(score, { p10: 1, p90: 3 }, observed);
    const { coverage, belowShare, meanWidth, meanWinkler } = intervalReport(score);
    assert.deepEqual(
      { coverage, belowShare, meanWidth, meanWinkler },
      { coverage: 0.6, belowShare: 0.2, meanWidth: 2, meanWinkler: 7 },
    );
  });

  it('a range that isn’t one is not counted, and nothing is no 0', () => {
    assert.equal(scoreInterval(NO_INTERVAL_SCORE, { p10: 3, p90: 1 }, 2), NO_INTERVAL_SCORE);
    assert.equal(intervalReport(NO_INTERVAL_SCORE).coverage, undefined);
  });
});
