import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExplainer } from '../../src/app/explainer.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { joinMoney, NO_MONEY } from '../../src/core/money.ts';
import { cost } from '../../src/core/prices/cost.ts';
import type { Price } from '../../src/core/prices/price.ts';
import { openLedger } from '../../src/storage/ledger.ts';

const NOON = new Date(2026, 10, 20, 12).getTime();
const DAY = '2026-11-20';
const PRICE: Price = {
  source: 'your setting',
  date: DAY,
  rate: {
    kind: 'tokens',
    tiers: [
      { inputTokensAbove: 0, price: { fresh: 1_000_000, cacheRead: 100_000, cacheWrite: 1_250_000, text: 5_000_000 } },
    ],
  },
};

function step(index: number, runId: string, input: number, cached: number, more: object = {}): LedgerEvent {
  const usage = { fresh: 0, cacheRead: cached, cacheWrite: input - cached, text: 100 };
  const nanoCredits = cost(usage, PRICE);
  assert(nanoCredits !== undefined);
  return {
    kind: 'settled',
    callId: `call-${index}`,
    at: NOON + index * 10_000,
    source: 'claude-code-log',
    facts: { agent: 'claude-code', sessionId: 'session', runId, model: 'opus', provider: 'anthropic', ...more },
    usage,
    usageBasis: 'reported',
    cost: { nanoCredits, confidence: 'priced' },
    tools: ['Read'],
    finish: 'toolCalls',
  };
}

const EVENTS = [
  step(0, 'first', 10_000, 0),
  step(1, 'first', 30_100, 10_000),
  step(2, 'second', 31_000, 30_100),
  step(3, 'second', 80_000, 31_000),
  step(4, 'second', 5_000, 0, { subagentId: 'sub' }),
];

function setUp(priceOf: (call: { facts: { provider?: string | undefined } }) => Price | undefined) {
  const ledger = openLedger(':memory:', { clock: { now: () => NOON + 3_600_000 } });
  ledger.append(EVENTS);
  let elapsed = 0;
  // Each look at the clock finds that a turn is over.
  const clock = { elapsed: () => (elapsed += 100) };
  return { ledger, explainer: createExplainer({ clock, ledger, priceOf }) };
}

test('the dearest runs come with reasons whose parts sum to their cost', async () => {
  const { ledger, explainer } = setUp(({ facts }) => (facts.provider === 'anthropic' ? PRICE : undefined));
  const [dearest, other] = await explainer.dearest(DAY, DAY, 5);
  assert.deepEqual([dearest?.runId, other?.runId], ['second', 'first']);
  assert.deepEqual(dearest?.explanation.cost, dearest?.cost);
  assert.equal(dearest?.explanation.confidence, 'priced');
  assert.deepEqual(
    dearest?.explanation.parts.map(({ cause, tokens }) => [cause, tokens]),
    [
      ['standing', 25_000],
      ['resent', 41_100],
      ['cacheWrites', 200],
      ['toolResults', 49_700],
      ['output', 300],
    ],
  );
  assert.equal(dearest?.explanation.standingTokens, 10_000, 'of the session’s first request, which another run made');
  ledger.close();
});

test('a run is told with the tree of its session', async () => {
  const { ledger, explainer } = setUp(() => PRICE);
  const account = await explainer.account('second');
  const session = account?.session;
  assert.deepEqual(
    session?.children.map(({ id, children }) => [id, children.map((child) => child.id)]),
    [
      ['first', []],
      ['second', ['sub']],
    ],
  );
  assert.deepEqual(session?.total.cost, ledger.summary(NOON, []).today);
  assert.deepEqual(session?.children[1]?.total.cost, account?.explanation.cost);
  assert.equal(await explainer.account('no such run'), undefined);
  ledger.close();
});

test('a period is read while others have their turn', async () => {
  const { ledger, explainer } = setUp(() => PRICE);
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 0);
  const { groups, rest } = await explainer.breakdown('run', '2026-10-25', '2026-11-30', 1);
  clearInterval(counting);
  assert.deepEqual(
    groups.map(({ key, calls }) => [key, calls]),
    [['second', 3]],
  );
  assert.deepEqual([rest?.groups, rest?.calls], [1, 2]);
  assert.ok(turns > 0);
  ledger.close();
});

test('tools and the rest are what the day cost; asked twice at once it is read once', async () => {
  const { ledger, explainer } = setUp(() => PRICE);
  const answer = explainer.toolCosts(DAY, DAY);
  assert.equal(explainer.toolCosts(DAY, DAY), answer);
  const costs = await answer;
  assert.deepEqual(
    costs.map(({ tool, calls }) => [tool, calls]),
    [
      ['Read', 5],
      [undefined, 5],
    ],
  );
  const sum = costs.reduce((all, each) => joinMoney(all, each.cost), NO_MONEY);
  assert.equal(sum.nanoCredits, ledger.summary(NOON, []).today.nanoCredits);
  assert.deepEqual(await explainer.toolCosts('2026-11-01', '2026-11-02'), []);
  ledger.close();
});

test('without a price, or with one by the second, nothing is split, and that is said', async () => {
  const { ledger, explainer } = setUp(() => undefined);
  assert.equal((await explainer.account('first'))?.explanation.unsplit, 'price');
  ledger.close();
  const local = setUp(() => ({ ...PRICE, rate: { kind: 'seconds', nanoCreditsPerSecond: 5 } }));
  assert.equal((await local.explainer.account('first'))?.explanation.unsplit, 'seconds');
  local.ledger.close();
});
