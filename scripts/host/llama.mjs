// A real local inference server for the tests: llama.cpp's llama-server as Debian sid packages it, run with sid's own
// loader and libraries from an ignored folder (the system is not changed), and a tiny model of our own making.
// usage: node scripts/host/llama.mjs [port]     serves until it is stopped
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { writeModel } from './ggufModel.mjs';
import { installOnce } from './installOnce.mjs';
import { llamaFolder } from './paths.mjs';
import { run } from './run.mjs';

const readyWithinMs = 60_000;

/** Raise when what is installed or the model changes. */
const recipe = '3';

/**
 * The variants of ggml's CPU code, best first, each with the CPU flags (as in /proc/cpuinfo) it needs.
 * The one that fits is named to ggml, because its own choice looks beside the program, where Debian has none.
 */
const cpuBackends = [
  { name: 'haswell', flags: ['avx2', 'fma', 'bmi2', 'f16c'] },
  { name: 'sandybridge', flags: ['avx'] },
  { name: 'sse42', flags: ['sse4_2'] },
  { name: 'x64', flags: [] },
];

/**
 * Why llama-server can't be had here, as a sentence; undefined where it is installed or could be.
 * A test that needs the server skips with this reason: `test(name, { skip: await llamaMissing() }, …)`.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | undefined>}
 */
export async function llamaMissing({ log } = {}) {
  try {
    await installLlama({ log });
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/**
 * Installs llama-server and makes the model, once.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<{ version: string }>}
 */
export async function installLlama({ log = console.error } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      'llama-server is taken from Debian packages for x64, and this is another system: tests with a real model server are skipped.',
    );
  }
  try {
    await installOnce({ folder: llamaFolder, recipe, install: (folder) => installInto(folder, log) });
  } catch (cause) {
    throw new Error(
      `llama-server could not be had from Debian sid, so tests with a real model server are skipped: ${cause.message}`,
      { cause },
    );
  }
  return { version: (await readFile(join(llamaFolder, 'version'), 'utf8')).trim() };
}

/**
 * Starts llama-server on loopback and waits until it answers. Its chat API is at `${origin}/v1`.
 * @param {{ port?: number, contextTokens?: number, slots?: number, answerTokens?: number, log?: (line: string) => void }} [options]
 *   answerTokens: where an answer is cut off, for the model never ends one by itself; absent: where the request says
 * @returns {Promise<{ origin: string, pid: number, stop: () => Promise<void>, kill: () => Promise<void> }>} kill() ends it as a crash would
 */
export async function startLlama({ port, contextTokens = 65_536, slots = 2, answerTokens, log } = {}) {
  await installLlama({ log });
  const chosenPort = port ?? (await freePort());
  const { program, args, env } = await launcher(llamaFolder);
  const child = spawn(
    program,
    [
      ...args,
      '-m',
      join(llamaFolder, 'model.gguf'),
      '--alias',
      'random-o200k',
      '--host',
      '127.0.0.1',
      '--port',
      String(chosenPort),
      '-c',
      String(contextTokens),
      '-np',
      String(slots),
      '--metrics',
      '--no-webui',
      ...(answerTokens === undefined ? [] : ['--n-predict', String(answerTokens)]),
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const end = async (signal) => {
    child.kill(signal);
    await ended;
  };
  const origin = `http://127.0.0.1:${chosenPort}`;
  try {
    await untilHealthy(origin, child);
  } catch (error) {
    await end('SIGKILL');
    throw new Error(`${error.message}\n${output.split('\n').slice(-10).join('\n')}`);
  }
  return { origin, pid: child.pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function installInto(folder, log) {
  log('Installing llama-server from Debian sid and making its model: about a minute, once.');
  await writeFile(join(folder, 'version'), await extractPackages(folder));
  await writeModel(join(folder, 'model.gguf'));
}

/** Downloads sid's llama.cpp-tools and all that it needs, into a private state of apt, and unpacks it; returns its version. */
async function extractPackages(folder) {
  const apt = join(folder, 'apt');
  await mkdir(join(apt, 'state/lists/partial'), { recursive: true });
  await mkdir(join(apt, 'cache/archives/partial'), { recursive: true });
  const mirror = (await run('apt-get', ['indextargets', '--format', '$(REPO_URI)']))
    .split('\n')
    .find((line) => line && !line.includes('security'));
  if (!mirror) throw new Error('apt knows no Debian mirror here (see /etc/apt).');
  await writeFile(join(apt, 'status'), '');
  await writeFile(
    join(apt, 'sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} sid main\n`,
  );
  const options = [
    ['Dir::Etc::sourcelist', join(apt, 'sources.list')],
    ['Dir::Etc::sourceparts', '/dev/null'],
    ['Dir::State', join(apt, 'state')],
    ['Dir::State::lists', join(apt, 'state/lists')],
    ['Dir::State::status', join(apt, 'status')],
    ['Dir::Cache', join(apt, 'cache')],
    ...(process.getuid?.() === 0 ? [['APT::Sandbox::User', 'root']] : []),
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await run('apt-get', [...options, 'update', '-qq']);
  await run('apt-get', [
    ...options,
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    '--download-only',
    'llama.cpp-tools',
  ]);
  const archives = join(apt, 'cache/archives');
  const packages = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  for (const name of packages) await run('dpkg-deb', ['-x', join(archives, name), join(folder, 'root')]);
  await rm(apt, { recursive: true, force: true });
  // A package's file is <name>_<version, percent-encoded>_<architecture>.deb
  const version = packages.find((name) => name.startsWith('llama.cpp-tools_'))?.split('_')[1];
  return decodeURIComponent(version ?? 'unknown');
}

/** sid's program needs sid's C library: it is started through sid's own loader. */
async function launcher(folder) {
  const library = join(folder, 'root/usr/lib/x86_64-linux-gnu');
  return {
    program: join(library, 'ld-linux-x86-64.so.2'),
    args: ['--library-path', `${library}:${join(library, 'llama')}`, join(folder, 'root/usr/bin/llama-server')],
    env: { ...process.env, GGML_BACKEND_PATH: await cpuBackend(library) },
  };
}

async function cpuBackend(library) {
  const folder = join(library, 'ggml/backends0');
  const offered = await readdir(folder);
  const cpuFlags = new Set(
    (/^flags\s*:(.*)$/m.exec(await readFile('/proc/cpuinfo', 'utf8'))?.[1] ?? '').trim().split(/\s+/),
  );
  const best = cpuBackends.find(
    ({ name, flags }) => offered.includes(`libggml-cpu-${name}.so`) && flags.every((flag) => cpuFlags.has(flag)),
  );
  if (!best) throw new Error(`none of the CPU variants that Debian packages (${offered.join(', ')}) runs on this CPU.`);
  return join(folder, `libggml-cpu-${best.name}.so`);
}

async function untilHealthy(origin, child) {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('llama-server ended before it answered.');
    const answer = await fetch(`${origin}/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`llama-server didn't answer within ${readyWithinMs / 1000} s.`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { origin, stop } = await startLlama({ ...(process.argv[2] ? { port: Number(process.argv[2]) } : {}) });
    console.log(`${origin}/v1`);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().then(() => process.exit(0)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
