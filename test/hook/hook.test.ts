import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import esbuild from 'esbuild';
import { dialectOf } from '../../src/core/hooks/dialects/index.ts';
import type { HookAnswer, HookCall } from '../../src/core/hooks/hookCall.ts';
import { NO_WINDOW, NOTHING_TO_RUN, UNREADABLE, WINDOW_LOST } from '../../src/core/hooks/nobodyAnswers.ts';
import { BUNDLE, type Ended, hookWorld, run, SHELLS } from './hookWorld.ts';

const bash = (command: string, cwd: string) => ({
  session_id: 's',
  cwd,
  hook_event_name: 'PreToolUse',
  permission_mode: 'bypassPermissions',
  tool_name: 'Bash',
  tool_input: { command },
  tool_use_id: 't',
});

/** What Claude Code is told before a tool. */
const denied = (reason: string): Ended => ({
  stdout: `${JSON.stringify({
    hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: reason },
  })}\n`,
  stderr: '',
  code: 0,
});
const silent: Ended = { stdout: '', stderr: '', code: 0 };

const nobody = (): Promise<HookAnswer> => assert.fail('another window was asked');
const no = (reason: string) => async (): Promise<HookAnswer> => ({ kind: 'deny', reason });

test('the window whose folder is nearest answers, whatever the paths are called', async (t) => {
  const world = await hookWorld(t, "it's “home” of Zoë $HOME %s ünï");
  const project = path.join(world.home, 'my project');
  const inner = path.join(project, 'packages', 'ß');
  mkdirSync(inner, { recursive: true });
  const link = path.join(world.home, 'link');
  symlinkSync(inner, link);
  const calls: HookCall[] = [];
  await world.window({ id: 'a', folders: [world.home], leads: true, answer: nobody });
  await world.window({
    id: 'b',
    folders: [link],
    answer: async (call) => {
      calls.push(call);
      return { kind: 'deny', reason: 'Nein, “später” – %s \\ 100%' };
    },
  });
  await world.window({ id: 'c', folders: [project], answer: nobody });
  for (const shell of SHELLS)
    assert.deepEqual(
      await world.hook('claude-code', 'PreToolUse', bash('rm -rf ü', link), { shell }),
      denied('Nein, “später” – %s \\ 100%'),
      shell.join(' '),
    );
  const [call] = calls;
  assert.equal(call?.moment.kind, 'beforeTool');
  assert.equal(call?.cwd, link);
  assert.equal(calls.length, SHELLS.length);
});

test('where no window holds the folder, the one that leads answers; without a folder told, the process’s own counts', async (t) => {
  const world = await hookWorld(t);
  const [here, there] = [path.join(world.home, 'here'), path.join(world.home, 'here-too')];
  for (const folder of [here, there]) mkdirSync(folder);
  await world.window({ id: 'a', folders: [here], answer: no('here') });
  await world.window({ id: 'b', folders: [there], leads: true, answer: no('leads') });
  const { cwd: _, ...homeless } = bash('rm x', '');
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', bash('rm x', '/')), denied('leads'));
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', homeless, { cwd: here }), denied('here'));
  const roots = { ...homeless, workspace_roots: [path.join(world.home, 'gone'), here] };
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', roots), denied('here'));
});

test('without a window: reads pass, what the agent would really ask about is asked, the rest is denied', async (t) => {
  const world = await hookWorld(t);
  const call = bash('rm -rf data', world.home);
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', call), denied(NO_WINDOW.sentence));
  const asked = await world.hook('claude-code', 'PreToolUse', { ...call, permission_mode: 'default' });
  assert.match(asked.stdout, /"permissionDecision":"ask"/);
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', { ...call, tool_name: 'Read' }), silent);
  assert.deepEqual(await world.hook('claude-code', 'PostToolUse', call), silent);
  assert.deepEqual(await world.hook('claude-code', 'UserPromptSubmit', { prompt: 'hello' }), silent);
  const batch = {
    cwd: world.home,
    toolCalls: [
      { name: 'view', args: {} },
      { name: 'bash', args: { command: 'rm x' } },
    ],
  };
  assert.match((await world.hook('copilot', 'preToolUse', batch)).stdout, /"permissionDecision":"deny"/);
  assert.deepEqual(await world.hook('copilot', 'preToolUse', { toolCalls: batch.toolCalls.slice(0, 1) }), silent);
});

test('what can’t be read is denied before a tool', async (t) => {
  const world = await hookWorld(t);
  await world.window({ id: 'a', leads: true, answer: nobody });
  for (const text of ['', '{"tool_name":"Bash"', '[1]', 'null', '\u0000\ufffd'])
    assert.deepEqual(await world.hook('claude-code', 'PreToolUse', text), denied(UNREADABLE.sentence), text);
  assert.deepEqual(await world.hook('claude-code', 'Stop', 'nonsense'), silent);
  const unknown = await world.hook('clippy', 'PreToolUse', bash('ls', '/'));
  assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
  assert.match(unknown.stderr, /knows no agent by the name of clippy/);
  const huge = { ...bash('x', world.home), tool_input: { command: 'x'.repeat(8 * 1024 * 1024) } };
  assert.match((await world.hook('claude-code', 'PreToolUse', huge)).stdout, /longer than 8 MB/);
});

test('a window that is killed while its dialog is open has allowed nothing, and no other is asked', async (t) => {
  const world = await hookWorld(t);
  await world.window({ id: 'leads', leads: true, answer: nobody });
  const window = fork(new URL('windowProcess.ts', import.meta.url), [world.home], { stdio: 'inherit' });
  t.after(() => window.kill('SIGKILL'));
  assert.deepEqual(await once(window, 'message').then(([message]) => message), 'open');
  const asked = once(window, 'message');
  const ended = world.hook('claude-code', 'PreToolUse', bash('rm -rf data', world.home));
  assert.deepEqual(await asked.then(([message]) => message), 'asked');
  window.kill('SIGKILL');
  assert.deepEqual(await ended, denied(WINDOW_LOST.sentence));
  // Its file is still there; the next hook finds nobody, goes to another window, and clears it away.
  const file = path.join(world.folder, 'windows/dialog.json');
  assert.ok(existsSync(file));
  const { cwd: _, ...elsewhere } = bash('ls', '');
  await world.window({ id: 'other', folders: [world.home], answer: no('other') });
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', elsewhere, { cwd: world.home }), denied('other'));
  assert.ok(!existsSync(file));
});

for (const [how, wrapped] of [
  ['itself', false],
  ['in a shell that it runs', true],
] as const)
  test(`an agent that ends its hook, ${how}, takes the question away`, async (t) => {
    const world = await hookWorld(t);
    const asked = Promise.withResolvers<AbortSignal>();
    await world.window({
      id: 'a',
      leads: true,
      answer: (_call, signal) =>
        new Promise((resolve) => {
          asked.resolve(signal);
          signal.addEventListener('abort', () => resolve({ kind: 'deny', reason: 'gone' }));
        }),
    });
    const agent = new AbortController();
    const line = `'${world.hooks.launcher}' claude-code PreToolUse || exit 2`;
    const text = JSON.stringify(bash('rm x', '/'));
    const ended = wrapped
      ? run('sh', ['-c', line], text, { cwd: world.home, signal: agent.signal })
      : world.hook('claude-code', 'PreToolUse', text, { signal: agent.signal });
    const signal = await asked.promise;
    assert.ok(!signal.aborted);
    agent.abort();
    for (let i = 0; i < 50 && !signal.aborted; i++) await sleep(100);
    // Its output is closed once the last of them has ended.
    assert.equal((await ended).code, null);
    assert.ok(signal.aborted);
  });

test('a window that closes says no to what still waits', async (t) => {
  const world = await hookWorld(t);
  const asked = Promise.withResolvers<void>();
  const endpoint = await world.window({
    id: 'a',
    leads: true,
    answer: (_call, signal) =>
      new Promise((resolve) => {
        asked.resolve();
        signal.addEventListener('abort', () => resolve({ kind: 'deny', reason: 'closing' }));
      }),
  });
  const ended = world.hook('claude-code', 'PreToolUse', bash('rm x', '/'));
  await asked.promise;
  await endpoint.close();
  assert.deepEqual(await ended, denied('closing'));
  assert.ok(!existsSync(path.join(world.folder, 'windows/a.json')));
});

test('files of windows that others can change, read or made are passed over', async (t) => {
  const world = await hookWorld(t);
  await world.window({ id: 'good', leads: false, answer: no('good') });
  const windows = path.join(world.folder, 'windows');
  const good = JSON.parse(readFileSync(path.join(windows, 'good.json'), 'utf8')) as Record<string, unknown>;
  const bad: Record<string, [string, number]> = {
    'open.json': [JSON.stringify({ ...good, leads: true }), 0o644],
    'half.json': [JSON.stringify(good).slice(0, 40), 0o600],
    'version.json': [JSON.stringify({ ...good, version: 2, leads: true }), 0o600],
    'token.json': [JSON.stringify({ ...good, token: 'x\r\nX-Y: z', leads: true }), 0o600],
    'port.json': [JSON.stringify({ ...good, port: 70_000, leads: true }), 0o600],
    'empty.json': ['', 0o600],
    'list.json': ['[]', 0o600],
  };
  // Each would be asked first, and would lead nowhere.
  for (const [name, [text, mode]] of Object.entries(bad)) {
    writeFileSync(path.join(windows, name), text.replace(`"port":${good.port}`, '"port":1'));
    chmodSync(path.join(windows, name), mode);
  }
  mkdirSync(path.join(windows, 'folder.json'), { mode: 0o600 });
  symlinkSync(path.join(windows, 'good.json'), path.join(windows, 'link.json'));
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', bash('rm x', '/')), denied('good'));
  for (const name of Object.keys(bad)) assert.ok(existsSync(path.join(windows, name)), name);
  // A folder in which anyone may put files tells nothing.
  chmodSync(windows, 0o777);
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', bash('rm x', '/')), denied(NO_WINDOW.sentence));
});

test('whoever took the port of a window that is gone is not believed', async (t) => {
  const world = await hookWorld(t);
  await world.window({ id: 'good', answer: no('good') });
  const heard: string[] = [];
  const impostor = createServer((request, response) => {
    heard.push(request.headers.authorization ?? '');
    response.setHeader('x-marginal-proof', 'p'.repeat(20)).end('{"stdout":"","exitCode":0}');
  });
  await once(impostor.listen(0, '127.0.0.1'), 'listening');
  t.after(() => impostor.close());
  const { port } = impostor.address() as AddressInfo;
  const windows = path.join(world.folder, 'windows');
  const good = JSON.parse(readFileSync(path.join(windows, 'good.json'), 'utf8')) as object;
  writeFileSync(path.join(windows, 'gone.json'), JSON.stringify({ ...good, id: 'gone', port, leads: true }), {
    mode: 0o600,
  });
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', bash('rm x', '/')), denied('good'));
  assert.equal(heard.length, 1);
});

for (const shell of SHELLS)
  test(`the launcher denies by itself where nothing answers (${shell.join(' ')})`, async (t) => {
    const world = await hookWorld(t, 'a "home" of Zoë');
    await world.window({ id: 'a', leads: true, answer: nobody });
    const target = path.join(world.folder, 'target');
    const [runtime = '', script = ''] = readFileSync(target, 'utf8').split('\n');
    const broken = path.join(world.home, 'broken.cjs');
    const program = (text: string) => {
      writeFileSync(broken, text);
      return `${runtime}\n${broken}\n`;
    };
    const targets = {
      'no runtime': `/nowhere/node\n${script}\n`,
      'a folder for a runtime': `/tmp\n${script}\n`,
      'no script': `${runtime}\n/nowhere/hook.cjs\n`,
      'no lines': '',
      'one line': runtime,
      'a runtime that does something else': `/bin/true\n${script}\n`,
      'a runtime that says something else': `/bin/echo\n${script}\n`,
      'a script that fails': program('throw new Error("broken")'),
      'a script that is killed after half an answer': program(
        'require("fs").writeSync(1,"{}");process.kill(process.pid,"SIGKILL")',
      ),
      'a script that allows and fails': program('console.log("{}");process.exitCode=1'),
    };
    for (const [name, text] of Object.entries(targets)) {
      writeFileSync(target, text);
      const { stdout, code } = await world.hook('claude-code', 'PreToolUse', bash('rm x', '/'), { shell });
      assert.deepEqual({ stdout, code }, { stdout: denied(NOTHING_TO_RUN.sentence).stdout, code: 0 }, name);
      const { stdout: after, code: afterCode } = await world.hook('claude-code', 'PostToolUse', bash('rm x', '/'), {
        shell,
      });
      assert.deepEqual([after, afterCode], ['', 0], name);
    }
    await world.hooks.uninstall();
    assert.ok(!existsSync(world.hooks.launcher));
  });

test('the launcher’s own denials are those of the dialects, for each agent and event however spelled', async (t) => {
  const world = await hookWorld(t);
  writeFileSync(path.join(world.folder, 'target'), '');
  const events = {
    'claude-code': ['PreToolUse', 'PermissionRequest', 'UserPromptSubmit', 'PreCompact', 'Stop'],
    copilot: ['preToolUse', 'PreToolUse', 'permissionRequest', 'agentStop'],
    codex: ['PreToolUse', 'PermissionRequest', 'PostToolUse'],
    'gemini-cli': ['BeforeTool', 'BeforeModel', 'AfterAgent'],
    cursor: ['beforeShellExecution', 'beforeMCPExecution', 'preToolUse', 'subagentStart', 'afterFileEdit'],
    cline: ['PreToolUse', 'TaskStart'],
  };
  for (const [agent, names] of Object.entries(events))
    for (const event of names) {
      const dialect = dialectOf(agent);
      assert.ok(dialect);
      const reply = dialect.decides(event)
        ? dialect.reply(event, { kind: 'deny', reason: NOTHING_TO_RUN.sentence })
        : dialect.reply(event, { kind: 'pass' });
      const { stdout, stderr, code } = await world.hook(agent, event, '{}');
      assert.deepEqual(
        { stdout, stderr, code },
        { stdout: reply.stdout, stderr: reply.stderr ?? '', code: reply.exitCode },
        event,
      );
    }
  const unknown = await world.hook('clippy', 'BeforeAnything', '{}');
  assert.deepEqual([unknown.code, unknown.stdout, unknown.stderr], [2, '', `${NOTHING_TO_RUN.sentence}\n`]);
});

test('the launcher waits for no agent that never ends its words', async (t) => {
  const world = await hookWorld(t);
  writeFileSync(path.join(world.folder, 'target'), '');
  const { spawn } = await import('node:child_process');
  const child = spawn('sh', [world.hooks.launcher, 'claude-code', 'PreToolUse'], { stdio: 'pipe' });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  // What the agent writes late is still taken.
  await new Promise<void>((resolve, reject) => {
    child.stdin.on('error', reject);
    child.stdin.end('x'.repeat(200_000), resolve);
  });
});

test('what a project wants of every Node does not reach the hook', async (t) => {
  const world = await hookWorld(t);
  await world.window({ id: 'a', leads: true, answer: no('no') });
  const env = { ...process.env, NODE_OPTIONS: '--require /nowhere/hook.js' };
  assert.deepEqual(await world.hook('claude-code', 'PreToolUse', bash('rm x', '/'), { env }), denied('no'));
});

test('the hook is small, and loads of Node what opens files and sockets', async () => {
  const { metafile, outputFiles } = await esbuild.build({ ...BUNDLE, write: false, metafile: true });
  assert.ok((outputFiles[0]?.contents.length ?? Number.POSITIVE_INFINITY) < 30_000);
  const inputs = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  const outside = inputs.filter(({ external }) => external).map(({ path }) => path);
  assert.deepEqual([...new Set(outside)].sort(), ['node:fs', 'node:net', 'node:path']);
  assert.ok(Object.keys(metafile.inputs).every((file) => file.startsWith('src/')));
});
