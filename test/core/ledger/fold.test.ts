import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UNSERVED_FAULTS } from '../../../src/core/endpointError.ts';
import type { FailedEvent, LedgerEvent, SettledEvent, StartedEvent } from '../../../src/core/ledger/event.ts';
import { asLost, foldCall } from '../../../src/core/ledger/fold.ts';
import { callEvents, shuffledWithRepeats } from '../../fakes/ledgerEvents.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

function started(more: Partial<StartedEvent> = {}): StartedEvent {
  return { kind: 'started', callId: 'call', at: NOON, source: 'provider', facts: { agent: 'vscode-chat' }, ...more };
}

function settled(more: Partial<SettledEvent> = {}): SettledEvent {
  return {
    kind: 'settled',
    callId: 'call',
    at: NOON + 9000,
    source: 'provider',
    facts: { agent: 'vscode-chat' },
    usage: { fresh: 100, text: 20 },
    usageBasis: 'reported',
    cost: { nanoCredits: 700, confidence: 'priced', priceBook: '2026-11' },
    ...more,
  };
}

function failed(more: Partial<FailedEvent> = {}): FailedEvent {
  const { kind: _, usage: __, usageBasis: ___, cost: ____, ...rest } = settled();
  return { ...rest, kind: 'failed', fault: 'garbled', ...more };
}

function fold(...events: readonly LedgerEvent[]) {
  const entry = foldCall(events);
  assert.ok(entry);
  return entry;
}

test('a call that has started is open, and nothing is known of its cost', () => {
  const entry = fold(started());
  assert.equal(entry.state, 'open');
  assert.deepEqual(entry.cost, { confidence: 'unknown' });
  assert.deepEqual(entry.usage, {});
  assert.equal(asLost(entry).state, 'lost');
});

test('its end gives the figures, its start the time', () => {
  const entry = fold(settled({ finish: 'stop', tools: ['Read'] }), started({ facts: { agent: 'x', folder: '/app' } }));
  assert.equal(entry.state, 'settled');
  assert.equal(entry.at, NOON);
  assert.equal(entry.endedAt, NOON + 9000);
  assert.deepEqual(entry.usage, { fresh: 100, text: 20 });
  assert.equal(entry.cost.nanoCredits, 700);
  assert.deepEqual(entry.facts, { agent: 'vscode-chat', folder: '/app' });
  assert.deepEqual(entry.tools, ['Read']);
  assert.equal(entry.finish, 'stop');
});

test('several sources of one call are one entry, the most exact in front', () => {
  const billed = settled({ source: 'copilot-store', billedNanoCredits: 650 });
  const priced = settled({ source: 'claude-code-log' });
  const counted = settled({ usageBasis: 'counted', cost: { nanoCredits: 900, confidence: 'estimated' } });
  const unpriced = settled({ source: 'other-log', cost: { confidence: 'unknown' } });
  const order = [billed, priced, counted, unpriced];
  for (let place = 0; place < order.length; place += 1) {
    const entry = fold(...order.slice(place).reverse());
    assert.equal(entry.source, order[place]?.source);
    assert.deepEqual(
      entry.witnesses,
      order
        .slice(place + 1)
        .map((event) => event.source)
        .sort(),
    );
  }
  assert.deepEqual(fold(...order).cost, { nanoCredits: 650, confidence: 'billed' });
  assert.equal(fold(unpriced).cost.nanoCredits, undefined);
});

test('of two equally exact sources the one that made the call is in front', () => {
  assert.equal(fold(settled({ source: 'a-log' }), settled()).source, 'provider');
  assert.equal(fold(settled({ source: 'b-log' }), settled({ source: 'a-log' })).source, 'a-log');
});

test('what the front source does not know, the others fill in', () => {
  const entry = fold(
    settled({ source: 'copilot-store', billedNanoCredits: 650, usage: {}, facts: { agent: 'copilot', model: 'gpt' } }),
    settled({
      latency: { firstTokenMs: 300 },
      facts: { agent: 'vscode-chat', model: 'gpt-dated', folder: '/app', sessionId: 's' },
      tools: ['Edit'],
      finish: 'toolCalls',
    }),
    settled({ source: 'z-log', latency: { firstTokenMs: 999, totalMs: 4000 }, tools: ['other'] }),
  );
  assert.equal(entry.cost.nanoCredits, 650);
  assert.deepEqual(entry.facts, { agent: 'copilot', model: 'gpt', folder: '/app', sessionId: 's' });
  assert.deepEqual(entry.usage, { fresh: 100, text: 20 });
  assert.equal(entry.usageBasis, 'reported');
  assert.deepEqual(entry.latency, { firstTokenMs: 300, totalMs: 4000 });
  assert.deepEqual(entry.tools, ['Edit']);
  assert.equal(entry.finish, 'toolCalls');
});

test('usage is never mixed from two sources', () => {
  const entry = fold(
    settled({ usage: { text: 50 } }),
    settled({ source: 'a-log', usage: { text: 30, reasoning: 20 } }),
  );
  assert.deepEqual(entry.usage, { text: 50 });
});

test('an agent’s own session id stands before one that was inferred', () => {
  const inferred = settled({ facts: { agent: 'vscode-chat', sessionId: 'guess', sessionInferred: true } });
  const own = settled({ source: 'a-log', facts: { agent: 'claude-code', sessionId: 'own' } });
  assert.deepEqual(fold(inferred, own).facts, { agent: 'vscode-chat', sessionId: 'own' });
  assert.deepEqual(fold(inferred).facts.sessionInferred, true);
});

test('a later, fuller account of the same source replaces the partial one', () => {
  const partial = settled({
    source: 'claude-code-log',
    usage: { fresh: 100, text: 1 },
    cost: { nanoCredits: 10, confidence: 'priced' },
  });
  const full = settled({ source: 'claude-code-log', usage: { fresh: 100, text: 500 } });
  for (const events of [
    [partial, full],
    [full, partial],
    [full, partial, full],
  ]) {
    const entry = fold(...events);
    assert.deepEqual(entry.usage, { fresh: 100, text: 500 });
    assert.equal(entry.cost.nanoCredits, 700);
    assert.deepEqual(entry.witnesses, []);
  }
});

test('the same figures priced later: the later pricing counts, whatever the books are called', () => {
  const priced = (nanoCredits: number, pricedAt: number, priceBook = 'b') =>
    settled({ cost: { nanoCredits, confidence: 'priced', priceBook, pricedAt } });
  const unpriced = settled({ cost: { confidence: 'unknown', priceBook: 'c', pricedAt: 1 } });
  const [old, dear, again] = [priced(700, 2), priced(800, 3, 'a'), priced(700, 4)];
  const forgotten = settled({ cost: { confidence: 'unknown', priceBook: 'c', pricedAt: 5 } });
  assert.equal(fold(unpriced, old).cost.nanoCredits, 700);
  assert.equal(fold(dear, unpriced, old).cost.nanoCredits, 800);
  assert.equal(fold(dear, again, old).cost.nanoCredits, 700);
  assert.equal(fold(again, forgotten, dear, old).cost.nanoCredits, undefined, 'a price that was taken back');
  assert.equal(fold(settled({ cost: { confidence: 'unknown' } }), settled()).cost.nanoCredits, 700, 'not said when');
});

test('pricings that come to the same are told as of the first', () => {
  const at = (pricedAt: number, nanoCredits = 700) =>
    settled({ cost: { nanoCredits, confidence: 'priced', priceBook: `book ${pricedAt}`, pricedAt } });
  assert.equal(fold(at(3), at(2), at(4)).cost.pricedAt, 2);
  assert.equal(fold(at(3), at(2, 650), at(4)).cost.pricedAt, 3);
});

test('a later pricing does not stand before a fuller account, nor before a bill', () => {
  const late = settled({ usage: { fresh: 100, text: 1 }, cost: { nanoCredits: 5, confidence: 'priced', pricedAt: 9 } });
  assert.equal(fold(late, settled()).cost.nanoCredits, 700);
  assert.equal(fold(late, settled({ billedNanoCredits: 650 })).cost.nanoCredits, 650);
});

test('a total that was told again with its steps’ run stays in it when the first telling is priced later', () => {
  const total = (runId: string, nanoCredits: number, pricedAt: number) =>
    settled({
      scope: 'run',
      facts: { agent: 'copilot', runId },
      cost: { nanoCredits, confidence: 'priced', pricedAt },
    });
  const entry = fold(total('request-1', 800, 3), total('run-1', 700, 1), total('request-1', 700, 1));
  assert.equal(entry.facts.runId, 'run-1');
});

test('a price on counted tokens is an estimate', () => {
  assert.equal(fold(settled({ usageBasis: 'counted' })).cost.confidence, 'estimated');
  assert.equal(fold(settled({ usageBasis: 'counted', billedNanoCredits: 5 })).cost.confidence, 'billed');
});

test('a failed call: its cost is unknown, unless the endpoint turned it away', () => {
  assert.deepEqual(fold(failed()).cost, { confidence: 'unknown' });
  assert.equal(fold(failed()).fault, 'garbled');
  assert.equal(fold(failed()).state, 'failed');
  const unserved = ['quota', 'refused', 'tooLong', 'unauthorized', 'unknownModel', 'unreachable'];
  assert.deepEqual([...UNSERVED_FAULTS].sort(), unserved);
  for (const fault of unserved) {
    assert.equal(fold(failed({ fault })).cost.nanoCredits, 0);
    assert.equal(fold(failed({ fault, usage: { text: 4 } })).cost.nanoCredits, undefined);
  }
});

test('a witness does not say how the call ended', () => {
  const witness = { ...settled({ source: 'copilot-store', billedNanoCredits: 650 }), kind: 'witnessed' as const };
  assert.equal(fold(witness).state, 'settled');
  assert.equal(fold(witness, failed()).state, 'failed');
  assert.equal(fold(witness, failed()).cost.nanoCredits, 650);
});

test('figures that are none are unknown', () => {
  const entry = fold(
    settled({
      usage: { fresh: Number.NaN, text: 3.7, reasoning: 1e300 },
      cost: { nanoCredits: Number.NaN, confidence: 'priced' },
    }),
  );
  assert.deepEqual(entry.usage, { text: 3 });
  assert.deepEqual(entry.cost, { confidence: 'unknown' });
  assert.equal(fold(settled({ cost: { nanoCredits: 1.5, confidence: 'priced' } })).cost.nanoCredits, 2);
});

test('what was erased is gone, and what is no call makes none', () => {
  const erased: LedgerEvent = { kind: 'erased', callId: 'call', at: NOON, source: 'user' };
  assert.equal(foldCall([settled(), erased]), undefined);
  assert.equal(foldCall([erased, settled()]), undefined);
  assert.equal(foldCall([]), undefined);
  assert.equal(
    foldCall([{ kind: 'outcome', callId: 'call', at: NOON, source: 'git', taskId: 't', outcome: 'committed' }]),
    undefined,
  );
});

test('neither the order of events nor repeating them changes the entry', () => {
  fc.assert(
    fc.property(
      callEvents.chain((events) => fc.tuple(fc.constant(events), shuffledWithRepeats(events))),
      ([events, others]) => assert.deepEqual(foldCall(others), foldCall(events)),
    ),
    { numRuns: 1000 },
  );
});

test('the entry’s figures are some source’s own, and no source is surer', () => {
  const order = ['billed', 'priced', 'estimated', 'unknown'];
  fc.assert(
    fc.property(callEvents, (events) => {
      const entry = foldCall(events);
      if (!entry || entry.state === 'open') return;
      const alone = events.map((event) => foldCall([event])).filter((each) => each && each.state !== 'open');
      const best = Math.min(...alone.map((each) => order.indexOf(each?.cost.confidence ?? 'unknown')));
      // A source's fuller account may be less sure than its partial one, never than a bill.
      if (best === 0) assert.equal(entry.cost.confidence, 'billed');
      assert.ok(alone.some((each) => each?.cost.nanoCredits === entry.cost.nanoCredits));
      assert.ok(alone.some((each) => JSON.stringify(each?.usage) === JSON.stringify(entry.usage)));
      assert.equal(entry.cost.nanoCredits === undefined, entry.cost.confidence === 'unknown');
    }),
    { numRuns: 500 },
  );
});
