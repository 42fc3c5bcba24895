import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Observation } from '../../src/core/ledger/event.ts';
import { readBlock } from '../../src/storage/eventBlock.ts';
import { rowWriter } from '../../src/storage/rowWriter.ts';
import { anyNames, anyObservation } from '../fakes/anyObservation.ts';
import { blockWriter } from '../fakes/blockWriter.ts';
import { madeEvent } from '../fakes/madeEvent.ts';

/** All blocks that the events take. `names`: whether rows are written from names that lie there. */
function blocksOf(events: readonly Observation[], names: boolean): readonly string[] {
  const writer = blockWriter(names);
  const blocks: string[] = [];
  for (const event of events) {
    if (writer.add(event)) continue;
    blocks.push(writer.take());
    writer.add(event);
  }
  return [...blocks, writer.take()];
}

function assertSame(events: readonly Observation[]): void {
  assert.deepEqual(blocksOf(events, true), blocksOf(events, false));
}

test('a row written from its bytes is the JSON of it, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 60, size: 'max' }), (events) => assertSame(events)),
    { numRuns: 200 },
  );
});

const { latency: _, ...plain } = madeEvent(1, 1_764_000_000_123);

test('identities that look like parts of the id, and are not', () => {
  const ofOneForm = anyNames.map((names) => ({ ...plain, ...names }));
  fc.assert(fc.property(fc.array(ofOneForm, { maxLength: 60, size: 'max' }), assertSame), { numRuns: 200 });
});

test('every number of digits', () => {
  const around = Array.from({ length: 17 }, (_, digits) => 10 ** digits).flatMap((each) => [each - 1, each, each + 1]);
  const events = [...around, ...around.map((each) => Math.floor(each / 3)), Number.MAX_SAFE_INTEGER].map((tokens) => ({
    ...plain,
    at: tokens,
    usage: { fresh: tokens, text: Math.floor(tokens / 7), reasoning: tokens + 0.5 },
  }));
  assertSame(events);
  assertSame(events.map((event) => ({ ...event, usage: { fresh: event.usage.fresh } })));
});

test('names of every length, with what JSON escapes at any place of them', () => {
  for (const odd of ['', '"', '\\', '\n', '\u001f', '\u007f', 'é']) {
    const events = Array.from({ length: 70 }, (_, length) => {
      const id = 'x'.repeat(length) + odd + 'y'.repeat(length % 17);
      return [id, id.slice(1), `${id}z`].map((part) => ({
        ...plain,
        callId: `c:${id}:r`,
        identities: [`first:${id}`, `second:${part}`],
      }));
    });
    assertSame(events.flat());
  }
});

test('names as long as a block, and longer', () => {
  const long = (bytes: number, identities: readonly number[] = []) => ({
    ...plain,
    callId: 'i'.repeat(bytes),
    identities: identities.map((length) => 'n'.repeat(length)),
  });
  for (let bytes = 3_000; bytes < 4_300; bytes += 7) assertSame([plain, long(bytes), plain]);
  assertSame([long(10, Array(2_000).fill(0)), long(10, [3_000]), long(2_000, [900, 900]), long(20_000), plain]);
});

test('more forms than have a place for their parts, and parts that are too long for one', () => {
  const events = Array.from({ length: 90 }, (_, index) => ({
    ...plain,
    source: `source-${index % 45}`,
    callId: `c:${index}`,
    identities: [`${'long'.repeat(index % 3 === 0 ? 100 : 1)}:${index}`],
  }));
  const back = blocksOf(events, true).flatMap((text) => {
    const block = readBlock(text);
    return Array.from({ length: block.count }, (_, place) => block.at(place));
  });
  assert.deepEqual(back, events);
});

test('only what can’t be written so is refused', () => {
  const { words, ends, row } = rowWriter(1_000, 10);
  const bytesOf = (id: string, at: number) => {
    ends[0] = words.write(id);
    return row(0, 0, -1, 0, 1, 2, -1, at, NaN, 3, NaN, NaN, NaN, NaN, NaN);
  };
  assert.equal(bytesOf('id', 5), '[1,2,-1,5,"id",null,null,3,null,null,null,null,null]'.length);
  for (const [id, at] of [
    ['"', 5],
    ['é', 5],
    ['id', 5.5],
    ['id', -1],
    ['id', Infinity],
  ] as const)
    assert.ok(bytesOf(id, at) < 0, `${id} ${at}`);
});
