import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLineSplitter } from '../../../src/core/wire/lines.ts';
import { chunked } from './readReply.ts';

function split(chunks: readonly (Uint8Array | string)[], most?: number): readonly string[] | undefined {
  const splitter = createLineSplitter(most);
  const lines: string[] = [];
  for (const chunk of chunks) {
    const complete = splitter.push(chunk);
    if (complete === undefined) return undefined;
    lines.push(...complete);
  }
  const rest = splitter.rest();
  return rest === undefined ? lines : [...lines, rest];
}

test('lines end in LF or CRLF, the last in nothing', () => {
  assert.deepEqual(split(['a\r\nb\n\nc']), ['a', 'b', '', 'c']);
  assert.deepEqual(split(['a\n']), ['a']);
  assert.deepEqual(split([]), []);
});

test('a line that is cut anywhere, also inside a character, is the line', () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.string({ unit: 'binary' }).map((line) => line.toWellFormed().replace(/[\r\n]/g, '')))
        .chain((lines) => {
          const body = lines.map((line) => `${line}\n`).join('');
          return fc.tuple(fc.constant(lines), chunked(body));
        }),
      ([lines, chunks]) => {
        assert.deepEqual(split(chunks), lines);
      },
    ),
  );
});

test('a string cut between the halves of a surrogate pair is whole again', () => {
  assert.deepEqual(split(['\ud83d', '\ude42\n']), ['🙂']);
});

test('bytes that are not UTF-8 become replacement characters', () => {
  assert.deepEqual(split([Uint8Array.of(0xff, 10)]), ['\ufffd']);
});

test('a line that is too long ends it, whether its end has come or not', () => {
  assert.equal(split(['12345\n'], 4), undefined);
  assert.equal(split(['123', '45'], 4), undefined);
  assert.deepEqual(split(['1234\n1234'], 4), ['1234', '1234']);
});

test('small pieces of a long line cost no more than linear time', () => {
  // Processor time: other work on the machine doesn't count. Looking at all pieces again for each would take 256 times.
  const run = (pieces: number) => {
    const piece = new Uint8Array(64).fill(97);
    const started = process.cpuUsage();
    const splitter = createLineSplitter();
    for (let index = 0; index < pieces; index += 1) splitter.push(piece);
    splitter.push('\n');
    const { user, system } = process.cpuUsage(started);
    return user + system;
  };
  const best = (pieces: number) => Math.min(...Array.from({ length: 5 }, () => run(pieces)));
  best(5_000);
  const [short, long] = [best(5_000), best(80_000)];
  assert.ok(long / short < 100, `16 times the pieces took ${(long / short).toFixed(1)} times as long`);
});

test('a long line in tiny pieces holds little more than its bytes', () => {
  const splitter = createLineSplitter();
  const piece = Uint8Array.of(97);
  const before = process.memoryUsage();
  for (let index = 0; index < 2_000_000; index += 1) splitter.push(piece);
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  assert.ok(grown < 60e6, `2 MB in pieces of one byte hold ${(grown / 1e6).toFixed(0)} MB`);
  assert.equal(splitter.push('\n')?.[0]?.length, 2_000_000);
});
