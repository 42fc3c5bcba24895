import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { patchEdits, readPatch } from '../../../src/core/risk/patch.ts';

describe('a patch', () => {
  it('in the agents’ own form', () => {
    const text = [
      '*** Begin Patch',
      '*** Update File: src/a.ts',
      '*** Move to: src/b.ts',
      '@@ function f()',
      ' keep',
      '-old',
      '+new',
      '*** Delete File: notes.md',
      '*** Add File: fresh.ts',
      '+one',
      '+two',
      '*** End Patch',
    ].join('\n');
    assert.deepEqual(patchEdits(text, '/w'), [
      // What lies where the file is moved to is overwritten.
      { kind: 'edit', path: 'src/b.ts', cwd: '/w', after: '' },
      { kind: 'edit', path: 'src/a.ts', cwd: '/w', before: 'keep\nold', after: 'keep\nnew' },
      { kind: 'edit', path: 'notes.md', cwd: '/w' },
      { kind: 'edit', path: 'fresh.ts', cwd: '/w', after: 'one\ntwo' },
    ]);
  });

  it('as a unified diff', () => {
    const text = [
      'diff --git a/a.txt b/a.txt',
      '--- a/a.txt',
      '+++ b/a.txt',
      '@@ -1,2 +1,2 @@',
      ' keep',
      '-old',
      '+new',
      'diff --git a/gone.txt b/gone.txt',
      '--- a/gone.txt',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-all',
      '--- /dev/null',
      '+++ b/fresh.txt',
      '@@ -0,0 +1 @@',
      '+one',
    ].join('\n');
    assert.deepEqual(readPatch(text), [
      { path: 'a.txt', before: 'keep\nold', after: 'keep\nnew', deletes: false },
      { path: 'gone.txt', before: 'all', deletes: true },
      { path: 'fresh.txt', after: 'one', deletes: false },
    ]);
  });

  it('is nothing where the text is none, and no text crashes it', () => {
    assert.deepEqual(readPatch('hello'), []);
    const line = fc.constantFrom(
      '*** Update File: a',
      '*** Delete File: b',
      '--- a/x',
      '+++ b/x',
      '@@',
      '+a',
      '-b',
      ' c',
      '',
    );
    fc.assert(fc.property(fc.array(line), (lines) => void readPatch(lines.join('\n'))));
  });
});
