import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type CostQuestion, type RequestHistory, requestCost } from '../../../src/core/allocate/requestCost.ts';
import { TENTHS } from '../../../src/core/forecast/runConformal.ts';

const HISTORY: RequestHistory = {
  speeds: {},
  outputs: {},
  steps: {},
  costFactors: { chat: 1, agent: 1 },
  quoteTails: { chat: TENTHS, agent: TENTHS },
};
const QUESTION: CostQuestion = {
  speedKey: 'e\nm',
  model: 'm',
  taskKind: 'fix',
  price: undefined,
  local: false,
  inputTokens: 3_000,
  cachedTokens: 0,
  switches: true,
  tools: true,
  steps: { p10: 1, p50: 7, p90: 35, mean: 12 },
  at: 0,
};

it('how many steps and how slow they are spread apart: the late tenth isn’t both at their worst', () => {
  const { seconds, stepSeconds } = requestCost(HISTORY, QUESTION);
  const long = requestCost(HISTORY, { ...QUESTION, steps: { p50: 35, p90: 35, mean: 35 } }).seconds;
  assert.ok(stepSeconds < seconds.p50 && seconds.p50 < seconds.mean);
  assert.ok(seconds.p90 > long.p50, 'no less than a long run at the usual speed');
  assert.ok(seconds.p90 < long.p90, 'less than a long run that is slow too');
});
