// Compiles src/assembly (AssemblyScript) to WebAssembly, and writes it as text into src/wasm: the few loops over bytes that
// a first reading of months of logs runs millions of times. What it writes is committed, so that nothing else needs the compiler.
// usage: node scripts/wasm.mjs            after a change in src/assembly
//        node scripts/wasm.mjs --check    fails where src/wasm isn't what the sources give
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installOnce } from './host/installOnce.mjs';
import { cache } from './host/paths.mjs';
import { must, root, run } from './steps.mjs';

/** Its compiler is 100 MB: kept out of the extension's own packages. */
const compiler = { package: 'assemblyscript', version: '0.28.20' };
/** Each a file in src/assembly; the others there are parts of these. */
const modules = ['names', 'pack', 'scan'];

const check = process.argv.includes('--check');
const folder = path.join(cache, 'assemblyscript');
await installOnce({
  folder,
  recipe: `${compiler.package}@${compiler.version}`,
  install: async (to) =>
    must('npm', [
      ...['install', '--prefix', to, '--no-save', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'],
      `${compiler.package}@${compiler.version}`,
    ]),
});

const outdated = [];
for (const name of modules) {
  const text = await compiled(name);
  const file = path.join(root, 'src/wasm', `${name}.built.ts`);
  if (!check) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) outdated.push(name);
}
if (outdated.length > 0) console.error(`Not what src/assembly gives: ${outdated}. Run: node scripts/wasm.mjs`);
process.exit(outdated.length === 0 ? 0 : 1);

/** The module as a TypeScript file: the same for the same source and compiler. */
async function compiled(name) {
  const out = await mkdtemp(path.join(tmpdir(), 'marginal-wasm-'));
  try {
    const file = path.join(out, 'module.wasm');
    const asc = path.join(folder, 'node_modules/assemblyscript/bin/asc.js');
    // Memory comes from outside and is laid out by hand: nothing is allocated, so there is no runtime.
    const options = ['--runtime', 'stub', '--importMemory', '--noAssert', '--enable', 'simd', '-O3', '--converge'];
    const code = run(process.execPath, [asc, path.join('src/assembly', `${name}.ts`), '-o', file, ...options]);
    if (code !== 0) process.exit(code);
    const base64 = (await readFile(file)).toString('base64');
    return [
      `// Made from src/assembly/${name}.ts by scripts/wasm.mjs.`,
      `export const ${name} =`,
      `  '${base64}';`,
      '',
    ].join('\n');
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
