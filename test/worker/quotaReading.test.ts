import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { QuotaEvent } from '../../src/core/ledger/event.ts';
import { quotaEvent } from '../../src/core/ledger/quota.ts';
import type { Cursor } from '../../src/ports.ts';
import { ASK_EVERY_MS, quotaReading } from '../../src/worker/quotaReading.ts';

const LOOKED = quotaEvent('claude-code-usage', 1, { agent: 'claude-code', window: '5h', usedShare: 0.1 });
const ASKED = quotaEvent('copilot-account', 1, { agent: 'copilot', window: 'month', used: 3 });

function setUp(part: { leads?: boolean; mayAsk?: boolean; answer?: () => Promise<readonly QuotaEvent[]> } = {}) {
  const cursors: Record<string, Cursor> = {};
  const kept: QuotaEvent[] = [];
  const troubles: (string | undefined)[] = [];
  let now = 1_000_000_000;
  let asked = 0;
  const reading = quotaReading({
    clock: { now: () => now },
    leads: () => part.leads ?? true,
    mayLook: () => true,
    mayAsk: () => part.mayAsk ?? true,
    look: async () => [LOOKED],
    ask: () => {
      asked += 1;
      return part.answer?.() ?? Promise.resolve([ASKED]);
    },
    cursor: (key) => cursors[key],
    async keep(events, more) {
      kept.push(...events);
      Object.assign(cursors, more);
    },
    onTrouble: (sentence) => troubles.push(sentence),
  });
  return {
    reading,
    kept,
    troubles,
    asked: () => asked,
    async round(afterMs = 0) {
      now += afterMs;
      reading.soon();
      for (let count = 0; count < 10; count += 1) await turn();
    },
  };
}

test('GitHub is asked every quarter of an hour and no more often, and what it says is kept', async () => {
  const { reading, kept, asked, round } = setUp();
  try {
    await round();
    await round(ASK_EVERY_MS - 1);
    assert.equal(asked(), 1);
    assert.deepEqual(kept, [LOOKED, ASKED, LOOKED]);
    await round(1);
    assert.equal(asked(), 2);
    // A clock that was set back doesn't silence it.
    await round(-3 * ASK_EVERY_MS);
    assert.equal(asked(), 3);
  } finally {
    reading.dispose();
  }
});

test('it is never asked without leave, nor by a window that doesn’t lead, but when the user says so', async () => {
  const [silent, follower] = [setUp({ mayAsk: false }), setUp({ leads: false })];
  try {
    await silent.round();
    await follower.round();
    assert.deepEqual([silent.asked(), follower.asked()], [0, 0]);
    assert.deepEqual([silent.kept, follower.kept], [[LOOKED], []]);
    await follower.reading.ask();
    assert.deepEqual(follower.kept, [ASKED]);
  } finally {
    silent.reading.dispose();
    follower.reading.dispose();
  }
});

test('why it failed is told, once over it is told too, and a failure doesn’t ask more often', async () => {
  let fails = true;
  const { reading, troubles, asked, round } = setUp({
    answer: async () => {
      if (fails) throw new Error('Not signed in: run copilot login.');
      return [ASKED];
    },
  });
  try {
    await round();
    await round(1_000);
    assert.equal(asked(), 1);
    assert.deepEqual(troubles, ['Not signed in: run copilot login.']);
    await assert.rejects(reading.ask(), /Not signed in/);
    fails = false;
    await reading.ask();
    assert.equal(troubles.at(-1), undefined);
  } finally {
    reading.dispose();
  }
});
