import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Breakdown, type BreakdownGroup, breakdownBy, joinGroups } from '../../src/core/ledger/breakdown.ts';
import type { Entry } from '../../src/core/ledger/entry.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { sessionParts, sessionTree } from '../../src/core/ledger/sessionTree.ts';
import { sumEntries } from '../../src/core/ledger/sums.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { openSqlite } from '../../src/storage/sqlite.ts';
import { history } from '../fakes/ledgerEvents.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';

const FROM = '2026-10-20';
const TO = '2026-10-30';
const NOW = Date.UTC(2026, 9, 27);
const KINDS = ['project', 'session', 'task', 'run', 'subagent'] as const;

/** The same history with tasks and sub-agents in some calls. */
const histories = fc
  .tuple(
    history,
    fc.array(fc.constantFrom(undefined, 'task-1', 'task-2')),
    fc.array(fc.constantFrom(undefined, 'sub-1', 'sub-2')),
  )
  .map(([events, tasks, subagents]) =>
    events.map((event, index): LedgerEvent => {
      if (!('facts' in event)) return event;
      const [taskId, subagentId] = [tasks[index], subagents[index]];
      return {
        ...event,
        facts: {
          ...event.facts,
          ...(taskId === undefined ? {} : { taskId }),
          ...(subagentId === undefined ? {} : { subagentId }),
        },
      };
    }),
  );

function using(events: readonly LedgerEvent[], work: (store: LedgerStore) => void): void {
  const store = openLedger(':memory:', { clock: { now: () => NOW } });
  try {
    store.append(events);
    work(store);
  } finally {
    store.close();
  }
}

/** As the store tells it when it isn't interrupted. */
function breakdownOf(store: LedgerStore, ...asked: Parameters<LedgerStore['breakdown']>): Breakdown {
  const turns = store.breakdown(...asked);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

/** Every entry as the store tells it, losses and coverage marked. */
function entriesOf(store: LedgerStore, events: readonly LedgerEvent[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const { callId } of events) {
    const entry = store.entry(callId);
    if (entry) entries.set(entry.callId, entry);
  }
  return [...entries.values()];
}

const byKey = (a: BreakdownGroup, b: BreakdownGroup) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1);
const plain = ({ key, calls, usage, cost }: BreakdownGroup): BreakdownGroup => ({ key, calls, usage, cost });

test('groups of a period are those that the fold of its entries tells, unknown and lost calls included', () => {
  fc.assert(
    fc.property(histories, (events) => {
      using(events, (store) => {
        const entries = entriesOf(store, events);
        for (const kind of KINDS) {
          const { groups, rest } = breakdownOf(store, kind, FROM, TO, 100);
          assert.deepEqual(groups.map(plain).sort(byKey), [...breakdownBy(kind, entries)].sort(byKey), kind);
          assert.equal(rest, undefined);
          const some = breakdownOf(store, kind, FROM, TO, 1);
          assert.deepEqual(joinGroups([...some.groups, ...(some.rest ? [some.rest] : [])]), sumEntries(entries));
        }
      });
    }),
    { numRuns: 150 },
  );
});

test('the order in which a ledger learnt its events, and a rebuild, change no group', () => {
  fc.assert(
    fc.property(
      histories.chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
      ),
      ([events, shuffled]) => {
        const told = (store: LedgerStore) =>
          KINDS.map((kind) => breakdownOf(store, kind, FROM, TO, 100).groups.map(plain).sort(byKey));
        using(events, (store) => {
          const before = told(store);
          store.rebuild();
          assert.deepEqual(told(store), before);
          using(shuffled, (other) => assert.deepEqual(told(other), before));
        });
      },
    ),
    { numRuns: 60 },
  );
});

test('a session is the tree of all of its runs', () => {
  fc.assert(
    fc.property(histories, (events) => {
      using(events, (store) => {
        const entries = entriesOf(store, events);
        for (const session of ['session-1', 'session-2']) {
          const runs = new Set(
            entries
              .filter(({ facts }) => facts.sessionId === session)
              .map((entry) => entry.facts.parentRunId ?? entry.facts.runId),
          );
          runs.delete(undefined);
          const own = entries.filter(
            ({ facts }) => facts.sessionId === session || runs.has(facts.parentRunId ?? facts.runId),
          );
          const tree = sessionTree(session, store.sessionParts(session));
          const whole = (part: typeof tree): unknown => ({
            ...part,
            at: Math.floor(part.at),
            children: part.children.map(whole).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
          });
          assert.deepEqual(whole(tree), whole(sessionTree(session, sessionParts(own))));
          assert.deepEqual(tree.total, sumEntries(own));
        }
      });
    }),
    { numRuns: 150 },
  );
});

test('the dearest runs come with all that they cost, and only those of the days asked for', () => {
  fc.assert(
    fc.property(histories, (events) => {
      using(events, (store) => {
        const dear = store.dearest(FROM, TO, 2);
        const all = breakdownBy('run', entriesOf(store, events)).filter(({ cost }) => cost.nanoCredits > 0);
        assert.deepEqual(
          dear.map(({ cost }) => cost.nanoCredits),
          all.slice(0, 2).map(({ cost }) => cost.nanoCredits),
        );
        for (const { runId, cost, steps } of dear) {
          assert.deepEqual(cost, store.run(runId)?.cost);
          assert.ok(steps > 0);
          assert.ok(store.series(runId));
        }
        assert.deepEqual(store.dearest('2026-10-01', '2026-10-02', 5), []);
      });
    }),
    { numRuns: 80 },
  );
});

test('a run is told with its steps, and with what its session had sent before', () => {
  const call = (callId: string, at: number, runId: string, more: object = {}): LedgerEvent => ({
    kind: 'settled',
    callId,
    at,
    source: 'claude-code-log',
    facts: { agent: 'claude-code', sessionId: 's', runId, model: 'opus', provider: 'anthropic', ...more },
    usage: { fresh: at, cacheRead: 0, text: 5 },
    cost: { nanoCredits: 7, confidence: 'priced' },
    tools: ['Read', 'Edit'],
  });
  const events = [
    call('a', 10, 'one'),
    call('b', 20, 'one'),
    call('c', 30, 'one'),
    call('d', 40, 'two'),
    call('e', 50, 'two', { subagentId: 'sub' }),
  ];
  using(events, (store) => {
    const series = store.series('two') ?? assert.fail();
    assert.equal(series.sessionId, 's');
    assert.deepEqual(
      series.steps.map(({ at, subagentId, tools, facts }) => [at, subagentId, tools, facts.provider]),
      [
        [40, undefined, ['Read', 'Edit'], 'anthropic'],
        [50, 'sub', ['Read', 'Edit'], 'anthropic'],
      ],
    );
    assert.deepEqual(
      series.earlier.map(({ at }) => at),
      [10, 30],
      'the first and the last before it',
    );
    const [place, ...others] = store.seriesPlaces('1969-12-30', '1970-01-03');
    assert.ok(place && others.length === 0);
    assert.equal(store.seriesAt(place).length, 5);
    assert.equal(store.series('three'), undefined);
    assert.deepEqual(store.sessionParts('none'), []);
    assert.deepEqual(breakdownOf(store, 'project', 'nonsense', '2026-01-01', 5), { groups: [], rest: undefined });
  });
});

test('a ledger of an earlier version is brought up to date, and tells the same', (context) => {
  const { path } = ledgerFolder(context);
  const events = ['a', 'b', 'c'].map(
    (callId, index): LedgerEvent => ({
      kind: 'settled',
      callId,
      at: NOW - index * 3_600_000,
      source: 'provider',
      facts: {
        agent: 'vscode-chat',
        folder: '/code/app',
        sessionId: 's',
        ...(callId === 'c' ? { subagentId: 'sub' } : { runId: callId, taskId: 'task' }),
      },
      cost: { nanoCredits: 7, confidence: 'priced' },
    }),
  );
  const told = (work?: (store: LedgerStore) => void) => {
    const store = openLedger(path, { clock: { now: () => NOW } });
    work?.(store);
    const groups = KINDS.map((kind) => breakdownOf(store, kind, FROM, TO, 100).groups.map(plain).sort(byKey));
    store.close();
    return groups;
  };
  const before = told((store) => store.append(events));
  assert.deepEqual(
    before.map((groups) => groups.length),
    [1, 1, 2, 3, 2],
  );
  const database = openSqlite(path, { timeoutMs: 1000 });
  database.exec(
    `DROP INDEX events_outcome; DROP INDEX events_decision; DROP INDEX events_gate; DROP INDEX events_block; DROP TABLE runRollup; PRAGMA user_version = 2; UPDATE state SET fold = 2;
     ALTER TABLE events DROP COLUMN calls; ALTER TABLE entries DROP COLUMN task; ALTER TABLE entries DROP COLUMN subagent; ALTER TABLE entries DROP COLUMN tools`,
  );
  database.close();
  assert.deepEqual(told(), before);
});

test('a session and a task begin when their first call did, as their runs are told elsewhere', () => {
  const first = Date.UTC(2026, 9, 26, 12, 7, 30);
  const call = (callId: string, at: number, facts: object): LedgerEvent => ({
    kind: 'settled',
    callId,
    at,
    source: 's',
    facts: { agent: 'codex', ...facts },
    cost: { nanoCredits: 1, confidence: 'priced' },
  });
  const events = [
    call('other', first - 60_000, { sessionId: 'other', runId: 'other' }),
    call('b', first + 1_000, { sessionId: 's', runId: 'r' }),
    call('a', first, { sessionId: 's', runId: 'r' }),
    call('alone', first + 2_000, {}),
    call('again', first + 3_000, { runId: 'r2', taskId: 'r' }),
  ];
  using(events, (store) => {
    const begins = (kind: 'session' | 'task') =>
      breakdownOf(store, kind, FROM, TO, 100)
        .groups.filter(({ key }) => key !== undefined)
        .map(({ key, firstAt }) => [key, firstAt - first])
        .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
    assert.deepEqual(begins('session'), [
      ['other', -60_000],
      ['s', 0],
    ]);
    assert.deepEqual(begins('task'), [
      ['alone', 2_000],
      ['other', -60_000],
      ['r', 0],
    ]);
  });
});
