import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createExplainer } from '../../src/app/explainer.ts';
import { type ExportPorts, exportLedger } from '../../src/app/exportLedger.ts';
import { type ExportView, GROUP_VIEWS } from '../../src/core/export/views.ts';
import { sumEntries } from '../../src/core/ledger/sums.ts';
import { NANO_PER_CREDIT } from '../../src/core/money.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { history } from '../fakes/ledgerEvents.ts';

const NOW = Date.UTC(2026, 9, 27);
const RANGE = { from: Date.UTC(2026, 9, 1), to: Date.UTC(2026, 10, 1) };

type Row = Readonly<Record<string, string | number | boolean | null>>;

function portsOf(ledger: LedgerStore): ExportPorts {
  return { ledger, explainer: createExplainer({ clock: { elapsed: () => 0 }, ledger, priceOf: () => undefined }) };
}

async function rowsOf(ledger: LedgerStore, view: ExportView): Promise<readonly Row[]> {
  let text = '';
  for await (const piece of exportLedger(portsOf(ledger), { view, format: 'json', ...RANGE })) text += piece;
  return JSON.parse(text) as readonly Row[];
}

test('every view adds up to the ledger’s own month, with unknowns kept apart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-export-'));
  let count = 0;
  try {
    await fc.assert(
      fc.asyncProperty(history, async (events) => {
        count += 1;
        const ledger = openLedger(join(folder, `${count}.db`), { clock: { now: () => NOW } });
        try {
          ledger.append(events);
          const { entries } = ledger.entries({}, 1_000);
          const { cost, calls } = sumEntries(entries);
          const steps = await rowsOf(ledger, 'steps');
          assert.equal(steps.length, entries.length);
          assert.equal(nano(steps.filter(({ counted }) => counted === true)), cost.nanoCredits);
          const runs = await rowsOf(ledger, 'runs');
          assert.equal(nano(runs), cost.nanoCredits);
          assert.equal(total(runs, 'callsOfUnknownCost'), cost.unknown);
          const days = await rowsOf(ledger, 'days');
          assert.equal(nano(days), cost.nanoCredits);
          assert.equal(total(days, 'calls'), calls);
          assert.equal(total(days, 'callsOfUnknownCost'), cost.unknown);
          for (const view of Object.keys(GROUP_VIEWS) as (keyof typeof GROUP_VIEWS)[]) {
            const groups = await rowsOf(ledger, view);
            assert.equal(nano(groups), cost.nanoCredits, view);
            assert.equal(total(groups, 'calls'), calls, view);
            assert.equal(total(groups, 'callsOfUnknownCost'), cost.unknown, view);
          }
          const tools = await rowsOf(ledger, 'tools');
          assert.ok(Math.abs(nano(tools) - cost.nanoCredits) <= tools.length, 'the tools and the rest are all of it');
        } finally {
          ledger.close();
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an unknown figure is an empty field, and a known 0 is 0', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-export-'));
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: { now: () => NOW } });
  ledger.append([
    { kind: 'settled', callId: 'a', at: NOW, source: 's', facts: { agent: 'x' }, usage: { fresh: 0 } },
    {
      kind: 'settled',
      callId: 'b',
      at: NOW + 1,
      source: 's',
      facts: { agent: 'x' },
      cost: { nanoCredits: 1_500_000_000, confidence: 'billed' },
    },
  ]);
  let csv = '';
  for await (const piece of exportLedger(portsOf(ledger), { view: 'steps', format: 'csv', ...RANGE })) csv += piece;
  ledger.close();
  rmSync(folder, { recursive: true });
  const [head = [], first = [], second = []] = csv.split('\r\n').map((line) => line.split(','));
  const field = (row: readonly string[], name: string) => row[head.indexOf(name)];
  assert.deepEqual(
    [field(first, 'freshInputTokens'), field(first, 'credits'), field(first, 'confidence')],
    ['0', '', 'unknown'],
  );
  assert.deepEqual(
    [field(second, 'freshInputTokens'), field(second, 'credits'), field(second, 'confidence')],
    ['', '1.5', 'billed'],
  );
});

test('a group is named, says who made its calls and where, and one that is unknown stands apart without a name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-export-'));
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: { now: () => NOW } });
  const call = (callId: string, credits: number, facts: object) => ({
    kind: 'settled' as const,
    callId,
    at: NOW + credits,
    source: 's',
    facts: { agent: 'x', ...facts },
    cost: { nanoCredits: credits * NANO_PER_CREDIT, confidence: 'priced' as const },
  });
  ledger.append([
    call('a', 1, { sessionId: 'one', folder: '/code' }),
    call('b', 2, { sessionId: 'one', subagentId: 'helper', agent: 'y' }),
    call('c', 9, {}),
  ]);
  const sessions = await rowsOf(ledger, 'sessions');
  const subagents = await rowsOf(ledger, 'subagents');
  ledger.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(
    sessions.map(({ sessionId, agents, folder: of, firstAt, calls, credits }) => [
      sessionId,
      agents,
      of,
      firstAt,
      calls,
      credits,
    ]),
    [
      [null, 'x', null, new Date(NOW + 9).toISOString(), 1, 9],
      ['one', 'x y', '/code', new Date(NOW + 1).toISOString(), 2, 3],
    ],
  );
  assert.deepEqual(
    subagents.map(({ subagentId, calls }) => [subagentId, calls]),
    [
      [null, 2],
      ['helper', 1],
    ],
  );
});

/** Whole nano-credits again: the file has credits. */
function nano(rows: readonly Row[]): number {
  return rows.reduce((sum, { credits }) => sum + Math.round(Number(credits ?? 0) * NANO_PER_CREDIT), 0);
}

function total(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column]), 0);
}
