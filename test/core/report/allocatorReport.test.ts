import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ReplayRow, regretReport } from '../../../src/core/diagnose/regret.ts';
import { type AllocatorReportInput, allocatorReport } from '../../../src/core/report/allocatorReport.ts';

const row = (choice: string, success: boolean, credits: number): ReplayRow => ({
  choice,
  propensities: { large: 0.02, small: 0.98 },
  value: 100,
  success,
  credits,
  options: { large: { success: 0.9, credits: 20 }, 'sm|all': { success: 0.8, credits: 1 } },
});

const INPUT: AllocatorReportInput = {
  now: new Date(2026, 10, 26, 12).getTime(),
  since: new Date(2026, 9, 27, 12).getTime(),
  regret: regretReport([row('small', true, 1), row('small', false, 1)], { strongest: 'large' }),
  predictors: [
    {
      name: 'a step’s cost',
      interval: { outcomes: 50, coverage: 0.8, belowShare: 0.1, meanWidth: 2, meanWinkler: 3.5 },
      unit: 'cr',
    },
    {
      name: 'a run’s success',
      probability: {
        outcomes: 12,
        brier: 0.2,
        baseBrier: 0.25,
        skill: 0.2,
        skillLowerBound: undefined,
        calibrationError: 0.05,
        reliability: [
          { foretold: 0.3, observed: 0.25, outcomes: 4 },
          { foretold: 0.7, observed: 0.75, outcomes: 8 },
        ],
      },
    },
  ],
  learning: {
    share: 0.02,
    allowed: 4,
    spent: 1.5,
    tried: 3,
    learned: 2,
    margins: [
      { kind: 'rollout', model: 'large', gain: 30, credits: 10, perCredit: 3 },
      { kind: 'verifier', model: undefined, gain: 0, credits: 0, perCredit: undefined },
      { kind: 'update', model: undefined, gain: 0, credits: 0, perCredit: undefined },
    ],
  },
  prices: undefined,
};

/** With spaces that break. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('allocatorReport', () => {
  it('says what was done, what else could have been, and on what that rests', () => {
    const text = plain(allocatorReport(INPUT));
    assert.match(text, /27 Oct to 26 Nov/);
    assert.match(text, /2 choices with a known outcome/);
    assert.match(text, /\| what was done \| 98 \| \| observed \|/);
    assert.match(text, /always the strongest model \(large\) \| .* \| (estimated|modelled) \|/);
    assert.match(text, /\| a step’s cost \| 50 \| 80 % \| 10 % \| 2\.0 cr \| 3\.5 \|/);
    assert.match(text, /too few outcomes/);
    assert.match(text, /30 % → 25 % \(4\), 70 % → 75 % \(8\)/);
    assert.match(
      text,
      /2 % of what is spent may buy information, and always a little: 4\.0 credits this month\. 3 choices were made to learn/,
    );
    assert.match(text, /Next: trying another model\./);
  });

  it('a model’s name can’t break a table', () => {
    for (const line of allocatorReport(INPUT)
      .split('\n')
      .filter((each) => each.startsWith('| the best single')))
      assert.equal(line.replaceAll('\\|', '').split('|').length, 6);
  });

  it('a loss has one sign, and next to nothing is 0', () => {
    const regret = regretReport([row('small', false, 1)]);
    const [first, ...rest] = regret.alternatives;
    assert(first);
    const tiny = { ...first, net: -1e-13, regret: -7, interval: undefined, regretInterval: undefined };
    const text = plain(allocatorReport({ ...INPUT, regret: { ...regret, alternatives: [tiny, ...rest] } }));
    assert.match(text, /\| 0 \| −7\.0 \|/);
    assert.match(text, /\| what was done \| −1\.0 \|/);
    const [step, success] = INPUT.predictors;
    assert(step && success?.probability);
    const worse = { ...success, probability: { ...success.probability, skill: -0.044 } };
    assert.match(plain(allocatorReport({ ...INPUT, predictors: [step, worse] })), /\| −4\.4 % \|/);
  });

  it('without any outcome it says how to get some, and shows no figure', () => {
    const text = allocatorReport({ ...INPUT, regret: regretReport([]), predictors: [] });
    assert.match(text, /No choice of Marginal’s has a known outcome yet/);
    assert.match(text, /Nothing that was foretold has come to pass yet/);
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  });
});
