import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type FollowerPorts, follower } from '../../../src/app/allocation/follower.ts';
import { newLearning } from '../../../src/app/allocation/learning.ts';
import { creditAccounts } from '../../../src/core/allocate/creditAccounts.ts';
import { MOST_RUNS } from '../../../src/core/allocate/requestMemory.ts';
import { DEFAULT_VALUE_SETTINGS } from '../../../src/core/allocate/taskValue.ts';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import { requestFeatures } from '../../../src/core/quality/requestFeatures.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { type FakeClock, fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';

const CREDIT = 1_000_000_000;

function open(context: Pick<TestContext, 'after'>, clock: FakeClock) {
  const ledger = openLedger(ledgerFolder(context as TestContext).path, { clock });
  context.after(() => ledger.close());
  return ledger;
}

function fresh() {
  const limits = [
    { scope: 'month', nanoCredits: 500 * CREDIT, mode: 'hard' },
    { scope: 'run', nanoCredits: 50 * CREDIT, mode: 'hard' },
  ] as const;
  const accounts = creditAccounts({ value: DEFAULT_VALUE_SETTINGS, limits, waitTargetSeconds: 10 }, [], []);
  return newLearning(accounts, () => ({}), true);
}

function following(ledger: FollowerPorts['ledger'], clock: FakeClock) {
  const troubles: unknown[] = [];
  const made = follower({ ledger, clock, fresh, onTrouble: (error) => troubles.push(error) });
  return { ...made, troubles };
}

/** All that was learned: what can be read, and a digest of the weights. */
function told(made: ReturnType<typeof following>): string {
  assert.deepEqual(
    made.troubles.filter((trouble) => trouble !== undefined),
    [],
  );
  const { memory, accounts, stateOf, budget } = made.current();
  const { learner, ...rest } = memory;
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, each: unknown) =>
      each instanceof Map ? [...each] : ArrayBuffer.isView(each) ? Array.from(each as Float32Array) : each,
    );
  const weights = createHash('sha256').update(text(learner)).digest('hex');
  return text([weights, learner.outcomes, rest, stateOf(accounts.own), budget()]);
}

interface Round {
  readonly routed: boolean;
  readonly model: string;
  readonly steps: number;
  readonly label: string | undefined;
  readonly success: number;
  readonly credits: number | undefined;
  readonly local: boolean;
}

const rounds = fc.array(
  fc.record({
    minutes: fc.constantFrom(1, 7, 45, 400),
    model: fc.constantFrom('small', 'large'),
    routed: fc.boolean(),
    steps: fc.integer({ min: 1, max: 3 }),
    label: fc.constantFrom('vote', 'survived5', 'survived30', 'committed', 'reverted', undefined),
    success: fc.constantFrom(0, 1),
    late: fc.boolean(),
    credits: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
    local: fc.boolean(),
  }),
  { maxLength: 25 },
);

test('replay equals live', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (list) => {
      const ends: (() => void)[] = [];
      const clock = fakeClock();
      const ledger = open({ after: (end) => ends.push(end as () => void) }, clock);
      try {
        const live = following(ledger, clock);
        await live.ready();
        let waiting: LedgerEvent[] = [];
        for (const [index, round] of list.entries()) {
          clock.advance(round.minutes * 60_000);
          const events = eventsOf(index, round, () => {
            clock.advance(1_000);
            return clock.now();
          });
          // What became of some runs is told only after the next one.
          const late = events.filter(({ kind }) => kind === 'outcome' && round.late);
          clock.advance(1_000);
          ledger.append([
            ...events.filter((event) => !late.includes(event)),
            ...waiting.map((event) => ({ ...event, at: clock.now() })),
          ]);
          waiting = late;
          await live.follow();
        }
        const replayed = following(ledger, clock);
        await replayed.ready();
        await replayed.follow();
        assert.equal(told(replayed), told(live));
      } finally {
        for (const end of ends.reverse()) end();
      }
    }),
    { numRuns: 20 },
  );
});

function eventsOf(
  index: number,
  { routed, model, steps, label, success, credits, local }: Round,
  tick: () => number,
): LedgerEvent[] {
  const runId = `run-${index}`;
  const facts = { agent: routed ? 'vscode-chat' : 'claude-code', runId, taskKind: 'fix' };
  const events: LedgerEvent[] = [];
  if (routed) {
    events.push({
      kind: 'decision',
      callId: `decision:${index}`,
      at: tick(),
      source: 'provider',
      facts,
      choice: model,
      candidates: [
        { use: { kind: 'answer', model }, quality: 0.6, net: 5e9, propensity: 0.9 },
        { use: { kind: 'answer', model: 'other' }, quality: 0.7, net: 9e9, propensity: 0.1 },
      ],
      situation: {
        valueNanoCredits: 1e11,
        prices: { kappa: 1, beta: 0, lambda: 0, rho: 1 },
        explored: index % 3 === 0,
      },
      features: { ...plain(requestFeatures(`fix number ${index} of ${model}`)) },
    });
  }
  for (let step = 0; step < steps; step += 1) {
    const at = tick();
    events.push({ kind: 'started', callId: `${runId}/${step}`, at, source: 'provider', facts: { ...facts, model } });
    events.push({
      kind: 'settled',
      callId: `${runId}/${step}`,
      at: tick(),
      source: 'provider',
      facts: { ...facts, model, local },
      usage: { fresh: 1000 * (step + 1), text: 200 + index },
      usageBasis: 'reported',
      cost: credits === undefined ? { confidence: 'unknown' } : { nanoCredits: credits * CREDIT, confidence: 'priced' },
      latency: { firstTokenMs: 500, totalMs: 3000 + 10 * index },
      tools: steps > 1 ? ['Edit'] : [],
    });
  }
  if (label !== undefined) {
    const callId = `outcome:${runId}:${label}`;
    events.push({
      kind: 'outcome',
      callId,
      at: tick(),
      source: 'workspace',
      taskId: runId,
      runId,
      outcome: label,
      success,
    });
  }
  return events;
}

function plain({ dense, words, length, requestClass }: ReturnType<typeof requestFeatures>) {
  return { dense: [...dense], words: [...words], length, requestClass };
}

test('what is kept stays small, however many runs there were', () => {
  const learning = fresh();
  let at = Date.UTC(2026, 10, 1);
  const tick = () => {
    at += 60_000;
    return at;
  };
  for (let index = 0; index < 3 * MOST_RUNS; index += 1) {
    const round = {
      routed: true,
      model: `model-${index % 40}`,
      steps: 1,
      label: 'vote',
      success: index % 2,
      credits: 2,
      local: false,
    };
    for (const event of eventsOf(index, round, tick)) {
      if (event.kind === 'decision' || event.kind === 'outcome') learning.learn({ kind: event.kind, event } as never);
    }
  }
  assert.equal(learning.memory.runs.size, MOST_RUNS);
  assert.ok(learning.memory.learner.models.size <= 20);
});

test('a call that is told long after it ended waits for the next replay; many of them bring it about', async (context) => {
  const clock = fakeClock();
  const ledger = open(context, clock);
  const made = following(ledger, clock);
  await made.ready();
  const call = (index: number, at: number): LedgerEvent => ({
    kind: 'settled',
    callId: `call-${index}`,
    at,
    source: 'claude-code-log',
    facts: { agent: 'claude-code', runId: `old-${index}`, model: 'large' },
    usage: { fresh: 100, text: 300 },
    cost: { nanoCredits: CREDIT, confidence: 'priced' },
  });
  ledger.append([call(0, clock.now())]);
  await made.follow();
  ledger.append(Array.from({ length: 30 }, (_, index) => call(index + 1, clock.now() - 5 * 3_600_000)));
  await made.follow();
  assert.equal(made.current().memory.runs.size, 1);
  clock.advance(11 * 60_000);
  await made.ready();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(made.current().memory.runs.size, 31);
});
