import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTextPieces } from '../../src/core/textPieces.ts';

test('the text is its pieces, up to the limit; the length is that of all', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.nat(60), (parts, most) => {
      const pieces = createTextPieces(most);
      for (const part of parts) pieces.push(part);
      assert.equal(pieces.text(), parts.join('').slice(0, most));
      assert.equal(pieces.length(), parts.join('').length);
      assert.equal(pieces.text(), parts.join('').slice(0, most), 'asked twice');
    }),
  );
});

test('it can be asked in the middle, and holds many small pieces', () => {
  const pieces = createTextPieces(1_000_000);
  for (let count = 0; count < 5000; count += 1) {
    pieces.push('ab');
    if (count === 1500) assert.equal(pieces.text().length, 3002);
  }
  assert.equal(pieces.text(), 'ab'.repeat(5000));
});
