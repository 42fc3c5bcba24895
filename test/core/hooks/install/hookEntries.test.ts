import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hookCommand, isOurCommand } from '../../../../src/core/hooks/install/hookCommand.ts';
import {
  CLINE_EVENTS,
  clineScript,
  type EntryAgent,
  hookEntries,
} from '../../../../src/core/hooks/install/hookEntries.ts';

const AGENTS: readonly EntryAgent[] = ['copilot', 'claude-code', 'codex', 'gemini-cli', 'cursor'];
const DECIDING = { agent: 'codex', event: 'PreToolUse', decides: true };

function home(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "a developer's $HOME "));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(line: string) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8', input: '{}' });
  return { status, stdout, stderr };
}

test('a command calls the launcher wherever it lies, and blocks before a tool when it is gone', {
  skip: process.platform === 'win32',
}, (t) => {
  const folder = home(t);
  const launcher = join(folder, '.marginal', 'hook');
  const line = hookCommand(launcher, DECIDING, 'sh');
  assert.ok(isOurCommand(line));
  assert.equal(run(line).status, 2);
  assert.match(run(line).stderr, /not found|No such file/);
  assert.equal(run(hookCommand(launcher, { ...DECIDING, decides: false }, 'sh')).status, 127);
  mkdirSync(join(folder, '.marginal'));
  writeFileSync(launcher, '#!/bin/sh\necho "$1 $2"\n', { mode: 0o755 });
  assert.deepEqual(run(line), { status: 0, stdout: 'codex PreToolUse\n', stderr: '' });
});

test('a script of Cline’s denies by itself when the launcher is gone, and only before a tool', {
  skip: process.platform === 'win32',
}, (t) => {
  const folder = home(t);
  const launcher = join(folder, '.marginal', 'hook');
  for (const event of CLINE_EVENTS) {
    const { status, stdout } = run(clineScript(launcher, event));
    assert.equal(status, 0);
    if (event === 'PreToolUse') assert.equal((JSON.parse(stdout) as { cancel: boolean }).cancel, true);
    else assert.equal(stdout, '');
    assert.ok(isOurCommand(clineScript(launcher, event)));
  }
  mkdirSync(join(folder, '.marginal'));
  writeFileSync(launcher, '#!/bin/sh\necho "$1 $2"\n', { mode: 0o755 });
  assert.equal(run(clineScript(launcher, 'PreToolUse')).stdout, 'cline PreToolUse\n');
});

test('every agent is asked before its tools, and waits longer than a person may take', () => {
  for (const agent of AGENTS)
    for (const windows of [false, true]) {
      const entries = hookEntries(
        agent,
        windows ? 'C:\\Users\\d\\.marginal\\hook.cmd' : '/home/d/.marginal/hook',
        windows,
      );
      const text = JSON.stringify(entries);
      assert.ok(Object.keys(entries).some((event) => /^(?:pre|before)/i.test(event)));
      for (const entry of Object.values(entries))
        assert.ok(isOurCommand(JSON.stringify(entry).replaceAll('\\\\', '\\')));
      assert.match(text, agent === 'gemini-cli' ? /"timeout":180000/ : /"timeout":180\b/);
      if (agent === 'cursor')
        for (const [event, entry] of Object.entries(entries))
          assert.equal('failClosed' in entry, /^(?:pre|before(?!Submit))/.test(event), event);
    }
});

test('only what calls the launcher is ours', () => {
  for (const line of [
    '/home/d/.marginal/hook x',
    "'/home/d e/.marginal/hook' x",
    '"C:\\Users\\d\\.marginal\\hook.cmd" x',
  ])
    assert.ok(isOurCommand(line), line);
  for (const line of [
    '/home/d/.marginal/hooks/mine.sh',
    '/home/d/.marginal/hook.sh',
    '/home/d/marginal/hook',
    'echo hook',
  ])
    assert.ok(!isOurCommand(line), line);
});
