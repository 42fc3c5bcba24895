import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { hookFolder } from '../../src/adapters/hookFolder.ts';
import { windowFile } from '../../src/adapters/windowFile.ts';
import type { Cursor } from '../../src/ports.ts';
import type { WindowFile } from '../../src/protocol/hookWire.ts';
import { gateEndpoint } from '../../src/worker/gateEndpoint.ts';
import { fakeClock } from '../fakes/fakeClock.ts';

function world(t: TestContext) {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'marginal-endpoint-')));
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));
  const clock = fakeClock();
  const hooks = hookFolder(home, 'linux', { runtime: '/usr/bin/code', script: '/ext/hook.cjs' });
  const leading = new Set<string>();
  const warmed: string[] = [];
  const unanswered: (string | undefined)[] = [];
  const cursors: Record<string, Cursor> = {};
  const troubles: (string | undefined)[] = [];
  const folder = path.join(home, '.marginal');
  const windows = path.join(folder, 'windows');
  const make = (id: string, folders: string[] = []) => {
    const endpoint = gateEndpoint({
      clock,
      id,
      pid: process.pid,
      hooks,
      file: windowFile(home, id),
      folders: () => folders,
      leads: () => leading.has(id),
      warm: async () => void warmed.push(id),
      answer: async () => ({ kind: 'deny', reason: 'no' }),
      cursor: (key) => cursors[key],
      keep: async (kept) => void Object.assign(cursors, kept),
      onUnanswered: (sentence) => unanswered.push(sentence),
      onTrouble: (sentence) => troubles.push(sentence),
    });
    t.after(() => endpoint.close());
    return endpoint;
  };
  const fileOf = (id: string) => JSON.parse(readFileSync(path.join(windows, `${id}.json`), 'utf8')) as WindowFile;
  return { home, clock, hooks, leading, warmed, unanswered, cursors, troubles, folder, windows, make, fileOf };
}

async function tell({ port, token }: WindowFile, agent: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/hooks/${agent}/Stop`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: '{}',
  });
  return response.status;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  server.close();
  return free;
}

test('it opens when hooks are installed and closes when they are gone, and leaves nothing behind', async (t) => {
  const { hooks, warmed, make, fileOf, folder, windows, troubles } = world(t);
  const endpoint = make('w', ['/srv/shop']);
  await endpoint.check();
  assert.ok(!existsSync(folder));
  await hooks.install();
  await Promise.all([endpoint.check(), endpoint.check()]);
  assert.deepEqual(warmed, ['w']);
  const file = fileOf('w');
  assert.deepEqual(
    { ...file, port: 0, token: '', proof: '' },
    { version: 1, id: 'w', pid: process.pid, port: 0, token: '', proof: '', folders: ['/srv/shop'], leads: false },
  );
  assert.notEqual(file.token, file.proof);
  assert.ok(file.token.length >= 40);
  assert.equal(await tell(file, 'claude-code'), 200);
  const mode = (name: string) => statSync(name).mode & 0o777;
  assert.deepEqual(
    ['', 'hook', 'target', 'windows', 'windows/w.json'].map((name) => mode(path.join(folder, name))),
    [0o700, 0o700, 0o600, 0o700, 0o600],
  );
  assert.deepEqual(readdirSync(folder).sort(), ['hook', 'target', 'windows']);
  await hooks.uninstall();
  await endpoint.check();
  await assert.rejects(tell(file, 'claude-code'));
  assert.ok(await isFree(file.port));
  assert.deepEqual(readdirSync(windows), []);
  await hooks.uninstall();
  assert.ok(!existsSync(folder));
  assert.ok(troubles.every((each) => each === undefined));
});

test('its file tells who leads and which real folders are open, and comes back when somebody removes it', async (t) => {
  const { home, hooks, leading, make, fileOf, windows } = world(t);
  const link = path.join(home, 'link');
  symlinkSync(windows.replace('/windows', ''), link);
  await hooks.install();
  const folders = [link, '/gone'];
  const endpoint = make('w', folders);
  await endpoint.check();
  assert.deepEqual(fileOf('w').folders, [path.join(home, '.marginal'), '/gone']);
  leading.add('w');
  folders.pop();
  await endpoint.check();
  assert.deepEqual([fileOf('w').leads, fileOf('w').folders.length], [true, 1]);
  rmSync(path.join(windows, 'w.json'));
  await endpoint.check();
  assert.equal(fileOf('w').leads, true);
});

test('a worker that is started anew clears away what the earlier one left', async (t) => {
  const { hooks, make, windows } = world(t);
  await hooks.install();
  const first = make('first');
  await first.check();
  writeFileSync(path.join(windows, 'other.json'), JSON.stringify({ pid: process.pid + 1 }));
  writeFileSync(path.join(windows, 'odd.json'), 'odd');
  await make('second').check();
  assert.deepEqual(readdirSync(windows).sort(), ['odd.json', 'other.json', 'second.json']);
});

test('an update of VS Code or Marginal reaches the launcher with the next window', async (t) => {
  const { home, hooks, make, folder } = world(t);
  await hookFolder(home, 'linux', { runtime: '/old/code', script: '/old/hook.cjs' }).install();
  writeFileSync(path.join(folder, 'hook'), '#!/bin/sh\n# an older launcher\n');
  await make('w').check();
  assert.equal(readFileSync(path.join(folder, 'target'), 'utf8'), '/usr/bin/code\n/ext/hook.cjs\n');
  assert.match(readFileSync(hooks.launcher, 'utf8'), /ELECTRON_RUN_AS_NODE/);
});

test('when an agent was last heard is known to every window, and after a restart', async (t) => {
  const { clock, hooks, make, fileOf, cursors } = world(t);
  await hooks.install();
  const [one, two] = [make('one'), make('two')];
  // Both are this process's here: the second takes the first's file away.
  await one.check();
  const first = fileOf('one');
  await two.check();
  assert.deepEqual(one.heard(), {});
  await tell(first, 'codex');
  assert.deepEqual(one.heard(), { codex: clock.now() });
  await one.close();
  assert.deepEqual(cursors, { 'hook-heard:codex': clock.now() });
  assert.deepEqual(two.heard(), { codex: clock.now() });
  Object.assign(cursors, { 'hook-heard:clippy': 1, 'hook-heard:cursor': 'odd' });
  assert.deepEqual(make('three').heard(), { codex: clock.now() });
});

test('a folder that can’t be written is told, and is over when it can', async (t) => {
  const { hooks, make, folder, windows, troubles } = world(t);
  await hooks.install();
  writeFileSync(windows, 'in the way');
  const endpoint = make('w');
  await endpoint.check();
  assert.match(troubles.at(-1) ?? '', /can’t be written/);
  rmSync(windows);
  await endpoint.check();
  assert.equal(troubles.at(-1), undefined);
  assert.deepEqual(readdirSync(path.join(folder, 'windows')), ['w.json']);
});

test('what a hook said that can’t be read is told, and is over with the next call', async (t) => {
  const { hooks, unanswered, make, fileOf } = world(t);
  await hooks.install();
  await make('w').check();
  const { port, token } = fileOf('w');
  const say = (body: string) =>
    fetch(`http://127.0.0.1:${port}/hooks/codex/PreToolUse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body,
    });
  await say('{}');
  await say('{"tool_name":"Bash","tool_input":{"command":"ls"}}');
  await say('{"tool_name":"Bash","tool_input":{"command":"ls"}}');
  assert.equal(unanswered.length, 2);
  assert.match(unanswered[0] ?? '', /^codex told its hook PreToolUse something that can’t be read/);
  assert.equal(unanswered[1], undefined);
});
