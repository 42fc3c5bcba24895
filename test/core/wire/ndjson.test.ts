import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createNdjsonParser } from '../../../src/core/wire/ndjson.ts';
import { chunked } from './readReply.ts';

test('any JSON comes back line by line, in whatever pieces; blank lines are nothing', () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.json())
        .chain((values) => fc.tuple(fc.constant(values), chunked(values.map((v) => `${v}\r\n\n`).join('')))),
      ([values, chunks]) => {
        const parser = createNdjsonParser();
        const lines = chunks.flatMap((chunk) => parser.push(chunk) ?? []);
        assert.equal(parser.end(), undefined);
        assert.deepEqual(
          lines.map((line) => JSON.parse(line)),
          values.map((value) => JSON.parse(value)),
        );
      },
    ),
  );
});

test('the last line may lack its line break', () => {
  const parser = createNdjsonParser();
  assert.deepEqual(parser.push('{"a":1}\n{"b":'), ['{"a":1}']);
  assert.deepEqual(parser.push('2}'), []);
  assert.equal(parser.end(), '{"b":2}');
});

test('a line that is too long ends it', () => {
  assert.equal(createNdjsonParser(8).push('{"a":"12345"}\n'), undefined);
});
