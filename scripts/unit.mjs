// The tests that need no editor, no server and no installs: node's own runner on the sources.
import { availableParallelism } from 'node:os';
import { node24 } from './node24.mjs';
import { run } from './steps.mjs';

const folders = [
  'core',
  'app',
  'adapters',
  'storage',
  'providers',
  'importers',
  'protocol',
  'contract',
  'scripts',
  'worker',
  'gateway',
  'hook',
  'editor',
  'media',
];
const code = run(node24(), [
  '--disable-warning=ExperimentalWarning',
  '--test',
  '--test-timeout=120000',
  // As many as there are cores; node's own default leaves one idle, of two.
  `--test-concurrency=${availableParallelism()}`,
  ...process.argv.slice(2),
  `test/{${folders.join(',')}}/**/*.test.ts`,
  'test/*.test.ts',
  'test/layers.test.mjs',
]);
process.exit(code);
