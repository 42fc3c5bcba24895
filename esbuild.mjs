// Bundles what runs: the extension host's part (small, loaded at activation), the worker (with lazy chunks), the webview.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, stat } from 'node:fs/promises';
import esbuild from 'esbuild';
import { writeRanks } from './scripts/make-ranks.mjs';
import { node24 } from './scripts/node24.mjs';

const common = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist/media', { recursive: true });

await copyRanks();
execFileSync(node24(), ['scripts/prices/pack.ts', 'dist/prices.jsonl']);

const results = await Promise.all([
  esbuild.build({
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
  }),
  esbuild.build({
    ...common,
    entryPoints: { worker: 'src/worker/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    splitting: true,
    platform: 'node',
    target: 'node22',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  }),
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

/** The rank table, packed once for each version of its source: packing takes seconds. */
async function copyRanks() {
  const { version } = JSON.parse(await readFile('node_modules/js-tiktoken/package.json', 'utf8'));
  const packed = `.cache/ranks/o200k_base-${version}.br`;
  if (!(await stat(packed).catch(() => undefined))) writeRanks(packed);
  await copyFile(packed, 'dist/o200k_base.ranks.br');
}
