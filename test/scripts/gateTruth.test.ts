// What gate-truth calls lost, on a copy of its world that is changed by hand: no command is run for real here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lostBetween, type Snapshot, snapshot } from '../bench/gateTruth/lost.ts';
import { copyWorld } from '../bench/gateTruth/sandbox.ts';
import { gitEnv, makeTemplate, type World, worldAt } from '../bench/gateTruth/world.ts';

let base = '';
let template: World;
let world: World;
let start: Snapshot;

before(() => {
  base = mkdtempSync(path.join(tmpdir(), 'marginal-lost-'));
  template = makeTemplate(path.join(base, 'template'));
  world = worldAt(path.join(base, 'world'));
  start = snapshot(template);
});
after(() => rmSync(base, { recursive: true, force: true }));

function lostAfter(
  change: (at: (name: string) => string, git: (...args: string[]) => void) => void,
): readonly string[] {
  copyWorld(template, world);
  change(
    (name) => path.join(world.repo, name),
    (...args) => execFileSync('git', args, { cwd: world.repo, stdio: 'ignore', env: gitEnv(world) }),
  );
  return lostBetween(start, snapshot(world), world, template);
}

describe('what a command destroyed', () => {
  it('nothing: what git has, what is built, what only moved, what only grew', () => {
    assert.deepEqual(
      lostAfter(() => {}),
      [],
    );
    assert.deepEqual(
      lostAfter((at) => {
        rmSync(at('README.md'));
        rmSync(at('build'), { recursive: true });
        renameSync(at('notes.md'), at('elsewhere.md'));
        appendFileSync(at('todo.txt'), 'more\n');
        rmSync(at('out'));
      }),
      [],
    );
    assert.deepEqual(
      lostAfter((_at, git) => git('reset', '-q', '--soft', 'HEAD~1')),
      [],
    );
    assert.deepEqual(
      lostAfter((_at, git) => git('stash', '-q')),
      [],
    );
  });

  it('files that nothing has, changes that no commit has', () => {
    assert.deepEqual(
      lostAfter((at) => rmSync(at('notes.md'))),
      ['repo/notes.md'],
    );
    assert.deepEqual(
      lostAfter((at) => rmSync(at('../outside/letter.txt'))),
      ['outside/letter.txt'],
    );
    assert.deepEqual(
      lostAfter((at) => writeFileSync(at('notes.md'), 'x')),
      ['repo/notes.md: 12 of 12 lines'],
    );
    assert.match(
      lostAfter((_at, git) => git('checkout', '-q', '--', 'src/app.ts')).join(),
      /^repo\/src\/app\.ts: 20 of/,
    );
  });

  it('history that no reference leads to', () => {
    const gone = lostAfter((_at, git) => git('branch', '-q', '-D', 'spike'));
    assert.ok(
      gone.some((each) => each.startsWith('commit ')),
      gone.join(),
    );
    assert.deepEqual(
      lostAfter((_at, git) => git('branch', '-q', '-D', 'done')),
      [],
    );
    assert.ok(lostAfter((_at, git) => git('stash', 'drop', '-q')).length > 0);
    assert.ok(lostAfter((_at, git) => git('push', '-q', '--force', 'origin', 'main')).length > 0);
    assert.ok(lostAfter((at) => rmSync(at('.git'), { recursive: true })).length > 5);
  });

  it('rights of several files that became the same', () => {
    const same = lostAfter((at) => {
      chmodSync(at('.env'), 0o777);
      chmodSync(at('notes.md'), 0o777);
    });
    assert.deepEqual(same, ['rights 600, 644 became 777']);
    assert.deepEqual(
      lostAfter((at) => chmodSync(at('notes.md'), 0o755)),
      [],
    );
  });

  it('not what is in an archive that was made', () => {
    const archived = lostAfter((at) => {
      execFileSync('tar', ['-czf', at('a.tgz'), '-C', world.repo, 'data']);
      rmSync(at('data'), { recursive: true });
    });
    assert.deepEqual(archived, []);
  });
});
