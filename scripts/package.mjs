// `npm run package`: builds and packs the extension as marginal-VERSION.vsix (only what runs: see .vscodeignore).
import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { node24 } from './node24.mjs';
import { ensureDependencies, must, root } from './steps.mjs';

ensureDependencies();
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const out = process.argv[2] ?? `marginal-${version}.vsix`;
// Made beside its place: whoever installs the package meanwhile finds the old one whole.
const fresh = out.replace(/(\.vsix)?$/, '.new.vsix');
must(node24(), ['esbuild.mjs']);
must(node24(), [
  'node_modules/@vscode/vsce/vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--skip-license',
  // the picture and the pages that the README names are in the sources, not in the package
  '--no-rewrite-relative-links',
  '-o',
  fresh,
]);
renameSync(path.resolve(root, fresh), path.resolve(root, out));
