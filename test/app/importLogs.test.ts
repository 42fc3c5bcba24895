import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importLogs } from '../../src/app/importLogs.ts';
import type { LedgerEvent, Observation } from '../../src/core/ledger/event.ts';
import type { Cursor, ImportBatch, LogTail } from '../../src/ports.ts';

type Sink = Parameters<LogTail['start']>[0];

/** A follower that hands over what the test says. */
function fakeTail(): LogTail & { sink: Sink | undefined; readonly calls: string[] } {
  const calls: string[] = [];
  return {
    sink: undefined,
    calls,
    start(sink) {
      calls.push('start');
      this.sink = sink;
    },
    caughtUp: async () => void calls.push('caughtUp'),
    status: () => [{ source: 's', agent: 'a', roots: [], files: 1, observations: 2, problems: [] }],
    stop: async () => void calls.push('stop'),
  };
}

function fakeLedger() {
  const appended: { events: readonly LedgerEvent[]; cursors: Readonly<Record<string, Cursor>> }[] = [];
  const cursors = new Map<string, Cursor>();
  return {
    appended,
    cursors,
    failing: undefined as Error | undefined,
    append(events: readonly LedgerEvent[], kept: Readonly<Record<string, Cursor>> = {}) {
      if (this.failing) throw this.failing;
      appended.push({ events, cursors: kept });
      for (const [key, cursor] of Object.entries(kept)) cursors.set(key, cursor);
    },
    appendPacked(): void {
      throw new Error('Nothing is packed here.');
    },
    cursor: (key: string) => cursors.get(key),
  };
}

function call(callId: string, output: number, extra: Partial<Observation> = {}): Observation {
  return {
    kind: 'settled',
    callId,
    at: 1_000 + output,
    source: 'a-log',
    facts: { agent: 'a' },
    usage: { fresh: 1, text: output },
    ...extra,
  } as Observation;
}

function setUp() {
  const tail = fakeTail();
  const ledger = fakeLedger();
  const troubles: unknown[] = [];
  const appended: string[][] = [];
  const imports = importLogs({
    tail,
    ledger,
    price: (observation) => ({ ...observation, cost: { nanoCredits: 7, confidence: 'priced' } }),
    onAppended: (observations) => appended.push(observations.map(({ callId }) => callId)),
    onTrouble: (error) => troubles.push(error),
  });
  imports.start();
  const take = (observations: readonly Observation[], cursors: ImportBatch['cursors'] = {}) =>
    tail.sink?.take({ observations, cursors });
  return { tail, ledger, troubles, appended, imports, take };
}

test('what was read is priced and written together with how far it was read', () => {
  const { ledger, take, appended } = setUp();
  take([call('x', 1)], { 'a-log:/f': { offset: 3 } });
  assert.deepEqual(ledger.appended, [
    {
      events: [{ ...call('x', 1), cost: { nanoCredits: 7, confidence: 'priced' } }],
      cursors: { 'a-log:/f': { offset: 3 } },
    },
  ]);
  assert.deepEqual(appended, [['x']]);
});

test('of several lines about one call in a batch the fullest is written; calls of other sources are others', () => {
  const { ledger, take } = setUp();
  const tools = call('x', 5, { tools: ['Read'] } as Partial<Observation>);
  take([call('x', 1), call('y', 2), call('x', 5), tools, call('x', 3), call('x', 1, { source: 'b-log' })]);
  const written = ledger.appended[0]?.events as readonly Observation[];
  assert.deepEqual(
    written.map(({ callId, source, usage }) => [callId, source, usage?.text]),
    [
      ['x', 'a-log', 5],
      ['y', 'a-log', 2],
      ['x', 'b-log', 1],
    ],
  );
  assert.deepEqual(written[0]?.tools, ['Read']);
});

test('a ledger that takes nothing is told, and that it works again, and the follower hears of it', () => {
  const { ledger, take, troubles, appended } = setUp();
  const full = new Error('The disk is full: free some space.');
  ledger.failing = full;
  assert.throws(() => take([call('x', 1)]), full);
  assert.throws(() => take([call('x', 1)]), full);
  ledger.failing = undefined;
  take([call('x', 1)]);
  take([call('y', 1)]);
  assert.deepEqual(troubles, [full, full, undefined]);
  assert.deepEqual(appended, [['x'], ['y']]);
});

test('cursors alone are written without a word', () => {
  const { ledger, take, appended } = setUp();
  take([], { 'a-log:/f': 9 });
  assert.deepEqual(ledger.appended, [{ events: [], cursors: { 'a-log:/f': 9 } }]);
  assert.deepEqual(appended, []);
});

test('it starts, answers and stops through its follower, with the cursors of the ledger', async () => {
  const { tail, ledger, imports } = setUp();
  ledger.cursors.set('a-log:/f', 5);
  assert.equal(tail.sink?.cursor('a-log:/f'), 5);
  assert.equal(imports.status()[0]?.observations, 2);
  await imports.caughtUp();
  await imports.stop();
  assert.deepEqual(tail.calls, ['start', 'caughtUp', 'stop']);
});

test("a run's total takes the run id of its steps, also where they come in another batch and after a restart", () => {
  const facts = { agent: 'copilot', sessionId: 's' };
  const total = call('total', 50, {
    at: 9_000,
    scope: 'run',
    finish: 'stop',
    latency: { totalMs: 8_000 },
    facts: { ...facts, runId: 'request-1' },
  } as Partial<Observation>);
  const step = call('step', 5, {
    at: 4_000,
    latency: { totalMs: 100 },
    facts: { ...facts, runId: 'run-1' },
  } as Partial<Observation>);
  const first = setUp();
  first.take([total]);
  const second = setUp();
  for (const [key, cursor] of first.ledger.cursors) second.ledger.cursors.set(key, JSON.parse(JSON.stringify(cursor)));
  second.take([step]);
  const written = second.ledger.appended[0]?.events as readonly Observation[];
  assert.deepEqual(
    written.map(({ callId, facts: { runId } }) => [callId, runId]),
    [
      ['step', 'run-1'],
      ['total', 'run-1'],
    ],
  );
  for (const { cost } of written) assert.ok(cost, 'what is told again has its price, too');
});
