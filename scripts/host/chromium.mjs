// The browser that drives the test host: one that is here, or Debian's own.
// usage: node scripts/host/chromium.mjs     prints its path
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const remedy =
  'Install Chromium (on Debian: `sudo apt-get install chromium`), or set CHROMIUM to the path of a Chrome or Chromium.';

/**
 * Path of a Chromium; installs Debian's where there is none and the user may.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export async function findOrInstallChromium({ log = console.error } = {}) {
  const found = findChromium();
  if (found) return found;
  await installDebianChromium(log);
  const installed = findChromium();
  if (!installed) throw new Error(`Chromium was installed, but isn't on the PATH. ${remedy}`);
  return installed;
}

/** @returns {string | undefined} */
function findChromium(env = process.env) {
  if (env.CHROMIUM) {
    if (!isProgram(env.CHROMIUM))
      throw new Error(`CHROMIUM is set to ${env.CHROMIUM}, which isn't a program. ${remedy}`);
    return env.CHROMIUM;
  }
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/bin', '/snap/bin', '/usr/local/bin'].filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

async function installDebianChromium(log) {
  if (!existsSync('/usr/bin/apt-get')) throw new Error(`No Chromium was found. ${remedy}`);
  const isRoot = process.getuid?.() === 0;
  const [program, ...before] = isRoot ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args) => run(program, [...before, '-qq', ...args], { env });
  log("No Chromium was found: installing Debian's (about 400 MB, once).");
  try {
    await aptGet('install', '-y', '--no-install-recommends', 'chromium').catch(async () => {
      await aptGet('update');
      await aptGet('install', '-y', '--no-install-recommends', 'chromium');
    });
  } catch (cause) {
    throw new Error(`No Chromium was found, and it couldn't be installed. ${remedy} ${cause.message}`, { cause });
  }
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(await findOrInstallChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
