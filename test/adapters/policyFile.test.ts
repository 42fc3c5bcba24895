import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gatePlaces, openFolders } from '../../src/adapters/gatePlaces.ts';
import { policyFiles } from '../../src/adapters/policyFile.ts';
import { UNREADABLE_POLICY } from '../../src/core/gate/readPolicy.ts';

function world(t: TestContext) {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'marginal-policy-')));
  t.after(() => rmSync(root, { recursive: true }));
  const troubles = new Map<string, string | undefined>();
  const put = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const read = policyFiles({
    folders: () => [path.join(root, 'open')],
    onTrouble: (file, sentence) => troubles.set(path.relative(root, file), sentence),
  });
  return { root, put, troubles, rulesIn: async (folder: string) => (await read(path.join(root, folder))).rules };
}
const rule = (command: string) => JSON.stringify({ rules: [{ decide: 'deny', command }] });

test('the rules from the agent’s folder up to its repository’s root count, and none above', async (t) => {
  const { put, rulesIn } = world(t);
  put('.marginal/policy.json', rule('above'));
  put('repo/.git/HEAD', '');
  put('repo/.marginal/policy.json', rule('root'));
  put('repo/web/.marginal/policy.json', rule('web'));
  const commands = async (folder: string) => (await rulesIn(folder)).map(({ command }) => command).sort();
  assert.deepEqual(await commands('repo/web'), ['root', 'web']);
  assert.deepEqual(await commands('repo'), ['root']);
  assert.deepEqual(await commands('repo/not/there/yet'), ['root']);
});

test('a repository made inside an open folder doesn’t hide the folder’s rules', async (t) => {
  const { put, rulesIn } = world(t);
  put('open/.git/HEAD', '');
  put('open/.marginal/policy.json', rule('root'));
  put('open/inner/.git/HEAD', '');
  assert.deepEqual((await rulesIn('open/inner')).length, 1);
});

test('a broken file is told with its remedy and asks about all but reading, until it is mended', async (t) => {
  const { root, put, troubles, rulesIn } = world(t);
  put('open/.marginal/policy.json', '{');
  assert.deepEqual(await rulesIn('open'), UNREADABLE_POLICY.rules);
  assert.match(troubles.get('open/.marginal/policy.json') ?? '', /it is not JSON\. Mend it or delete it/);
  put('open/.marginal/policy.json', rule('x'));
  utimesSync(path.join(root, 'open/.marginal/policy.json'), 1, 1);
  assert.equal((await rulesIn('open'))[0]?.command, 'x');
  assert.equal(troubles.get('open/.marginal/policy.json'), undefined);
  put('open/.marginal/policy.json', ' '.repeat(300_000));
  assert.deepEqual(await rulesIn('open'), UNREADABLE_POLICY.rules);
  assert.match(troubles.get('open/.marginal/policy.json') ?? '', /larger than 256 kB/);
  rmSync(path.join(root, 'open/.marginal/policy.json'));
  mkdirSync(path.join(root, 'open/.marginal/policy.json'));
  assert.deepEqual(await rulesIn('open'), UNREADABLE_POLICY.rules);
  rmSync(path.join(root, 'open/.marginal'), { recursive: true });
  assert.deepEqual(await rulesIn('open'), []);
  assert.equal(troubles.get('open/.marginal/policy.json'), undefined);
});

test('inside the workspace is what lies there with its links resolved', async (t) => {
  const { root, put } = world(t);
  put('open/a.txt', '');
  put('outside/b.txt', '');
  symlinkSync(path.join(root, 'outside'), path.join(root, 'open/link'));
  const places = gatePlaces(() => [path.join(root, 'open')], '/home/me');
  const inside = (file: string, session?: string) => places.inside(path.join(root, file), session);
  assert.equal(await inside('open/a.txt'), true);
  assert.equal(await inside('open/new/deep.txt'), true);
  assert.equal(await inside('open/link/b.txt'), false);
  assert.equal(await inside('open/../outside'), false);
  assert.equal(await inside('outside/b.txt', path.join(root, 'outside')), true);
  assert.equal(await places.inside('a.txt', undefined), false);
  assert.equal(await places.kindOf(path.join(root, 'open/a.txt')), 'file');
  assert.equal(await places.kindOf(path.join(root, 'open/link')), 'other');
  assert.equal(await places.kindOf(path.join(root, 'open/none')), 'missing');
});

test('a home folder and what holds it are nobody’s workspace', () => {
  assert.deepEqual(openFolders(['/w'], '/home/me/app', '/home/me'), ['/w', '/home/me/app']);
  for (const folder of ['/home/me', '/home', '/', undefined])
    assert.deepEqual(openFolders(['/w'], folder, '/home/me'), ['/w']);
});
