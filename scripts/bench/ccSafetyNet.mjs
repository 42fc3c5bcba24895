// The peer of `npm run bench -- gate`: cc-safety-net from npm, pinned, in .cache/bench.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from '../host/paths.mjs';
import { run } from '../host/run.mjs';

const VERSION = '2.4.5';

/**
 * Installs it once; later calls return at once.
 * @returns {Promise<string>} the path of its library
 * @throws an Error with the reason where it can't be installed here
 */
export async function installCcSafetyNet({ log = console.error } = {}) {
  const folder = join(cache, 'bench', `cc-safety-net-${VERSION}`);
  const inside = join('node_modules', 'cc-safety-net', 'dist', 'api.js');
  const library = join(folder, inside);
  if (existsSync(library)) return library;
  log(`Installing cc-safety-net ${VERSION}: 2 MB, once.`);
  await mkdir(join(cache, 'bench'), { recursive: true });
  const fresh = await mkdtemp(join(cache, 'bench', 'cc-safety-net-'));
  try {
    const dependencies = { 'cc-safety-net': VERSION };
    await writeFile(join(fresh, 'package.json'), JSON.stringify({ name: 'bench', private: true, dependencies }));
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: fresh });
    await rename(fresh, folder).catch((error) => {
      if (!existsSync(library)) throw error;
    });
    return library;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
