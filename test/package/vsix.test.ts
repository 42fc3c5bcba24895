import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = path.join(root, '.cache/marginal.vsix');
const KILOBYTE = 1024;

interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly content: () => Buffer;
}

/** The entries of a zip file, from its central directory. */
function zipEntries(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [compressed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const method = zip.readUInt16LE(at + 10);
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    entries.push({
      name,
      size,
      content: () => {
        const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        const raw = zip.subarray(start, start + compressed);
        return method === 0 ? raw : inflateRawSync(raw);
      },
    });
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return entries;
}

if (!existsSync(file)) execFileSync(process.execPath, ['scripts/package.mjs', file], { cwd: root, stdio: 'inherit' });
const zip = readFileSync(file);
const entries = zipEntries(zip);
const names = entries.map(({ name }) => name);

test('the .vsix holds only what runs', () => {
  const allowed =
    /^(\[Content_Types\]\.xml|extension\.vsixmanifest|extension\/(package\.json|THIRD-PARTY-NOTICES\.md|readme\.md|changelog\.md|LICENSE(\.txt)?|media\/[\w-]+\.(svg|png)|media\/walkthrough\/[\w-]+\.(md|svg|png)|dist\/((extension|worker|worker-[A-Z\d]{8}|backlog|hook)\.cjs|o200k_base\.ranks\.br|prices\.jsonl|media\/dashboard\.(js|css))))$/i;
  assert.deepEqual(
    names.filter((name) => !allowed.test(name)),
    [],
  );
  for (const needed of [
    'extension.cjs',
    'worker.cjs',
    'hook.cjs',
    'backlog.cjs',
    'o200k_base.ranks.br',
    'prices.jsonl',
    'media/dashboard.js',
  ])
    assert.ok(names.includes(`extension/dist/${needed}`), needed);
});

test('the .vsix is at most 2 MB', () => {
  assert.ok(statSync(file).size <= 2000 * KILOBYTE, `${Math.ceil(statSync(file).size / KILOBYTE)} kB`);
});

test('at most 600 kB are loaded at activation', () => {
  const main = entries.find(({ name }) => name === 'extension/dist/extension.cjs');
  assert.ok(main && main.size <= 600 * KILOBYTE, `${main?.size} bytes`);
});

test('one rank table, and neither SQLite nor the tokenizer in the extension host', () => {
  const main =
    entries
      .find(({ name }) => name === 'extension/dist/extension.cjs')
      ?.content()
      .toString() ?? '';
  assert.ok(!main.includes('node:sqlite'));
  const tables = entries.filter(({ name, size }) => /rank|o200k/i.test(name) && size > 200 * KILOBYTE);
  assert.equal(tables.length, 1, names.join('\n'));
});

test('no path of a developer machine, no key and no proposed API is packed', () => {
  for (const entry of entries.filter(({ name }) => /\.(cjs|mjs|js|json|md)$/.test(name))) {
    const text = entry.content().toString();
    assert.doesNotMatch(text, /\/(home|Users|root)\/[a-z]+\/(?!\.)/, entry.name);
    if (entry.name.endsWith('package.json')) assert.doesNotMatch(text, /enabledApiProposals/);
  }
});
