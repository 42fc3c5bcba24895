import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { liesWithin } from '../../src/adapters/liesWithin.ts';

test('links and dots don’t lead out of a folder unseen', async (context) => {
  const base = await mkdtemp(join(tmpdir(), 'marginal-within-'));
  context.after(() => rm(base, { recursive: true, force: true }));
  const folder = join(base, 'project');
  await mkdir(join(folder, 'src'), { recursive: true });
  await mkdir(join(base, 'project2'));
  await writeFile(join(base, 'secret.txt'), 'x');
  await symlink(base, join(folder, 'up'));
  await symlink(join(base, 'secret.txt'), join(folder, 'link.txt'));
  for (const inside of ['src/a.ts', 'src/new/deep/a.ts', 'src/../b.ts'])
    assert.equal(await liesWithin(join(folder, inside), folder), true, inside);
  for (const outside of ['../secret.txt', '../project2/a.ts', 'link.txt', 'up/secret.txt', 'up/new.txt'])
    assert.equal(await liesWithin(join(folder, outside), folder), false, outside);
});
