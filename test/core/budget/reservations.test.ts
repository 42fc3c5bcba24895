import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Draw, Limit } from '../../../src/core/budget/limits.ts';
import {
  applyBudget,
  type BudgetEvent,
  EMPTY_BUDGET,
  judge,
  leftOf,
  type Reservation,
  replayBudget,
  reserve,
  tightestLeft,
} from '../../../src/core/budget/reservations.ts';

const CREDIT = 1_000_000_000;
const draw: Draw = { runId: 'r1', sessionId: 's1', day: '2026-11-26', folder: '/p', model: 'm' };
const reservation = (id: string, credits: number | undefined, more: Partial<Reservation> = {}): Reservation => ({
  id,
  at: 0,
  draw,
  nanoCredits: credits === undefined ? undefined : credits * CREDIT,
  ...more,
});
const hard = (scope: Limit['scope'], credits: number, of?: string): Limit => ({
  scope,
  of,
  nanoCredits: credits * CREDIT,
  mode: 'hard',
});

describe('reserve', () => {
  it('what is reserved counts as spent until it is settled or released', () => {
    const limits = [hard('day', 10)];
    const first = reserve(EMPTY_BUDGET, limits, reservation('a', 6));
    assert.equal(first.verdict.verdict, 'allow');
    const second = reserve(first.state, limits, reservation('b', 6));
    assert.equal(second.verdict.verdict, 'refuse');
    assert.equal(
      second.verdict.why,
      'It may cost 6.0 credits, and 4.0 are left of the day’s limit of 10 credits: choose a cheaper model, or raise the limit.',
    );
    assert.equal(second.state, first.state);
    const settled = applyBudget(first.state, { kind: 'settled', id: 'a', at: 1, nanoCredits: 2 * CREDIT });
    assert.equal(reserve(settled, limits, reservation('b', 6)).verdict.verdict, 'allow');
    const released = applyBudget(first.state, { kind: 'released', id: 'a' });
    assert.equal(reserve(released, limits, reservation('b', 10)).verdict.verdict, 'allow');
  });

  it('every scope has its own account; the strictest limit decides', () => {
    const spent = applyBudget(EMPTY_BUDGET, { kind: 'spent', at: 0, draw, nanoCredits: 5 * CREDIT });
    const other: Record<string, Draw> = {
      run: { ...draw, runId: 'r2' },
      session: { ...draw, sessionId: 's2' },
      day: { ...draw, day: '2026-11-27' },
      month: { ...draw, day: '2026-12-01' },
      project: { ...draw, folder: '/q' },
      model: { ...draw, model: 'n' },
    };
    for (const [scope, elsewhere] of Object.entries(other)) {
      const limit = hard(scope as Limit['scope'], 6);
      assert.equal(leftOf(spent, limit, draw), CREDIT, scope);
      assert.equal(leftOf(spent, limit, elsewhere), 6 * CREDIT, scope);
    }
    assert.equal(judge(spent, [hard('step', 1)], reservation('a', 2)).verdict, 'refuse');
    assert.equal(judge(spent, [hard('step', 2)], reservation('a', 2)).verdict, 'allow');
    const limits: Limit[] = [
      { ...hard('day', 6), mode: 'soft' },
      { ...hard('run', 6), mode: 'ask' },
      hard('month', 600),
    ];
    assert.equal(judge(spent, limits, reservation('a', 2)).verdict, 'ask');
    assert.equal(judge(spent, [hard('model', 1, 'n'), hard('project', 1, '/q')], reservation('a', 2)).verdict, 'allow');
  });

  it('soft warns and lets through; ask reserves only once the developer agreed', () => {
    const soft = reserve(EMPTY_BUDGET, [{ ...hard('day', 1), mode: 'soft' }], reservation('a', 2));
    assert.equal(soft.verdict.verdict, 'warn');
    assert.equal(soft.state.held.size, 1);
    const limits: Limit[] = [{ ...hard('day', 1), mode: 'ask' }];
    assert.equal(reserve(EMPTY_BUDGET, limits, reservation('a', 2)).state.held.size, 0);
    assert.equal(reserve(EMPTY_BUDGET, limits, reservation('a', 2), true).state.held.size, 1);
    assert.equal(reserve(EMPTY_BUDGET, [hard('day', 1)], reservation('a', 2), true).state.held.size, 0);
  });

  it('an unknown price is asked about, never taken for 0', () => {
    assert.equal(judge(EMPTY_BUDGET, [hard('day', 10)], reservation('a', undefined)).verdict, 'ask');
    const full = applyBudget(EMPTY_BUDGET, { kind: 'spent', at: 0, draw, nanoCredits: 10 * CREDIT });
    assert.equal(judge(full, [hard('day', 10)], reservation('a', undefined)).verdict, 'refuse');
    assert.equal(judge(EMPTY_BUDGET, [], reservation('a', undefined)).verdict, 'allow');
  });

  it('own hardware draws on no money budget', () => {
    const own = reservation('a', 50, { local: true });
    const { state, verdict } = reserve(EMPTY_BUDGET, [hard('day', 1)], own);
    assert.equal(verdict.verdict, 'allow');
    assert.equal(leftOf(state, hard('day', 1), draw), CREDIT);
    const settled = applyBudget(state, { kind: 'settled', id: 'a', at: 0, nanoCredits: 50 * CREDIT });
    assert.equal(leftOf(settled, hard('day', 1), draw), CREDIT);
  });

  it('a sub-agent draws on its parent’s run', () => {
    const limits = [hard('run', 10)];
    const parent = reserve(EMPTY_BUDGET, limits, reservation('parent', 6)).state;
    const child = reservation('child', 6, { draw: { ...draw, sessionId: 'its own', model: 'n' } });
    assert.equal(reserve(parent, limits, child).verdict.verdict, 'refuse');
  });

  it('a reservation whose window is gone comes back', () => {
    const { state } = reserve(EMPTY_BUDGET, [], reservation('a', 5));
    assert.equal(applyBudget(state, { kind: 'expired', before: 0 }).held.size, 1);
    assert.equal(applyBudget(state, { kind: 'expired', before: 1 }).held.size, 0);
  });

  it('tightestLeft is what the tightest hard limit leaves, never negative', () => {
    const spent = applyBudget(EMPTY_BUDGET, { kind: 'spent', at: 0, draw, nanoCredits: 5 * CREDIT });
    assert.equal(tightestLeft(spent, [hard('day', 8), hard('month', 7)], draw), 2 * CREDIT);
    assert.equal(tightestLeft(spent, [hard('day', 4)], draw), 0);
    assert.equal(tightestLeft(spent, [{ ...hard('day', 4), mode: 'ask' }], draw), undefined);
  });
});

const someDraw: fc.Arbitrary<Draw> = fc.record({
  runId: fc.constantFrom('r1', 'r2', undefined),
  sessionId: fc.constantFrom('s1', 's2'),
  day: fc.constantFrom('2026-11-26', '2026-11-27'),
  folder: fc.constantFrom('/p', undefined),
  model: fc.constantFrom('m', 'n'),
});
const someLimits: fc.Arbitrary<Limit[]> = fc.array(
  fc.record({
    scope: fc.constantFrom(
      'run' as const,
      'session' as const,
      'day' as const,
      'month' as const,
      'project' as const,
      'model' as const,
    ),
    nanoCredits: fc.integer({ min: 1, max: 60 }).map((credits) => credits * CREDIT),
    mode: fc.constant('hard' as const),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('requests at the same time', () => {
  it('can’t overdraw together, in whatever order they are reserved, settled and released', () => {
    const acts = fc.array(
      fc.record({
        id: fc.nat(15),
        draw: someDraw,
        credits: fc.nat(20),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        act: fc.nat(3),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(someLimits, acts, (limits, list) => {
        let state = EMPTY_BUDGET;
        const draws: Draw[] = [];
        for (const [at, { id, draw: drawn, credits, share, act }] of list.entries()) {
          const key = String(id);
          const held = state.held.get(key);
          if (act <= 1 && !held)
            state = reserve(state, limits, { id: key, at, draw: drawn, nanoCredits: credits * CREDIT }).state;
          else if (act === 2) {
            const nanoCredits = Math.round((held?.nanoCredits ?? 0) * share);
            state = applyBudget(state, { kind: 'settled', id: key, at, nanoCredits });
          } else if (act === 3) state = applyBudget(state, { kind: 'released', id: key });
          draws.push(drawn);
          for (const limit of limits) for (const each of draws) assert.ok(leftOf(state, limit, each) >= 0);
        }
      }),
    );
  });

  it('replay equals live state, and an event that comes twice changes nothing', () => {
    const events: fc.Arbitrary<BudgetEvent[]> = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('reserved' as const),
          reservation: fc.record({
            id: fc.constantFrom('a', 'b', 'c'),
            at: fc.nat(9),
            draw: someDraw,
            nanoCredits: fc.nat(1e10),
          }),
        }),
        fc.record({
          kind: fc.constant('settled' as const),
          id: fc.constantFrom('a', 'b', 'c'),
          at: fc.nat(9),
          nanoCredits: fc.nat(1e10),
        }),
        fc.record({ kind: fc.constant('released' as const), id: fc.constantFrom('a', 'b', 'c') }),
      ),
    );
    fc.assert(
      fc.property(events, (list) => {
        let live = EMPTY_BUDGET;
        for (const event of list) {
          live = applyBudget(live, event);
          assert.deepEqual(applyBudget(live, event), live);
        }
        assert.deepEqual(replayBudget(list), live);
      }),
    );
  });

  it('accounts of runs long ended are forgotten, those in use are not', () => {
    let state = EMPTY_BUDGET;
    for (let run = 0; run < 3000; run += 1) {
      state = applyBudget(state, {
        kind: 'spent',
        at: run,
        draw: { runId: `r${run}`, day: '2026-11-26' },
        nanoCredits: CREDIT,
      });
    }
    assert.ok(state.spent.size <= 400);
    assert.equal(leftOf(state, hard('month', 4000), draw), 1000 * CREDIT);
  });
});
