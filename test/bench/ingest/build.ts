import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from '../../../scripts/bundle-worker.mjs';

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
  const entryPoints = { worker: join(repository, entry), backlog: join(repository, 'src/worker/backlog.ts') };
  await bundleWorker(entryPoints, folder);
  return { file: join(folder, 'worker.cjs'), backlog: join(folder, 'backlog.cjs'), prices };
}
