import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalReport, NO_INTERVAL_SCORE, scoreInterval } from '../../src/core/diagnose/intervalScore.ts';
import { NO_PROBABILITY_SCORE, probabilityReport, scoreProbability } from '../../src/core/diagnose/probabilityScore.ts';
import { scoresAnswer, scoresAnswerSchema } from '../../src/protocol/dashboardScores.ts';

test('ranges and chances that came to pass are told with how they did, and nothing of those that haven’t', () => {
  let interval = NO_INTERVAL_SCORE;
  for (const cost of [1, 2, 3, 9]) interval = scoreInterval(interval, { p10: 0, p90: 4 }, cost);
  let sure = NO_PROBABILITY_SCORE;
  for (let index = 0; index < 60; index++) sure = scoreProbability(sure, index % 2 === 0 ? 0.9 : 0.1, index % 2 === 0);
  const answer = scoresAnswer([
    { name: 'a quote', interval: intervalReport(interval), unit: 'cr' },
    { name: 'a step', interval: intervalReport(NO_INTERVAL_SCORE), unit: 'cr' },
    { name: 'a success', probability: probabilityReport(sure) },
    { name: 'one success', probability: probabilityReport(scoreProbability(NO_PROBABILITY_SCORE, 0.5, true)) },
    { name: 'no success', probability: probabilityReport(NO_PROBABILITY_SCORE) },
  ]);
  assert.deepEqual(scoresAnswerSchema.parse(answer), answer);
  assert.deepEqual(
    answer.scores.map(({ name, outcomes, range, chance }) => [name, outcomes, range?.coverage ?? chance?.settled]),
    [
      ['a quote', 4, 0.75],
      ['a success', 60, true],
      ['one success', 1, false],
    ],
  );
  assert.equal(answer.scores[0]?.range?.winkler, 4 + (10 * 5) / 4);
});
