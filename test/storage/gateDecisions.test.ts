import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exportLedger } from '../../src/app/exportLedger.ts';
import { forget } from '../../src/app/forget.ts';
import { createKnownPrograms } from '../../src/app/gate/knownPrograms.ts';
import type { GateEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { fakeClock } from '../fakes/fakeClock.ts';
import { noCopies } from '../fakes/noCopies.ts';

const HOUR_MS = 3_600_000;

function opened(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-gate-'));
  const clock = fakeClock();
  const ledger = openLedger(join(folder, 'ledger.db'), { clock });
  t.after(() => {
    ledger.close();
    rmSync(folder, { recursive: true });
  });
  const onDisk = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
  return { ledger, clock, onDisk };
}

function decided(callId: string, at: number, folder: string, more: Partial<GateEvent['gate']> = {}): GateEvent {
  return {
    kind: 'gate',
    callId,
    at,
    source: 'gate',
    facts: { agent: 'codex', sessionId: 's', folder },
    gate: {
      class: 'irreversible',
      reason: 'deletes secret-plans',
      targets: ['secret-plans'],
      expectedLossNanoCredits: 5,
      decision: 'allowed',
      by: 'developer',
      digest: 'd',
      ...more,
    },
  };
}
const ids = (events: readonly GateEvent[]) => events.map(({ callId }) => callId);

test('decisions of the gate come back whole, the latest first, and make no call', (t) => {
  const { ledger, clock } = opened(t);
  const now = clock.now();
  const events = [decided('a', now, '/code/app'), decided('b', now + 2, '/code/app'), decided('c', now + 1, '/code/x')];
  ledger.append(events);
  ledger.append(events);
  assert.deepEqual(ids(ledger.gateDecisions(now, now + 3)), ['b', 'c', 'a']);
  assert.deepEqual(ids(ledger.gateDecisions(now + 1, now + 2)), ['c']);
  assert.deepEqual(ledger.gateDecisions(now, now + 1), [events[0]]);
  assert.deepEqual(ledger.runs(5), []);
  assert.equal(ledger.entry('a'), undefined);
  assert.deepEqual(ledger.sources(0), []);
  assert.deepEqual(
    ledger.changes(0, 10, 0).facts,
    events.map((event) => ({ kind: 'gate', event })),
  );
  ledger.rebuild();
  assert.equal(ledger.summary(now, []).today.unknown, 0);
  assert.deepEqual(ledger.folders(), []);
});

test('forgetting a project or a time forgets what was decided there', async (t) => {
  const { ledger, clock, onDisk } = opened(t);
  const now = clock.now();
  ledger.append([
    decided('a', now, '/code/app/web'),
    decided('b', now, '/code/other', { reason: 'deletes b', targets: ['b'] }),
    decided('c', now - HOUR_MS, '/code/other', { reason: 'deletes c', targets: ['c'] }),
  ]);
  await forget({ ledger, clock, copies: noCopies }, { folder: '/code/app' });
  assert.deepEqual(ids(ledger.gateDecisions(0, now + 1)), ['b', 'c']);
  assert.ok(onDisk().every((bytes) => !bytes.includes('secret-plans')));
  await forget({ ledger, clock, copies: noCopies }, { from: now - HOUR_MS, to: now });
  assert.deepEqual(ids(ledger.gateDecisions(0, now + 1)), ['b']);
});

test('programs that were allowed are known in their workspace, also those of other windows, until they are forgotten', async (t) => {
  const { ledger, clock } = opened(t);
  const programs = createKnownPrograms({ clock, ledger, folders: () => ['/code/app'] });
  ledger.append([
    decided('a', clock.now(), '/code/app/web', { approved: 'program:foo; program:my%20tool; rm in this folder' }),
    decided('b', clock.now(), '/code/app', { approved: 'program:bar', decision: 'denied' }),
  ]);
  assert.equal(programs.knows('foo', '/code/app'), true);
  assert.equal(programs.knows('my tool', '/code/app/api'), true);
  assert.equal(programs.knows('bar', '/code/app'), false);
  assert.equal(programs.knows('foo', '/code/other'), false);
  assert.equal(programs.knows('foo', undefined), false);
  ledger.append([decided('c', clock.now(), '/code/other', { approved: 'program:foo' })]);
  clock.advance(60_000);
  assert.equal(programs.knows('foo', '/code/other'), true);
  await forget({ ledger, clock, copies: noCopies }, {});
  programs.renew();
  assert.equal(programs.knows('foo', '/code/app'), false);
});

test('decisions are exported as rows', async (t) => {
  const { ledger, clock } = opened(t);
  const now = clock.now();
  ledger.append([decided('a', now, '/code/app', { why: 'no', decision: 'denied' })]);
  const ports = {
    ledger,
    explainer: {
      toolCosts: () => assert.fail('no tools were asked for'),
      dearest: () => assert.fail('no runs were asked for'),
      breakdown: () => assert.fail('no groups were asked for'),
    },
    reconcile: () => assert.fail('no bills were asked for'),
    outlook: () => assert.fail('no forecast was asked for'),
  };
  let text = '';
  for await (const piece of exportLedger(ports, { view: 'gate', format: 'json', from: now, to: now + 1 }))
    text += piece;
  const [row, ...more] = JSON.parse(text) as readonly Record<string, unknown>[];
  assert.deepEqual(more, []);
  assert.deepEqual(
    [row?.at, row?.what, row?.decision, row?.why, row?.expectedLossCredits],
    [new Date(now).toISOString(), 'deletes secret-plans', 'denied', 'no', 5e-9],
  );
});
