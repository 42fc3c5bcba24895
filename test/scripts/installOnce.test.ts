import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { installOnce } from '../../scripts/host/installOnce.mjs';

async function place(context: TestContext) {
  const parent = await mkdtemp(join(tmpdir(), 'marginal-install-'));
  context.after(() => rm(parent, { recursive: true, force: true }));
  return { parent, folder: join(parent, 'tool') };
}

test('installs once, and anew for another recipe', async (context) => {
  const { folder } = await place(context);
  let installs = 0;
  const install = (recipe: string) =>
    installOnce({
      folder,
      recipe,
      install: async (fresh: string) => {
        installs += 1;
        await writeFile(join(fresh, 'made-by'), recipe);
      },
    });
  await install('1');
  await install('1');
  assert.equal(installs, 1);
  await install('2');
  assert.equal(await readFile(join(folder, 'made-by'), 'utf8'), '2');
});

test('a failed install leaves nothing, and the next one starts from nothing', async (context) => {
  const { parent, folder } = await place(context);
  const failing = async (fresh: string) => {
    await writeFile(join(fresh, 'half'), '');
    throw new Error('no network');
  };
  await assert.rejects(installOnce({ folder, recipe: '1', install: failing }), /no network/);
  assert.deepEqual(await readdir(parent), []);
  await installOnce({ folder, recipe: '1', install: async () => {} });
  assert.deepEqual(await readdir(folder), ['recipe']);
});

test('two at once end in one whole install', async (context) => {
  const { parent, folder } = await place(context);
  const install = async (fresh: string) => writeFile(join(fresh, 'whole'), '');
  await Promise.all([1, 2, 3].map(() => installOnce({ folder, recipe: '1', install })));
  assert.deepEqual(await readdir(parent), ['tool']);
  assert.deepEqual((await readdir(folder)).sort(), ['recipe', 'whole']);
});

test('what a killed install left is removed after an hour, not before', async (context) => {
  const { parent, folder } = await place(context);
  await mkdir(`${folder}-old`);
  await mkdir(`${folder}-running`);
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60_000);
  await utimes(`${folder}-old`, twoHoursAgo, twoHoursAgo);
  await installOnce({ folder, recipe: '1', install: async () => {} });
  assert.deepEqual((await readdir(parent)).sort(), ['tool', 'tool-running']);
});
