import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createPieceCache } from '../../../src/adapters/tokenizer/pieceCache.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('a piece is known by its bytes, wherever they stand', () => {
  const cache = createPieceCache(4, 64);
  cache.set(bytesOf('..piece..'), 2, 7, 99, 3);
  assert.equal(cache.get(bytesOf('piece'), 0, 5, 99), 3);
  assert.equal(cache.get(bytesOf('piec'), 0, 4, 99), 0);
  assert.equal(cache.get(bytesOf('Piece'), 0, 5, 99), 0, 'the same hash, other bytes');
  assert.equal(cache.get(bytesOf('piece'), 0, 5, 98), 0);
});

test('what it tells was told it last, whatever collides and however full it gets', () => {
  // Few slots, little room and hashes that collide.
  const pieces = fc.record({ piece: fc.stringMatching(/^[ab]{1,6}$/), tokens: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (list) => {
      const cache = createPieceCache(2, 24);
      const told = new Map<string, number>();
      for (const { piece, tokens } of list) {
        const bytes = bytesOf(piece);
        cache.set(bytes, 0, bytes.length, bytes.length, tokens);
        told.set(piece, tokens);
        assert.equal(cache.get(bytes, 0, bytes.length, bytes.length), tokens);
        for (const [other, count] of told) {
          const known = cache.get(bytesOf(other), 0, other.length, other.length);
          assert.ok(known === 0 || known === count);
        }
      }
    }),
  );
});

test('a piece that is too long is not kept', () => {
  const cache = createPieceCache(4, 8);
  const long = bytesOf('x'.repeat(9));
  cache.set(long, 0, 9, 1, 2);
  assert.equal(cache.get(long, 0, 9, 1), 0);
});
