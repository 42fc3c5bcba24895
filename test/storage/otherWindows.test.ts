/** What one window does while another reads, or after it has learned of something. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { openLedger } from '../../src/storage/ledger.ts';
import { ledgerFolder } from '../fakes/ledgerFolder.ts';
import { packing } from '../fakes/packing.ts';

const NOON = new Date(2026, 10, 22, 12).getTime();

function windows(t: TestContext, isGone: () => boolean = () => false) {
  const { path } = ledgerFolder(t);
  const [one, other] = [isGone, () => false].map((gone) =>
    openLedger(path, { clock: { now: () => NOON }, isGone: gone }),
  );
  if (!one || !other) assert.fail();
  t.after(() => {
    one.close();
    other.close();
  });
  return { one, other };
}

const call = (callId: string, minutes: number, more: object = {}) =>
  ({
    kind: 'settled',
    callId,
    at: NOON - 3_600_000 + minutes * 60_000,
    source: 'a-log',
    facts: { agent: 'x', folder: '/code/app' },
    ...more,
  }) as LedgerEvent;

test('a page is of one moment, also where another window takes a call out of its block meanwhile', (t) => {
  let meanwhile = () => {};
  const { one, other } = windows(t, () => {
    meanwhile();
    return false;
  });
  one.append([{ ...call('begun', 0), kind: 'started' } as LedgerEvent]);
  packing(one, 10).append([call('a', 2), call('b', 1), call('c', 3)]);
  const told = () => one.entries({}, 10).entries.map(({ callId }) => callId);
  meanwhile = () => other.append([call('a', 2, { source: 'b-log', identities: ['b'] })]);
  assert.deepEqual(told(), ['begun', 'b', 'a', 'c']);
  meanwhile = () => {};
  assert.equal(told().length, 3);
});

test('a folder that another window has forgotten has its name again when something new happens in it', (t) => {
  const { one, other } = windows(t);
  one.append([call('a', 1)]);
  other.append([{ kind: 'erased', callId: 'a', at: NOON, source: 'user' }]);
  other.forgetNames();
  assert.deepEqual(other.folders(), []);
  one.append([call('b', 2)]);
  for (const each of [one, other]) {
    assert.deepEqual(each.folders(), ['/code/app']);
    assert.equal(each.entries({ folder: '/code/app' }, 10).entries.length, 1);
  }
});
