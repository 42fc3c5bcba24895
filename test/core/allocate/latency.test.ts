import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { learnSpeed, NO_SPEEDS, predictWait, type Speeds } from '../../../src/core/allocate/latency.ts';

const MINUTE_MS = 60_000;
const near = (actual: number, expected: number, share: number) =>
  assert.ok(Math.abs(actual / expected - 1) <= share, `${actual} instead of ${expected}`);

/** Answers of a server of known speed, one a minute. */
function learnt(
  answers: number,
  { prefill = 2000, decode = 40, slower = 1, local = false, from = NO_SPEEDS, at = 0 } = {},
): Speeds {
  let speeds = from;
  for (let index = 0; index < answers; index += 1) {
    const [inputTokens, outputTokens] = [1000 + ((index * 977) % 9000), 100 + ((index * 389) % 900)];
    const firstTokenSeconds = ((local ? 0.05 : 0.4) + inputTokens / prefill) * slower;
    speeds = learnSpeed(
      speeds,
      'm',
      {
        at: at + index * MINUTE_MS,
        inputTokens,
        outputTokens,
        firstTokenSeconds,
        totalSeconds: firstTokenSeconds + (outputTokens / decode) * slower,
      },
      local,
    );
  }
  return speeds;
}
const ask = { inputTokens: 8000, outputTokens: 400, local: false, at: 40 * MINUTE_MS };

describe('predictWait', () => {
  it('is prompt ÷ prefill rate + output ÷ decode rate, learned from answers', () => {
    const wait = predictWait(learnt(40), 'm', ask);
    near(wait.parts.prefill, 0.4 + 8000 / 2000, 0.1);
    near(wait.parts.decode, 400 / 40, 0.1);
    assert.ok(wait.parts.queue < 0.1 * wait.p50);
    assert.ok(wait.p90 > wait.p50);
    assert.equal(wait.parts.load, 0);
  });

  it('before any answer it says what is usual, with no evidence, and a wide range', () => {
    const wait = predictWait(NO_SPEEDS, 'm', ask);
    assert.equal(wait.evidence, 0);
    assert.ok(wait.p90 > 1.5 * wait.p50);
    assert.ok(predictWait(learnt(40), 'm', ask).p90 < 1.5 * predictWait(learnt(40), 'm', ask).p50);
  });

  it('answers that come far sooner than foretold don’t make a late one likely', () => {
    const quick = { at: 0, inputTokens: 5_000, outputTokens: 20, firstTokenSeconds: 0.004, totalSeconds: 0.005 };
    const wait = predictWait(learnSpeed(NO_SPEEDS, 'm', quick, false), 'm', ask);
    assert.ok(wait.p90 < 2 * wait.p50, `${wait.p90} of ${wait.p50}`);
  });

  it('a server that gets slower has a queue, which passes; its own metrics go first', () => {
    const usual = learnt(40);
    const busy = learnt(4, { slower: 5, from: usual, at: 40 * MINUTE_MS });
    const now = predictWait(busy, 'm', { ...ask, at: 44 * MINUTE_MS });
    assert.ok(now.parts.queue > 0.5 * (now.parts.prefill + now.parts.decode), `queue ${now.parts.queue}`);
    assert.ok(now.p50 > 2 * predictWait(usual, 'm', ask).p50);
    const later = predictWait(busy, 'm', { ...ask, at: 200 * MINUTE_MS });
    assert.ok(later.parts.queue < 0.01 * later.p50);
    assert.equal(predictWait(busy, 'm', { ...ask, queueSeconds: 7 }).parts.queue, 7);
  });

  it('what is cached takes hardly any time; a model that isn’t resident is loaded first', () => {
    const speeds = learnSpeed(learnt(20, { local: true, prefill: 200 }), 'm', { at: 0, loadSeconds: 30 }, true);
    const own = { ...ask, local: true };
    const cached = predictWait(speeds, 'm', { ...own, cachedTokens: 7500 });
    assert.ok(cached.parts.prefill < 0.1 * predictWait(speeds, 'm', own).parts.prefill);
    const cold = predictWait(speeds, 'm', { ...own, resident: false });
    assert.ok(cold.parts.load > 10 && cold.parts.load < 30);
  });

  it('figures that are missing or make no sense teach nothing, and lose nothing beside them', () => {
    const before = learnt(10);
    const after = learnSpeed(
      before,
      'm',
      { at: 10 * MINUTE_MS, inputTokens: 5000, outputTokens: 100, firstTokenSeconds: 9, totalSeconds: 3 },
      false,
    );
    assert.ok(Number.isFinite(predictWait(after, 'm', ask).p90));
    assert.equal(after.m?.decode, before.m?.decode);
    assert.ok(Number.isFinite(predictWait(learnSpeed(before, 'm', { at: 0 }, false), 'm', ask).p90));
  });
});
