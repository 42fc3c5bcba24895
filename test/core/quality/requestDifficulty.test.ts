import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chanceAfter,
  chancesByDifficulty,
  difficultyShares,
  learnDifficulty,
  newDifficultyBelief,
  spreadOf,
} from '../../../src/core/quality/requestDifficulty.ts';

test('over all difficulties a chance is what it was', () => {
  for (const spread of [0, 1, 2, 4]) {
    for (const chance of [0.05, 0.3, 0.5, 0.9]) {
      const mean = difficultyShares().reduce(
        (sum, share, index) => sum + share * (chancesByDifficulty(chance, spread)[index] ?? 0),
        0,
      );
      assert.ok(Math.abs(mean - chance) < 0.02, `${chance} at ${spread}: ${mean}`);
    }
  }
});

test('the more alike models fail, the less a second try is worth', () => {
  const after = [0, 1, 2, 4].map((spread) => chanceAfter(0.6, [0.6], spread));
  assert.ok(Math.abs((after[0] ?? 0) - 0.6) < 1e-9);
  for (let index = 1; index < after.length; index += 1) assert.ok((after[index] ?? 1) < (after[index - 1] ?? 0));
  assert.ok(chanceAfter(0.6, [0.6, 0.6], 2) < chanceAfter(0.6, [0.6], 2));
});

test('how alike they fail is learned, and never for good', () => {
  const belief = newDifficultyBelief();
  const prior = spreadOf(belief);
  for (let count = 0; count < 50; count += 1) learnDifficulty(belief, 0.7, [0.5], false, 1);
  assert.ok(spreadOf(belief) > prior + 1);
  for (let count = 0; count < 100; count += 1) learnDifficulty(belief, 0.7, [0.5], true, 1);
  assert.ok(spreadOf(belief) < prior);
});
