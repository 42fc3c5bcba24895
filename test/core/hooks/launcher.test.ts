import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectOf } from '../../../src/core/hooks/dialects/index.ts';
import { GUARDED_AGENTS } from '../../../src/core/hooks/hookCall.ts';
import { EVENT, ownAnswers } from '../../../src/core/hooks/launcher/ownAnswers.ts';
import { shellLauncher } from '../../../src/core/hooks/launcher/shell.ts';
import { windowsLauncher } from '../../../src/core/hooks/launcher/windows.ts';
import { NOTHING_TO_RUN } from '../../../src/core/hooks/nobodyAnswers.ts';

test('every agent has denials of its own, and events that are let pass', () => {
  for (const agent of GUARDED_AGENTS) {
    const replies = ownAnswers().filter((each) => each.agent === agent);
    const says = replies.filter(({ reply }) => reply.stdout.includes(NOTHING_TO_RUN.sentence));
    assert.ok(says.length > 0, agent);
    assert.ok(
      replies.some(({ reply }) => reply.stdout === '' && reply.exitCode === 0),
      agent,
    );
    for (const { plainEvent } of says) assert.ok(dialectOf(agent)?.decides(plainEvent), plainEvent);
  }
});

test('the shell’s launcher is a whole script', () => {
  const text = shellLauncher();
  assert.match(text, /^#!\/bin\/sh\n/);
  assert.ok(!text.includes('\r'));
  assert.ok(!text.includes(EVENT));
});

test('what the launcher for Windows says is the same, in plain letters', () => {
  const text = windowsLauncher();
  assert.match(text, /^@echo off\r\n/);
  assert.doesNotMatch(text, /[^ -~\r\n]/);
  const said = text.split('\r\n').filter((line) => line.startsWith('echo {'));
  const wanted = ownAnswers().filter(({ reply }) => reply.stdout !== '');
  assert.equal(said.length, wanted.length);
  for (const [index, line] of said.entries()) {
    assert.doesNotMatch(line.replaceAll('%~2', ''), /[%&|<>^]/);
    const stdout = wanted[index]?.reply.stdout ?? '';
    assert.deepEqual(JSON.parse(line.slice(5).replaceAll('%~2', EVENT)), JSON.parse(stdout));
  }
});
