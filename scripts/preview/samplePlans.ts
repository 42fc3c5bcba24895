/** Invented plans for the dashboard's preview: a pool that runs dry, a subscription, an API that is paid by use. */
import type { PlanGlance } from '../../src/core/status/planGlance.ts';

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
          },
          {
            window: 'week',
            label: 'Weekly window',
            usedShare: 0.91,
            resetsAt: now + 50 * HOUR_MS,
            reading: { source: 'claude-code-usage', at: now - 12 * 60_000 },
            spent: priced(9_410),
            usedSince: false,
          },
        ],
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
