import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createMergeQueue } from '../../../src/adapters/tokenizer/mergeQueue.ts';

const RANKS = 12;

test('merges are taken by rank, and within a rank from left to right, whenever they were added', () => {
  const add = fc.record({ rank: fc.nat(RANKS - 1), position: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(fc.option(add), { maxLength: 200 }), (steps) => {
      const queue = createMergeQueue(RANKS, 2);
      let waiting: { rank: number; position: number }[] = [];
      const take = () => {
        waiting = waiting.sort((a, b) => a.rank - b.rank || a.position - b.position);
        const expected = waiting.shift();
        assert.equal(queue.takeLowest(), expected !== undefined);
        if (expected) assert.deepEqual([queue.rank(), queue.position()], [expected.rank, expected.position]);
      };
      for (const step of steps) {
        if (step) {
          queue.add(step.rank, step.position);
          waiting.push(step);
        } else take();
      }
      while (waiting.length > 0) take();
      take();
    }),
    { numRuns: 1000 },
  );
});

test('a queue that was emptied is as new', () => {
  const queue = createMergeQueue(RANKS, 1);
  for (let round = 0; round < 3; round++) {
    for (const position of [5, 3, 4]) queue.add(7, position);
    for (const position of [3, 4, 5]) {
      assert.ok(queue.takeLowest());
      assert.equal(queue.position(), position);
    }
    assert.ok(!queue.takeLowest());
  }
});
