import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecastPeriod } from '../../src/app/forecastPeriod.ts';
import { hourSpend, workingDays } from '../fakes/hourSpend.ts';

const NOW = new Date(2026, 10, 12, 15, 20).getTime();
const HOUR = 3_600_000;
const question = {
  now: NOW,
  periodStart: new Date(2026, 10, 1).getTime(),
  periodEnd: new Date(2026, 11, 1).getTime(),
};

function ledger() {
  let spend = workingDays(NOW - 60 * 24 * HOUR, NOW, 100);
  let revision = 1;
  const reads: (readonly [from: number, to: number, agents: readonly string[] | undefined])[] = [];
  return {
    reads,
    add(at: number, credits: number) {
      spend = [...spend, hourSpend(at, credits)];
      revision += 1;
    },
    revision: () => revision,
    spendByHour(from: number, to: number, agents?: readonly string[]) {
      reads.push([from, to, agents]);
      return spend.filter(({ at }) => at >= from && at < to);
    },
  };
}

test('an answer is kept until the ledger or the hour changes', () => {
  const store = ledger();
  const ask = forecastPeriod(store);
  const first = ask(question);
  const reads = store.reads.length;
  assert.equal(ask({ ...question, now: NOW + 60_000 }), first);
  assert.equal(store.reads.length, reads);
  store.add(NOW - 1000, 40);
  const stepped = ask({ ...question, now: NOW + 60_000 });
  assert.ok(stepped && first && stepped.spent.nanoCredits === first.spent.nanoCredits + 40_000_000_000);
  assert.ok(stepped.endOfPeriod.p10 >= stepped.spent.nanoCredits);
  assert.notEqual(ask({ ...question, now: NOW + HOUR })?.at, stepped.at);
});

test('each question has its own answer, and asks of the agents that it names', () => {
  const store = ledger();
  const ask = forecastPeriod(store);
  const all = ask(question);
  const pool = ask({ ...question, agents: ['copilot'], poolNanoCredits: 1 });
  assert.notEqual(pool, all);
  assert.deepEqual(store.reads.at(-1)?.[2], ['copilot']);
  assert.deepEqual(pool?.dry, { p10: NOW, p50: NOW, p90: NOW });
});

test('a window that begins within an hour is read to the quarter', () => {
  const store = ledger();
  const begin = NOW - 2.5 * HOUR;
  forecastPeriod(store)({ ...question, periodStart: begin, periodEnd: begin + 5 * HOUR });
  for (const [from, to] of store.reads) assert.ok(from <= to);
  assert.ok(store.reads.some(([from]) => from <= begin && begin - from < HOUR / 4));
});
