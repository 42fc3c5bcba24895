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

function portsOf(ledger: LedgerStore, more: Partial<ExportPorts> = {}): ExportPorts {
  return {
    ledger,
    explainer: createExplainer({ clock: { elapsed: () => 0 }, ledger, priceOf: () => undefined }),
    reconcile: () => assert.fail('no bills were asked for'),
    outlook: () => assert.fail('no forecast was asked for'),
    ...more,
  };
}

async function rowsOf(ledger: LedgerStore, view: ExportView, more: Partial<ExportPorts> = {}): Promise<readonly Row[]> {
  let text = '';
  const request = { view, format: 'json' as const, monthBudgetNanoCredits: 500e9, ...RANGE };
  for await (const piece of exportLedger(portsOf(ledger, more), request)) text += piece;
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
          const sources = await rowsOf(ledger, 'sources');
          assert.equal(total(sources, 'calls'), calls);
          const dearest = await rowsOf(ledger, 'dearest');
          const priced = runs.filter(({ credits }) => Number(credits) > 0);
          assert.equal(nano(dearest), nano(priced), 'every run of known cost is told, with all that it cost');
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

test('forecast, reconciliation and successes are exported as the dashboard tells them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-export-'));
  const ledger = openLedger(join(folder, 'ledger.db'), { clock: { now: () => NOW } });
  t.after(() => {
    ledger.close();
    rmSync(folder, { recursive: true });
  });
  const spent = { nanoCredits: 120e9, confidence: 'priced' as const, unknown: 2 };
  const forecast = {
    at: NOW,
    periodStart: RANGE.from,
    periodEnd: RANGE.to,
    spent,
    endOfPeriod: { p10: 400e9, p50: 500e9, p90: 650e9 },
    unknownCalls: 2,
    dry: { p10: NOW + 1_000 },
    pace: { recentPerHour: 6e9 },
    evidence: { days: 9, activeDays: 7, basis: 'young' as const },
  };
  const budgets: unknown[] = [];
  const rows = await rowsOf(ledger, 'forecast', {
    async outlook(budget) {
      budgets.push(budget);
      const window = { window: '5h', label: '5-hour window', usedShare: 0.4, resetsAt: NOW + 1, usedSince: false };
      const standing = {
        kind: 'windows' as const,
        label: 'Claude Pro',
        agents: ['claude-code'],
        windows: [{ ...window, reading: undefined, spent: undefined }],
      };
      return { month: { budgetNanoCredits: 500e9, forecast }, plans: [{ standing }] };
    },
  });
  assert.deepEqual(budgets, [500e9]);
  assert.deepEqual(
    rows.map(({ of, poolCredits, leftCredits, leftConfidence, endP90Credits, dryP10, dryP90, usedShare }) => [
      [of, poolCredits, leftCredits, leftConfidence],
      [endP90Credits, dryP10, dryP90, usedShare],
    ]),
    [
      [
        ['month', 500, 380, 'unknown'],
        [650, new Date(NOW + 1_000).toISOString(), null, null],
      ],
      [
        ['window', null, null, null],
        [null, null, null, 0.4],
      ],
    ],
  );

  const reconciliation = await rowsOf(ledger, 'reconciliation', {
    async reconcile(from, to) {
      assert.deepEqual({ from, to }, RANGE);
      const error = { calls: 3, uncomputed: 1, medianError: 0.01, p90Error: undefined, bias: -0.02 };
      return [{ model: 'm', source: 's', confidence: 'priced', ...error }];
    },
  });
  assert.deepEqual(
    reconciliation.map(({ model, medianErrorShare, p90ErrorShare, biasShare }) => [
      model,
      medianErrorShare,
      p90ErrorShare,
      biasShare,
    ]),
    [['m', 0.01, null, -0.02]],
  );

  const at = Date.UTC(2026, 9, 20);
  const said = { source: 'workspace', taskId: 'r', runId: 'r', outcome: 'checkPassed' as const, success: 1 };
  ledger.append([
    {
      kind: 'settled',
      callId: 'a',
      at,
      source: 's',
      facts: { agent: 'x', model: 'm', runId: 'r' },
      cost: { nanoCredits: 3 * NANO_PER_CREDIT, confidence: 'priced' },
    },
    { kind: 'outcome', callId: 'outcome:r', at: at + 1, ...said },
  ]);
  const [all, byModel] = await rowsOf(ledger, 'successes');
  assert.deepEqual([all?.by, all?.acceptedRuns, all?.creditsPerSuccess], ['all', 1, 3]);
  assert.deepEqual([byModel?.by, byModel?.key], ['model', 'm']);
  const [dear] = await rowsOf(ledger, 'dearest');
  assert.match(String(dear?.why), /3\.0/);
  assert.deepEqual(
    [dear?.runId, dear?.unsplitCredits, dear?.outputCredits],
    ['r', 3, null],
    'what isn’t split isn’t 0',
  );
});

/** Whole nano-credits again: the file has credits. */
function nano(rows: readonly Row[]): number {
  return rows.reduce((sum, { credits }) => sum + Math.round(Number(credits ?? 0) * NANO_PER_CREDIT), 0);
}

function total(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column]), 0);
}
