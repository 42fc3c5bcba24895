import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evidenceOf, learnFact, learningLeft, newRequestMemory } from '../../../src/core/allocate/requestMemory.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import type { LedgerFact } from '../../../src/core/ledger/fact.ts';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';
import { predictSuccess } from '../../../src/core/quality/requestLearner.ts';
import { CREDIT } from './predictions.ts';

const START = Date.UTC(2026, 10, 26, 10);
const MINUTE = 60_000;
const features = requestFeatures('Fix the parser');

function decision(
  runId: string,
  at: number,
  more: { readonly choice?: string; readonly explored?: boolean } = {},
): LedgerFact {
  const { choice = 'small', explored } = more;
  return {
    kind: 'decision',
    event: {
      kind: 'decision',
      callId: `decision:${runId}`,
      at,
      source: 'provider',
      facts: { agent: 'vscode-chat', runId, taskKind: 'fix' },
      choice,
      candidates: [
        { use: { kind: 'answer', model: 'small' }, quality: 0.6, net: 10 * CREDIT, nanoCredits: CREDIT },
        { use: { kind: 'answer', model: 'large' }, quality: 0.7, net: 9 * CREDIT, nanoCredits: 7 * CREDIT },
      ],
      situation: { valueNanoCredits: 20 * CREDIT, prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 }, explored },
      features: { ...features, dense: [...features.dense], words: [...features.words] },
    },
  };
}

function call(runId: string, at: number, more: Partial<Entry> = {}): LedgerFact {
  return {
    kind: 'entry',
    entry: {
      callId: `${runId}@${at}`,
      state: 'settled',
      at: at - 1000,
      endedAt: at,
      facts: { agent: 'vscode-chat', runId, model: 'small', taskKind: 'fix' },
      scope: 'step',
      usage: { fresh: 100, text: 50 },
      usageBasis: 'reported',
      cost: { nanoCredits: 2 * CREDIT, confidence: 'priced' },
      latency: { totalMs: 1000 },
      tools: [],
      finish: 'stop',
      fault: undefined,
      source: 'provider',
      witnesses: [],
      ...more,
    },
  };
}

function label(runId: string, at: number, outcome: string, success: number, taskId = runId): LedgerFact {
  const callId = `outcome:${runId}:${outcome}`;
  return {
    kind: 'outcome',
    event: { kind: 'outcome', callId, at, source: 'workspace', taskId, runId, outcome, success },
  };
}

function learned(facts: readonly LedgerFact[]) {
  const memory = newRequestMemory(() => ({}));
  for (const fact of facts) learnFact(memory, fact);
  return { memory, outcomes: memory.learner.outcomes, small: predictSuccess(memory.learner, features, 'small').mean };
}

const before = learned([]).small;

describe('what is remembered of requests', () => {
  it('a strong label is learned at once, once', () => {
    const { outcomes, small, memory } = learned([
      decision('a', START),
      call('a', START + MINUTE),
      label('a', START + 2 * MINUTE, 'vote', 1),
      label('a', START + 9 * MINUTE, 'survived5', 1),
    ]);
    assert.equal(outcomes, 1);
    assert.ok(small > before);
    assert.equal(evidenceOf(memory).outcomes, 1);
  });

  it('a label that turns the judgement is learned too', () => {
    const facts = [decision('a', START), call('a', START + MINUTE), label('a', START + 2 * MINUTE, 'checkPassed', 1)];
    const turned = learned([...facts, label('a', START + 60 * MINUTE, 'reverted', 0)]);
    assert.equal(turned.outcomes, 2);
    assert.ok(turned.small < learned(facts).small);
    assert.equal(evidenceOf(turned.memory).outcomes, 1);
  });

  it('weak labels wait for stronger ones, and are learned when no more come', () => {
    const facts = [decision('a', START), call('a', START + MINUTE), label('a', START + 31 * MINUTE, 'survived30', 1)];
    assert.equal(learned(facts).outcomes, 0);
    assert.equal(learned([...facts, call('b', START + 60 * MINUTE)]).outcomes, 0);
    assert.equal(learned([...facts, call('b', START + 240 * MINUTE)]).outcomes, 1);
  });

  it('another agent’s run tells of its model’s level, less than one that Marginal routed', () => {
    const facts = { agent: 'claude-code', runId: 'a', model: 'small' };
    const others = learned([call('a', START, { facts }), label('a', START + MINUTE, 'vote', 1)]);
    const own = learned([decision('a', START), call('a', START), label('a', START + MINUTE, 'vote', 1)]);
    assert.equal(others.outcomes, 1);
    assert.ok(others.small > before && others.small < own.small);
    // What was foretold is only scored where something was foretold.
    assert.equal(evidenceOf(others.memory).outcomes, 0);
  });

  it('a model that fails where another has failed is blamed less for it: the task is hard', () => {
    const large = { facts: { agent: 'vscode-chat', runId: 'a', model: 'large' } };
    const firstFailed = [call('a', START, large), label('a', START + MINUTE, 'vote', 0)];
    const then = (taskId: string) =>
      learned([
        ...firstFailed,
        decision('b', START + 2 * MINUTE),
        call('b', START + 3 * MINUTE),
        label('b', START + 4 * MINUTE, 'vote', 0, taskId),
      ]).small;
    assert.ok(then('a') > then('b'));
  });

  it('models are known by one name, however agents write them', () => {
    const facts = { agent: 'claude-code', runId: 'a', model: 'claude-sonnet-4-5-20250929' };
    const { memory } = learned([call('a', START, { facts }), label('a', START + MINUTE, 'vote', 1)]);
    assert.deepEqual([...memory.learner.models.keys()], ['claude-sonnet-4-5']);
  });

  it('a run that cost more than was foretold raises what is foretold', () => {
    const { memory } = learned([decision('a', START), call('a', START + MINUTE), call('b', START + 60 * MINUTE)]);
    assert.ok(memory.costFactors.chat > 1);
    assert.equal(memory.costFactors.agent, 1);
    assert.deepEqual(memory.steps['chat fix']?.values, [1]);
  });

  it('trials may cost a share of what the month has spent, and a little at least', () => {
    const trial = decision('a', START, { choice: 'large', explored: true });
    assert.equal(learningLeft(learned([trial]).memory, START), 294 * CREDIT);
    // What was chosen for itself is no trial, and a cheaper model costs nothing more.
    for (const other of [{ choice: 'large' }, { choice: 'small', explored: true }])
      assert.equal(learningLeft(learned([decision('a', START, other)]).memory, START), 300 * CREDIT);
    const dear = call('b', START, { cost: { nanoCredits: 20_000 * CREDIT, confidence: 'billed' } });
    assert.equal(learningLeft(learned([trial, dear]).memory, START), 394 * CREDIT);
    assert.equal(learningLeft(learned([trial, dear]).memory, Date.UTC(2026, 11, 2)), 300 * CREDIT);
  });
});

describe('quotes', () => {
  const quoted = (runId: string, time: number): LedgerFact => {
    const fact = decision(runId, time);
    if (fact.kind !== 'decision') return fact;
    const [small, large] = fact.event.candidates as object[];
    return {
      kind: 'decision',
      event: { ...fact.event, candidates: [{ ...small, range: { p10: CREDIT, p90: 3 * CREDIT } }, large] },
    };
  };

  it('each run that Marginal chose for is scored by what it then cost, and misses widen the next ranges', () => {
    const memory = newRequestMemory(() => ({}));
    for (let index = 0; index < 20; index++) {
      const time = START + index * 60 * MINUTE;
      learnFact(memory, quoted(`r${index}`, time));
      const credits = index % 2 === 0 ? 2 : 9;
      learnFact(
        memory,
        call(`r${index}`, time + MINUTE, { cost: { nanoCredits: credits * CREDIT, confidence: 'priced' } }),
      );
    }
    learnFact(memory, call('later', START + 30 * 60 * MINUTE));
    const { outcomes, inside, winkler } = memory.quotes;
    assert.deepEqual([outcomes, inside], [20, 10]);
    // Its width is 2; ten times the miss of 6 for each second one.
    assert.ok(Math.abs(winkler - (20 * 2 + 10 * 60)) < 1e-9);
    assert.ok(memory.quoteTails.chat.high < 0.05 && memory.quoteTails.chat.low > 0.1);
    assert.equal(memory.quoteTails.agent.high, 0.1);
  });

  it('a run of unknown cost, and one that another model went on with, says nothing', () => {
    const memory = newRequestMemory(() => ({}));
    learnFact(memory, quoted('a', START));
    learnFact(memory, call('a', START + MINUTE, { cost: { confidence: 'unknown' } }));
    learnFact(memory, quoted('b', START));
    learnFact(memory, call('b', START + MINUTE));
    learnFact(memory, call('b', START + 2 * MINUTE, { facts: { agent: 'vscode-chat', runId: 'b', model: 'large' } }));
    learnFact(memory, call('later', START + 120 * MINUTE));
    assert.equal(memory.quotes.outcomes, 0);
  });
});
