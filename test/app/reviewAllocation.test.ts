import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ReviewPorts, reviewAllocation } from '../../src/app/reviewAllocation.ts';
import type { DecisionEvent, OutcomeEvent } from '../../src/core/ledger/event.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';

const credits = (amount: number) => amount * NANO_PER_CREDIT;
const PRICES = { kappa: 1, beta: 0, lambda: 0, rho: 1 };

function decision(runId: string, choice: string, explored = false): DecisionEvent {
  const candidate = (model: string, quality: number, cost: number, propensity: number) => ({
    use: { kind: 'answer', model },
    terms: { value: credits(100 * quality), cost: credits(-cost), wait: 0, risk: 0 },
    net: credits(100 * quality - cost),
    quality,
    nanoCredits: credits(cost),
    propensity,
  });
  return {
    kind: 'decision',
    callId: `decision:${runId}`,
    at: Number(runId),
    source: 'provider',
    facts: { agent: 'vscode-chat', runId },
    choice,
    candidates: [candidate('large', 0.9, 10, 0.98), candidate('small', 0.6, 1, 0.02)],
    situation: { valueNanoCredits: credits(100), prices: PRICES, explored },
  };
}

const vote = (runId: string, success: number): OutcomeEvent => ({
  kind: 'outcome',
  callId: `vote:${runId}`,
  at: 100,
  source: 'outcomes',
  taskId: runId,
  runId,
  outcome: 'vote',
  weight: 0.9,
  success,
});

const DECISIONS = [decision('1', 'large'), decision('2', 'large'), decision('3', 'small', true)];

const PORTS: ReviewPorts = {
  ledger: {
    decisions: () => DECISIONS,
    outcomes: () => [vote('1', 1), vote('3', 0)],
    attempts: (runIds) =>
      runIds.map((runId) => ({
        runId,
        model: 'large',
        taskKind: 'fix',
        taskSize: 'simple',
        calls: 1,
        cost: { nanoCredits: credits(8), confidence: 'priced' as const, unknown: 0 },
      })),
  },
  beliefs: () => [
    { model: 'large', success: 0.9, deviation: 0.05, credits: 10 },
    { model: 'small', success: 0.6, deviation: 0.2, credits: 1 },
  ],
  runScores: async () => [{ name: 'a step’s cost' }],
  passRateOf: (model) => ({ large: 80, small: 40 })[model],
  hourlyCredits: 6_000,
  learningShare: 0.02,
  learningAllowance: (spent) => 0.02 * spent,
  spent: () => credits(500),
};

describe('reviewAllocation', () => {
  it('takes what is known of runs, and leaves out what isn’t', async () => {
    const { regret, predictors, learning } = await reviewAllocation(PORTS, { from: 0, to: 10 });
    assert.equal(regret.rows, 2);
    assert.equal(regret.unknown, 1);
    assert.equal(regret.done.net, 100 - 8 - 8);
    assert.equal(predictors[0]?.probability?.outcomes, 2);
    assert.equal(predictors[1]?.name, 'a step’s cost');
    assert.deepEqual([learning.allowed, learning.spent, learning.tried, learning.learned], [10, 0, 1, 1]);
    // Run 2 isn't judged: looking at it is something that a credit can buy.
    assert.equal(learning.margins[1]?.model, 'large');
  });

  it('knows a model by whatever name its endpoint gives it', async () => {
    const named = (runId: string): DecisionEvent => {
      const { candidates = [], ...rest } = decision(runId, 'claude-sonnet-4.5');
      const [large, small] = candidates as readonly { readonly use: { readonly model: string } }[];
      return { ...rest, candidates: [{ ...large, use: { kind: 'answer', model: 'claude-sonnet-4.5' } }, small] };
    };
    const { regret, learning } = await reviewAllocation(
      {
        ...PORTS,
        ledger: { ...PORTS.ledger, decisions: () => [named('1'), named('2')] },
        passRateOf: (model) => (model === 'claude-sonnet-4.5' ? 80 : undefined),
        beliefs: () => [{ model: 'claude-sonnet-4-5', success: 0.9, deviation: 0.05, credits: 10 }],
      },
      { from: 0, to: 10 },
    );
    assert.equal(regret.alternatives.find(({ policy }) => policy === 'alwaysStrongest')?.model, 'claude-sonnet-4.5');
    assert.equal(learning.margins[1]?.model, 'claude-sonnet-4-5');
  });

  it('without decisions nothing is told, and nothing throws', async () => {
    const none = {
      ...PORTS,
      ledger: { decisions: () => [], outcomes: () => [], attempts: () => [] },
      beliefs: () => [],
    };
    const { regret, learning } = await reviewAllocation(none, { from: 0, to: 10 });
    assert.equal(regret.rows, 0);
    assert.equal(learning.tried, 0);
  });
});
