import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choose } from '../../../src/core/allocate/choose.ts';
import { decisionRecord } from '../../../src/core/allocate/decisionRecord.ts';
import { explore } from '../../../src/core/allocate/explore.ts';
import type { Prediction } from '../../../src/core/allocate/objective.ts';
import { type RunResult, replayRows } from '../../../src/core/diagnose/replayRows.ts';
import { trialCost } from '../../../src/core/diagnose/trials.ts';
import type { DecisionEvent } from '../../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';

const credits = (amount: number) => amount * NANO_PER_CREDIT;

function answer(model: string, quality: number, cost: number): Prediction {
  return {
    use: { kind: 'answer', model },
    quality,
    cost: { p10: credits(cost), p50: credits(cost), p90: credits(cost) },
    waitSeconds: 0,
    riskNanoCredits: 0,
  };
}

const PRICES = { kappa: 1, beta: 0, lambda: 0, rho: 1 };

/** A choice as it is recorded; `chance` below 0.02 tries something else. */
function decided(runId: string, chance: number, at = 1): DecisionEvent {
  const decision = choose([answer('large', 0.9, 20), answer('small', 0.8, 1)], {
    valueNanoCredits: credits(100),
    prices: PRICES,
  });
  const taken = explore(decision, { chance, learningNanoCredits: credits(50) });
  return {
    kind: 'decision',
    callId: `decision:${runId}:${at}`,
    at,
    source: 'provider',
    facts: { agent: 'vscode-chat', runId },
    ...decisionRecord(decision, taken),
    candidates: [...decisionRecord(decision, taken).candidates],
    situation: { valueNanoCredits: credits(100), prices: PRICES, explored: taken.explored },
  };
}

const result = (runId: string, cost: number, accepted: boolean | undefined, unknown = 0): RunResult => ({
  runId,
  cost: { nanoCredits: credits(cost), confidence: 'priced', unknown },
  accepted,
});

describe('replayRows', () => {
  it('a model that two endpoints have is told as at the one that was taken, with the chances of both', () => {
    const decision = decided('a', 0.5);
    const at = (endpointId: string, quality: number, propensity?: number) => ({
      use: { kind: 'answer', model: 'small', endpointId },
      quality,
      nanoCredits: credits(1),
      propensity,
    });
    const rowWith = (candidates: readonly unknown[]) =>
      replayRows([{ ...decision, candidates: [...candidates] }], (runId) => result(runId, 1, true))[0];
    const taken = rowWith([at('dear', 0.9), at('near', 0.6, 1)]);
    assert.deepEqual(taken?.options, { small: { success: 0.6, credits: 1 } });
    assert.deepEqual(taken?.propensities, { small: 1 });
    assert.deepEqual(rowWith([at('near', 0.6, 0.98), at('dear', 0.9, 0.02)])?.propensities, { small: 1 });
    assert.deepEqual(rowWith([at('near', 0.9), at('far', 0.6)])?.options.small?.success, 0.9);
  });

  it('a run counts once, by its first choice, with V, chances and outcome', () => {
    const rows = replayRows([decided('a', 0.5, 2), decided('a', 0.001, 3)], (runId) => result(runId, 1, true));
    assert.equal(rows.length, 1);
    const [row] = rows;
    assert.equal(row?.choice, 'small');
    assert.equal(row?.value, 100);
    assert.equal(row?.success, true);
    assert.equal(row?.credits, 1);
    assert.deepEqual(row?.options, { large: { success: 0.9, credits: 20 }, small: { success: 0.8, credits: 1 } });
    const chances = Object.values(row?.propensities ?? {});
    assert.ok(Math.abs(chances.reduce((sum, each) => sum + each, 0) - 1) < 1e-9);
    assert.ok((row?.propensities?.large ?? 0) > 0);
  });

  it('what is not known stays unknown', () => {
    assert.equal(replayRows([decided('a', 0.5)], () => undefined)[0]?.credits, undefined);
    const [row] = replayRows([decided('a', 0.5)], (runId) => result(runId, 3, undefined, 1));
    assert.equal(row?.credits, undefined);
    assert.equal(row?.success, undefined);
  });

  it('a choice without figures is left out', () => {
    const bare: DecisionEvent = { ...decided('a', 0.5), candidates: [{ id: 'x', nanoCredits: 4 }] };
    assert.deepEqual(
      replayRows([bare], (runId) => result(runId, 1, true)),
      [],
    );
  });
});

describe('trialCost', () => {
  it('is what a trial cost beyond the best choice; none where the best was taken', () => {
    assert.equal(trialCost(decided('a', 0.5)), undefined);
    assert.equal(trialCost(decided('a', 0.001)), credits(19));
  });
});
