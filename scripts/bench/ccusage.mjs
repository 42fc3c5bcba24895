// The peer of `npm run bench -- ingest`: ccusage's native build, from npm, pinned, in .cache/bench.
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from '../host/paths.mjs';
import { run } from '../host/run.mjs';

export const CCUSAGE_VERSION = '20.0.24';

/**
 * Installs it once; later calls return at once.
 * @returns {Promise<string>} the path of its program
 * @throws an Error with the reason where it can't be installed here
 */
export async function installCcusage({ log = console.error } = {}) {
  const name = `@ccusage/ccusage-${process.platform}-${process.arch}`;
  const folder = join(cache, 'bench', `ccusage-${CCUSAGE_VERSION}`);
  const inside = join('node_modules', name, 'bin', process.platform === 'win32' ? 'ccusage.exe' : 'ccusage');
  const program = join(folder, inside);
  if (existsSync(program)) return program;
  log(`Installing ${name} ${CCUSAGE_VERSION}: 5 MB, once.`);
  await mkdir(join(cache, 'bench'), { recursive: true });
  // Made beside its place and moved there when whole: two installs at once don't disturb each other.
  const fresh = await mkdtemp(join(cache, 'bench', 'ccusage-'));
  try {
    const dependencies = { [name]: CCUSAGE_VERSION };
    await writeFile(join(fresh, 'package.json'), JSON.stringify({ name: 'bench', private: true, dependencies }));
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: fresh });
    await chmod(join(fresh, inside), 0o755);
    await rename(fresh, folder).catch((error) => {
      if (!existsSync(program)) throw error;
    });
    return program;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
