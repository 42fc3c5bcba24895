import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METERS, meterSwitches, sourcesOf } from '../../src/core/meters.ts';
import { importers } from '../../src/importers/index.ts';

test('every importer has one meter that switches it, and every meter has importers', () => {
  const switched = sourcesOf(meterSwitches(() => true));
  assert.deepEqual([...switched].sort(), importers.map(({ id }) => id).sort());
  for (const { sources } of METERS) assert.ok(sources.length > 0);
});

test('a meter that is off takes its own importers out and no others', () => {
  const off = sourcesOf(meterSwitches((name) => name !== 'copilot'));
  assert.ok(off.includes('claude-code-log'));
  assert.ok(!off.some((source) => source.startsWith('copilot-')));
});
