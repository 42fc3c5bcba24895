import type { Metafile } from 'esbuild';

/** Bundles `entryPoints` (name -> file) into `outdir` as NAME.cjs, with worker-HASH.cjs for what they share or load later. */
export function bundleWorker(
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
): Promise<{ readonly metafile: Metafile }>;

/** How all that Node runs is bundled. */
export const forNode: { readonly alias: Readonly<Record<string, string>> };
