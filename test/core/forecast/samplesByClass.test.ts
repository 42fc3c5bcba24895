import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { forecastSample, learnSample, type SamplesByClass } from '../../../src/core/forecast/samplesByClass.ts';

const PRIOR = [100, 200, 300, 400];

describe('samplesByClass', () => {
  it('says what is believed until something was seen, then what was seen, the finest class first', () => {
    const samples: SamplesByClass = {};
    assert.equal(forecastSample(samples, ['all', 'fix'], PRIOR).p50, 200);
    for (let index = 0; index < 200; index += 1) {
      learnSample(samples, ['all', 'fix'], 1000);
      learnSample(samples, ['all', 'docs'], 50);
    }
    assert.equal(forecastSample(samples, ['all', 'fix'], PRIOR).p50, 1000);
    assert.equal(forecastSample(samples, ['all', 'docs'], PRIOR).p50, 50);
    const unseen = forecastSample(samples, ['all', 'review'], PRIOR);
    assert.ok(unseen.p10 <= 50 && unseen.p90 >= 1000);
  });

  it('quantiles are in order, shares sum to 1, and what isn’t a figure is left out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.double() }), { maxLength: 60 }),
        (seen) => {
          const samples: SamplesByClass = {};
          for (const { name, value } of seen) learnSample(samples, ['all', name], value);
          const { p10, p50, p90, draws, mean } = forecastSample(samples, ['all', 'a'], PRIOR);
          assert.ok(p10 <= p50 && p50 <= p90);
          assert.ok(Math.abs(draws.reduce((sum, [, share]) => sum + share, 0) - 1) < 1e-9);
          assert.ok(Number.isFinite(mean));
        },
      ),
    );
  });

  it('forgets the finest classes first, and never the one that all is learned in', () => {
    const samples: SamplesByClass = {};
    for (let index = 0; index < 500; index += 1) learnSample(samples, ['all', `class ${index}`], 1000);
    assert.equal(samples.all?.seen, 500);
    assert.equal(forecastSample(samples, ['all', 'another'], PRIOR).p50, 1000);
  });

  it('keeps a bounded number of classes', () => {
    const samples: SamplesByClass = {};
    for (let index = 0; index < 500; index += 1) learnSample(samples, [`class ${index}`], 1);
    assert.ok(Object.keys(samples).length <= 64);
  });
});
