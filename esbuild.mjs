// Bundles what runs: the extension host's part (small, loaded at activation), the worker (with lazy chunks), the webview.
import { mkdir, rm, stat } from 'node:fs/promises';
import esbuild from 'esbuild';

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
    entryPoints: { dashboard: 'media/dashboard/main.ts' },
    outdir: 'dist/media',
    format: 'iife',
    platform: 'browser',
    target: 'chrome120',
  }),
]);

for (const { metafile } of results)
  for (const file of Object.keys(metafile.outputs))
    console.log(`${file}  ${Math.ceil((await stat(file)).size / 1024)} kB`);
