/** Invented plans for the dashboard's preview: a pool that runs dry, a subscription, an API that is paid by use. */
import type { MonthGlance, PlanGlance } from '../../src/core/status/planGlance.ts';

const HOUR_MS = 3_600_000;
const PERIOD = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-12-01T00:00:00Z') };
const DAY_MS = 24 * HOUR_MS;

export function samplePlans(now: number): readonly PlanGlance[] {
  const billed = (credits: number) => ({ nanoCredits: credits * 1e9, confidence: 'billed' as const, unknown: 0 });
  const priced = (credits: number, unknown = 0) => ({
    nanoCredits: credits * 1e9,
    confidence: 'priced' as const,
    unknown,
  });
  return [
    {
      standing: {
        kind: 'pool',
        label: 'GitHub Copilot Max',
        agents: ['copilot'],
        period: PERIOD,
        entitlementNanoCredits: 20_000e9,
        spent: billed(13_482),
        elsewhere: { nanoCredits: 1_214e9, at: now - 4 * 60_000, why: '' },
        leftNanoCredits: 5_304e9,
        leftConfidence: 'estimated',
        seats: 1,
        overage: 'list',
      },
      forecast: {
        at: now,
        periodStart: PERIOD.start,
        periodEnd: PERIOD.end,
        spent: billed(13_482),
        endOfPeriod: { p10: 18_900e9, p50: 21_400e9, p90: 24_300e9 },
        unknownCalls: 0,
        dry: { p10: now + 2 * DAY_MS, p50: now + 5 * DAY_MS },
        pace: { recentPerHour: 118e9, lastsPerHour: 92e9, dryAt: now + 5 * DAY_MS },
        evidence: { days: 61, activeDays: 44, basis: 'own' },
        backtest: { coverage80: 0.81, forecasts: 37, periods: 5, meanWidth: 4_900e9 },
      },
    },
    {
      standing: {
        kind: 'windows',
        label: 'Claude Max (5×)',
        agents: ['claude-code'],
        windows: [
          {
            window: '5h',
            label: '5-hour window',
            usedShare: 0.62,
            resetsAt: now + 95 * 60_000,
            reading: { source: 'claude-code-usage', at: now - 12 * 60_000 },
            spent: priced(1_184),
            usedSince: true,
            period: { start: now - 205 * 60_000, end: now + 95 * 60_000 },
            capacityNanoCredits: 1_850e9,
            pace: { sharePerHour: 0.187, shareAtEnd: 0.94, fullAt: undefined },
          },
          {
            window: 'week',
            label: 'Weekly window',
            usedShare: 0.91,
            resetsAt: now + 50 * HOUR_MS,
            reading: { source: 'claude-code-usage', at: now - 12 * 60_000 },
            spent: priced(9_410),
            usedSince: false,
            period: { start: now - 118 * HOUR_MS, end: now + 50 * HOUR_MS },
            capacityNanoCredits: 10_340e9,
            pace: { sharePerHour: 0.0077, shareAtEnd: 1.3, fullAt: now + 12 * HOUR_MS },
          },
        ],
      },
      windows: {
        week: {
          at: now,
          periodStart: now - 118 * HOUR_MS,
          periodEnd: now + 50 * HOUR_MS,
          spent: priced(9_410),
          endOfPeriod: { p10: 9_900e9, p50: 11_200e9, p90: 12_800e9 },
          unknownCalls: 0,
          dry: { p10: now + 6 * HOUR_MS, p50: now + 20 * HOUR_MS },
          pace: { recentPerHour: 96e9 },
          evidence: { days: 61, activeDays: 40, basis: 'own' },
        },
      },
    },
    {
      standing: {
        kind: 'pool',
        label: 'Team pool',
        agents: ['vscode-chat'],
        period: PERIOD,
        entitlementNanoCredits: 1_900e9,
        spent: priced(310, 3),
        elsewhere: { nanoCredits: undefined, why: 'Not known: no vendor tells what else was drawn from it.' },
        leftNanoCredits: 1_590e9,
        leftConfidence: 'unknown',
        seats: 1,
        overage: 'none',
      },
    },
  ];
}

export function sampleMonth(now: number): MonthGlance {
  return {
    budgetNanoCredits: 40_000e9,
    forecast: {
      at: now,
      periodStart: PERIOD.start,
      periodEnd: PERIOD.end,
      spent: { nanoCredits: 27_400e9, confidence: 'estimated', unknown: 6 },
      endOfPeriod: { p10: 34_800e9, p50: 38_300e9, p90: 43_100e9 },
      unknownCalls: 6,
      dry: { p10: now + 6 * DAY_MS },
      pace: { recentPerHour: 204e9, lastsPerHour: 221e9 },
      evidence: { days: 61, activeDays: 44, basis: 'own' },
      backtest: { coverage80: 0.79, forecasts: 37, periods: 5, meanWidth: 8_100e9 },
    },
  };
}
