import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeWhole } from '../../src/adapters/wholeFile.ts';

async function* pieces(...texts: readonly (string | Error)[]): AsyncIterable<string> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield text;
  }
}

test('a file is there whole; one that fails leaves what was there, and nothing beside it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-whole-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'steps.csv');
  await writeWhole(path, pieces('a', '', 'b'));
  assert.equal(readFileSync(path, 'utf8'), 'ab');
  await assert.rejects(writeWhole(path, pieces('x', new Error('The ledger is locked.'))), /The ledger is locked/);
  assert.equal(readFileSync(path, 'utf8'), 'ab');
  assert.deepEqual(readdirSync(folder), ['steps.csv']);
});

test('each trouble of the disk is a sentence with its remedy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-whole-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await assert.rejects(
    writeWhole(join(folder, 'gone/steps.csv'), pieces('a')),
    /The folder of .* is not there: choose another/,
  );
  for (const [code, sentence] of [
    ['ENOSPC', /^The disk is full: make room and export again/],
    ['EROFS', /can’t be written: choose a folder that you may write to/],
  ] as const) {
    const error = Object.assign(new Error(code), { code });
    await assert.rejects(writeWhole(join(folder, 'steps.csv'), pieces('a', error)), { message: sentence });
  }
  writeFileSync(join(folder, 'steps.csv'), 'old');
  await assert.rejects(writeWhole(folder, pieces('a')));
  assert.deepEqual(readdirSync(folder), ['steps.csv']);
});
