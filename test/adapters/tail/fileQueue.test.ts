// The order in which files are handed to the thread that reads a backlog.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { fileQueue } from '../../../src/adapters/tail/fileQueue.ts';
import type { LineImporter } from '../../../src/ports.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_000 * HOUR_MS;

function importer(id: string): LineImporter {
  return {
    kind: 'lines',
    id,
    agent: id,
    roots: () => [],
    matches: () => true,
    reader: () => assert.fail('No file is read.'),
  };
}

test('of an importer what was written last is lent first', () => {
  const queue = fileQueue({
    limits: { chunkBytes: 64, maxLineBytes: 64 },
    buffer: Buffer.alloc(64),
    clock: { now: () => NOW, elapsed: () => 0 },
    slice: { isOver: () => false, rest: () => Promise.resolve() },
    savedCursor: () => undefined,
    savedMark: () => undefined,
    isStopped: () => false,
    canLend: () => true,
    onBacklog: () => undefined,
  });
  const [first, second] = [importer('first'), importer('second')];
  const see = (name: string, of: LineImporter, hoursAgo: number, live = false) =>
    queue.seen(`/${name}`, [of], { size: 10, modifiedMs: NOW - hoursAgo * HOUR_MS }, live);
  see('old', first, 30);
  see('other old', second, 9);
  see('new', first, 1);
  see('middle', first, 2);
  see('other new', second, 0.5);
  see('live', first, 3);
  see('live', first, 0, true);
  see('gone', first, 4);
  const lent = (of: LineImporter) => queue.lend((each) => each === of)?.path;
  assert.deepEqual([lent(first), lent(second), lent(first)], ['/new', '/other new', '/middle']);
  // Found later: it has its place among those that are left.
  see('late', first, 20);
  queue.forget('/gone', [first]);
  assert.deepEqual([lent(first), lent(first), lent(first)], ['/late', '/old', undefined]);
  assert.deepEqual([lent(second), lent(second)], ['/other old', undefined]);
  assert.equal(queue.nextLive()?.path, '/live');
});
