import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { removeOthers } from '../../src/adapters/removeOthers.ts';

test('what lies beside a folder is removed; the folder stays, and so does what is around them', async (context) => {
  const storage = await mkdtemp(path.join(tmpdir(), 'marginal-others-'));
  context.after(() => rm(storage, { recursive: true }));
  for (const version of ['0.9.0', '1.0.0']) {
    await mkdir(path.join(storage, 'compiled', version, 'v8'), { recursive: true });
    await writeFile(path.join(storage, 'compiled', version, 'v8', 'code'), version);
  }
  await writeFile(path.join(storage, 'ledger.db'), '');
  await removeOthers(path.join(storage, 'compiled', '1.0.0'));
  assert.deepEqual((await readdir(storage, { recursive: true })).sort(), [
    'compiled',
    path.join('compiled', '1.0.0'),
    path.join('compiled', '1.0.0', 'v8'),
    path.join('compiled', '1.0.0', 'v8', 'code'),
    'ledger.db',
  ]);
});

test('where there is nothing it changes nothing', async () => {
  await removeOthers(path.join(tmpdir(), 'marginal-is-not-there', 'compiled', '1.0.0'));
});
