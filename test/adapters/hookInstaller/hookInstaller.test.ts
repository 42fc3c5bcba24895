import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hookInstaller } from '../../../src/adapters/hookInstaller/index.ts';
import { programOnPath } from '../../../src/adapters/hookInstaller/programOnPath.ts';
import type { GuardedAgent } from '../../../src/core/hooks/hookCall.ts';

const ALL: readonly GuardedAgent[] = ['copilot', 'claude-code', 'codex', 'gemini-cli', 'cursor', 'cline'];

function world(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'marginal-guards-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  let now = 1_000;
  const guards = hookInstaller({
    home,
    platform: 'linux',
    env,
    launcher: join(home, '.marginal/hook'),
    clock: { now: () => now++ },
  });
  return {
    home,
    guards,
    write(file: string, text: string) {
      mkdirSync(dirname(join(home, file)), { recursive: true });
      writeFileSync(join(home, file), text);
    },
    read: (file: string) => readFileSync(join(home, file), 'utf8'),
    async guard(...agents: GuardedAgent[]) {
      await guards.apply(agents, 'guard', await guards.plan(agents, 'guard'));
    },
    async leave(...agents: GuardedAgent[]) {
      await guards.apply(agents, 'leave', await guards.plan(agents, 'leave'));
    },
    async state(agent: GuardedAgent) {
      return (await guards.look()).find((each) => each.agent === agent);
    },
    /** Every file below the home with its text. */
    all: () =>
      Object.fromEntries(
        readdirSync(home, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [
            join(entry.parentPath, entry.name),
            readFileSync(join(entry.parentPath, entry.name), 'utf8'),
          ]),
      ),
  };
}

test('a home without any agent is as before once all were guarded and left again', async (t) => {
  const { home, guard, leave, all, guards } = world(t);
  await guard(...ALL);
  assert.deepEqual(
    Object.keys(all())
      .map((file) => file.slice(home.length + 1))
      .sort(),
    [
      '.claude/settings.json',
      '.cline/hooks/PostToolUse',
      '.cline/hooks/PreToolUse',
      '.cline/hooks/TaskStart',
      '.cline/hooks/UserPromptSubmit',
      '.codex/hooks.json',
      '.copilot/hooks/marginal.json',
      '.cursor/hooks.json',
      '.gemini/settings.json',
      '.marginal/installed.json',
    ],
  );
  assert.ok(
    (await guards.look()).every(({ state, present, since }) => state === 'on' && present && since !== undefined),
  );
  assert.equal(statSync(join(home, '.cline/hooks/PreToolUse')).mode & 0o777, 0o755);
  assert.equal(statSync(join(home, '.marginal/installed.json')).mode & 0o777, 0o600);
  const before = all();
  await guard(...ALL);
  assert.deepEqual(all(), before, 'twice is once');
  await leave(...ALL);
  assert.deepEqual(readdirSync(home), []);
});

test('settings that were there come back byte for byte: line ends, byte-order mark, permissions, links', async (t) => {
  const { home, guard, leave, write, read } = world(t);
  const claude = '\uFEFF{\r\n\t// mine\r\n\t"model": "opus",\r\n\t"hooks": { "Stop": [] },\r\n}\r\n\r\n';
  write('.claude/settings.json', claude);
  chmodSync(join(home, '.claude/settings.json'), 0o640);
  write('dotfiles/gemini.json', '{"ui":{"theme":"x"}}');
  mkdirSync(join(home, '.gemini'));
  symlinkSync('../dotfiles/gemini.json', join(home, '.gemini/settings.json'));
  await guard('claude-code', 'gemini-cli');
  assert.ok(lstatSync(join(home, '.gemini/settings.json')).isSymbolicLink());
  assert.match(read('dotfiles/gemini.json'), /BeforeTool/);
  assert.match(read('.claude/settings.json'), /^\uFEFF\{\r\n\t\/\/ mine\r\n/);
  assert.doesNotMatch(read('.marginal/installed.json'), /opus|theme/, 'nothing of the developer’s is kept');
  await leave('claude-code', 'gemini-cli');
  assert.equal(read('.claude/settings.json'), claude);
  assert.equal(statSync(join(home, '.claude/settings.json')).mode & 0o777, 0o640);
  assert.equal(read('dotfiles/gemini.json'), '{"ui":{"theme":"x"}}');
  assert.ok(lstatSync(join(home, '.gemini/settings.json')).isSymbolicLink());
  assert.ok(!existsSync(join(home, '.marginal')));
});

test('what the developer changed between stays', async (t) => {
  const { guard, leave, write, read } = world(t);
  write('.claude/settings.json', '{\n  "model": "opus"\n}\n');
  await guard('claude-code');
  write('.claude/settings.json', read('.claude/settings.json').replace('"opus"', '"sonnet"'));
  await leave('claude-code');
  assert.equal(read('.claude/settings.json'), '{\n  "model": "sonnet"\n}\n');
});

test('an older version’s hooks are brought up to date, and the way back still leads to the beginning', async (t) => {
  const { home, guards, guard, leave, write, read, state } = world(t);
  write('.codex/hooks.json', '{ "hooks": {} }');
  const older = hookInstaller({
    home,
    platform: 'linux',
    env: {},
    launcher: '/elsewhere/.marginal/hook',
    clock: { now: () => 5 },
  });
  await older.apply(['codex'], 'guard', await older.plan(['codex'], 'guard'));
  assert.equal((await state('codex'))?.state, 'changed');
  await guard('codex');
  assert.deepEqual((await guards.plan(['codex'], 'guard')).length, 0);
  assert.equal((await state('codex'))?.since, 5);
  await leave('codex');
  assert.equal(read('.codex/hooks.json'), '{ "hooks": {} }');
});

test('hooks that are there without a record of them are taken out by edits', async (t) => {
  const { home, guard, leave, write, read } = world(t);
  write('.claude/settings.json', '{\n  "model": "opus"\n}\n');
  await guard('claude-code', 'copilot');
  rmSync(join(home, '.marginal'), { recursive: true });
  await leave('claude-code', 'copilot');
  assert.equal(read('.claude/settings.json'), '{\n  "model": "opus"\n}\n');
  assert.ok(!existsSync(join(home, '.copilot/hooks/marginal.json')));
});

test('nothing is written where one file is broken, or changed while the developer looked', async (t) => {
  const { home, guards, guard, write, read, state } = world(t);
  write('.gemini/settings.json', '{"a": }');
  await assert.rejects(
    guard('claude-code', 'gemini-cli'),
    /\.gemini\/settings\.json is not valid JSON \(line 1, column 7/,
  );
  assert.ok(!existsSync(join(home, '.claude')));
  assert.match((await state('gemini-cli'))?.problem ?? '', /not valid JSON/);
  write('.claude/settings.json', '{}');
  const agreed = await guards.plan(['claude-code'], 'guard');
  write('.claude/settings.json', '{"model": "opus"}');
  await assert.rejects(guards.apply(['claude-code'], 'guard', agreed), /has changed meanwhile/);
  assert.equal(read('.claude/settings.json'), '{"model": "opus"}');
});

test('a hook script of the developer’s is not overwritten', async (t) => {
  const { guard, write, read, leave } = world(t);
  write('.cline/hooks/PreToolUse', '#!/bin/sh\necho mine\n');
  await assert.rejects(guard('cline'), /is a hook of yours: give it the ending \.sh/);
  await leave('cline');
  assert.equal(read('.cline/hooks/PreToolUse'), '#!/bin/sh\necho mine\n');
});

test('folders that the environment names are used', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'marginal-guards-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { guards } = world(t, {
    CLAUDE_CONFIG_DIR: join(folder, 'c'),
    CODEX_HOME: join(folder, 'x'),
    COPILOT_HOME: join(folder, 'p'),
    GEMINI_CLI_HOME: join(folder, 'g'),
  });
  const files = (await guards.look()).flatMap((guard) => guard.files);
  for (const file of ['c/settings.json', 'x/hooks.json', 'p/hooks/marginal.json', 'g/.gemini/settings.json'])
    assert.ok(files.includes(join(folder, file)), file);
});

test('settings that turn every hook off are told', async (t) => {
  const { write, state } = world(t);
  write('.claude/settings.json', '{"disableAllHooks": true}');
  write('.gemini/settings.json', '{"hooksConfig": {"disabled": ["marginal"]}}');
  write('.codex/config.toml', 'model = "m"\n[features]\nweb = true\nhooks = false\n[tools]\n');
  for (const [agent, problem] of [
    ['claude-code', /disableAllHooks/],
    ['gemini-cli', /hooksConfig\.disabled/],
    ['codex', /hooks = false/],
  ] as const)
    assert.match((await state(agent))?.problem ?? '', problem);
  write('.codex/config.toml', '[features]\nhooks = true\n[tools]\nhooks = false\n');
  assert.equal((await state('codex'))?.problem, undefined);
});

test('an agent is here when its folder or its program is', async (t) => {
  const { home, write, state } = world(t, { PATH: '/nowhere' });
  assert.equal((await state('codex'))?.present, false);
  write('bin/codex', '#!/bin/sh\n');
  assert.equal(await programOnPath('codex', { PATH: join(home, 'bin') }, 'linux'), undefined, 'not executable');
  chmodSync(join(home, 'bin/codex'), 0o755);
  assert.equal(
    await programOnPath('codex', { PATH: `relative:${join(home, 'bin')}` }, 'linux'),
    join(home, 'bin/codex'),
  );
});
