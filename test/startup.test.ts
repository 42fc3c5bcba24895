/** What VS Code waits for at its start stays small: see docs/decisions/2026-11-26-activation.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The modules that are evaluated when a file is loaded, each with the one that asks for it first. */
async function loadedWith(entry: string): Promise<ReadonlyMap<string, string>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    external: ['vscode'],
    logLevel: 'silent',
  });
  const found = new Map([[entry, entry]]);
  for (const [file] of found) {
    for (const { path: target, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && target in metafile.inputs && !found.has(target)) found.set(target, file);
    }
  }
  return found;
}

test('no schema is built, and no language’s tables are loaded, while the extension loads', async () => {
  const loaded = await loadedWith('src/extension.ts');
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
  const loaded = await loadedWith('src/providers/index.ts');
  assert.ok([...loaded.keys()].some((file) => file.includes('node_modules/zod/')));
});
