import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { forget, forgettable, forgettableFolders } from '../../src/app/forget.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { quotaEvent } from '../../src/core/ledger/quota.ts';
import { sumEntries } from '../../src/core/ledger/sums.ts';
import { NO_MONEY } from '../../src/core/money.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { noCopies } from '../fakes/noCopies.ts';

const NOON = new Date(2026, 10, 20, 12).getTime();
const HOUR_MS = 3_600_000;

function opened(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-forget-'));
  const clock = fakeClock();
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: { now: () => NOON } });
  t.after(() => {
    ledger.close();
    rmSync(folder, { recursive: true });
  });
  const onDisk = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
  return { ledger, clock, onDisk };
}

function call(callId: string, at: number, folder: string, more: Partial<LedgerEvent> = {}): LedgerEvent {
  return {
    kind: 'settled',
    callId,
    at,
    source: 'claude-code-log',
    facts: { agent: 'claude-code', model: 'claude-secret-model', runId: `run-${callId}`, folder },
    usage: { fresh: 10, text: 1 },
    cost: { nanoCredits: 1_000, confidence: 'priced' },
    identities: [`message-${callId}`],
    ...more,
  } as LedgerEvent;
}

test('a project is forgotten: its calls, its figures and its name; the rest stays', async (t) => {
  const { ledger, clock, onDisk } = opened(t);
  ledger.append([
    call('a', NOON, '/code/customer-of-mine'),
    call('b', NOON, '/code/customer-of-mine/web'),
    call('c', NOON, '/code/other'),
  ]);
  const selection = { folder: '/code/customer-of-mine' };
  assert.deepEqual(await forgettable({ ledger, copies: noCopies }, selection), {
    calls: 2,
    cost: { nanoCredits: 2_000, confidence: 'priced', unknown: 0 },
    agents: ['claude-code'],
    readings: 0,
    gateDecisions: 0,
    copies: 0,
  });
  assert.equal(await forget({ ledger, clock, copies: noCopies }, selection), 2);
  assert.equal(ledger.summary(NOON, []).today.nanoCredits, 1_000);
  assert.deepEqual(ledger.folders(), ['/code/other']);
  assert.equal(ledger.entry('a'), undefined);
  assert.ok(
    onDisk().every((bytes) => !bytes.includes('customer-of-mine')),
    'no file holds the name any more',
  );
  assert.ok(onDisk().some((bytes) => bytes.includes('/code/other')));
  assert.deepEqual(await forgettable({ ledger, copies: noCopies }, selection), {
    calls: 0,
    cost: NO_MONEY,
    agents: [],
    readings: 0,
    gateDecisions: 0,
    copies: 0,
  });
});

test('what was forgotten is not taken from a log again, nor under another name of the call', async (t) => {
  const { ledger, clock } = opened(t);
  const calls = [call('a', NOON, '/code/app'), call('b', NOON, '/code/app')];
  ledger.append(calls);
  assert.equal(await forget({ ledger, clock, copies: noCopies }, {}), 2);
  ledger.append(calls);
  ledger.append([call('other-name', NOON, '/code/app', { identities: ['message-a'] } as Partial<LedgerEvent>)]);
  assert.deepEqual(ledger.summary(NOON, []).today, NO_MONEY);
  assert.deepEqual(ledger.entries({}, 10).entries, []);
});

test('a stretch of time is forgotten to the millisecond, however many calls it has', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 48 }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 48 }),
      fc.integer({ min: 0, max: 48 }),
      async (hours, from, to) => {
        const { ledger, clock } = opened(t);
        ledger.append(hours.map((hour, index) => call(String(index), NOON + hour * HOUR_MS, '/code/app')));
        const selection = { from: NOON + from * HOUR_MS, to: NOON + to * HOUR_MS };
        const kept = hours.filter((hour) => hour < from || hour >= to).length;
        assert.equal(await forget({ ledger, clock, copies: noCopies }, selection), hours.length - kept);
        const { entries } = ledger.entries({}, 1_000);
        assert.equal(entries.length, kept);
        assert.equal(sumEntries(entries).cost.nanoCredits, kept * 1_000);
        const sources = ledger.sources(0).reduce((sum, { calls }) => sum + calls, 0);
        assert.equal(sources, kept, 'the kept sums say the same');
      },
    ),
    { numRuns: 15 },
  );
});

test('the sums by run, project and sub-agent lose what is forgotten, and no file names its tools and sub-agents', async (t) => {
  const { ledger, clock, onDisk } = opened(t);
  const secret = { subagentId: 'customer-auditor', sessionId: 'session' };
  ledger.append([
    { ...call('a', NOON, '/code/customer'), tools: ['mcp__customer_ledger'] } as LedgerEvent,
    {
      ...call('b', NOON, '/code/customer'),
      facts: { agent: 'claude-code', runId: 'run-b', folder: '/code/customer', ...secret },
    } as LedgerEvent,
    { ...call('c', NOON, '/code/other'), tools: ['Read'] } as LedgerEvent,
  ]);
  await forget({ ledger, clock, copies: noCopies }, { folder: '/code/customer' });
  const day = '2026-11-20';
  for (const kind of ['project', 'session', 'task', 'run', 'subagent'] as const) {
    const turns = ledger.breakdown(kind, day, day, 10);
    let turn = turns.next();
    while (!turn.done) turn = turns.next();
    const { groups, rest } = turn.value;
    assert.deepEqual([groups.map(({ cost }) => cost.nanoCredits), rest], [[1_000], undefined], kind);
  }
  assert.deepEqual(
    ledger.dearest(day, day, 10).map(({ runId }) => runId),
    ['run-c'],
  );
  assert.deepEqual(ledger.series('run-c')?.steps[0]?.tools, ['Read']);
  for (const name of ['mcp__customer_ledger', 'customer-auditor'])
    assert.ok(
      onDisk().every((bytes) => !bytes.includes(name)),
      `no file holds ${name} any more`,
    );
});

test('readings of allowances go with their time, not with a project, and are not read again', async (t) => {
  const { ledger, clock } = opened(t);
  const reading = (at: number) =>
    quotaEvent('codex-log', at, { agent: 'codex', window: '5h', usedShare: (at - NOON) / HOUR_MS / 100 });
  const readings = [reading(NOON), reading(NOON + HOUR_MS), reading(NOON + 2 * HOUR_MS)];
  ledger.append([call('a', NOON, '/code/app'), ...readings]);
  assert.equal((await forgettable({ ledger, copies: noCopies }, { folder: '/code/app' })).readings, 0);
  const selection = { from: NOON + HOUR_MS };
  assert.deepEqual(await forgettable({ ledger, copies: noCopies }, selection), {
    calls: 0,
    cost: NO_MONEY,
    agents: [],
    readings: 2,
    gateDecisions: 0,
    copies: 0,
  });
  assert.equal(await forget({ ledger, clock, copies: noCopies }, selection), 0);
  assert.deepEqual(ledger.quotas(0), readings.slice(0, 1), 'the one before that time is the latest again');
  ledger.append(readings);
  assert.deepEqual(ledger.quotas(0), readings.slice(0, 1));
  assert.equal(ledger.summary(NOON, []).today.nanoCredits, 1_000);
});

test('what became of a forgotten run’s work is forgotten with it, whenever it was seen', async (t) => {
  const { ledger, clock } = opened(t);
  const outcome = (runId: string): LedgerEvent => ({
    kind: 'outcome',
    callId: `outcome:${runId}`,
    at: NOON + 5 * HOUR_MS,
    source: 'workspace',
    taskId: 'task',
    runId,
    outcome: 'checkPassed',
    success: 1,
  });
  ledger.append([call('a', NOON, '/code/app'), call('b', NOON, '/code/other'), outcome('run-a'), outcome('run-b')]);
  await forget({ ledger, clock, copies: noCopies }, { folder: '/code/app' });
  assert.deepEqual(
    ledger.outcomes(0, NOON + 9 * HOUR_MS).map(({ runId }) => runId),
    ['run-b'],
  );
});

test('what was decided for a forgotten run is forgotten with it: no file holds what it was made from', async (t) => {
  const { ledger, clock, onDisk } = opened(t);
  const decision = (runId: string, folder: string): LedgerEvent => ({
    kind: 'decision',
    callId: `decision:${runId}`,
    at: NOON - 1_000,
    source: 'provider',
    facts: { agent: 'vscode-chat', runId, folder },
    choice: `model-of-${runId}`,
    features: { dense: [0.5], words: [7], length: 12, requestClass: 'simple' },
  });
  const decided = [decision('run-a', '/code/app'), decision('run-b', '/code/other')];
  ledger.append([...decided, call('a', NOON, '/code/app'), call('b', NOON, '/code/other')]);
  await forget({ ledger, clock, copies: noCopies }, { folder: '/code/app' });
  assert.deepEqual(
    ledger.decisions(0, NOON + HOUR_MS).map(({ facts }) => facts.runId),
    ['run-b'],
  );
  assert.ok(onDisk().every((bytes) => !bytes.includes('model-of-run-a')));
});

test('what was decided for a request that was never sent is forgotten with its time or its project', async (t) => {
  const decision = (runId: string, at: number, folder: string): LedgerEvent => ({
    kind: 'decision',
    callId: `decision:${runId}`,
    at,
    source: 'provider',
    facts: { agent: 'vscode-chat', runId, folder },
    choice: 'stop',
    features: { dense: [0.5], words: [7], length: 12, requestClass: 'simple' },
  });
  const all = [
    decision('early', NOON - 900 * HOUR_MS, '/code/app'),
    decision('now', NOON, '/code/app/web'),
    decision('late', NOON + 900 * HOUR_MS, '/code/other'),
  ];
  const left = async (selection: Parameters<typeof forget>[1], calls: readonly LedgerEvent[]) => {
    const { ledger, clock } = opened(t);
    ledger.append([...all, ...calls]);
    await forget({ ledger, clock, copies: noCopies }, selection);
    return ledger.decisions(0, NOON + 9_000 * HOUR_MS).map(({ facts }) => facts.runId);
  };
  for (const calls of [[], [call('a', NOON, '/code/app'), call('b', NOON - 30 * HOUR_MS, '/code/app')]]) {
    assert.deepEqual(await left({}, calls), []);
    assert.deepEqual(await left({ folder: '/code/app' }, calls), ['late']);
    assert.deepEqual(await left({ from: NOON - HOUR_MS, to: NOON + HOUR_MS }, calls), ['early', 'late']);
    assert.deepEqual(await left({ from: NOON + HOUR_MS }, calls), ['early', 'now']);
  }
});

test('what is kept of the runs beside their events is let go of, too, and of no others', async (t) => {
  const { ledger, clock } = opened(t);
  ledger.append([call('a', NOON, '/client'), call('b', NOON, '/other')]);
  const told: string[][] = [];
  const forgetRuns = async (runIds: ReadonlySet<string>) => void told.push([...runIds]);
  await forget({ ledger, clock, copies: noCopies, forgetRuns }, { folder: '/client' });
  await forget({ ledger, clock, copies: noCopies, forgetRuns }, { folder: '/nothing' });
  assert.deepEqual(told, [['run-a']]);
});

test('safety copies go with what the gate decided, before anything else, and are counted and found with it', async (t) => {
  const { ledger, clock } = opened(t);
  const gated = (callId: string, at: number, folder: string, copy?: string): LedgerEvent => ({
    kind: 'gate',
    callId,
    at,
    source: 'gate',
    facts: { agent: 'cursor', folder },
    gate: {
      class: 'irreversible',
      reason: 'deletes notes',
      targets: ['notes'],
      expectedLossNanoCredits: 1,
      decision: 'allowed',
      by: 'developer',
      digest: 'd',
      ...(copy !== undefined && { copy }),
    },
  });
  ledger.append([
    gated('a', NOON, '/code/client/web', 'copy-a'),
    gated('b', NOON, '/code/other', 'copy-b'),
    gated('c', NOON + HOUR_MS, '/code/client'),
  ]);
  const selected: unknown[] = [];
  let fails = true;
  const copies = {
    async count(selection: unknown) {
      selected.push(selection);
      return 3;
    },
    async erase(selection: unknown) {
      selected.push(selection);
      if (fails) throw new Error('A safety copy could not be erased.');
    },
    folders: async () => ['/code/client', '/code/gone'],
  };
  assert.deepEqual(
    [...(await forgettableFolders({ ledger, copies }))].sort(),
    ['/code/client', '/code/client/web', '/code/gone', '/code/other'],
    'also those of agents that keep no log',
  );
  const project = { folder: '/code/client' };
  const found = await forgettable({ ledger, copies }, project);
  assert.deepEqual(found, { calls: 0, cost: NO_MONEY, agents: [], readings: 0, gateDecisions: 2, copies: 3 });
  await assert.rejects(forget({ ledger, clock, copies }, project), /could not be erased/);
  assert.equal(ledger.gateDecisions(0, NOON + 9 * HOUR_MS).length, 3, 'they still name their copies');
  fails = false;
  await forget({ ledger, clock, copies }, project);
  assert.deepEqual(
    ledger.gateDecisions(0, NOON + 9 * HOUR_MS).map(({ callId }) => callId),
    ['b'],
  );
  await forget({ ledger, clock, copies }, { from: NOON });
  assert.deepEqual(selected, [
    ...[1, 2, 3].map(() => ({ folder: '/code/client', ids: new Set(['copy-a']) })),
    { from: NOON, ids: new Set(['copy-b']) },
  ]);
});
