/** What every LedgerStore does: one suite for all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../../src/core/ledger/entry.ts';
import type { LedgerEvent, OutcomeEvent, SettledEvent } from '../../src/core/ledger/event.ts';
import { quotaEvent } from '../../src/core/ledger/quota.ts';
import { LOST_AFTER_MS, runIdOf, withCoverage } from '../../src/core/ledger/runs.ts';
import { addEntry, isSummed, modelOf, NOTHING, type Sum, sumEntries } from '../../src/core/ledger/sums.ts';
import { joinMoney, NO_MONEY } from '../../src/core/money.ts';
import type { CallPlace, EntrySelection, LedgerStore } from '../../src/ports.ts';
import { history, shuffledWithRepeats } from '../fakes/ledgerEvents.ts';

/** Opens an empty store whose clock stands at `now()`. The suite closes it. */
export type OpenLedger = (now: () => number) => LedgerStore;

const NOON = new Date(2026, 9, 25, 12).getTime();
const CALLS = ['a', 'b', 'c', 'd', 'e', 'message-1', 'message-2', 'message-3'];

function settled(callId: string, more: Partial<SettledEvent> = {}): SettledEvent {
  return {
    kind: 'settled',
    callId,
    at: NOON,
    source: 'provider',
    facts: { agent: 'vscode-chat', model: 'sonnet', runId: 'run-1', sessionId: 'session-1' },
    usage: { fresh: 100, text: 20 },
    cost: { nanoCredits: 700, confidence: 'priced' },
    ...more,
  };
}

const day = (at: number) => new Date(at).toLocaleDateString('sv');

/** Everything that a store tells, for comparing two of them; not how many events it holds. */
export function everything(store: LedgerStore) {
  const entries = new Map<string, Entry>();
  for (const name of CALLS) {
    const entry = store.entry(name);
    if (entry) entries.set(entry.callId, entry);
  }
  const { revision: _, ...summary } = store.summary(NOON, ['/code/app']);
  return {
    entries: [...entries.values()].sort((a, b) => (a.callId < b.callId ? -1 : 1)),
    burn: store.burn('2026-10-20', '2026-10-30'),
    summary: { ...summary, endedCallIds: [...(summary.endedCallIds ?? [])].sort() },
    runs: [...store.runs(100)].sort((a, b) => (a.runId < b.runId ? -1 : 1)),
    quotas: store.quotas(0),
    outcomes: store.outcomes(0, Number.MAX_SAFE_INTEGER),
    attempts: store.attempts(['run-1', 'run-2', 'run-3']),
    spent: store.spent(NOON - 7_654_321, NOON + 34_567_890, ['claude-code', 'copilot']),
    sources: [...store.sources(0)].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    someSources: [...store.sources(NOON + 12_345)].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  };
}

export function ledgerContract(name: string, open: OpenLedger): void {
  function using<Result>(work: (store: LedgerStore, setNow: (at: number) => void) => Result): Result {
    let now = NOON;
    const store = open(() => now);
    try {
      return work(store, (at) => {
        now = at;
      });
    } finally {
      store.close();
    }
  }

  test(`${name}: an empty ledger knows nothing, and says so`, () => {
    using((store) => {
      const summary = store.summary(NOON, []);
      assert.deepEqual(summary.today, NO_MONEY);
      assert.equal(summary.run, undefined);
      assert.deepEqual(store.runs(5), []);
      assert.deepEqual(store.burn('2026-10-01', '2026-10-31'), []);
      assert.deepEqual(store.sources(0), []);
      assert.equal(store.entry('a'), undefined);
      assert.equal(store.run('run-1'), undefined);
      assert.equal(store.cursor('log'), undefined);
      store.append([]);
    });
  });

  test(`${name}: what was spent between two instants is told to the millisecond, agent by agent`, () => {
    using((store) => {
      const facts = { agent: 'copilot', model: 'gpt' };
      store.append([
        settled('a', { at: NOON, facts }),
        settled('b', { at: NOON + 40 * 60_000, facts }),
        settled('c', { at: NOON + 60 * 60_000, facts, cost: { confidence: 'unknown' } }),
        settled('d', { at: NOON + 1 }),
      ]);
      const spent = (from: number, to: number, agents = ['copilot', 'nobody']) => store.spent(from, to, agents);
      const priced = (calls: number, unknown = 0) => ({ nanoCredits: calls * 700, confidence: 'priced', unknown });
      assert.deepEqual(spent(NOON, NOON + 1), priced(1));
      assert.deepEqual(spent(NOON + 1, NOON + 40 * 60_000), NO_MONEY);
      assert.deepEqual(spent(NOON - 5, NOON + 40 * 60_000 + 1), priced(2));
      assert.deepEqual(spent(NOON, NOON + 61 * 60_000), priced(2, 1));
      assert.deepEqual(spent(NOON, NOON + 61 * 60_000, []), NO_MONEY);
    });
  });

  test(`${name}: outcomes are told once, by the time they happened, with the runs that they are about`, () => {
    using((store) => {
      const outcome = (callId: string, at: number, more: Partial<OutcomeEvent> = {}): OutcomeEvent => ({
        kind: 'outcome',
        callId,
        at,
        source: 'workspace',
        taskId: 'run-1',
        runId: 'run-1',
        outcome: 'checkPassed',
        success: 1,
        weight: 0.5,
        delayMs: 1_000,
        evidence: { lines: 4, kept: 3 },
        ...more,
      });
      const facts = { agent: 'vscode-chat', model: 'sonnet', runId: 'run-1', taskKind: 'fix', taskSize: 'simple' };
      const events = [
        settled('a', { facts }),
        settled('b', { facts: { ...facts, model: 'gpt' }, cost: { confidence: 'unknown' }, at: NOON + 1 }),
        settled('c', { facts, at: NOON + 2 }),
        outcome('outcome:1', NOON + 5),
        outcome('outcome:1', NOON + 9, { success: 0, outcome: 'checkFailed' }),
        outcome('outcome:2', NOON + 3),
      ];
      store.append(events);
      const told = store.outcomes(NOON, NOON + 10);
      assert.deepEqual(told, [events[5], events[4]]);
      const { revision } = store.summary(NOON, []);
      store.append(events);
      assert.deepEqual(store.outcomes(NOON, NOON + 10), told);
      assert.equal(store.summary(NOON, []).revision, revision);
      assert.deepEqual(store.outcomes(NOON + 4, NOON + 9), [events[3]]);
      const cost = { nanoCredits: 1400, confidence: 'priced', unknown: 1 };
      assert.deepEqual(store.attempts(['run-1', 'run-1', 'no such run']), [
        { runId: 'run-1', model: 'sonnet', taskKind: 'fix', taskSize: 'simple', calls: 3, cost },
      ]);
      store.append(['a', 'b', 'c'].map((callId) => ({ kind: 'erased', callId, at: NOON + 20, source: 'forget' })));
      assert.deepEqual(store.attempts(['run-1']), [], 'nothing is left of it');
    });
  });

  test(`${name}: of each allowance the latest reading is told, whatever the order they came in, and no call with it`, () => {
    using((store) => {
      const reading = (at: number, window: string, usedShare: number) =>
        quotaEvent('codex-log', at, { agent: 'codex', window, usedShare });
      const events = [reading(NOON, '5h', 0.4), reading(NOON - 9, '5h', 0.9), reading(NOON - 5, 'week', 0.1)];
      store.append(events);
      store.append(events);
      assert.deepEqual(store.quotas(0), [events[0], events[2]]);
      assert.deepEqual(store.quotas(NOON - 4), [events[0]]);
      assert.deepEqual(store.runs(5), []);
      assert.equal(store.summary(NOON, []).revision, 3);
      assert.deepEqual(store.summary(NOON, []).today, NO_MONEY);
    });
  });

  test(`${name}: a call is in its entry, its run, its day and the summary`, () => {
    using((store) => {
      store.append([
        {
          kind: 'started',
          callId: 'a',
          at: NOON - 5000,
          source: 'provider',
          facts: { agent: 'vscode-chat', runId: 'run-1' },
        },
      ]);
      assert.equal(store.entry('a')?.state, 'open');
      assert.equal(store.summary(NOON, []).run?.live, true);
      assert.deepEqual(store.summary(NOON, []).today, NO_MONEY);
      store.append([settled('a')]);
      assert.equal(store.entry('a')?.state, 'settled');
      assert.equal(store.entry('a')?.at, NOON - 5000);
      const cost = { nanoCredits: 700, confidence: 'priced', unknown: 0 };
      assert.deepEqual(store.run('run-1')?.cost, cost);
      assert.deepEqual(store.burn('2026-10-25', '2026-10-25'), [
        { day: '2026-10-25', agent: 'vscode-chat', model: 'sonnet', calls: 1, usage: { fresh: 100, text: 20 }, cost },
      ]);
      const summary = store.summary(NOON, []);
      assert.deepEqual(summary.today, cost);
      assert.deepEqual(summary.month, cost);
      assert.deepEqual(summary.todayByAgent, [{ agent: 'vscode-chat', calls: 1, cost }]);
      assert.deepEqual(summary.run, {
        runId: 'run-1',
        agent: 'vscode-chat',
        live: true,
        steps: 1,
        cost,
        lastModel: 'sonnet',
      });
      assert.deepEqual(summary.session, { steps: 1, cost });
      assert.deepEqual(summary.endedCallIds, ['a']);
      assert.deepEqual(store.sources(0), [
        { source: 'provider', agent: 'vscode-chat', confidence: 'priced', calls: 1, lastAt: NOON - 5000 },
      ]);
    });
  });

  test(`${name}: spend by hour is the day’s, whoever it is asked of, and what is unknown stays so`, () => {
    using((store, setNow) => {
      store.append([
        settled('a'),
        settled('b', { at: NOON + 1_800_000, cost: { nanoCredits: 50, confidence: 'estimated' } }),
        settled('c', { at: NOON + 3_600_000, cost: { confidence: 'unknown' } }),
        settled('d', { facts: { agent: 'copilot' }, billedNanoCredits: 9 }),
        { kind: 'started', callId: 'e', at: NOON, source: 'provider', facts: { agent: 'vscode-chat' } },
      ]);
      const asked = (from: number, to: number, agents?: readonly string[]) =>
        store.spendByHour(from, to, agents).reduce((sum, { cost }) => joinMoney(sum, cost), NO_MONEY);
      assert.deepEqual(asked(NOON, NOON + 3_600_000), { nanoCredits: 759, confidence: 'estimated', unknown: 0 });
      assert.deepEqual(asked(NOON, NOON + 1_800_000), { nanoCredits: 709, confidence: 'priced', unknown: 0 });
      assert.deepEqual(asked(NOON - 5_000_000, NOON + 9_000_000, ['copilot']), {
        nanoCredits: 9,
        confidence: 'billed',
        unknown: 0,
      });
      assert.deepEqual(asked(0, NOON + 9_000_000, ['nobody']), NO_MONEY);
      assert.equal(asked(0, NOON + 9_000_000).unknown, 1);
      const before = store.revision();
      setNow(NOON + LOST_AFTER_MS + 1);
      assert.equal(asked(0, NOON + 9_000_000, ['vscode-chat']).unknown, 2);
      store.append([settled('f')]);
      assert.ok(store.revision() > before);
    });
  });

  test(`${name}: two names of one call meet in one entry, also when they meet late`, () => {
    using((store) => {
      store.append([settled('a')]);
      store.append([settled('b', { source: 'copilot-store', billedNanoCredits: 650, identities: ['message-1'] })]);
      assert.equal(store.summary(NOON, []).today.nanoCredits, 1350);
      store.append([settled('a', { identities: ['message-1'], finish: 'stop' })]);
      assert.deepEqual(store.summary(NOON, []).today, { nanoCredits: 650, confidence: 'billed', unknown: 0 });
      assert.equal(store.entry('a')?.callId, 'b');
      assert.deepEqual(store.entry('message-1'), store.entry('b'));
      assert.deepEqual(store.entry('b')?.witnesses, ['provider']);
      assert.equal(store.run('run-1')?.steps.length, 1);
      assert.deepEqual([...(store.summary(NOON, []).endedCallIds ?? [])].sort(), ['a', 'b']);
    });
  });

  test(`${name}: a run’s bill counts until its steps’ bills make it up, and they are shown with it`, () => {
    using((store) => {
      const cost = { nanoCredits: 5000, confidence: 'billed', unknown: 0 };
      const costs = () => [store.summary(NOON, []).today, store.run('run-1')?.cost, store.runs(1, 1)[0]?.cost];
      store.append([settled('a', { scope: 'run', billedNanoCredits: 5000 })]);
      assert.deepEqual(costs(), [cost, cost, cost]);
      assert.equal(store.summary(NOON, []).run?.steps, 1);
      store.append([settled('b'), settled('c', { cost: { confidence: 'unknown' } })]);
      assert.deepEqual(costs(), [cost, cost, cost]);
      assert.equal(store.entry('b')?.state, 'covered');
      assert.deepEqual(
        store.run('run-1')?.steps.map(({ callId, state }) => [callId, state]),
        [
          ['a', 'settled'],
          ['b', 'covered'],
          ['c', 'covered'],
        ],
      );
      assert.equal(store.burn('2026-10-25', '2026-10-25')[0]?.calls, 1);
      const { run, session } = store.summary(NOON, []);
      assert.deepEqual([run?.steps, session?.steps], [2, 2]);
      store.append([settled('b', { billedNanoCredits: 2000 }), settled('c', { billedNanoCredits: 2990 })]);
      assert.equal(store.entry('a')?.state, 'covered');
      const bySteps = { ...cost, nanoCredits: 4990 };
      assert.deepEqual(costs(), [bySteps, bySteps, bySteps]);
      assert.deepEqual(
        store.run('run-1')?.steps.map((step) => step.callId),
        ['b', 'c'],
      );
      store.append([{ kind: 'erased', callId: 'b', at: NOON, source: 'user' }]);
      assert.equal(store.entry('c')?.state, 'covered');
      assert.deepEqual(costs(), [cost, cost, cost]);
      store.append([{ kind: 'erased', callId: 'a', at: NOON, source: 'user' }]);
      assert.equal(store.entry('c')?.state, 'settled');
      assert.equal(store.summary(NOON, []).today.nanoCredits, 2990);
    });
  });

  test(`${name}: a sub-agent’s calls are steps of the run that called it, and part of its bill`, () => {
    using((store) => {
      const facts = { agent: 'copilot', runId: 'run-of-the-sub-agent', subagentId: 'x' };
      store.append([
        settled('a', { scope: 'run', billedNanoCredits: 5000 }),
        settled('b', { billedNanoCredits: 3000 }),
        settled('c', { billedNanoCredits: 2000, facts }),
      ]);
      assert.equal(store.summary(NOON, []).today.nanoCredits, 7000, 'whose it is isn’t known yet');
      store.append([settled('c', { billedNanoCredits: 2000, facts: { ...facts, parentRunId: 'run-1' } })]);
      assert.equal(store.summary(NOON, []).today.nanoCredits, 5000);
      assert.equal(store.entry('a')?.state, 'covered');
      assert.equal(store.run('run-1')?.steps.length, 2);
      assert.equal(store.run('run-of-the-sub-agent'), undefined);
    });
  });

  test(`${name}: a step that goes on is open, and counts nothing when it is lost beside a run’s bill`, () => {
    using((store, setNow) => {
      const facts = { agent: 'vscode-chat', runId: 'run-1' };
      store.append([
        settled('a', { scope: 'run', billedNanoCredits: 5000 }),
        { kind: 'started', callId: 'b', at: NOON, source: 'provider', facts },
      ]);
      assert.equal(store.entry('b')?.state, 'open');
      assert.equal(store.run('run-1')?.live, true);
      const later = NOON + LOST_AFTER_MS + 1;
      setNow(later);
      assert.equal(store.entry('b')?.state, 'covered');
      const cost = { nanoCredits: 5000, confidence: 'billed', unknown: 0 };
      assert.deepEqual([store.summary(later, []).today, store.run('run-1')?.cost], [cost, cost]);
      assert.deepEqual(store.burn('2026-10-25', '2026-10-25')[0]?.cost, cost);
    });
  });

  test(`${name}: helper calls that are not billed are steps, and in no sum`, () => {
    using((store) => {
      const facts = { agent: 'copilot', runId: 'run-1', billable: false };
      store.append([settled('a', { facts }), settled('b')]);
      assert.equal(store.run('run-1')?.steps.length, 2);
      assert.equal(store.run('run-1')?.cost.nanoCredits, 700);
      assert.equal(store.summary(NOON, []).today.nanoCredits, 700);
      assert.equal(store.burn('2026-10-25', '2026-10-25').length, 1);
    });
  });

  test(`${name}: a call that doesn’t end is lost after an hour, and then unknown`, () => {
    using((store, setNow) => {
      const at = NOON - 1000;
      store.append([
        { kind: 'started', callId: 'a', at, source: 'provider', facts: { agent: 'x', model: 'm', runId: 'r' } },
      ]);
      const lost = at + LOST_AFTER_MS + 1;
      setNow(lost);
      assert.equal(store.entry('a')?.state, 'lost');
      assert.equal(store.run('r')?.live, false);
      const cost = { ...NO_MONEY, unknown: 1 };
      const summary = store.summary(lost, []);
      assert.deepEqual([summary.today, summary.month, summary.run?.cost], [cost, cost, cost]);
      assert.deepEqual(summary.todayByAgent, [{ agent: 'x', calls: 1, cost }]);
      assert.deepEqual(store.burn('2026-10-25', '2026-10-25'), [
        { day: '2026-10-25', agent: 'x', model: 'm', calls: 1, usage: {}, cost },
      ]);
      store.append([settled('a', { at: lost })]);
      assert.equal(store.entry('a')?.state, 'settled');
      assert.equal(store.summary(lost, []).today.unknown, 0);
    });
  });

  test(`${name}: what was erased is gone, by every name, and does not come back`, () => {
    using((store) => {
      store.append([settled('a', { identities: ['message-1'] }), settled('b')]);
      store.append([{ kind: 'erased', callId: 'message-1', at: NOON, source: 'user' }]);
      for (const again of [1, 2]) {
        assert.equal(store.entry('a'), undefined, String(again));
        assert.equal(store.summary(NOON, []).today.nanoCredits, 700);
        store.append([
          settled('a', { identities: ['message-1'] }),
          settled('c', { source: 'log', identities: ['message-1'] }),
        ]);
      }
      assert.equal(store.entry('c'), undefined);
    });
  });

  test(`${name}: the run shown is one of this window’s folders, else the last one anywhere`, () => {
    using((store) => {
      const run = (runId: string, folder: string, at: number) =>
        settled(runId, { at, facts: { agent: 'x', runId, folder } });
      store.append([run('mine', '/code/app/part', NOON - 3000), run('other', '/code/application', NOON - 1000)]);
      assert.equal(store.summary(NOON, ['/code/app/']).run?.runId, 'mine');
      assert.equal(store.summary(NOON, ['/code/nowhere']).run?.runId, 'other');
      assert.equal(store.summary(NOON, []).run?.runId, 'other');
      assert.equal(store.summary(NOON + 86_400_000, ['/code/app']).run, undefined);
    });
  });

  test(`${name}: runs come newest first, each with its steps in order`, () => {
    using((store) => {
      for (let number = 0; number < 30; number += 1) {
        const runId = `run-${number % 10}`;
        store.append([settled(`call-${number}`, { at: NOON + number * 1000, facts: { agent: 'x', runId } })]);
      }
      store.append([settled('alone', { at: NOON + 15_500, facts: { agent: 'x' } })]);
      const runs = store.runs(4);
      assert.deepEqual(
        runs.map((each) => each.runId),
        ['run-9', 'run-8', 'run-7', 'run-6'],
      );
      assert.deepEqual(
        runs[0]?.steps.map((step) => step.callId),
        ['call-9', 'call-19', 'call-29'],
      );
      assert.equal(store.runs(100).length, 11);
      assert.equal(store.run('alone')?.steps.length, 1);
    });
  });

  test(`${name}: an observation that is priced again at the same cost adds nothing; at another one it has that`, () => {
    using((store) => {
      const priced = (nanoCredits: number | undefined, pricedAt: number) =>
        settled('a', {
          cost:
            nanoCredits === undefined
              ? { confidence: 'unknown', priceBook: `book ${pricedAt}`, pricedAt }
              : { nanoCredits, confidence: 'priced', priceBook: `book ${pricedAt}`, pricedAt },
        });
      const revision = () => store.summary(NOON, []).revision;
      const seen: unknown[] = [];
      for (const [at, nanoCredits] of [undefined, undefined, 700, 700, 800, 700, undefined].entries()) {
        const before = revision();
        store.append([priced(nanoCredits, at)]);
        store.append([priced(nanoCredits, at), settled('b', { source: 'log' })].slice(0, at === 3 ? 2 : 1));
        seen.push([store.entry('a')?.cost.nanoCredits, revision() - before]);
        assert.equal(store.summary(NOON, []).today.nanoCredits, (nanoCredits ?? 0) + (at >= 3 ? 700 : 0));
      }
      assert.deepEqual(seen, [
        [undefined, 1],
        [undefined, 0],
        [700, 1],
        [700, 1], // the other call
        [800, 1],
        [700, 1],
        [undefined, 1],
      ]);
      const before = everything(store);
      store.rebuild();
      assert.deepEqual(everything(store), before);
    });
  });

  test(`${name}: however often a history is priced anew, the last prices hold, and adding up equals rebuilding`, () => {
    const pricings = fc.array(fc.option(fc.constantFrom(5, 7, 9), { nil: undefined }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(history, pricings, fc.infiniteStream(fc.nat({ max: 9 })), (events, prices, cuts) => {
        using((store) => {
          const at = (price: number | undefined, pricedAt: number) =>
            events.map((event) =>
              'cost' in event && event.cost && event.billedNanoCredits === undefined
                ? {
                    ...event,
                    cost: {
                      ...(price === undefined ? {} : { nanoCredits: price }),
                      confidence: price === undefined ? ('unknown' as const) : ('priced' as const),
                      pricedAt,
                    },
                  }
                : event,
            );
          for (const [pricedAt, price] of prices.entries()) {
            store.append(at(price, pricedAt));
            // Some of an earlier reading once more, as a copied log would tell it.
            const [before = 0, count = 0] = [...cuts.take(2)];
            store.append(at(prices[before % (pricedAt + 1)], before % (pricedAt + 1)).slice(0, count));
          }
          const told = everything(store);
          const again = at(prices.at(-1), prices.length);
          const { revision } = store.summary(NOON, []);
          store.append(again);
          assert.equal(store.summary(NOON, []).revision, revision, 'read again days later');
          assert.deepEqual(everything(store), told);
          store.rebuild();
          assert.deepEqual(everything(store), told);
          using((other) => {
            other.append(again);
            const costs = (each: LedgerStore) =>
              everything(each).entries.map(({ callId, cost: { nanoCredits, confidence } }) => [
                callId,
                nanoCredits,
                confidence,
              ]);
            assert.deepEqual(costs(store), costs(other));
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: calls without a bill come in the order of time, some at once, each at its latest pricing`, () => {
    using((store) => {
      const at = (minutes: number) => ({ at: NOON + minutes * 60_000 });
      const late = settled('a', { ...at(3), cost: { nanoCredits: 800, confidence: 'priced', pricedAt: 2 } });
      store.append([
        { ...late, cost: { nanoCredits: 700, confidence: 'priced', pricedAt: 1 } },
        late,
        settled('b', { ...at(1), billedNanoCredits: 5 }),
        settled('c', at(2)),
        settled('c', { ...at(2), source: 'log', usage: { text: 1 } }),
        settled('d', at(-1)),
        settled('e', at(3)),
        { kind: 'started', callId: 'message-1', source: 'provider', facts: { agent: 'x' }, ...at(4) },
      ]);
      for (const limit of [1, 2, 3, 100]) {
        const found: LedgerEvent[] = [];
        let next: CallPlace | undefined;
        do {
          const chunk = store.unbilled(NOON, limit, next);
          found.push(...chunk.observations);
          next = chunk.next;
        } while (next);
        assert.deepEqual(
          found.map(({ callId, source }) => `${callId} ${source}`),
          ['c provider', 'c log', 'a provider', 'e provider'],
          String(limit),
        );
        assert.deepEqual(found[2], late);
      }
    });
  });

  test(`${name}: entries come page by page in the order of time, by time and by folder`, () => {
    using((store) => {
      const at = (callId: string, hours: number, folder?: string) =>
        settled(callId, { at: NOON + hours * 3_600_000, facts: { agent: 'a', ...(folder ? { folder } : {}) } });
      store.append([at('c', 2, '/code/app/web'), at('a', 0, '/code/app'), at('b', 0, '/code/apple'), at('d', 3)]);
      const all = (selection: EntrySelection) => {
        const found: string[] = [];
        let next: CallPlace | undefined;
        do {
          const page = store.entries(selection, 1, next);
          found.push(...page.entries.map(({ callId }) => callId));
          next = page.next;
        } while (next);
        return found;
      };
      assert.deepEqual(all({}).toSorted(), ['a', 'b', 'c', 'd']);
      assert.deepEqual(all({}).slice(2), ['c', 'd']);
      assert.deepEqual(all({ from: NOON + 1, to: NOON + 3 * 3_600_000 }), ['c']);
      assert.deepEqual(all({ folder: '/code/app/' }), ['a', 'c']);
      assert.deepEqual(all({ folder: '/code', from: NOON + 1 }), ['c']);
      assert.deepEqual(all({ folder: '/elsewhere' }), []);
      assert.deepEqual([...store.folders()].sort(), ['/code/app', '/code/app/web', '/code/apple']);
    });
  });

  test(`${name}: calls with a bill come latest first, some at once, with what each source tells of them`, () => {
    using((store) => {
      const at = (minutes: number) => ({ at: NOON + minutes * 60_000 });
      store.append([
        settled('a', { ...at(1), billedNanoCredits: 5 }),
        settled('b', at(2)),
        settled('c', at(3)),
        settled('c', { ...at(3), source: 'log', billedNanoCredits: 7 }),
        settled('d', { ...at(-1), billedNanoCredits: 5 }),
        settled('e', { ...at(3), billedNanoCredits: 9 }),
      ]);
      for (const limit of [1, 2, 3, 100]) {
        const found: string[] = [];
        let before: CallPlace | undefined;
        do {
          const chunk = store.billed(NOON, limit, before);
          found.push(...chunk.calls.map((told) => told.map(({ callId, source }) => `${callId} ${source}`).join(', ')));
          before = chunk.next;
        } while (before);
        assert.deepEqual(found, ['e provider', 'c log, c provider', 'a provider'], String(limit));
      }
    });
  });

  test(`${name}: cursors are kept with the events that they belong to`, () => {
    using((store) => {
      store.append([settled('a')], { log: { offset: 120, state: [null, 'x'] } });
      assert.deepEqual(store.cursor('log'), { offset: 120, state: [null, 'x'] });
      store.append([], { log: 7 });
      assert.equal(store.cursor('log'), 7);
    });
  });

  test(`${name}: a lease has one holder until it ends`, () => {
    using((store) => {
      assert.equal(store.lease('leader', 'one', 1000, 500), true);
      assert.equal(store.lease('leader', 'two', 1200, 500), false);
      assert.equal(store.lease('other', 'two', 1200, 500), true);
      assert.equal(store.lease('leader', 'one', 1400, 500), true);
      assert.equal(store.lease('leader', 'two', 1800, 500), false);
      assert.equal(store.lease('leader', 'two', 1900, 500), true);
      assert.equal(store.lease('leader', 'one', 2000, 500), false);
    });
  });

  test(`${name}: revisions grow with what is new, and only with that`, () => {
    using((store) => {
      const revision = () => store.summary(NOON, []).revision;
      const before = revision();
      store.append([settled('a')]);
      const after = revision();
      assert.ok(after > before);
      store.append([settled('a'), settled('a')]);
      assert.equal(revision(), after);
    });
  });

  test(`${name}: importing twice adds nothing; order and repeats change nothing`, () => {
    fc.assert(
      fc.property(
        history.chain((events) => fc.tuple(fc.constant(events), shuffledWithRepeats(events), fc.nat({ max: 5 }))),
        ([events, others, cut]) => {
          const told = using((store) => {
            store.append(events);
            const once = everything(store);
            const { revision } = store.summary(NOON, []);
            store.append(events);
            assert.deepEqual(everything(store), once);
            assert.equal(store.summary(NOON, []).revision, revision);
            return once;
          });
          using((store) => {
            store.append(others.slice(0, cut));
            for (const event of others.slice(cut)) store.append([event]);
            assert.deepEqual(everything(store), told);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  test(`${name}: of calls of one instant, what is told doesn’t depend on which was written first`, () => {
    const facts = (agent: string, runId: string) => ({ agent, runId, model: `${agent}'s model`, sessionId: runId });
    const events = ['one', 'other'].flatMap((runId) =>
      ['claude-code', 'copilot'].map((agent) => settled(`${agent} ${runId}`, { facts: facts(agent, runId) })),
    );
    const orders = [events, events.toReversed(), [events[2], events[0], events[3], events[1]]] as SettledEvent[][];
    const told = orders.map((order) =>
      using((store) => {
        for (const event of order) store.append([event]);
        const { run, session } = store.summary(NOON, []);
        return { run, session };
      }),
    );
    assert.deepEqual(told[0], told[1]);
    assert.deepEqual(told[0], told[2]);
  });

  test(`${name}: what was added up as events came is what a rebuild adds up`, () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 4 }), (batches) => {
        using((store) => {
          for (const events of batches) store.append(events);
          const before = everything(store);
          store.rebuild();
          assert.deepEqual(everything(store), before);
        });
      }),
      { numRuns: 100 },
    );
  });

  test(`${name}: a run’s cost is told once, by the parts that the rule of coverage leaves`, () => {
    fc.assert(
      fc.property(history, (events: readonly LedgerEvent[]) => {
        using((store) => {
          store.append(events);
          const { entries, runs } = everything(store);
          const uncovered = entries.map((entry) =>
            entry.state === 'covered' ? { ...entry, state: entry.fault === undefined ? 'settled' : 'failed' } : entry,
          ) as readonly Entry[];
          assert.deepEqual(
            withCoverage(uncovered).map(({ state }) => state === 'covered'),
            entries.map(({ state }) => state === 'covered'),
          );
          for (const { runId, cost, steps } of runs) {
            assert.deepEqual(cost, sumEntries(steps).cost);
            assert.deepEqual(cost, sumEntries(entries.filter((entry) => runIdOf(entry) === runId)).cost);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}: days, sources and the summary are the sums of the entries, with unknowns kept`, () => {
    fc.assert(
      fc.property(history, (events: readonly LedgerEvent[]) => {
        using((store) => {
          store.append(events);
          const { entries, burn, summary, sources } = everything(store);
          const byKey = new Map<string, Sum>();
          for (const entry of entries.filter(isSummed)) {
            const key = `${day(entry.at)} ${entry.facts.agent} ${modelOf(entry)}`;
            byKey.set(key, addEntry(byKey.get(key) ?? NOTHING, entry));
          }
          assert.deepEqual(
            new Map(burn.map(({ day: date, agent, model, ...sum }) => [`${date} ${agent} ${model}`, sum])),
            new Map([...byKey].sort(([a], [b]) => (a < b ? -1 : 1))),
          );
          assert.deepEqual(summary.today, sumEntries(entries.filter((entry) => day(entry.at) === day(NOON))).cost);
          assert.deepEqual(summary.month, sumEntries(entries).cost);
          assert.deepEqual(
            summary.todayByAgent.reduce((sum, { cost }) => joinMoney(sum, cost), NO_MONEY),
            summary.today,
          );
          const counted = entries.filter((entry) => isSummed(entry) && entry.state !== 'lost');
          assert.equal(
            sources.reduce((calls, row) => calls + row.calls, 0),
            counted.length,
          );
          for (const row of sources) {
            const same = counted.filter(
              (entry) =>
                entry.source === row.source &&
                entry.facts.agent === row.agent &&
                entry.cost.confidence === row.confidence,
            );
            assert.equal(row.calls, same.length);
            assert.equal(row.lastAt, Math.max(...same.map((entry) => entry.at)));
          }
        });
      }),
      { numRuns: 150 },
    );
  });
}
