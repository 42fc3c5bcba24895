// What would be foretold and advised of a run of the sample.
import { costRange, runOutlook, runQuestion } from '../../src/core/allocate/runOutlook.ts';
import { applyBreaker, CLOSED_BREAKER } from '../../src/core/budget/breaker.ts';
import type { Entry } from '../../src/core/ledger/entry.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import { ledgerSteps } from '../../src/core/quality/ledgerRun.ts';
import { newRunSuccess, runSkill } from '../../src/core/quality/runSuccess.ts';
import { runValuer } from '../../src/core/quality/runValue.ts';
import { type OutlookAnswer, outlookAnswer } from '../../src/protocol/dashboardOutlook.ts';

const TOKEN_PRICE = { fresh: 5e-4, cached: 5e-5, output: 2.5e-3 };

export function sampleOutlook(runId: string, entries: readonly Entry[]): OutlookAnswer {
  const valuer = runValuer();
  valuer.begin(runId, 'claude-opus-4-5');
  let breaker = CLOSED_BREAKER;
  const foretold = ledgerSteps(entries).map(({ callId, step, breaker: ofStep }) => {
    const value = valuer.runValue(runId, { value: 0, stopKeepsWork: true, tokenPrice: TOKEN_PRICE });
    valuer.observeStep(runId, step);
    breaker = applyBreaker(breaker, { kind: 'step', step: ofStep });
    return { callId, cost: costRange(value?.stepCredits ?? [0, 0, 0]), success: value?.pSuccess ?? 0 };
  });
  const asked = {
    valueNanoCredits: 800 * NANO_PER_CREDIT,
    prices: { kappa: 1, beta: 0.4, lambda: 0.17, rho: 1 },
    secondsPerStep: 14,
    breaker,
  };
  const value = valuer.runValue(runId, { ...runQuestion(asked), tokenPrice: TOKEN_PRICE });
  if (!value || foretold.length === 0) return outlookAnswer(runId, undefined);
  const outlook = runOutlook(
    {
      ...asked,
      runId,
      agent: 'claude-code',
      model: 'claude-opus-4-5',
      at: 0,
      steps: foretold.length,
      spentNanoCredits: 0,
      priced: true,
      skill: { ...runSkill(newRunSuccess()), outcomes: 24, settled: true },
      quoted: undefined,
    },
    value,
  );
  return outlookAnswer(runId, { outlook, steps: foretold });
}
