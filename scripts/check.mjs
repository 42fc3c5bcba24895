// `npm run check`: format, lint, types, WebAssembly, layers, dead code, unit tests, bundle. One word, the same here and in CI.
import { node24 } from './node24.mjs';
import { ensureDependencies, run } from './steps.mjs';

ensureDependencies();
const node = node24();
const steps = [
  ['format and lint', node, ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.']],
  ['types', node, ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['types of the webview', node, ['node_modules/typescript/bin/tsc', '-p', 'media']],
  ['WebAssembly', node, ['scripts/wasm.mjs', '--check']],
  ['dead code', node, ['node_modules/knip/bin/knip.js']],
  ['README tables', node, ['scripts/readme.mjs', '--check']],
  ['bundle', node, ['esbuild.mjs']],
  // `npm test` runs these by itself, to count them
  ...(process.argv.includes('--no-unit') ? [] : [['layers and unit tests', node, ['scripts/unit.mjs']]]),
];

const failed = [];
for (const [name, command, args] of steps) {
  console.log(`\n== ${name}`);
  if (run(command, args) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\ncheck: all well' : `\ncheck: ${failed.join(', ')} failed`);
process.exit(failed.length === 0 ? 0 : 1);
