import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainRun } from '../../../src/core/explain/explainRun.ts';
import { reasonText } from '../../../src/core/explain/sentence.ts';
import type { SeriesStep } from '../../../src/core/explain/series.ts';
import { anyRun, madeStep } from './series.ts';

function longRun(steps: number, expiresAt: number): readonly SeriesStep[] {
  const made: SeriesStep[] = [];
  let context = 8_000;
  let late = 0;
  for (let index = 0; index < steps; index++) {
    const added = index === 1 ? 30_000 : 200;
    const expired = index + 1 === expiresAt;
    if (expired) late = 20 * 60_000;
    const input = index === 0 ? context : context + added;
    const usage =
      index === 0 || expired
        ? { fresh: 0, cacheRead: 0, cacheWrite: input, text: 100 }
        : { fresh: 0, cacheRead: context, cacheWrite: added, text: 100 };
    made.push(madeStep(index, usage, { at: index * 60_000 + late, endedAt: index * 60_000 + late, tools: ['Read'] }));
    context = input;
  }
  return made;
}

test('the biggest causes with their figures, and what to do about them', () => {
  const { sentence, remedy } = reasonText(explainRun(longRun(60, 17)));
  assert.equal(
    sentence,
    '57 steps re-sent 36k tokens of context each: 204 of 393 cr; 56 cr for the standing prompt of 8k tokens; 51 cr after the cache expired at step 17.',
  );
  assert.equal(remedy, 'Start a new chat when the topic changes: it begins at 8k tokens again.');
});

test('other causes begin the sentence where they cost most', () => {
  const starts = (steps: readonly SeriesStep[]) => reasonText(explainRun(steps));
  assert.deepEqual(starts([madeStep(0, { fresh: 10, text: 1_200, reasoning: 90_000 })]), {
    sentence: '90k tokens of thinking: 450 of 456 cr.',
    remedy: 'Pick less thinking for this kind of work, beside the model’s name.',
  });
  assert.deepEqual(starts([madeStep(0, { fresh: 1, text: 12_000 })]), {
    sentence: '12k tokens of output: 60 of 60 cr.',
    remedy: undefined,
  });
  const read = [
    madeStep(0, { fresh: 100, text: 1 }, { tools: ['Read'] }),
    madeStep(1, { fresh: 60_101, text: 1 }, { tools: [] }),
  ];
  assert.equal(starts(read).sentence, 'Tools returned 60k tokens (Read): 60 of 60 cr.');
  const switched = [...longRun(3, 0), madeStep(3, { fresh: 38_600, cacheRead: 0, text: 1 }, { model: 'sonnet' })];
  assert.match(starts(switched.slice(-1)).sentence, /standing prompt/);
  assert.match(
    reasonText(explainRun(switched.slice(-1), switched.slice(0, -1))).sentence,
    /^38k tokens that had been sent before were paid as new after the model was switched at step 1: 38 of 39 cr\.$/,
  );
});

test('a cache that held less for no known reason is said so, first or later in the sentence', () => {
  const lost = madeStep(2, { fresh: 0, cacheRead: 0, cacheWrite: 30_200, text: 1 });
  const before = [
    madeStep(0, { fresh: 0, cacheRead: 0, cacheWrite: 10_000, text: 1 }),
    madeStep(1, { fresh: 0, cacheRead: 10_000, cacheWrite: 20_000, text: 1 }),
  ];
  assert.equal(
    reasonText(explainRun([lost], before)).sentence,
    '30k tokens that had been sent before were paid as new, as the cache no longer held them at step 1: 38 of 38 cr.',
  );
  assert.match(
    reasonText(explainRun([{ ...lost, usage: { ...lost.usage, text: 20_000 } }], before)).sentence,
    /; \S+ \S+ cr for context that the cache no longer held at step 1\.$/,
  );
});

test('a bill’s parts are marked as estimates, unknown calls are told, and what cannot be split says why', () => {
  const billed = { nanoCredits: 84e9, confidence: 'billed' as const };
  assert.equal(
    reasonText(
      explainRun([madeStep(0, { fresh: 10, text: 12_000 }, { cost: billed }), madeStep(1, {}, { state: 'lost' })]),
    ).sentence,
    '12k tokens of output: ≈ 84 of 84 cr; 1 call of unknown cost.',
  );
  assert.equal(
    reasonText(explainRun([madeStep(0, {}, { scope: 'run', cost: billed })])).sentence,
    '84 cr: only the whole prompt’s cost is known, not its steps.',
  );
  const local = madeStep(
    0,
    { fresh: 9, text: 9 },
    { rate: undefined, bySecond: true, cost: { nanoCredits: 2e8, confidence: 'estimated' } },
  );
  assert.equal(
    reasonText(explainRun([local])).sentence,
    '≈ 0.2 cr: it ran on own hardware, which costs by the second and not by the token.',
  );
  assert.equal(reasonText(explainRun([madeStep(0, {})])).sentence, 'Nobody reported what this prompt cost.');
  assert.equal(reasonText(explainRun([])).sentence, 'It cost nothing.');
  const unpriced = madeStep(0, { fresh: 9, text: 9 }, { rate: undefined, cost: { confidence: 'unknown' } });
  const { sentence, remedy } = reasonText(explainRun([{ ...unpriced, model: 'own-model' }]));
  assert.equal(sentence, 'No price is known for own-model, so what this prompt cost isn’t either.');
  assert.match(remedy ?? '', /settings, under Prices/);
});

test('there is always one sentence', () => {
  fc.assert(
    fc.property(anyRun, anyRun, (run, earlier) => {
      const { sentence } = reasonText(explainRun(run, earlier));
      assert.match(sentence, /^[^.].*\.$/);
      assert.doesNotMatch(sentence, /undefined|NaN|Infinity/);
    }),
    { numRuns: 300 },
  );
});
