// What an action that is confirmed would destroy, as far as it can be copied first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseShell } from '../../../src/adapters/shellParser.ts';
import { classify } from '../../../src/core/risk/classify.ts';
import { type FactAnswer, type FactQuestion, factKey, NO_FACTS } from '../../../src/core/risk/facts.ts';
import type { Losable } from '../../../src/core/risk/verdict.ts';

function copies(command: string, facts: readonly (readonly [FactQuestion, FactAnswer])[] = []) {
  const known = facts.length === 0 ? NO_FACTS : new Map(facts.map(([question, answer]) => [factKey(question), answer]));
  return classify({ kind: 'shell', command }, known, parseShell).verdict.safetyCopy ?? [];
}

const changes = (names?: readonly string[], folder = '.'): Losable => ({
  folder,
  what: 'changes',
  ...(names && { names }),
});

test('of git: what it alone can name', () => {
  const named: Readonly<Record<string, readonly Losable[]>> = {
    'git reset --hard': [changes(), { folder: '.', what: 'commits' }],
    'git reset --hard HEAD~2': [changes(), { folder: '.', what: 'commits' }],
    'cd sub && git reset --hard': [changes(undefined, 'sub'), { folder: 'sub', what: 'commits' }],
    'git -C ../other reset --hard': [changes(undefined, '../other'), { folder: '../other', what: 'commits' }],
    'git checkout -- .': [changes(['.'])],
    'git checkout -f': [changes()],
    'git switch --discard-changes main': [changes()],
    'git restore src/a.ts notes.md': [changes(['src/a.ts', 'notes.md'])],
    'git restore "$FILES"': [changes()],
    'git checkout --pathspec-from-file=list': [changes()],
    'git rm -f notes.md': [changes(['notes.md'])],
    'git clean -fd': [{ folder: '.', what: 'untracked' }],
    'git clean -fdx': [
      { folder: '.', what: 'untracked' },
      { folder: '.', what: 'ignored' },
    ],
    'git clean -fX logs': [{ folder: '.', what: 'ignored', names: ['logs'] }],
    'git branch -D topic old': [{ folder: '.', what: 'refs', names: ['refs/heads/topic', 'refs/heads/old'] }],
    'git tag -d v1': [{ folder: '.', what: 'refs', names: ['refs/tags/v1'] }],
    'git stash drop': [{ folder: '.', what: 'stashes' }],
    'git stash clear': [{ folder: '.', what: 'stashes' }],
    'cd sub && git worktree remove -f ../tree': ['tree'],
  };
  for (const [command, losables] of Object.entries(named)) assert.deepEqual(copies(command), losables, command);
});

test('of files: their paths', () => {
  const untracked: FactAnswer = {
    kind: 'path',
    exists: true,
    type: 'file',
    tracked: false,
    ignored: false,
    insideWorkspace: true,
    untrackedFiles: 1,
  };
  const notes: [FactQuestion, FactAnswer] = [{ kind: 'path', path: 'notes.md' }, untracked];
  for (const [command, losables] of Object.entries({
    'rm -rf notes.md': ['notes.md'],
    'rm notes.md': ['notes.md'],
    'mv draft.md notes.md': ['notes.md'],
    'cp draft.md notes.md': ['notes.md'],
    'echo x > notes.md': ['notes.md'],
    ': > notes.md': ['notes.md'],
    'truncate -s 0 notes.md': ['notes.md'],
    'sed -i s/a/b/ notes.md': ['notes.md'],
    'unlink notes.md': ['notes.md'],
    'tee notes.md < x': ['notes.md'],
    'dd if=x of=notes.md': ['notes.md'],
    'rm -rf .': ['.'],
    'rm -rf *': ['*'],
    'rm -rf notes.md && rm -rf notes.md': ['notes.md'],
  }))
    assert.deepEqual(copies(command, [notes]), losables, command);
});

test('nothing where there is nothing here to copy', () => {
  for (const command of [
    'ls',
    'shred -u key.pem',
    'ssh host git reset --hard',
    'rm -rf /',
    'rm -rf ~',
    'git push --force',
    'rm -rf "$X"',
  ])
    assert.deepEqual(copies(command), [], command);
});
