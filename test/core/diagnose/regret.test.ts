import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Alternative, type ReplayRow, regretReport } from '../../../src/core/diagnose/regret.ts';

/** A fixed stream of numbers in [0, 1). */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const TRUE_RATE: Readonly<Record<string, number>> = { small: 0.5, large: 0.9 };
const COST: Readonly<Record<string, number>> = { small: 1, large: 10 };
const VALUE = 100;

/** Rows of a policy that takes `small`, the other now and then; its predictor thinks `large` no better than `small`. */
function rowsOf(count: number, seed: number, exploredShare: number): readonly ReplayRow[] {
  const random = stream(seed);
  return Array.from({ length: count }, () => {
    const choice = random() < exploredShare ? 'large' : 'small';
    return {
      choice,
      propensities: exploredShare > 0 ? { small: 1 - exploredShare, large: exploredShare } : undefined,
      value: VALUE,
      success: random() < (TRUE_RATE[choice] ?? 0),
      credits: COST[choice],
      options: { small: { success: 0.5, credits: 1 }, large: { success: 0.55, credits: 10 } },
    };
  });
}

const find = (list: readonly Alternative[], policy: Alternative['policy']) => {
  const found = list.find((each) => each.policy === policy);
  assert.ok(found);
  return found;
};

describe('regretReport', () => {
  it('tells another policy by the doubly robust estimator, though the predictor is wrong about it', () => {
    const truth = VALUE * 0.9 - 10;
    let covered = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const large = find(regretReport(rowsOf(1000, seed, 0.1), { strongest: 'large' }).alternatives, 'alwaysStrongest');
      assert.equal(large.basis, 'doublyRobust');
      const [low, high] = large.interval ?? [Number.NaN, Number.NaN];
      if (low <= truth * 1000 && truth * 1000 <= high) covered += 1;
      assert.ok((large.regretInterval?.[0] ?? 0) <= large.regret);
    }
    assert.ok(covered >= 88 && covered <= 100, `${covered} of 100 intervals hold the truth`);
  });

  it('without propensities it says `modelled`, and gives no interval', () => {
    const report = regretReport(rowsOf(200, 1, 0), { strongest: 'large' });
    for (const alternative of report.alternatives) {
      assert.equal(alternative.basis, 'modelled');
      assert.equal(alternative.interval, undefined);
    }
    assert.equal(report.exploredShare, 0);
    assert.ok(Math.abs(find(report.alternatives, 'alwaysStrongest').net - 200 * (55 - 10)) < 1e-6);
  });

  it('one row whose alternative had no chance makes the whole figure modelled', () => {
    const rows = rowsOf(50, 3, 0.1).map((row, index) => (index === 7 ? { ...row, propensities: { small: 1 } } : row));
    assert.equal(find(regretReport(rows, { strongest: 'large' }).alternatives, 'alwaysStrongest').basis, 'modelled');
  });

  it('finds the best single model, only among those that every row had', () => {
    const rows = rowsOf(2000, 5, 0.2);
    const single = find(regretReport(rows).alternatives, 'bestSingle');
    assert.equal(single.model, 'large');
    assert.ok(single.regret > 0);
    const partly = rows.map((row, index) =>
      index === 0 ? { ...row, options: { small: { success: 0.5, credits: 1 } } } : row,
    );
    assert.equal(find(regretReport(partly).alternatives, 'bestSingle').model, 'small');
  });

  it('the fractional optimum is never worse, as foretold, than what was done for the same credits', () => {
    const rows = rowsOf(300, 7, 0);
    assert.ok(find(regretReport(rows).alternatives, 'fractional').regret >= -1e-9);
  });

  it('what is unknown is left out and counted; a stop brings and costs nothing', () => {
    const [row] = rowsOf(1, 1, 0);
    assert.ok(row);
    const stop: ReplayRow = { ...row, choice: 'stop', success: undefined, credits: undefined };
    const report = regretReport([{ ...row, success: undefined }, { ...row, credits: undefined }, stop]);
    assert.equal(report.unknown, 2);
    assert.equal(report.rows, 1);
    assert.equal(report.done.net, 0);
    assert.deepEqual(regretReport([]).alternatives, []);
  });
});
