// Bundles the worker's threads: what each loads at its start in one file, what it loads later in files of their own beside it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import esbuild from 'esbuild';

export const common = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/** For all that Node runs: CommonJS, since the loader of ES modules costs each thread another megabyte. */
export const forNode = {
  ...common,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  // Its other build asks for its parts in a way that no bundler follows.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

/**
 * `entryPoints`: name -> file; both threads share what both need. A module behind `import()` is read when it is asked for: V8 goes
 * through the whole of a file once, which takes twice its size in memory that isn't given back. esbuild splits ES modules only,
 * so each of its files becomes CommonJS afterwards.
 */
export async function bundleWorker(entryPoints, outdir) {
  const { metafile, outputFiles } = await esbuild.build({
    ...forNode,
    entryPoints,
    outdir,
    chunkNames: 'worker-[hash]',
    format: 'esm',
    splitting: true,
    write: false,
    plugins: [tablesAsText, builtinsLater],
  });
  await mkdir(outdir, { recursive: true });
  await Promise.all(
    outputFiles.map(async ({ path: file, text }) => {
      const { code } = await esbuild.transform(text, {
        minify: true,
        format: 'cjs',
        platform: 'node',
        target: forNode.target,
        supported: { 'dynamic-import': false },
      });
      await writeFile(file, code);
    }),
  );
  return { metafile };
}

/**
 * Modules of Node's that most starts of the worker don't use, loaded by the first call of a function of theirs: what
 * `node:crypto` brings with it takes as long to load as the ledger to be opened.
 */
const builtinsLater = {
  name: 'builtins-later',
  setup(build) {
    const namespace = 'builtin-later';
    build.onResolve({ filter: /^node:(crypto|fs\/promises|zlib)$/ }, ({ path: name }) => ({ path: name, namespace }));
    build.onLoad({ filter: /./, namespace }, async ({ path: name }) => {
      const functions = Object.entries(await import(name)).filter(
        ([key, value]) => key !== 'default' && typeof value === 'function',
      );
      const own = functions.map(([key]) => `export function ${key}(...given) { return loaded().${key}(...given); }`);
      const loading = `let it; const loaded = () => (it ??= process.getBuiltinModule('${name}'));`;
      return { contents: [loading, ...own].join('\n') };
    });
  },
};

/** JSON as a text that is parsed: as an object in the code it takes several times the memory. */
export const tablesAsText = {
  name: 'tables-as-text',
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, async ({ path: file }) => {
      const text = JSON.stringify(JSON.parse(await readFile(file, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
    });
  },
};
