import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { imageSize } from '../../../src/core/tokens/imageSize.ts';
import { gif, jpeg, png, webp } from './images.ts';

test('the size is read from the head of every kind', () => {
  const size = { width: 1920, height: 1081 };
  const { width, height } = size;
  const heads = {
    png: png(width, height),
    gif: gif(width, height),
    jpeg: jpeg(width, height),
    lossy: webp('VP8 ', width, height),
    lossless: webp('VP8L', width, height),
    extended: webp('VP8X', width, height),
  };
  for (const [kind, data] of Object.entries(heads)) assert.deepEqual(imageSize(data), size, kind);
});

test('true pictures are read', () => {
  // The smallest GIF (1 × 1) as an encoder wrote it.
  const picture = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
  assert.deepEqual(imageSize(picture('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==')), { width: 1, height: 1 });
});

test('what is no image, or is cut short, has no size and does not throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (data) => {
      imageSize(data);
    }),
  );
  for (const whole of [png(3, 4), gif(3, 4), jpeg(3, 4), webp('VP8 ', 3, 4), webp('VP8L', 3, 4), webp('VP8X', 3, 4)]) {
    assert.equal(imageSize(whole.subarray(0, 9)), undefined);
    for (let cut = 0; cut < whole.length; cut++) imageSize(whole.subarray(0, cut));
  }
  assert.equal(imageSize(png(0, 10)), undefined);
  assert.equal(imageSize(readFileSync(new URL(import.meta.url))), undefined);
});

test('a JPEG whose segments lead nowhere ends', () => {
  assert.equal(imageSize(Uint8Array.of(0xff, 0xd8, ...Array(500).fill(0xff))), undefined);
  const zeroLength = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  assert.equal(imageSize(zeroLength), undefined);
});
