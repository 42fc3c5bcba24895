import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { framed, frameReader } from '../../../src/core/wire/contentLength.ts';

const MANY = 1_000_000;

test('messages come whole out of whatever pieces they came in', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 50 }), (values, size) => {
      const messages = values.map((value) => ({ value }));
      const bytes = messages.flatMap((message) => [...framed(message)]);
      const reader = frameReader(MANY);
      const read: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size)
        read.push(...reader.take(Uint8Array.from(bytes.slice(at, at + size))));
      assert.deepEqual(read, JSON.parse(JSON.stringify(messages)));
    }),
  );
});

test('two answers in one piece, as the Copilot CLI 1.0.102 writes them', () => {
  const text =
    'Content-Length: 45\r\n\r\n{"jsonrpc":"2.0","id":2,"result":{"ok":true}}Content-Length: 36\r\nX: y\r\n\r\n{"jsonrpc":"2.0","id":3,"result":{}}';
  assert.deepEqual(
    frameReader(MANY)
      .take(new TextEncoder().encode(text))
      .map((message) => (message as { id: number }).id),
    [2, 3],
  );
});

test('arbitrary bytes never throw but by their amount, and what isn’t JSON is skipped', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void frameReader(MANY).take(bytes)));
  const reader = frameReader(MANY);
  const garbled = new TextEncoder().encode('noise\r\n\r\nContent-Length: 3\r\n\r\n{a}');
  assert.deepEqual(reader.take(garbled), []);
  assert.deepEqual(reader.take(framed(7)), [7]);
  assert.throws(() => frameReader(10).take(new Uint8Array(11)), RangeError);
});
