import assert from 'node:assert/strict';
import { test } from 'node:test';
import { losablePaths } from '../../../src/core/risk/losablePaths.ts';
import { losableText } from '../../../src/core/risk/losableText.ts';
import type { Losable } from '../../../src/core/risk/verdict.ts';

const all: readonly Losable[] = [
  'notes',
  '.',
  { folder: '.', what: 'changes' },
  { folder: 'sub', what: 'changes', names: ['a.ts', 'b'] },
  { folder: 'sub', what: 'untracked' },
  { folder: '.', what: 'ignored' },
  { folder: '.', what: 'commits' },
  { folder: '.', what: 'stashes' },
  { folder: '.', what: 'refs', names: ['refs/heads/topic', 'refs/tags/v1'] },
];

test('what would be lost in words', () => {
  assert.deepEqual(all.map(losableText), [
    'notes',
    'the folder',
    'uncommitted changes',
    'uncommitted changes in a.ts, b',
    'untracked files in sub',
    'ignored files',
    'the branch’s commits',
    'the stashes',
    'topic, v1',
  ]);
});

test('its files and folders, which rules and approvals look at; what only git has is none', () => {
  assert.deepEqual(losablePaths(all), ['notes', '.', '.', 'sub/a.ts', 'sub/b', 'sub', '.']);
});
