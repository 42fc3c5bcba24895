import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exitCodeIn, toolAction } from '../../../src/core/quality/toolAction.ts';

test('a call is known again by its name and arguments, and nothing of them can be read', () => {
  const read = toolAction('Read', { file_path: '/a.ts' }, undefined);
  assert.equal(read.key, toolAction('Read', { file_path: '/a.ts' }, true).key);
  assert.notEqual(read.key, toolAction('Read', { file_path: '/b.ts' }, undefined).key);
  assert.notEqual(read.key, toolAction('View', { file_path: '/a.ts' }, undefined).key);
  assert.ok(!JSON.stringify(read).includes('a.ts'));
});

test('what a call does is told by its tool, or by its command', () => {
  const kind = (name: string, input: unknown) => toolAction(name, input, undefined).kind;
  assert.equal(kind('Edit', { file_path: 'a', old_string: 'x' }), 'edit');
  assert.equal(kind('apply_patch', '*** Begin Patch\n*** Update File: src/a.ts\n'), 'edit');
  assert.equal(kind('appliedDiff', { path: 'a' }), 'edit');
  assert.equal(kind('Bash', { command: 'npm test' }), 'test');
  assert.equal(kind('exec_command', { cmd: 'cat a.ts' }), 'read');
  assert.equal(kind('shell', { command: ['bash', '-lc', 'pytest -q'] }), 'test');
  assert.equal(kind('shell', { command: ['apply_patch', '*** Begin Patch'] }), 'edit');
  assert.equal(kind('Bash', { command: "python - <<'E'\nopen('a.py', 'w').write(s)\nE" }), 'edit');
  assert.equal(kind('mcp__db__ask', { question: 'x' }), 'run');
});

test('the files of an edit are hashes, also those that a patch names', () => {
  const one = toolAction('Write', { file_path: 'src/a.ts' }, undefined).files;
  const patch = '*** Begin Patch\n*** Update File: src/a.ts\n@@\n*** Add File: src/b.ts\n+x';
  const two = toolAction('apply_patch', { input: patch }, undefined).files;
  assert.equal(one?.length, 1);
  assert.equal(two?.length, 2);
  assert.equal(two?.[0], one?.[0]);
});

test('exit codes as agents write them', () => {
  assert.equal(exitCodeIn('Chunk ID: dd\nProcess exited with code 0\n'), 0);
  assert.equal(exitCodeIn('Exit code 1\nnpm error'), 1);
  assert.equal(exitCodeIn('Output: x\nExit Code: 127\nSignal: 0'), 127);
  assert.equal(exitCodeIn('ok\n<exited with exit code 2>'), 2);
  assert.equal(exitCodeIn(`${'x'.repeat(50_000)} exited with code -1`), -1);
  assert.equal(exitCodeIn('all fine'), undefined);
});

test('whatever an agent writes as arguments, it never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.anything(), (name, input) => {
      let json: unknown;
      try {
        json = JSON.parse(JSON.stringify(input) ?? 'null');
      } catch {
        json = null;
      }
      assert.ok(toolAction(name, json, undefined).kind);
    }),
  );
});
