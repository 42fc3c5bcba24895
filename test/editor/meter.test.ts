import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ALLOCATION_SETTINGS } from '../../src/core/allocate/allocationSettings.ts';
import { NO_CHOICE_SETTINGS } from '../../src/core/allocate/choiceSettings.ts';
import { DEFAULT_GATE_SETTINGS } from '../../src/core/gate/gateSettings.ts';
import type { BurnSummary } from '../../src/core/ledger/entry.ts';
import { meterSwitches } from '../../src/core/meters.ts';
import { type MoneySum, NO_MONEY } from '../../src/core/money.ts';
import { createMeter } from '../../src/editor/meter.ts';
import type { Settings } from '../../src/editor/settings.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const credits = (count: number): MoneySum => ({ nanoCredits: count * 1e9, confidence: 'priced', unknown: 0 });
const settings: Settings = {
  endpoints: [],
  gate: DEFAULT_GATE_SETTINGS,
  discoverOllama: true,
  useVscodeModels: true,
  priceOverrides: [],
  localCost: { watts: 0, dollarsPerKilowattHour: 0, hardwareDollars: 0, hardwareLifeHours: 0 },
  budget: { dayCredits: 200, monthCredits: 0 },
  allocation: DEFAULT_ALLOCATION_SETTINGS,
  choice: NO_CHOICE_SETTINGS,
  meters: meterSwitches(() => true),
  plans: [],
  askCopilotQuota: false,
  watchOutcomes: true,
  showStatusBar: true,
  problems: [],
};

function setUp(at: Date) {
  const clock = fakeClock(at.getTime());
  const meter = createMeter({
    clock,
    settings: () => settings,
    catalog: { health: () => [], onDidChange: () => () => {} },
    worker: {
      runs: async () => [],
      run: async () => undefined,
      lastDecision: async () => undefined,
      burn: async () => [],
      sources: async () => [],
      importStatus: async () => [],
      planStandings: async () => [],
      forecast: async () => undefined,
      reconciliation: async () => [],
      summary: async () => summary(clock.now(), 0, 0),
    },
  });
  return { clock, meter };
}

function summary(at: number, revision: number, today: number): BurnSummary {
  return {
    revision,
    at,
    today: today === 0 ? NO_MONEY : credits(today),
    month: credits(500),
    todayByAgent: [],
    run: undefined,
    session: undefined,
  };
}

test('the status follows the newest summary and never an older one', () => {
  const { meter, clock } = setUp(new Date(2026, 10, 22, 12));
  meter.notice({ kind: 'summary', summary: summary(clock.now(), 2, 184) });
  meter.notice({ kind: 'summary', summary: summary(clock.now(), 1, 20) });
  assert.equal(meter.status().text, '◆ 184 cr today · 92 % of day');
  assert.equal(meter.status().severity, 'error');
});

test('at midnight a new day begins at 0, before the ledger has said so, and nothing is called a correction', () => {
  const { meter, clock } = setUp(new Date(2026, 10, 22, 23, 59, 59));
  meter.notice({ kind: 'summary', summary: summary(clock.now(), 2, 184) });
  meter.status();
  clock.advance(2_000);
  const first = meter.status();
  assert.doesNotMatch(first.text, /184/);
  assert.equal(first.severity, 'normal');
  meter.notice({ kind: 'summary', summary: summary(clock.now(), 2, 0) });
  clock.advance(10_000);
  const later = meter.status();
  assert.doesNotMatch(later.text, /184/);
  assert.deepEqual(later.tooltip.notices, []);
});

test('a new month begins at 0 too', () => {
  const { meter, clock } = setUp(new Date(2026, 10, 30, 23, 59, 59));
  meter.notice({ kind: 'summary', summary: summary(clock.now(), 2, 184) });
  clock.advance(2_000);
  const month = meter.status().tooltip.rows.find(({ kind }) => kind === 'month');
  assert.doesNotMatch(month?.value ?? '', /500/);
});

test('trouble is told until it is over', () => {
  const { meter } = setUp(new Date(2026, 10, 22, 12));
  meter.notice({ kind: 'trouble', id: 'ledger', sentence: 'The disk is full: make room.' });
  assert.deepEqual(meter.status().tooltip.notices, ['The disk is full: make room.']);
  meter.notice({ kind: 'trouble', id: 'ledger', sentence: '', resolved: true });
  assert.deepEqual(meter.status().tooltip.notices, []);
});
