/** Arbitrary and made conversations for the tests of explanations. */
import fc from 'fast-check';
import type { SeriesStep } from '../../../src/core/explain/series.ts';
import { cost } from '../../../src/core/prices/cost.ts';
import type { TokenRate } from '../../../src/core/prices/price.ts';
import { USAGE_KINDS, type Usage } from '../../../src/core/usage.ts';

/** Per token: input 1 000, from the cache a tenth, into it a quarter more, output 5 000. */
export const RATE: TokenRate = {
  kind: 'tokens',
  tiers: [
    { inputTokensAbove: 0, price: { fresh: 1_000_000, cacheRead: 100_000, cacheWrite: 1_250_000, text: 5_000_000 } },
  ],
};

export function madeStep(index: number, usage: Usage, more: Partial<SeriesStep> = {}): SeriesStep {
  const nanoCredits = cost(usage, { source: 'test', date: '2026-11-01', rate: RATE });
  return {
    callId: `call-${String(index).padStart(4, '0')}`,
    at: index * 60_000,
    endedAt: index * 60_000 + 20_000,
    state: 'settled',
    scope: 'step',
    billable: true,
    sessionId: 'session',
    subagentId: undefined,
    model: 'opus',
    usage,
    cost: nanoCredits === undefined ? { confidence: 'unknown' } : { nanoCredits, confidence: 'priced' },
    tools: [],
    rate: RATE,
    ...more,
  };
}

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

export const anyStep: fc.Arbitrary<SeriesStep> = fc.record(
  {
    callId: fc.integer({ min: 0, max: 30 }).map((id) => `call-${id}`),
    at: fc.integer({ min: 0, max: 3_600_000 }),
    endedAt: maybe(fc.integer({ min: 0, max: 3_700_000 })),
    state: fc.constantFrom('settled', 'settled', 'settled', 'failed', 'lost', 'covered', 'open'),
    scope: fc.constantFrom('step', 'step', 'step', 'run'),
    billable: fc.constantFrom(true, true, true, false),
    sessionId: fc.constantFrom('session', 'session', undefined),
    subagentId: fc.constantFrom(undefined, undefined, 'sub-1', 'sub-2'),
    model: fc.constantFrom('opus', 'opus', 'haiku'),
    usage: fc.record(
      Object.fromEntries(USAGE_KINDS.map((kind) => [kind, fc.nat({ max: 50_000 })])) as Record<
        (typeof USAGE_KINDS)[number],
        fc.Arbitrary<number>
      >,
      { requiredKeys: [], noNullPrototype: true },
    ),
    cost: fc.oneof(
      fc.record({
        nanoCredits: fc.nat({ max: 90_000_000_000 }),
        confidence: fc.constantFrom('billed' as const, 'priced' as const, 'estimated' as const),
      }),
      fc.constant({ confidence: 'unknown' as const }),
    ),
    tools: fc.array(fc.constantFrom('Read', 'Bash', 'Edit'), { maxLength: 3 }),
    rate: fc.constantFrom(RATE, RATE, undefined, { kind: 'tokens' as const, tiers: [] }),
  },
  { noNullPrototype: true },
) as fc.Arbitrary<SeriesStep>;

/** Steps of a run, each id once. */
export const anyRun = fc.uniqueArray(anyStep, { selector: ({ callId }) => callId, maxLength: 14 });
