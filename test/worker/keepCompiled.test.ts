import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';

/** A thread that keeps in `folder` what it compiles, and compiles some of the program. */
async function compileInto(folder: string): Promise<void> {
  const [keep, program] = ['worker/keepCompiled.ts', 'core/money.ts'].map((file) =>
    import.meta.resolve(`../../src/${file}`),
  );
  const script = `import(${JSON.stringify(keep)}).then(({ keepCompiled }) => {
    keepCompiled(require('node:worker_threads').workerData);
    return import(${JSON.stringify(program)});
  })`;
  await once(new Worker(script, { eval: true, workerData: folder }), 'exit');
}

async function versionsIn(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'marginal-compiled-'));
  context.after(() => rm(folder, { recursive: true }));
  return path.join(folder, 'compiled');
}

test('what was compiled is there when the thread has ended, of this version alone', async (context) => {
  const versions = await versionsIn(context);
  await mkdir(path.join(versions, '0.9.0'), { recursive: true });
  await writeFile(path.join(versions, '0.9.0', 'old'), '');
  await compileInto(path.join(versions, '1.0.0'));
  assert.deepEqual(await readdir(versions), ['1.0.0']);
  const files = await readdir(path.join(versions, '1.0.0'), { recursive: true, withFileTypes: true });
  assert.ok(
    files.some((file) => file.isFile()),
    'nothing was kept',
  );
});

test('where nothing can be written the program runs all the same', async (context) => {
  const versions = await versionsIn(context);
  await writeFile(versions, 'no folder');
  await compileInto(path.join(versions, '1.0.0'));
});
