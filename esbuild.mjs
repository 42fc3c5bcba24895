// Bundles what runs: the extension host's part (small, loaded at activation), the worker, the webview; and its data files.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import esbuild from 'esbuild';
import { bundleWorker, common, forNode, tablesAsText } from './scripts/bundle-worker.mjs';
import { writeRanks } from './scripts/make-ranks.mjs';
import { node24 } from './scripts/node24.mjs';

const forHost = {
  ...forNode,
  outdir: 'dist',
  plugins: [tablesAsText, { name: 'vscode-once', setup: requireVscodeOnce }],
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist/media', { recursive: true });

await copyRanks();
execFileSync(node24(), ['scripts/prices/pack.ts', 'dist/prices.jsonl']);

const results = await Promise.all([
  esbuild.build({ ...forHost, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'] }),
  bundleWorker({ worker: 'src/worker/main.ts', backlog: 'src/worker/backlog.ts' }, 'dist'),
  esbuild.build({ ...forNode, outdir: 'dist', entryPoints: { hook: 'src/hook/main.ts' } }),
  esbuild.build({
    ...common,
    entryPoints: [
      { in: 'media/dashboard/main.ts', out: 'dashboard' },
      { in: 'media/dashboard/dashboard.css', out: 'dashboard' },
    ],
    outdir: 'dist/media',
    format: 'iife',
    platform: 'browser',
    target: 'chrome120',
  }),
]);

for (const { metafile } of results)
  for (const file of Object.keys(metafile.outputs))
    console.log(`${file}  ${Math.ceil((await stat(file)).size / 1024)} kB`);

/**
 * One `require('vscode')` for the whole bundle, used as it is. For `import * as vscode` esbuild makes a copy of its four
 * hundred names in each file that has the line, and VS Code looks up who asks each time: together 15 ms of every start.
 */
function requireVscodeOnce(build) {
  build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
    const text = await readFile(path, 'utf8');
    const once = text.replace("import * as vscode from 'vscode';", "import { vscode } from 'vscode-once';");
    return once === text ? undefined : { contents: once, loader: 'ts' };
  });
  build.onResolve({ filter: /^vscode-once$/ }, () => ({ path: 'vscode', namespace: 'vscode-once' }));
  build.onLoad({ filter: /./, namespace: 'vscode-once' }, () => ({
    contents: "export const vscode = require('vscode');",
  }));
}

/** The rank table, packed once for each version of its source: packing takes seconds. */
async function copyRanks() {
  const { version } = JSON.parse(await readFile('node_modules/js-tiktoken/package.json', 'utf8'));
  const packed = `.cache/ranks/o200k_base-${version}.br`;
  if (!(await stat(packed).catch(() => undefined))) writeRanks(packed);
  await copyFile(packed, 'dist/o200k_base.ranks.br');
}
