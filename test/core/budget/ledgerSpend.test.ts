import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spentEvents } from '../../../src/core/budget/ledgerSpend.ts';
import type { Limit } from '../../../src/core/budget/limits.ts';
import { leftOf, replayBudget } from '../../../src/core/budget/reservations.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';

const CREDIT = 1_000_000_000;
const noon = new Date('2026-11-26T12:00').getTime();

function entry(credits: number | undefined, facts: Partial<Entry['facts']> = {}, more: Partial<Entry> = {}): Entry {
  return {
    callId: 'c',
    state: 'settled',
    at: noon,
    facts: { agent: 'codex', runId: 'r', sessionId: 's', folder: '/p', model: 'm', ...facts },
    scope: 'step',
    usage: {},
    usageBasis: 'reported',
    cost: credits === undefined ? { confidence: 'unknown' } : { nanoCredits: credits * CREDIT, confidence: 'priced' },
    latency: {},
    tools: [],
    finish: 'stop',
    fault: undefined,
    source: 's',
    witnesses: [],
    ...more,
  };
}

describe('spentEvents', () => {
  const limit = (scope: Limit['scope']): Limit => ({ scope, nanoCredits: 100 * CREDIT, mode: 'hard' });
  const draw = { runId: 'r', sessionId: 's', day: '2026-11-26', folder: '/p', model: 'm' };

  it('a start from the ledger knows what runs, sessions, days, projects and models have spent', () => {
    const state = replayBudget(
      spentEvents([
        entry(10),
        entry(5, { runId: 'its own', parentRunId: 'r', sessionId: 'child', model: 'n' }),
        entry(3, { runId: 'r2', sessionId: 's2' }, { at: new Date('2026-11-25T12:00').getTime() }),
      ]),
    );
    const left = (scope: Limit['scope']) => leftOf(state, limit(scope), draw) / CREDIT;
    assert.deepEqual(
      {
        run: left('run'),
        session: left('session'),
        day: left('day'),
        month: left('month'),
        project: left('project'),
        model: left('model'),
      },
      { run: 85, session: 90, day: 85, month: 82, project: 82, model: 87 },
    );
  });

  it('own hardware, helpers that no plan pays for, what is counted elsewhere, and unknown costs spend nothing', () => {
    const none = [
      entry(9, { local: true }),
      entry(9, { billable: false }),
      entry(9, {}, { state: 'covered' }),
      entry(9, {}, { state: 'open' }),
      entry(undefined),
    ];
    assert.deepEqual(spentEvents(none), []);
  });
});
