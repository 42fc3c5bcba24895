import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalEvent } from '../../src/core/ledger/canonicalEvent.ts';
import { eventSchemas, type Observation } from '../../src/core/ledger/event.ts';
import { BLOCK_BEGINS, readBlock } from '../../src/storage/eventBlock.ts';
import { blockWriter } from '../fakes/blockWriter.ts';
import { history } from '../fakes/ledgerEvents.ts';
import { madeEvent } from '../fakes/madeEvent.ts';

const { callFactsSchema, costSchema, failedSchema, latencySchema, settledSchema, usageSchema } = eventSchemas();

const PAGE_BYTES = 4096;

/** All events, through as many blocks as they take. */
function throughBlocks(events: readonly Observation[]): { readonly events: Observation[]; readonly blocks: string[] } {
  const writer = blockWriter();
  const blocks: string[] = [];
  for (const event of events) {
    if (writer.add(event)) continue;
    blocks.push(writer.take());
    assert.ok(writer.add(event));
  }
  blocks.push(writer.take());
  return {
    blocks,
    events: blocks.flatMap((text) => {
      const block = readBlock(text);
      return Array.from({ length: block.count }, (_, place) => block.at(place) ?? assert.fail());
    }),
  };
}

test('what goes into blocks comes out of them', () => {
  fc.assert(
    fc.property(history, (all) => {
      const events = all.filter((event) => event.kind === 'settled' || event.kind === 'failed');
      if (events.length === 0) return;
      assert.deepEqual(throughBlocks(events).events.map(canonicalEvent), events.map(canonicalEvent));
    }),
  );
});

test('every key that an observation may have is kept', () => {
  const one = (shape: object, value: unknown) => Object.fromEntries(Object.keys(shape).map((key) => [key, value]));
  for (const [kind, schema] of [
    ['settled', settledSchema],
    ['failed', failedSchema],
  ] as const) {
    const event = {
      ...one(schema.shape, 'x'),
      kind,
      at: 1.5,
      billedNanoCredits: 7,
      identities: ['y'],
      tools: ['z', 'z'],
      facts: one(callFactsSchema.shape, 'x'),
      cost: { ...one(costSchema.shape, 'x'), nanoCredits: 3 },
      usage: one(usageSchema.shape, 5),
      latency: one(latencySchema.shape, 6),
    } as unknown as Observation;
    const [back] = throughBlocks([event]).events;
    assert.deepEqual(back, event);
    // One after the other, each without one of its keys.
    const parts = Object.keys(event)
      .filter((key) => !['kind', 'at', 'callId', 'source', 'facts', 'fault'].includes(key))
      .map((key) => ({ ...event, [key]: undefined }));
    assert.deepEqual(throughBlocks(parts).events.map(canonicalEvent), parts.map(canonicalEvent));
  }
});

test('a block fits in a page, with many events in it, and holds what they share once', () => {
  const events = Array.from({ length: 400 }, (_, index) => madeEvent(index, 1_700_000_000_000));
  const { blocks, events: back } = throughBlocks(events);
  assert.deepEqual(back, events);
  for (const text of blocks) {
    assert.ok(text.startsWith(BLOCK_BEGINS));
    assert.ok(Buffer.byteLength(text) < PAGE_BYTES - 60);
  }
  assert.ok(events.length / blocks.length > 10, `${events.length / blocks.length}`);
  assert.ok((blocks[0]?.split('"agentVersion"').length ?? 9) <= 3, 'two runs at most');
});

test('a block of any letters fits in a page too', () => {
  const writer = blockWriter();
  for (let index = 0; ; index += 1) {
    const event = madeEvent(index, 5);
    const facts = { ...event.facts, folder: `/家/プロジェクト/${'見積もり'.repeat(5)}/${index}` };
    if (writer.add({ ...event, facts, tools: [`道具-${index}`] })) continue;
    assert.ok(index > 3);
    break;
  }
  assert.ok(Buffer.byteLength(writer.take()) < PAGE_BYTES - 60);
});

test('facts that lack different ones are not the same', () => {
  const event = madeEvent(1, 5);
  const facts = [
    { agent: 'x', folder: undefined },
    { agent: 'x', model: 'm' },
  ] as unknown as Observation['facts'][];
  const { events } = throughBlocks(facts.map((each) => ({ ...event, facts: each })));
  assert.deepEqual(
    events.map((each) => each.facts),
    [{ agent: 'x' }, { agent: 'x', model: 'm' }],
  );
});

test('what is too long for a block is refused, and leaves nothing of itself behind', () => {
  const writer = blockWriter();
  const long = { ...madeEvent(1, 5), facts: { agent: 'x'.repeat(PAGE_BYTES) } };
  assert.equal(writer.add(long), false);
  assert.ok(writer.add(madeEvent(2, 5)));
  assert.equal(writer.add(long), false);
  assert.equal(writer.count, 1);
  const text = writer.take();
  assert.ok(text.length < 1000);
  assert.deepEqual(readBlock(text).at(0), madeEvent(2, 5));
});

test('what was too long for a block is forgotten, however much of it comes', () => {
  const writer = blockWriter();
  const tools = (letter: string) => [letter.repeat(PAGE_BYTES)];
  for (let index = 0; index < 500; index += 1) {
    const facts = { agent: 'x', runId: `run-${index}` };
    assert.equal(writer.add({ ...madeEvent(index, 5), facts, tools: tools(`${index}`) }), false);
  }
  let asked = 0;
  const counted = new Proxy(tools('x'), {
    get(list, key) {
      asked += 1;
      return Reflect.get(list, key);
    },
  });
  assert.equal(writer.add({ ...madeEvent(1, 5), tools: counted }), false);
  assert.ok(asked < 20, `compared ${asked} times`);
});

test('identities that are parts of the id stand there once; others stand as they are', () => {
  const event = (callId: string, identities?: string[]): Observation => {
    const { identities: _, ...rest } = madeEvent(1, 5);
    return { ...rest, callId, ...(identities ? { identities } : {}) };
  };
  const events = [
    event('claude-code:msg_1:req_22', ['anthropic-message:msg_1', 'anthropic-request:req_22']),
    event('claude-code:msg_2:req_33', ['anthropic-message:msg_2', 'anthropic-request:req_33']),
    event('claude-code:msg_3:req_444', ['anthropic-message:msg_3', 'anthropic-request:req_444']),
    event('claude-code:msg_4:req_55', ['anthropic-message:msg_4']),
    event('claude-code:msg_5:req_66', ['anthropic-message:msg_5', 'anthropic-request:req_67']),
    event('short', ['anthropic-message:msg_5', 'anthropic-request:']),
    event('claude-code:msg_6:req_77'),
    event('claude-code:msg_7:req_88', []),
    event('', ['', 'no colon']),
  ];
  const { blocks, events: back } = throughBlocks(events);
  assert.deepEqual(back, events);
  assert.ok(!blocks[0]?.includes('anthropic-message:msg_2'));
  for (const first of events) assert.deepEqual(throughBlocks([first, ...events]).events, [first, ...events]);
});

test('what was taken out leaves its place, and nothing that it alone had', () => {
  const writer = blockWriter();
  const events = [1, 2, 3].map((index) => ({ ...madeEvent(index, 5), facts: { agent: `agent-${index}` } }));
  for (const event of events) assert.ok(writer.add(event));
  const text = readBlock(writer.take()).without(1);
  const block = readBlock(text);
  assert.deepEqual(
    [0, 1, 2].map((place) => block.at(place)),
    [events[0], undefined, events[2]],
  );
  assert.ok(!text.includes('agent-2') && text.includes('agent-3'));
  assert.equal(readBlock(block.without(0)).at(2)?.callId, events[2]?.callId);
});

test('whatever is taken out, the others stay what and where they are, and the block grows no longer', () => {
  // Ids of several lengths, as the first one's form doesn't fit them all.
  const events = Array.from({ length: 60 }, (_, index) => {
    const event = madeEvent(40 + index, 5);
    const id = `${index}`.repeat(index % 3 === 1 ? 30 : 20);
    const facts = { ...event.facts, runId: `run-${index % 7}` };
    return { ...event, callId: `x:${id}:y`, identities: [`first-${index % 4}:${id}`, `second:${id}:y`], facts };
  });
  const { blocks } = throughBlocks(events);
  fc.assert(
    fc.property(fc.constantFrom(...blocks), fc.infiniteStream(fc.nat({ max: 9 })), (whole, places) => {
      let text = whole;
      const expected = Array.from({ length: readBlock(text).count }, (_, place) => readBlock(text).at(place));
      for (let left = expected.length; left > 0; left -= 1) {
        const there = [...expected.keys()].filter((place) => expected[place]);
        const place = there[(places.next().value ?? 0) % there.length] as number;
        const rest = readBlock(text).without(place);
        expected[place] = undefined;
        const block = readBlock(rest);
        assert.deepEqual(
          expected.map((_, at) => block.at(at)),
          expected,
        );
        assert.ok(rest.startsWith(BLOCK_BEGINS) && rest.length < text.length);
        text = rest;
      }
      assert.ok(!/run-|first|second|claude|anthropic/.test(text), text);
    }),
    { numRuns: 40 },
  );
});

test('a block that is none is damage', () => {
  const isDamage = (error: unknown) => (error as { errcode?: unknown }).errcode === 11;
  assert.throws(() => readBlock('{"block":1,"forms":['), isDamage);
  assert.throws(() => readBlock('{"block":1,"forms":[],"facts":[],"tools":[],"rows":[]}').at(0), isDamage);
  assert.throws(
    () => readBlock('{"block":1,"forms":[],"facts":[],"tools":[],"rows":[[0,0,-1,1,"a",null]]}').at(0),
    isDamage,
  );
});
