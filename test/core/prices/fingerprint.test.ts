import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { fingerprint } from '../../../src/core/prices/fingerprint.ts';

it('is the same for the same text and differs for another', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.match(fingerprint(a), /^[0-9a-f]{16}$/);
      assert.equal(fingerprint(a) === fingerprint(b), a === b);
    }),
  );
});
