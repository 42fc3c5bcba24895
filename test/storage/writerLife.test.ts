import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { isGone, isRunning, writerName } from '../../src/storage/writerLife.ts';

/** The number of a process that has ended. */
function endedProcess(): number {
  const { pid } = spawnSync(process.execPath, ['--version']);
  assert.ok(pid > 0);
  return pid;
}

test('a living process is there, an ended one is gone', () => {
  assert.equal(isGone(writerName()), false);
  assert.equal(isGone(`${hostname()}:${process.ppid}`), false);
  assert.equal(isGone(`${hostname()}:${endedProcess()}`), true);
});

test('of another machine’s process, and of a name that is none, nothing is known: still there', () => {
  const pid = endedProcess();
  for (const name of [`${hostname()}.elsewhere:${pid}`, `elsewhere:${pid}`, String(pid), hostname(), '']) {
    assert.equal(isGone(name), false, name);
  }
});

test('a process that may not be asked is running', (t) => {
  t.mock.method(process, 'kill', () => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  assert.equal(isRunning(1), true);
});
