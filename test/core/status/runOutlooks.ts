import type { RunOutlook } from '../../../src/core/allocate/outlook.ts';
import type { RunModel } from '../../../src/core/allocate/runModels.ts';
import { type RunSituation, runOutlook, runQuestion } from '../../../src/core/allocate/runOutlook.ts';
import { CLOSED_BREAKER } from '../../../src/core/budget/breaker.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { newRunSuccess, runSkill } from '../../../src/core/quality/runSuccess.ts';
import { type RunValue, runValuer } from '../../../src/core/quality/runValue.ts';

export const SITUATION: RunSituation = {
  runId: 'run',
  agent: 'claude-code',
  model: 'opus',
  at: 0,
  steps: 8,
  spentNanoCredits: 38 * NANO_PER_CREDIT,
  priced: true,
  valueNanoCredits: 300 * NANO_PER_CREDIT,
  prices: { kappa: 1, beta: 0, lambda: 0.05, rho: 1 },
  secondsPerStep: 20,
  breaker: CLOSED_BREAKER,
  skill: runSkill(newRunSuccess()),
  quoted: undefined,
};

/** A stronger model that such a run could go on with. */
export const STRONGER: RunModel = {
  id: 'e/big',
  use: 'escalate',
  ifOwnSucceeds: 0.97,
  ifOwnFails: 0.7,
  tokenPrice: { fresh: 5e-4, cached: 5e-5, output: 2.5e-3 },
  creditsPerStep: 0,
  price: 1,
  stepSeconds: 22,
  switchSeconds: 6,
  model: 'big',
  endpointId: 'e',
  local: false,
  credit: { kappa: 1, beta: 0 },
  deviation: 0.1,
  privacyNanoCredits: 0,
};

/** The outlook of a run of eight steps of which one edits. */
export function madeOutlook(part: Partial<RunSituation> = {}, shown: Partial<RunOutlook> = {}): RunOutlook {
  const situation = { ...SITUATION, ...part };
  return { ...runOutlook(situation, madeValue(part)), ...shown };
}

/** What that rests on. */
export function madeValue(part: Partial<RunSituation> = {}): RunValue {
  const valuer = runValuer();
  valuer.begin('run', 'opus');
  for (let index = 0; index < 8; index++) {
    valuer.observeStep('run', {
      usage: { fresh: 200, cacheRead: 20_000 + 1_000 * index, text: 300 },
      credits: 4.75,
      actions: [{ kind: index === 6 ? 'edit' : 'read' }],
      appendedChars: 3_000,
    });
  }
  const value = valuer.runValue('run', {
    ...runQuestion({ ...SITUATION, ...part }),
    tokenPrice: { fresh: 5e-4, cached: 5e-5, output: 2.5e-3 },
  });
  if (!value) throw new Error('The run has begun.');
  return value;
}
