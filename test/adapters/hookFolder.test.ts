import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { hookFolder } from '../../src/adapters/hookFolder.ts';

const TARGET = { runtime: '/opt/VS Code/code', script: '/ext/Zoë’s "hook".cjs' };

function home(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'marginal-folder-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const modeOf = (file: string) => statSync(file).mode & 0o777;

test('the launcher and its target are for their user alone, whatever stood there and whatever the mask is', async (t) => {
  const hooks = hookFolder(home(t), 'linux', TARGET);
  const folder = path.dirname(hooks.launcher);
  assert.equal(await hooks.isInstalled(), false);
  assert.equal(await hooks.refresh(), false);
  mkdirSync(folder, { mode: 0o777 });
  chmodSync(folder, 0o777);
  writeFileSync(hooks.launcher, 'exit 0\n', { mode: 0o644 });
  const mask = process.umask(0o077);
  t.after(() => process.umask(mask));
  await hooks.install();
  assert.equal(await hooks.isInstalled(), true);
  assert.deepEqual([folder, hooks.launcher, path.join(folder, 'target')].map(modeOf), [0o700, 0o700, 0o600]);
  assert.equal(readFileSync(path.join(folder, 'target'), 'utf8'), `${TARGET.runtime}\n${TARGET.script}\n`);
  assert.deepEqual(readdirSync(folder).sort(), ['hook', 'target']);
});

test('what is as it should be is not written again', async (t) => {
  const hooks = hookFolder(home(t), 'linux', TARGET);
  await hooks.install();
  const before = statSync(hooks.launcher).ino;
  assert.equal(await hooks.refresh(), true);
  assert.equal(statSync(hooks.launcher).ino, before);
  writeFileSync(hooks.launcher, 'exit 0\n');
  await hooks.refresh();
  assert.match(readFileSync(hooks.launcher, 'utf8'), /^#!\/bin\/sh\n/);
});

test('without a script of its own what is installed stays', async (t) => {
  const folder = home(t);
  const other = hookFolder(folder, 'linux', { ...TARGET, script: undefined });
  await assert.rejects(other.install(), /reinstall Marginal/);
  const hooks = hookFolder(folder, 'linux', TARGET);
  await hooks.install();
  assert.equal(await other.refresh(), true);
  assert.match(readFileSync(path.join(path.dirname(hooks.launcher), 'target'), 'utf8'), /hook/);
});

test('uninstalling takes away what was put there and nothing else', async (t) => {
  const hooks = hookFolder(home(t), 'linux', TARGET);
  const folder = path.dirname(hooks.launcher);
  await hooks.install();
  mkdirSync(path.join(folder, 'windows'));
  writeFileSync(path.join(folder, 'mine.txt'), 'mine');
  await hooks.uninstall();
  assert.deepEqual(readdirSync(folder), ['mine.txt']);
  rmSync(path.join(folder, 'mine.txt'));
  await hooks.uninstall();
  assert.ok(!existsSync(folder));
  await hooks.uninstall();
});

test('a place that can’t be written or named is told in a sentence', async (t) => {
  const folder = home(t);
  writeFileSync(path.join(folder, '.marginal'), 'in the way');
  await assert.rejects(hookFolder(folder, 'linux', TARGET).install(), /can’t be written: make it yours/);
  await assert.rejects(hookFolder(folder, 'linux', { ...TARGET, runtime: '/a\nb' }).install(), /line break/);
});

test('on Windows agents call the other launcher', async (t) => {
  const hooks = hookFolder(home(t), 'win32', TARGET);
  assert.equal(path.basename(hooks.launcher), 'hook.cmd');
  await hooks.install();
  assert.match(readFileSync(hooks.launcher, 'utf8'), /ELECTRON_RUN_AS_NODE=1/);
});
