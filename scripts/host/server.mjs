// Starts and stops a real VS Code (code-server) on loopback, with its own settings, extensions and state.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installHost } from './install.mjs';
import { run } from './run.mjs';

const readyWithinMs = 60_000;
const stoppedWithinMs = 5_000;

/** What makes a first window quiet: nothing pops up, nothing is fetched. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.enableExperiments': false,
  'chat.tips.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * @typedef {object} HostServer
 * @property {string} origin e.g. http://127.0.0.1:40123
 * @property {(folder: string, query?: Record<string, string>) => string} openUrl the address that opens a folder in any browser: signs in, enables chat, goes to the workbench
 * @property {number} pid the server's process; also its process group
 * @property {string} userFolder VS Code's user data (User/, logs/ …)
 * @property {string} extensionsFolder
 * @property {string} logFile the server's own output
 * @property {() => number[]} extensionHostPids the extension host processes that run now
 * @property {() => Promise<void>} stop ends the server and everything it started
 */

/**
 * @param {object} options
 * @param {string} options.dataFolder where everything that this server writes goes; made if needed, kept on stop
 * @param {Record<string, unknown>} [options.settings] added to the user's settings.json over quietSettings
 * @param {Record<string, unknown>} [options.machineSettings] settings of scope "machine", which VS Code reads from a file
 *   of their own in a remote window such as this; there they also win over what a person changes later
 * @param {string} [options.vsix] an extension to install
 * @param {NodeJS.ProcessEnv} [options.env] added to the environment of the server, so of extensions and terminals; undefined removes
 * @param {number} [options.port] 0 or absent: any free one
 * @param {boolean} [options.extensionTests] honour `payload` in the address, by which a page runs a test module in the extension host
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<HostServer>}
 */
export async function startServer({
  dataFolder,
  settings = {},
  machineSettings = {},
  vsix,
  env = {},
  port = 0,
  extensionTests = false,
  log,
}) {
  const host = await installHost({ log });
  const folders = await makeFolders(dataFolder);
  await writeSettings(join(folders.user, 'User'), { ...quietSettings, ...settings });
  await writeSettings(join(folders.user, 'Machine'), machineSettings);
  await installDoor(host.codeServer);
  const program = [
    host.codeServer,
    '--user-data-dir',
    folders.user,
    '--extensions-dir',
    folders.extensions,
    '--config',
    join(dataFolder, 'config.yaml'),
  ];
  const environment = hostEnvironment(host.node, env);
  const key = randomBytes(24).toString('base64url');
  // As SHA-256: a password in the clear is compared by argon2 at every request, 6 s of processor for a window. The key is random.
  const hashed = createHash('sha256').update(key).digest('hex');
  await writeFile(join(dataFolder, 'config.yaml'), `auth: password\nhashed-password: ${hashed}\n`, { mode: 0o600 });
  if (vsix) await run(host.node, [...program, '--install-extension', vsix, '--force'], { env: environment });

  // A socket's path may have 107 characters, which a clone deep in a home folder would exceed.
  const sockets = await mkdtemp(join(tmpdir(), 'vscode-host-'));
  const logFile = join(dataFolder, 'server.log');
  const child = spawn(
    host.node,
    [
      ...program,
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--session-socket',
      join(sockets, 'session.sock'),
      '--cookie-suffix',
      randomBytes(4).toString('hex'),
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      '--ignore-last-opened',
      ...(extensionTests ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = () => stopGroup(child).finally(() => rm(sockets, { recursive: true, force: true }));
  try {
    const origin = await untilListening(child, logFile);
    return {
      origin,
      openUrl: (folder, query = {}) =>
        `${origin}/_static/marginal/open.html#${new URLSearchParams({ key, query: String(new URLSearchParams({ folder, ...query })) })}`,
      pid: child.pid,
      userFolder: folders.user,
      extensionsFolder: folders.extensions,
      logFile,
      extensionHostPids: () => extensionHostsOf(child.pid),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeFolders(dataFolder) {
  const folders = { user: join(dataFolder, 'user'), extensions: join(dataFolder, 'extensions') };
  await mkdir(join(folders.user, 'User'), { recursive: true });
  await mkdir(folders.extensions, { recursive: true });
  return folders;
}

/** Keeps what the person changed in an earlier run; ours come first again. */
async function writeSettings(folder, settings) {
  const file = join(folder, 'settings.json');
  const kept = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...kept, ...settings }, undefined, 2)}\n`);
}

/** Puts the page that openUrl() names where code-server serves static files from. */
async function installDoor(codeServer) {
  const folder = join(dirname(dirname(dirname(codeServer))), 'marginal');
  await mkdir(folder, { recursive: true });
  await copyFile(fileURLToPath(new URL('open.html', import.meta.url)), join(folder, 'open.html'));
}

function hostEnvironment(node, extra) {
  // A VS Code, Node test runner or code-server that we were started from must not steer the new one.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|PASSWORD$|HASHED_PASSWORD$|PORT$|CODE_SERVER_)/.test(name),
  );
  return Object.fromEntries(
    [...inherited, ['PATH', `${dirname(node)}:${process.env.PATH}`], ...Object.entries(extra)].filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** Resolves with the origin that the server says it listens on. */
function untilListening(child, logFile) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason) =>
      reject(
        new Error(
          `VS Code's server ${reason}. Its output is in ${logFile}.\n${output.split('\n').slice(-10).join('\n')}`,
        ),
      );
    const timer = setTimeout(() => fail(`didn't start within ${readyWithinMs / 1000} s`), readyWithinMs);
    const read = (chunk) => {
      output = (output + chunk).slice(-200_000);
      writeFile(logFile, output).catch(() => {});
      const origin = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
      if (!origin) return;
      clearTimeout(timer);
      resolve(origin);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

async function stopGroup(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), stoppedWithinMs);
  await ended;
  clearTimeout(timer);
  // Terminals and extension hosts that outlive the server's own process.
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}

function extensionHostsOf(serverPid) {
  return processes()
    .filter(({ group, command }) => group === serverPid && command.includes('--type=extensionHost'))
    .map(({ pid }) => pid);
}

function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // pid (name) state parent group …; the name may hold spaces and brackets.
        const group = Number(readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')[2]);
        return [
          { pid: Number(name), group, command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') },
        ];
      } catch {
        return [];
      }
    });
}
