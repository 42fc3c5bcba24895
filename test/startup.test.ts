/** What VS Code waits for at its start, and what every window keeps in memory, stays small: see docs/decisions/2026-11-26-activation.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleWorker, forNode } from '../scripts/bundle-worker.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Loaded {
  /** The modules that are evaluated when the entry is, each with the one that asks for it first. */
  readonly modules: ReadonlyMap<string, string>;
  /** What they ask of Node. */
  readonly builtins: ReadonlySet<string>;
}

async function loadedWith(entry: string): Promise<Loaded> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    external: ['vscode'],
    alias: forNode.alias,
    logLevel: 'silent',
  });
  const modules = new Map([[entry, entry]]);
  const builtins = new Set<string>();
  for (const [file] of modules) {
    for (const { path: target, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import') continue;
      if (external) builtins.add(target);
      else if (!modules.has(target)) modules.set(target, file);
    }
  }
  return { modules, builtins };
}

test('no schema is built, and no language’s tables are loaded, while the extension loads', async () => {
  const { modules: loaded } = await loadedWith('src/extension.ts');
  assert.ok(loaded.has('src/editor/statusBar.ts') && loaded.size > 40, 'the list of modules is not read rightly');
  const heavy = [...loaded].flatMap(([file, importer]) => {
    if (file.includes('node_modules/zod/'))
      return importer.includes('node_modules') ? [] : [`${importer} builds schemas`];
    if (!file.startsWith('src/')) return [];
    return /\.toLocale\w*String\(/.test(readFileSync(path.join(root, file), 'utf8'))
      ? [`${file} uses toLocaleString: core/wholeNumber.ts writes whole numbers`]
      : [];
  });
  assert.deepEqual(heavy, [], 'import it where it is used, with import()');
});

test('that is seen where it is so', async () => {
  const { modules } = await loadedWith('src/providers/index.ts');
  assert.ok([...modules.keys()].some((file) => file.includes('node_modules/zod/')));
});

/** What only an action of an agent needs, or a hook's request, or a click. */
const GATE =
  /^src\/(core\/(risk|hooks\/(dialects|launcher|install))\/|gateway\/|app\/gate\/create|adapters\/(ssh|hookInstaller)\/|adapters\/(safetyCopies|gateFacts|shellParser|policyFile)\.)|node_modules\/(unbash|jsonc-parser|@vscode)\//;

test('no part of the gate is loaded before hooks are installed or an action comes, in the host or the worker', async () => {
  for (const entry of ['src/extension.ts', 'src/worker/main.ts']) {
    const { modules } = await loadedWith(entry);
    const early = [...modules]
      .filter(([file]) => GATE.test(file))
      .map(([file, importer]) => `${importer} loads ${file}`);
    assert.deepEqual(early, [], 'import it where it is used, with import()');
  }
  const { modules } = await loadedWith('src/worker/makeGate.ts');
  assert.ok([...modules.keys()].filter((file) => GATE.test(file)).length > 50, 'the gate is somewhere else');
});

test('the worker starts no servers and no programs', async () => {
  const { modules, builtins } = await loadedWith('src/worker/main.ts');
  assert.ok(modules.size > 100 && builtins.has('node:sqlite'), 'what is asked of Node is not read rightly');
  for (const dear of ['node:http', 'node:https', 'node:net', 'node:child_process', 'node:stream/promises'])
    assert.ok(!builtins.has(dear), `${dear} is loaded with the worker`);
});

test('what the worker loads later is no part of the file that it starts with', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'marginal-startup-'));
  try {
    const { metafile } = await bundleWorker(
      { worker: path.join(root, 'src/worker/main.ts'), backlog: path.join(root, 'src/worker/backlog.ts') },
      folder,
    );
    const outputs = Object.entries(metafile.outputs);
    const atStart = new Set(outputs.filter(([file]) => path.basename(file) === 'worker.cjs').map(([file]) => file));
    for (const file of atStart)
      for (const { path: target, kind } of metafile.outputs[file]?.imports ?? [])
        if (kind !== 'dynamic-import' && target in metafile.outputs) atStart.add(target);
    const kilobytes = (files: readonly string[]) =>
      files.reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0) / 1024;
    const later = outputs.map(([file]) => file).filter((file) => !atStart.has(file));
    assert.ok(kilobytes([...atStart]) < 480, `${kilobytes([...atStart])} kB are read at the worker’s start`);
    assert.ok(kilobytes(later) > 300, 'nothing is read later');
    for (const name of await readdir(folder))
      assert.doesNotMatch(
        await readFile(path.join(folder, name), 'utf8'),
        /\bimport\(/,
        'is no ES module, nor loads any',
      );
  } finally {
    await rm(folder, { recursive: true });
  }
});
