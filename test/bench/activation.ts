/**
 * `npm run bench -- activation`: what Marginal costs the extension host of a real VS Code, with nothing else in it but
 * VS Code's own. A second extension activates it and watches the first minute; the same without Marginal is taken off.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../scripts/host/server.mjs';
import { openBrowser } from '../host/browser.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vsix = path.join(root, '.cache/marginal.vsix');
const ROUNDS = 2;
const TIMEOUT_MS = 120_000;

interface Round {
  readonly loadMs: number | null;
  readonly activateMs: number | null;
  readonly longestBlockMs: number;
  readonly memoryMB: number;
}

export async function run(): Promise<Record<string, unknown>> {
  if (!existsSync(vsix)) throw new Error('Build the package first: npm run package -- .cache/marginal.vsix');
  const withIt: Round[] = [];
  const without: Round[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    without.push(await round(undefined));
    withIt.push(await round(vsix));
    console.log('without:', without.at(-1), 'with:', withIt.at(-1));
  }
  const [added, base] = [withIt, without].map((rounds) => median(rounds.map(({ memoryMB }) => memoryMB)));
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  return {
    activateMs: rounded(median(known(withIt.map(({ activateMs }) => activateMs)))),
    loadMs: rounded(median(known(withIt.map(({ loadMs }) => loadMs)))),
    firstMinuteLongestBlockMs: rounded(Math.max(...withIt.map(({ longestBlockMs }) => longestBlockMs))),
    withoutMarginalLongestBlockMs: rounded(Math.max(...without.map(({ longestBlockMs }) => longestBlockMs))),
    memoryAddedMB: added === undefined || base === undefined ? null : rounded(added - base),
    bundleKB: Math.ceil((await stat(path.join(root, 'dist/extension.cjs'))).size / 1024),
    vsixKB: Math.ceil((await stat(vsix)).size / 1024),
  };
}

/** One start of VS Code, with the probe and perhaps with Marginal. */
async function round(extension: string | undefined): Promise<Round> {
  const folder = await mkdtemp(path.join(tmpdir(), 'marginal-activation-'));
  const result = path.join(folder, 'result.json');
  const home = path.join(folder, 'home');
  const project = path.join(folder, 'project');
  await Promise.all([mkdir(home), mkdir(project)]);
  await installProbe(path.join(folder, 'data/extensions'));
  const server = await startServer({
    dataFolder: path.join(folder, 'data'),
    env: { HOME: home, MARGINAL_PROBE: result, MARGINAL_EXPECTED: extension ? '1' : undefined },
    ...(extension ? { vsix: extension } : {}),
  });
  const browser = await openBrowser();
  try {
    const { page } = browser;
    const key = new URLSearchParams(new URL(server.openUrl(project)).hash.slice(1)).get('key') ?? '';
    await page.goto(`${server.origin}/healthz`);
    // Signed in without the door of the tests: so the bundled chat extension, a heavy one, stays off.
    await page.evaluate(async (password) => {
      await fetch('/login', { method: 'POST', body: new URLSearchParams({ password }), redirect: 'manual' });
    }, key);
    await page.goto(`${server.origin}/?${new URLSearchParams({ folder: project })}`);
    const deadline = performance.now() + TIMEOUT_MS;
    while (!existsSync(result)) {
      if (performance.now() > deadline) throw new Error(`The probe told nothing; see ${server.logFile}`);
      await sleep(500);
    }
    await sleep(200);
    return JSON.parse(await readFile(result, 'utf8')) as Round;
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function installProbe(extensions: string): Promise<void> {
  const folder = path.join(extensions, 'marginal.probe-0.0.1');
  await mkdir(folder, { recursive: true });
  await cp(fileURLToPath(new URL('activation/probe.cjs', import.meta.url)), path.join(folder, 'probe.cjs'));
  const manifest = {
    name: 'probe',
    publisher: 'marginal',
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    activationEvents: ['*'],
    main: './probe.cjs',
    extensionKind: ['workspace'],
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
