import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { addedSentence } = await import('../../src/editor/addEndpoint.ts');

test('the user is told how many models came, and what to do where none did', () => {
  assert.match(addedSentence('Lab', 2), /^Lab is added with 2 models: pick one /);
  assert.match(addedSentence('Lab', 1), /with one model: pick one /);
  const without = addedSentence('Lab', 0);
  assert.match(without, /^Lab is added, without models for now: .*Marginal: Rescan/);
  assert.doesNotMatch(without, /pick one/i);
});
