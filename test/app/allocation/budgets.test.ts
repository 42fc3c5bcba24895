import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createBudgets } from '../../../src/app/allocation/budgets.ts';
import type { Limit } from '../../../src/core/budget/limits.ts';
import { NANO_PER_CREDIT } from '../../../src/core/money.ts';
import { openLedger } from '../../../src/storage/ledger.ts';
import { fakeClock } from '../../fakes/fakeClock.ts';
import { ledgerFolder } from '../../fakes/ledgerFolder.ts';

const CREDIT = NANO_PER_CREDIT;

/** A ledger, and windows that have spent so much today. */
function windows(context: TestContext, limits: readonly Limit[], todayCredits = 0) {
  const clock = fakeClock();
  const ledger = openLedger(ledgerFolder(context).path, { clock });
  context.after(() => ledger.close());
  const troubles: unknown[] = [];
  const window = (
    holder: string,
    keep = async (cursors: Parameters<typeof ledger.append>[1]) => ledger.append([], cursors),
  ) =>
    createBudgets({
      clock,
      ledger,
      keep: (_events, cursors) => keep(cursors),
      holder,
      limits: () => limits,
      spent: () => new Map(),
      summed: () => ({ today: todayCredits * CREDIT, month: todayCredits * CREDIT }),
      onTrouble: (error) => troubles.push(error),
    });
  return { clock, window, troubles };
}

const day = (credits: number, mode: Limit['mode'] = 'hard'): Limit => ({
  scope: 'day',
  nanoCredits: credits * CREDIT,
  mode,
});
const request = (id: string, credits: number | undefined) => ({
  id,
  nanoCredits: credits === undefined ? undefined : credits * CREDIT,
});

test('requests at the same time, of one window and of two, can’t overdraw together', async (context) => {
  const { window } = windows(context, [day(10)], 2);
  const [one, two] = [window('one'), window('two')];
  const verdicts = await Promise.all([one.reserve(request('a', 5)), one.reserve(request('b', 5))]);
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ['allow', 'refuse'],
  );
  assert.equal((await two.reserve(request('c', 4))).verdict, 'refuse');
  assert.equal((await two.reserve(request('d', 3))).verdict, 'allow');
  assert.equal(one.left({}), 0);
  await one.release('a');
  assert.equal(two.left({}), 5 * CREDIT);
  assert.equal((await two.reserve(request('c', 4))).verdict, 'allow');
});

test('what a lost window held comes back after a while', async (context) => {
  const { window, clock } = windows(context, [day(10)]);
  await window('lost').reserve(request('a', 9));
  const other = window('other');
  assert.equal((await other.reserve(request('b', 5))).verdict, 'refuse');
  clock.advance(16 * 60_000);
  assert.equal((await other.reserve(request('b', 5))).verdict, 'allow');
});

test('a limit that asks lets through what the developer agreed to; own hardware needs no leave', async (context) => {
  const { window } = windows(context, [day(10, 'ask')], 8);
  const one = window('one');
  const asked = await one.reserve(request('a', 5));
  assert.equal(asked.verdict, 'ask');
  assert.match(asked.why, /2\.0 are left of the day’s limit of 10 credits/);
  assert.equal((await one.reserve({ ...request('a', 5), agreed: true })).verdict, 'warn');
  assert.equal((await one.reserve({ ...request('own', 50), local: true })).verdict, 'allow');
  assert.equal((await one.reserve(request('unpriced', undefined))).verdict, 'ask');
  // Nothing refuses: there is no limit for the choice to fit.
  assert.equal(one.left({}), undefined);
});

test('a ledger that can’t be written holds its own window to the limits all the same', async (context) => {
  const { window, troubles } = windows(context, [day(10)]);
  const one = window('one', async () => {
    throw new Error('The disk is full.');
  });
  assert.equal((await one.reserve(request('a', 6))).verdict, 'allow');
  assert.equal((await one.reserve(request('b', 6))).verdict, 'refuse');
  assert.ok(troubles.length > 0);
});
