// Coding agents that tests run as real clients and sources of true logs, from npm, pinned. Kept out of the extension's own
// node_modules: some hundred megabytes each.
// usage: node scripts/agents/install.mjs claude-code      or: all
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache as hostCache } from '../host/paths.mjs';
import { run } from '../host/run.mjs';

const cache = join(hostCache, 'agents');

/**
 * name -> its npm package, the pinned version, its size, and where its program lies for this platform: one ending in
 * `.js` is for Node to run.
 */
const agents = {
  'claude-code': {
    package: '@anthropic-ai/claude-code',
    version: '2.1.197',
    megabytes: 250,
    program: () => join('@anthropic-ai', `claude-code-${process.platform}-${process.arch}`, 'claude'),
  },
  'copilot-cli': {
    package: '@github/copilot',
    version: '1.0.102',
    megabytes: 300,
    program: () =>
      join(
        '@github',
        `copilot-${process.platform}-${process.arch}`,
        process.platform === 'win32' ? 'copilot.exe' : 'copilot',
      ),
  },
  codex: {
    package: '@openai/codex',
    version: '0.169.0',
    megabytes: 400,
    program: () => join('@openai', 'codex', 'bin', 'codex.js'),
  },
  'gemini-cli': {
    package: '@google/gemini-cli',
    version: '0.61.0',
    megabytes: 100,
    program: () => join('@google', 'gemini-cli', 'bundle', 'gemini.js'),
  },
  'qwen-code': {
    package: '@qwen-code/qwen-code',
    version: '0.15.10',
    megabytes: 60,
    program: () => join('@qwen-code', 'qwen-code', 'cli.js'),
  },
  opencode: {
    package: 'opencode-ai',
    version: '1.18.33',
    megabytes: 300,
    program: () =>
      process.platform === 'win32'
        ? join(`opencode-windows-${process.arch}`, 'bin', 'opencode.exe')
        : join(`opencode-${process.platform}-${process.arch}`, 'bin', 'opencode'),
  },
  cline: {
    package: 'cline',
    version: '3.0.65',
    megabytes: 350,
    program: () =>
      process.platform === 'win32'
        ? join('@cline', `cli-windows-${process.arch}`, 'bin', 'cline.exe')
        : join('@cline', `cli-${process.platform}-${process.arch}`, 'bin', 'cline'),
  },
};

/**
 * Installs an agent once; later calls return at once. An install that was interrupted is redone.
 * @param {keyof typeof agents} name
 * @returns {Promise<string>} the path of its program
 * @throws an Error with the reason where it can't be installed here
 */
export async function installAgent(name, { log = console.error } = {}) {
  const agent = agents[name];
  const folder = join(cache, `${name}-${agent.version}`);
  const program = join(folder, 'node_modules', agent.program());
  if (existsSync(program)) return program;
  log(`Installing ${agent.package} ${agent.version}: about ${agent.megabytes} MB, once.`);
  await mkdir(cache, { recursive: true });
  // Made beside its place and moved there when whole: two installs at once don't disturb each other.
  const fresh = await mkdtemp(join(cache, `${name}-`));
  try {
    const dependencies = { [agent.package]: agent.version };
    await writeFile(join(fresh, 'package.json'), JSON.stringify({ name: 'agents', private: true, dependencies }));
    // Without its own install script: the platform's program is a package of its own.
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: fresh });
    if (!existsSync(join(fresh, 'node_modules', agent.program()))) {
      throw new Error(`${agent.package} ${agent.version} has no program for ${process.platform} ${process.arch}.`);
    }
    await rename(fresh, folder).catch((error) => {
      if (!existsSync(program)) throw error;
    });
    return program;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv[2] === 'all' ? Object.keys(agents) : process.argv.slice(2);
  if (names.length === 0 || names.some((name) => !(name in agents))) {
    console.error(`usage: node scripts/agents/install.mjs all|${Object.keys(agents).join('|')}`);
    process.exit(2);
  }
  for (const name of names) console.log(await installAgent(/** @type {keyof typeof agents} */ (name)));
}
