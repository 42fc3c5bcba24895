import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

export interface BuiltWorker {
  readonly file: string;
  /** The thread that reads a backlog of logs. */
  readonly backlog: string;
  /** The price lists. */
  readonly prices: string;
}

/** Bundles `entry` (a path below the repository) as the product's worker is bundled (esbuild.mjs), with its price lists. */
export async function buildWorker(entry: string, folder: string): Promise<BuiltWorker> {
  const repository = fileURLToPath(new URL('../../..', import.meta.url));
  await mkdir(folder, { recursive: true });
  const prices = join(folder, 'prices.jsonl');
  execFileSync(process.execPath, [join(repository, 'scripts/prices/pack.ts'), prices]);
  await esbuild.build({
    entryPoints: { worker: join(repository, entry), backlog: join(repository, 'src/worker/backlog.ts') },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    logLevel: 'warning',
  });
  return { file: join(folder, 'worker.cjs'), backlog: join(folder, 'backlog.cjs'), prices };
}
