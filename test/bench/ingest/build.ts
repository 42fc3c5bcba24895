import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

/** Bundles worker.ts as the product's worker is bundled (esbuild.mjs), with its price lists beside it. */
export async function buildWorker(folder: string): Promise<{ readonly file: string; readonly prices: string }> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'worker.mjs');
  const prices = join(folder, 'prices.jsonl');
  execFileSync(process.execPath, [fileURLToPath(new URL('../../../scripts/prices/pack.ts', import.meta.url)), prices]);
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'warning',
  });
  return { file, prices };
}
