import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordedCandidate } from '../../../src/core/allocate/decisionRecord.ts';
import {
  betaInHindsight,
  NO_DEMAND,
  type PeriodDemand,
  withDecision,
  withSpend,
} from '../../../src/core/allocate/periodDemand.ts';
import { fractionalOptimum } from '../../../src/core/diagnose/fractionalOptimum.ts';
import type { DecisionEvent } from '../../../src/core/ledger/event.ts';
import { seededRandom } from '../../../src/core/quality/seededRandom.ts';
import { CREDIT } from './predictions.ts';

const isDrawn = ({ paidBy }: RecordedCandidate) => paidBy !== 'local';

function option(model: string, value: number, cost: number, paidBy: RecordedCandidate['paidBy'] = 'front') {
  return {
    use: { kind: 'answer', model },
    terms: { value: value * CREDIT, cost: -cost * CREDIT, wait: 0, risk: 0 },
    quality: 0.5,
    nanoCredits: cost * CREDIT,
    paidBy,
  };
}

function decision(candidates: RecordedCandidate[], more: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    kind: 'decision',
    callId: 'd',
    at: 1_000,
    source: 'provider',
    facts: { agent: 'vscode-chat', runId: 'r' },
    choice: 'a',
    candidates,
    features: { dense: [], words: [], length: 1, requestClass: 'medium' },
    ...more,
  };
}

const demandOf = (rows: readonly RecordedCandidate[][]) =>
  rows.reduce<PeriodDemand>((before, row) => withDecision(before, decision(row), isDrawn), NO_DEMAND);
const beta = (demand: PeriodDemand, credits: number, kappa = 0, covered = 1) =>
  betaInHindsight(demand, { nanoCredits: credits * CREDIT, covered, kappa });

test('a credit was worth what the last one bought, less its cash', () => {
  // Each run: 1 credit brings 10, another 9 bring 27 more: 3 for each.
  const demand = demandOf(Array.from({ length: 40 }, () => [option('small', 10, 1), option('large', 37, 10)]));
  assert.equal(beta(demand, 200), 3);
  assert.equal(beta(demand, 200, 1), 2);
  assert.equal(beta(demand, 1_000), 0, 'some of it is left');
  assert.equal(beta(demand, 10), 10, 'not even the small one for each, and no more than the bound');
});

test('own hardware draws nothing, what can’t be had doesn’t count, and few choices tell nothing', () => {
  const rows = Array.from({ length: 40 }, () => [
    option('local', 9, 0.1, 'local'),
    { ...option('barred', 90, 1), barred: 'a rule' },
    option('large', 29, 10),
  ]);
  // What the large one brings beyond the local one: 20.1 for 10 credits.
  assert.ok(Math.abs((beta(demandOf(rows), 100) ?? 0) - 2.01) < 1e-9);
  assert.equal(beta(demandOf(rows.slice(0, 10)), 100), undefined);
  const later = decision([option('a', 10, 1)], { features: undefined });
  assert.equal(withDecision(NO_DEMAND, later, isDrawn), NO_DEMAND);
});

test('of the budget the choices had what they drew of it, for the time in which there were any', () => {
  const demand = demandOf(Array.from({ length: 40 }, () => [option('small', 10, 1), option('large', 37, 10)]));
  const spent = (credits: number, endpointId: string | undefined) =>
    ({ facts: { agent: 'a', endpointId }, cost: { nanoCredits: credits * CREDIT, confidence: 'priced' } }) as const;
  const shared = [spent(30, 'e'), spent(90, undefined)].reduce(withSpend, demand);
  assert.equal(beta(shared, 1_500), 3, 'a quarter of it is less than the 400 that all could draw');
  assert.equal(beta(shared, 2_000), 0);
  assert.equal(beta(demand, 1_000, 0, 0.3), 3);
});

test('however many choices there are, few are kept, and the price stays about the same', () => {
  const random = seededRandom(7);
  const rows = Array.from({ length: 20_000 }, () => {
    const value = 40 * random() ** 2;
    return [option('small', value * 0.5, 1), option('large', value * 0.8, 6 + 4 * random())];
  });
  const demand = demandOf(rows);
  assert.ok(demand.rows.length <= 512 && JSON.stringify(demand).length < 120_000);
  const all = rows.map((row) =>
    row.map(({ terms, nanoCredits }) => ({ name: '', value: terms?.value ?? 0, cost: nanoCredits ?? 0 })),
  );
  const exact = fractionalOptimum(all, 30_000 * CREDIT).density;
  assert.ok(Math.abs((beta(demand, 30_000) ?? 0) / exact - 1) < 0.15, `${beta(demand, 30_000)} ${exact}`);
});

test('less budget never makes a credit worth less', () => {
  const row = fc.array(
    fc.tuple(fc.double({ min: 0, max: 90, noNaN: true }), fc.double({ min: 0.1, max: 20, noNaN: true })),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(fc.array(row, { minLength: 20, maxLength: 40 }), fc.nat(200), fc.nat(200), (rows, a, b) => {
      const demand = demandOf(rows.map((each) => each.map(([value, cost], index) => option(`m${index}`, value, cost))));
      const [less, more] = [beta(demand, Math.min(a, b)), beta(demand, Math.max(a, b))];
      if (less !== undefined && more !== undefined) assert.ok(less >= more - 1e-9);
    }),
  );
});
