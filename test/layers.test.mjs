// Who may import whom (docs/architecture.md), as a test. A file outside a known folder fails it too.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** folder -> the project folders it may import, and the packages. `node` stands for every node: module. */
const RULES = {
  core: { folders: ['core'], packages: ['zod/mini'] },
  ports: { folders: ['core'], packages: [] },
  protocol: { folders: ['core', 'protocol'], packages: ['zod/mini'] },
  app: { folders: ['app', 'core', 'ports'], packages: [] },
  providers: { folders: ['providers', 'core', 'ports'], packages: ['node'] },
  assembly: { folders: ['assembly'], packages: [] },
  wasm: { folders: ['wasm'], packages: ['node'] },
  importers: { folders: ['importers', 'core', 'ports', 'wasm'], packages: ['node', 'zod/mini'] },
  adapters: { folders: ['adapters', 'core', 'ports'], packages: ['node', 'js-tiktoken', 'jsonc-parser', 'unbash'] },
  storage: { folders: ['storage', 'core', 'ports', 'wasm'], packages: ['node'] },
  gateway: { folders: ['gateway', 'core', 'ports', 'app', 'protocol'], packages: ['node'] },
  hook: { folders: ['hook', 'protocol', 'core'], packages: ['node'] },
  worker: {
    folders: ['worker', 'core', 'ports', 'app', 'storage', 'importers', 'adapters', 'gateway', 'protocol'],
    packages: ['node'],
  },
  editor: { folders: ['editor', 'core', 'ports', 'app', 'protocol'], packages: ['vscode'] },
  extension: {
    folders: ['core', 'ports', 'protocol', 'app', 'providers', 'importers', 'adapters', 'storage', 'worker', 'editor'],
    packages: ['vscode', 'node'],
  },
  media: { folders: ['media', 'core', 'protocol'], packages: ['uplot'] },
};

const files = [...sources('src'), ...sources('media')];

function sources(folder) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts|mjs|js)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}

/** The folder of the table that a file belongs to. */
function folderOf(file) {
  const [top, first] = file.split('/');
  if (top === 'media') return 'media';
  return first?.replace(/\.ts$/, '');
}

function importsOf(file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const specifiers = [];
  for (const match of text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]/g))
    specifiers.push(match[1]);
  for (const match of text.matchAll(/(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g)) specifiers.push(match[1]);
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*[,)]/g)) specifiers.push(match[1]);
  return specifiers;
}

/** undefined when the import is allowed, else why not. */
function objection(file, specifier) {
  const rule = RULES[folderOf(file)];
  if (!rule) return 'the file lies outside every known folder';
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    const folder = folderOf(target);
    return rule.folders.includes(folder) ? undefined : `${folderOf(file)} may not import ${folder}`;
  }
  const name = specifier.startsWith('node:') ? 'node' : specifier;
  const allowed = rule.packages.some((allowedName) => name === allowedName || name.startsWith(`${allowedName}/`));
  return allowed ? undefined : `${folderOf(file)} may not import the package ${specifier}`;
}

test('imports follow the table', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const why = objection(file, specifier);
      return why ? [`${file}: '${specifier}': ${why}`] : [];
    }),
  );
  for (const file of files) if (!RULES[folderOf(file)]) wrong.push(`${file}: outside every known folder`);
  assert.deepEqual(wrong, []);
});

test('the rules can fail', () => {
  assert.match(objection('src/core/money.ts', '../editor/statusBar.ts'), /core may not import editor/);
  assert.match(objection('src/core/money.ts', 'node:fs'), /package node:fs/);
  assert.match(objection('src/providers/ollama.ts', '../storage/ledger.ts'), /providers may not import storage/);
  assert.match(objection('src/elsewhere/x.ts', 'zod'), /outside every known folder/);
  assert.equal(objection('src/core/money.ts', './usage.ts'), undefined);
});

test('importers do not import each other', () => {
  const wrong = files
    .filter((file) => file.startsWith('src/importers/'))
    .flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => path.posix.join(path.posix.dirname(file), specifier).split('/'))
        .filter(
          (target) =>
            target[1] === 'importers' &&
            target.length > 3 &&
            target[2] !== file.split('/')[2] &&
            file.split('/').length > 3,
        )
        .map((target) => `${file} -> ${target.join('/')}`),
    );
  assert.deepEqual(wrong, []);
});

test('core reaches for no clock, chance, network or console', () => {
  const reach =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.|\bfetch\(|\bconsole\.|\bprocess\.|\bsetTimeout\(|\bsetInterval\(/;
  const wrong = files
    .filter((file) => file.startsWith('src/core/'))
    .flatMap((file) =>
      readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          reach.test(line) && !/^\s*(\*|\/\/)/.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
  assert.deepEqual(wrong, []);
});

test('no import cycle', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => path.posix.join(path.posix.dirname(file), specifier)),
    ]),
  );
  const done = new Set();
  const cycles = [];
  const visit = (file, trail) => {
    if (trail.includes(file)) return cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  assert.deepEqual(cycles, []);
});
