import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { LedgerError } from '../../src/core/ledger/ledgerError.ts';
import { followLeadership } from '../../src/worker/leader.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

const locked = new LedgerError('locked', 'The ledger is locked by another program: close it.');

/** A ledger with one lease, and a window that follows it. */
function made(t: TestContext) {
  const clock = fakeClock();
  const lease = { holder: 'nobody', until: 0 };
  const ledger = {
    trouble: undefined as unknown,
    lease(_name: string, holder: string, at: number, lifeMs: number) {
      if (ledger.trouble) throw ledger.trouble;
      if (lease.holder !== holder && lease.until > at) return false;
      Object.assign(lease, { holder, until: at + lifeMs });
      return true;
    },
  };
  const window = (holder: string) => {
    const changes: boolean[] = [];
    const leadership = followLeadership(
      () => ledger,
      holder,
      clock,
      (leads) => changes.push(leads),
    );
    t.after(() => leadership.dispose());
    return { leadership, changes };
  };
  return { clock, ledger, window };
}

test('one window leads; another takes over when it has gone', (t) => {
  const { window } = made(t);
  const [one, two] = [window('one'), window('two')];
  assert.deepEqual([one.leadership.leads, two.leadership.leads], [true, false]);
  one.leadership.dispose();
  two.leadership.check();
  assert.deepEqual(two.changes, [true]);
});

test('a window that was killed leads until its lease ends', (t) => {
  const { window, clock } = made(t);
  window('one');
  const two = window('two');
  clock.advance(8_000);
  two.leadership.check();
  assert.equal(two.leadership.leads, false);
  clock.advance(2_000);
  two.leadership.check();
  assert.equal(two.leadership.leads, true);
});

test('nobody leads while the ledger can’t be written, and leaving does not fail', (t) => {
  const { window, ledger } = made(t);
  const one = window('one');
  ledger.trouble = locked;
  one.leadership.dispose();
  assert.equal(window('two').leadership.leads, false);
});
