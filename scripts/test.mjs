// `npm test`: installs what the tests need (packages, Debian's Chromium, a real VS Code, llama-server, real agents), runs
// every layer, and ends with one line that counts. `npm test -- unit host` runs only these layers.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node24 } from './node24.mjs';
import { ensureDependencies, root, run } from './steps.mjs';

ensureDependencies();
const node = node24();
const reports = mkdtempSync(path.join(tmpdir(), 'marginal-tests-'));

/**
 * Each layer: what must be there first, which test files, and how many at a time: one where agents share a machine's records,
 * two with a VS Code of their own each, since they mostly wait for it.
 */
const LAYERS = [
  { name: 'check', script: ['scripts/check.mjs', '--no-unit'] },
  { name: 'unit', tests: ['scripts/unit.mjs'] },
  { name: 'package', prepare: [['scripts/package.mjs', '.cache/marginal.vsix']], files: ['test/package/*.test.ts'] },
  { name: 'agents', files: ['test/agents/*.test.ts'] },
  {
    name: 'host',
    prepare: [
      ['scripts/host/chromium.mjs'],
      ['scripts/host/install.mjs'],
      ['scripts/package.mjs', '.cache/marginal.vsix'],
    ],
    files: ['test/host/*.test.ts', 'test/host/*.test.mjs'],
    atOnce: 2,
  },
];

const wanted = process.argv.slice(2);
const counts = { pass: 0, fail: 0, skipped: 0 };

// What later layers install comes while the first ones keep the processor busy. Nothing hangs on it: each layer installs
// what is still missing, and says so where it can't.
const ahead = [
  { layer: 'host', step: ['scripts/host/install.mjs'] },
  { layer: 'agents', step: ['scripts/agents/install.mjs', 'all'] },
]
  .filter(({ layer }) => wanted.length === 0 || wanted.includes(layer))
  .map(({ layer, step }) => ({
    layer,
    installing: spawn(node, step, { cwd: root, stdio: 'ignore' }).on('error', () => {}),
  }));

for (const layer of LAYERS) {
  if (wanted.length > 0 && !wanted.includes(layer.name)) continue;
  console.log(`\n=== ${layer.name}`);
  await Promise.all(ahead.filter((each) => each.layer === layer.name).map(({ installing }) => ended(installing)));
  runLayer(layer);
}
console.log(`\n${counts.pass} passed, ${counts.fail} failed, ${counts.skipped} skipped`);
process.exit(counts.fail === 0 ? 0 : 1);

/** A process that is over, however it went. */
async function ended(child) {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
    await new Promise((resolve) => child.once('exit', resolve));
}

function runLayer(layer) {
  for (const step of layer.prepare ?? []) {
    if (run(node, step) === 0) continue;
    console.error(`${layer.name}: ${step.join(' ')} failed`);
    counts.fail++;
    return;
  }
  if (layer.script) {
    if (run(node, layer.script) === 0) counts.pass++;
    else counts.fail++;
    return;
  }
  const report = path.join(reports, `${layer.name}.tap`);
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${report}`,
  ];
  const args = layer.tests
    ? [...layer.tests, ...reporters]
    : [
        '--disable-warning=ExperimentalWarning',
        '--test',
        `--test-concurrency=${layer.atOnce ?? 1}`,
        '--test-timeout=600000',
        ...reporters,
        ...layer.files,
      ];
  const code = run(node, args, { cwd: root });
  add(report, code);
}

/** Adds a layer's counts; a runner that died without a count is one failure. */
function add(report, code) {
  let text = '';
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    // no report: counted below
  }
  const number = (name) => Number(text.match(new RegExp(`^# ${name} (\\d+)$`, 'm'))?.[1] ?? 0);
  counts.pass += number('pass');
  counts.skipped += number('skipped') + number('todo');
  const failed = number('fail') + number('cancelled');
  counts.fail += failed > 0 ? failed : code === 0 ? 0 : 1;
}
