import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedDraws, emptyChance, learnCache, newRunCache } from '../../../src/core/forecast/runCache.ts';
import { addStep, newRun, type RunSoFar } from '../../../src/core/quality/runFeatures.ts';

/** A run whose prompts grow by 900 tokens and of whose last prompt `cached` was found. */
function play(cache: ReturnType<typeof newRunCache>, steps: number, cached: (prefix: number) => number): RunSoFar {
  let run = newRun('model');
  for (let at = 0; at < steps; at += 1) {
    const input = 3000 + 900 * at;
    const cacheRead = at === 0 ? 0 : cached(run.lastInput ?? 0);
    learnCache(cache, run, cacheRead);
    run = addStep(run, { usage: { fresh: input - cacheRead, cacheRead, text: 100 }, credits: 1, actions: [] });
  }
  return run;
}

test('a block is measured in the run: vendors count what they cached a little differently', () => {
  const cache = newRunCache();
  for (let index = 0; index < 20; index += 1) {
    // Each run counts a block of 2,048 tokens as a few less.
    const block = 2010 + index;
    play(cache, 20, (prefix) => Math.floor(prefix / block) * block);
  }
  const block = 2036;
  const run = play(newRunCache(), 12, (prefix) => Math.floor(prefix / block) * block);
  const next = Math.floor((run.lastInput ?? 0) / block) * block;
  const draws = cachedDraws(cache, run, 50_000).toSorted((a, b) => a - b);
  const middle = draws[draws.length >> 1] ?? 0;
  assert.ok(Math.abs(middle - next) < 20, `${middle} for ${next}`);
});

test('a vendor that never caches, and one that always does, are believed soon', () => {
  const [never, always] = [newRunCache(), newRunCache()];
  const without = play(never, 60, () => 0);
  const within = play(always, 60, (prefix) => prefix);
  assert.ok(emptyChance(never, without) > 0.6, String(emptyChance(never, without)));
  assert.ok(emptyChance(always, within) < 0.03, String(emptyChance(always, within)));
  assert.equal(emptyChance(always, newRun('model')), 1);
});
