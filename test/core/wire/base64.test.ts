import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64, fromDataUrl, imageTypeOf, toBase64, toDataUrl } from '../../../src/core/wire/base64.ts';

test('the same text as Node makes, and back, also beyond one piece', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(60_000), (bytes, more) => {
      const data = Uint8Array.from([...bytes, ...new Uint8Array(more).fill(251)]);
      assert.equal(toBase64(data), Buffer.from(data).toString('base64'));
      assert.deepEqual(fromBase64(toBase64(data)), data);
    }),
    { numRuns: 20 },
  );
});

test('what is no base64 is nothing', () => {
  assert.equal(fromBase64('***'), undefined);
  assert.equal(fromDataUrl('https://example.org/a.png'), undefined);
  assert.equal(fromDataUrl('data:image/png;base64,***'), undefined);
  fc.assert(fc.property(fc.string(), (text) => void fromDataUrl(text)));
});

test('data URLs', () => {
  const data = Uint8Array.of(1, 2, 3);
  assert.equal(toDataUrl('image/png', data), 'data:image/png;base64,AQID');
  assert.deepEqual(fromDataUrl('data:image/png;base64,AQID'), { mimeType: 'image/png', data });
});

test('images by their first bytes', () => {
  const type = (...bytes: number[]) => imageTypeOf(Uint8Array.from(bytes));
  assert.equal(type(0x89, 0x50, 0x4e, 0x47), 'image/png');
  assert.equal(type(0xff, 0xd8, 0xff, 0xe0), 'image/jpeg');
  assert.equal(imageTypeOf(new TextEncoder().encode('GIF89a')), 'image/gif');
  assert.equal(imageTypeOf(new TextEncoder().encode('RIFF....WEBP')), 'image/webp');
  assert.equal(imageTypeOf(new TextEncoder().encode('%PDF')), undefined);
});
