import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeRanks } from '../../../scripts/make-ranks.mjs';
import { loadO200kTokenizer, RANKS_FILE_NAME } from '../../../src/adapters/tokenizer/ranksFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'marginal-ranks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the table that the build writes is read, and small enough to ship', () => {
  const file = join(folder, RANKS_FILE_NAME);
  assert.ok(writeRanks(file) < 850_000);
  assert.deepEqual(loadO200kTokenizer(file).encode('hello world'), [24912, 2375]);
});

test('a missing or damaged table gives a sentence with its remedy', () => {
  const damaged = join(folder, 'damaged');
  writeFileSync(damaged, 'no ranks');
  for (const file of [damaged, join(folder, 'missing')]) {
    assert.throws(() => loadO200kTokenizer(file), /Reinstall the extension/);
  }
});
