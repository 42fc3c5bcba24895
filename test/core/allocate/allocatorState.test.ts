import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type AllocatorSetting,
  type AllocatorState,
  learnChoice,
  learnEntry,
  learnRisk,
  leftAt,
  pricesAt,
  speedKey,
  startAllocator,
} from '../../../src/core/allocate/allocatorState.ts';
import { predictWait } from '../../../src/core/allocate/latency.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import type { DecisionEvent, GateEvent } from '../../../src/core/ledger/event.ts';
import { CREDIT } from './predictions.ts';

const at = (text: string) => new Date(text).getTime();
const [START, END] = [at('2026-11-01T00:00'), at('2026-12-01T00:00')];
const setting: AllocatorSetting = {
  constraints: { kappa: 0, mostCreditPrice: 1, waitTargetSeconds: 20, lambdaFloor: 0.1 },
  periodAt: (time) =>
    time < END
      ? { start: START, end: END, nanoCredits: 1000 * CREDIT }
      : { start: END, end: at('2027-01-01T00:00'), nanoCredits: 1000 * CREDIT },
  draws: ({ facts }) => facts.agent === 'copilot',
  charges: ({ paidBy }) => paidBy !== 'local',
};

function entry(endedAt: number, credits: number | undefined, more: Partial<Entry> = {}): Entry {
  return {
    callId: `c${endedAt}`,
    state: 'settled',
    at: endedAt - 5000,
    endedAt,
    facts: { agent: 'copilot', model: 'm', provider: 'github-copilot' },
    scope: 'step',
    usage: { fresh: 4000, text: 200 },
    usageBasis: 'reported',
    cost: credits === undefined ? { confidence: 'unknown' } : { nanoCredits: credits * CREDIT, confidence: 'billed' },
    latency: { firstTokenMs: 1000, totalMs: 5000 },
    tools: [],
    finish: 'stop',
    fault: undefined,
    source: 's',
    witnesses: [],
    ...more,
  };
}

const fold = (entries: readonly Entry[], state = startAllocator(setting)) =>
  entries.reduce((before, each) => learnEntry(before, each, setting), state);

describe('learnEntry', () => {
  it('spend above the pace raises β, and idle working time lowers it again, also between steps', () => {
    const state = fold([entry(at('2026-11-26T10:00'), 200)]);
    const { beta } = pricesAt(state, at('2026-11-26T10:00'), setting);
    assert.ok(beta > 0.3, `β ${beta}`);
    const later = pricesAt(state, at('2026-11-26T13:00'), setting).beta;
    assert.ok(Math.abs(later - (beta - 0.3)) < 1e-9);
    assert.equal(
      pricesAt(state, at('2026-11-26T20:00'), setting).beta,
      pricesAt(state, at('2026-11-27T08:00'), setting).beta,
    );
    assert.equal(leftAt(state, at('2026-11-26T13:00'), setting), 800 * CREDIT);
  });

  it('a new period has all of its credits', () => {
    const state = fold([entry(at('2026-11-26T10:00'), 200), entry(at('2026-12-01T10:00'), 30)]);
    assert.equal(leftAt(state, at('2026-12-01T11:00'), setting), 970 * CREDIT);
  });

  it('own hardware, other plans’ agents and helpers that no plan pays for draw nothing', () => {
    const time = at('2026-11-26T10:00');
    const facts = { agent: 'copilot', model: 'm' };
    for (const other of [
      { ...facts, local: true },
      { ...facts, agent: 'claude-code' },
      { ...facts, billable: false },
    ]) {
      const state = fold([entry(time, 200, { facts: other })]);
      assert.equal(leftAt(state, time, setting), 1000 * CREDIT);
      assert.equal(state.prices.beta, 0);
    }
  });

  it('learns speeds by endpoint and model, and waits move λ', () => {
    const times = Array.from({ length: 30 }, (_, index) => at('2026-11-26T10:00') + index * 60_000);
    const state = fold(times.map((time) => entry(time, 1, { latency: { firstTokenMs: 21_000, totalMs: 41_000 } })));
    const ask = { inputTokens: 4000, outputTokens: 200, local: false, at: at('2026-11-26T12:00') };
    const wait = predictWait(state.speeds, speedKey(entry(0, 0).facts), ask);
    assert.ok(wait.p50 > 30 && wait.p50 < 50, `${wait.p50} s`);
    assert.ok(state.prices.lambda > 0.1);
    assert.equal(predictWait(state.speeds, speedKey({ model: 'other' }), ask).evidence, 0);
  });

  it('what isn’t a settled step teaches nothing', () => {
    const time = at('2026-11-26T10:00');
    const state = startAllocator(setting);
    for (const more of [{ state: 'open' }, { state: 'erased' }, { state: 'covered' }, { scope: 'run' }] as const) {
      assert.equal(learnEntry(state, entry(time, 5, more), setting), state);
    }
  });

  it('replay equals live state, through storage too', () => {
    const entries = fc.array(
      fc.record({
        minutes: fc.nat(60 * 24 * 40),
        credits: fc.option(fc.nat(300), { nil: undefined }),
        totalMs: fc.option(fc.nat(200_000), { nil: undefined }),
        local: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(entries, fc.nat(30), (list, cut) => {
        const all = list
          .sort((a, b) => a.minutes - b.minutes)
          .map(({ minutes, credits, totalMs, local }) =>
            entry(START + minutes * 60_000, credits, {
              latency: { totalMs, firstTokenMs: totalMs === undefined ? undefined : totalMs / 4 },
              facts: { agent: 'copilot', model: local ? 'own' : 'm', local },
            }),
          );
        const half = JSON.parse(JSON.stringify(fold(all.slice(0, cut)))) as AllocatorState;
        assert.deepEqual(JSON.parse(JSON.stringify(fold(all.slice(cut), half))), JSON.parse(JSON.stringify(fold(all))));
      }),
    );
  });
});

describe('learnRisk', () => {
  const limited = { ...setting, constraints: { ...setting.constraints, riskLimitPerHour: 10 * CREDIT } };
  const gated = (time: number, credits: number, decision: 'allowed' | 'denied' = 'allowed'): GateEvent => ({
    kind: 'gate',
    callId: `g${time}`,
    at: time,
    source: 'gate',
    facts: { agent: 'codex' },
    gate: {
      class: 'irreversible',
      reason: 'deletes build',
      targets: ['build'],
      expectedLossNanoCredits: credits * CREDIT,
      decision,
      by: 'developer',
      digest: 'd',
    },
  });

  it('what was let do beyond the limit raises ρ, what was denied doesn’t, and time lowers it again', () => {
    const time = at('2026-11-26T10:00');
    const risen = learnRisk(startAllocator(limited), gated(time, 60), limited);
    assert.ok(Math.abs(pricesAt(risen, time, limited).rho - 1.6) < 1e-9);
    assert.equal(pricesAt(risen, at('2026-11-26T18:00'), limited).rho < 1.6, true);
    const before = startAllocator(limited);
    assert.equal(learnRisk(before, gated(time, 60, 'denied'), limited), before);
    assert.equal(learnRisk(before, gated(time, 60), setting), before, 'no limit is set');
  });
});

describe('learnChoice', () => {
  const choice = (time: number): DecisionEvent => ({
    kind: 'decision',
    callId: `d${time}`,
    at: time,
    source: 'provider',
    facts: { agent: 'copilot', runId: `r${time}` },
    choice: 'large',
    candidates: [['small', 10, 1] as const, ['large', 14.5, 10] as const].map(([model, value, cost]) => ({
      use: { kind: 'answer', model },
      terms: { value: value * CREDIT, cost: -cost * CREDIT, wait: 0, risk: 0 },
      quality: 0.5,
      nanoCredits: cost * CREDIT,
      paidBy: 'front',
    })),
    features: { dense: [], words: [], length: 1, requestClass: 'medium' },
  });
  const HOUR = 3_600_000;
  const november = (count: number) =>
    Array.from({ length: count }, (_, index) => choice(at('2026-11-02T09:00') + (index * 600 * HOUR) / count));

  it('a period begins with what a credit of the one before was worth', () => {
    const state = november(200).reduce((before, each) => learnChoice(before, each, setting), startAllocator(setting));
    // 1,000 credits for 200 runs: each has the small one, some the large one, 4.5 for 9 credits.
    const first = pricesAt(state, at('2026-12-01T00:00'), setting);
    assert.ok(Math.abs(first.beta - 0.5) < 1e-9, String(first.beta));
    assert.equal(pricesAt(state, at('2026-11-30T23:00'), setting).beta, 0, 'not before');
    const learned = learnEntry(state, entry(at('2026-12-01T09:00'), 0.01), setting);
    assert.ok(Math.abs(learned.prices.beta - 0.5) < 0.001, 'and goes on from there');
    assert.equal(learned.demand.seen, 0);
  });

  it('where too few choices tell it goes on with the price that it had', () => {
    const before = fold([entry(at('2026-11-30T10:00'), 300)]);
    const state = november(5).reduce((each, event) => learnChoice(each, event, setting), before);
    assert.ok(before.prices.beta > 0);
    assert.equal(pricesAt(state, END, setting).beta, before.prices.beta);
  });

  it('without a budget nothing is remembered', () => {
    const none = { ...setting, periodAt: () => undefined };
    const state = startAllocator(none);
    assert.equal(learnChoice(state, choice(START), none), state);
  });
});
