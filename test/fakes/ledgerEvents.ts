/** Arbitrary histories of a ledger for property tests: few calls, sources, names and runs, so that they meet often. */
import fc from 'fast-check';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { quotaEvent } from '../../src/core/ledger/quota.ts';
import { USAGE_KINDS } from '../../src/core/usage.ts';

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
/** Around a night in which clocks are set back, in quarters of an hour and odd milliseconds. */
const BEGIN = Date.UTC(2026, 9, 24, 20);
const at = fc.integer({ min: 0, max: 40 * 60 * 60 * 1000 }).map((offset) => BEGIN + offset);
const callId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const source = fc.constantFrom('provider', 'claude-code-log', 'copilot-store', 'other-log');

const facts = fc.record(
  {
    agent: fc.constantFrom('claude-code', 'copilot', 'vscode-chat'),
    sessionId: fc.constantFrom('session-1', 'session-2'),
    sessionInferred: fc.boolean(),
    runId: fc.constantFrom('run-1', 'run-2', 'run-3'),
    parentRunId: fc.constantFrom('run-1', 'run-2'),
    model: fc.constantFrom('sonnet', 'gpt', 'qwen'),
    servedModel: fc.constantFrom('sonnet-5', 'gpt-6'),
    folder: fc.constantFrom('/code/app', '/code/library'),
    billable: fc.boolean(),
  },
  { requiredKeys: ['agent'], noNullPrototype: true },
);

const usage = fc.record(
  Object.fromEntries(USAGE_KINDS.map((kind) => [kind, fc.nat({ max: 100_000 })])) as Record<
    (typeof USAGE_KINDS)[number],
    fc.Arbitrary<number>
  >,
  { requiredKeys: [], noNullPrototype: true },
);

const cost = fc.record(
  {
    nanoCredits: fc.nat({ max: 1_000_000_000 }),
    confidence: fc.constantFrom('billed' as const, 'priced' as const, 'estimated' as const, 'unknown' as const),
    priceBook: fc.constantFrom('2026-11', '2026-12'),
  },
  { requiredKeys: ['confidence'], noNullPrototype: true },
);

const observed = fc.record(
  {
    kind: fc.constantFrom('settled' as const, 'settled' as const, 'witnessed' as const, 'failed' as const),
    callId,
    at,
    source,
    facts,
    identities: maybe(
      fc.uniqueArray(fc.constantFrom('message-1', 'message-2', 'message-3', 'a', 'b'), { maxLength: 2 }),
    ),
    scope: maybe(fc.constantFrom('step' as const, 'step' as const, 'run' as const)),
    usage: maybe(usage),
    usageBasis: maybe(fc.constantFrom('reported' as const, 'counted' as const)),
    billedNanoCredits: maybe(fc.nat({ max: 1_000_000_000 })),
    cost: maybe(cost),
    latency: maybe(
      fc.record(
        { firstTokenMs: fc.nat({ max: 1000 }), totalMs: fc.nat({ max: 9000 }) },
        { requiredKeys: [], noNullPrototype: true },
      ),
    ),
    tools: maybe(fc.array(fc.constantFrom('Read', 'Edit'), { maxLength: 2 })),
    finish: maybe(fc.constantFrom('stop' as const, 'cancelled' as const)),
    fault: fc.constantFrom('unreachable', 'garbled', 'cancelled'),
  },
  { noNullPrototype: true },
);

const observation: fc.Arbitrary<LedgerEvent> = observed.map(({ fault, ...each }) =>
  each.kind === 'failed' ? { ...each, kind: 'failed', fault } : (each as LedgerEvent),
);

const started: fc.Arbitrary<LedgerEvent> = fc.record({
  kind: fc.constant('started' as const),
  callId,
  at,
  source,
  facts,
});
const erased: fc.Arbitrary<LedgerEvent> = fc.record({
  kind: fc.constant('erased' as const),
  callId,
  at,
  source: fc.constant('user'),
});
const outcome: fc.Arbitrary<LedgerEvent> = fc.record({
  kind: fc.constant('outcome' as const),
  callId,
  at,
  source,
  taskId: fc.constant('task-1'),
  outcome: fc.constantFrom('committed', 'undone'),
});

const quota: fc.Arbitrary<LedgerEvent> = fc
  .record({
    at,
    source,
    agent: fc.constantFrom('codex', 'copilot'),
    window: fc.constantFrom('5h', 'week'),
    usedShare: fc.constantFrom(0.1, 0.2, 0.9),
  })
  .map(({ at: said, source: by, ...reading }) => quotaEvent(by, said, reading));

/** Events of one call, whatever their callId says. */
export const callEvents: fc.Arbitrary<readonly LedgerEvent[]> = fc.array(
  fc.oneof({ weight: 5, arbitrary: observation }, { weight: 2, arbitrary: started }, { weight: 1, arbitrary: outcome }),
  { maxLength: 6 },
);

/** Events of several calls, a few of them erased. */
export const history: fc.Arbitrary<readonly LedgerEvent[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: observation },
    { weight: 4, arbitrary: started },
    { weight: 1, arbitrary: outcome },
    { weight: 1, arbitrary: erased },
    { weight: 1, arbitrary: quota },
  ),
  { maxLength: 16 },
);

/** The same events in another order, some of them twice or thrice. */
export function shuffledWithRepeats(events: readonly LedgerEvent[]): fc.Arbitrary<readonly LedgerEvent[]> {
  if (events.length === 0) return fc.constant([]);
  return fc
    .array(fc.constantFrom(...events), { maxLength: 6 })
    .chain((repeats) => fc.shuffledSubarray([...events, ...repeats], { minLength: events.length + repeats.length }));
}
