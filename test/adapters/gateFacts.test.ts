import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gateFacts } from '../../src/adapters/gateFacts.ts';
import type { FactAnswer, FactQuestion, PathFact } from '../../src/core/risk/facts.ts';
import type { FactsPort } from '../../src/ports.ts';

const never = new AbortController().signal;
let base = '';
let repo = '';
let port: FactsPort;

function write(file: string, text = `${file}\n`): void {
  const full = path.resolve(repo, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}
function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', '-c', 'commit.gpgsign=false', ...args], {
    cwd: repo,
    stdio: 'ignore',
  });
}
const ask = (question: FactQuestion) => port.answer(question, never);
async function pathOf(file: string): Promise<PathFact> {
  const answer = await ask({ kind: 'path', path: file, cwd: repo });
  assert.equal(answer.kind, 'path', file);
  return answer as PathFact;
}

before(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'marginal-facts-')));
  repo = path.join(base, 'repo');
  mkdirSync(repo);
  git('init', '-q', '-b', 'main');
  write('.gitignore', 'build/\n.env\n*.log\n');
  for (const file of ['src/a.ts', 'src/b.ts', 'docs/guide.md', 'hidden.txt']) write(file);
  write('package.json', JSON.stringify({ scripts: { prewipe: 'echo', wipe: 'rm -rf data' } }));
  write('Makefile', 'DIR = out\nall: tidy\n\t@echo done\ntidy:\n\trm -rf $(DIR)\n');
  git('add', '-A');
  git('commit', '-qm', 'first');
  git('remote', 'add', 'origin', 'git@example.test:a/b.git');
  git('update-index', '--assume-unchanged', 'hidden.txt');
  write('src/b.ts', 'changed\n');
  write('staged.txt');
  git('add', 'staged.txt');
  for (const file of [
    'notes.md',
    'data/one.csv',
    'data/two.csv',
    'build/app.js',
    '.env',
    'mixed/.env',
    'debug.log',
    '../outside/letter.txt',
    '../home/.bashrc',
  ])
    write(file);
  write('../home/.bashrc', "alias gone='rm -rf data'\n");
  git('add', '-f', 'docs/guide.md');
  mkdirSync(path.join(repo, 'empty'));
  symlinkSync('../outside', path.join(repo, 'out'));
  symlinkSync('src/a.ts', path.join(repo, 'in.ts'));
  symlinkSync('nowhere', path.join(repo, 'dangling'));
  port = gateFacts({ workspaceFolders: [repo], home: path.join(base, 'home'), env: { ...process.env, STAGE: 'live' } });
});
after(() => rmSync(base, { recursive: true, force: true }));

describe('facts of a path', () => {
  it('tracked and clean, changed, staged, flagged', async () => {
    const clean = await pathOf('src/a.ts');
    assert.deepEqual(clean, {
      kind: 'path',
      exists: true,
      type: 'file',
      tracked: true,
      clean: true,
      ignored: false,
      insideWorkspace: true,
      untrackedFiles: 0,
      untrackedBytes: 0,
      modifiedFiles: 0,
    });
    for (const file of ['src/b.ts', 'staged.txt', 'hidden.txt']) {
      const { tracked, clean: same } = await pathOf(file);
      assert.deepEqual([tracked, same], [true, false], file);
    }
  });
  it('untracked, ignored, precious though ignored, missing', async () => {
    const { tracked, clean, ignored, untrackedFiles, untrackedBytes } = await pathOf('notes.md');
    assert.deepEqual([tracked, clean, ignored, untrackedFiles, untrackedBytes], [false, false, false, 1, 9]);
    const built = await pathOf('build');
    assert.deepEqual([built.ignored, built.untrackedFiles], [true, 0]);
    const secret = await pathOf('.env');
    assert.deepEqual([secret.ignored, secret.untrackedFiles], [true, 1]);
    assert.deepEqual(await pathOf('new/one.ts'), { kind: 'path', exists: false, insideWorkspace: true });
  });
  it('folders', async () => {
    const source = await pathOf('src');
    assert.deepEqual([source.type, source.tracked, source.clean, source.modifiedFiles], ['folder', true, false, 1]);
    const data = await pathOf('data');
    assert.deepEqual([data.tracked, data.untrackedFiles], [false, 2]);
    assert.equal((await pathOf('docs')).clean, true);
    assert.equal((await pathOf('mixed')).untrackedFiles, 1);
    const history = await pathOf('.git');
    assert.deepEqual([history.tracked, (history.untrackedFiles ?? 0) > 5], [false, true]);
    const empty = await pathOf('empty');
    assert.deepEqual([empty.untrackedFiles, empty.tracked], [0, true]);
  });
  it('links and what lies outside', async () => {
    const out = await pathOf('out');
    assert.deepEqual([out.linkTarget, out.insideWorkspace], [path.join(base, 'outside'), false]);
    const through = await pathOf('out/letter.txt');
    assert.deepEqual([through.insideWorkspace, through.tracked], [false, false]);
    const inner = await pathOf('in.ts');
    assert.deepEqual([inner.linkTarget, inner.tracked, inner.clean], [path.join(repo, 'src/a.ts'), true, true]);
    assert.equal((await pathOf('dangling')).insideWorkspace, true);
    assert.equal((await pathOf('~/.bashrc')).insideWorkspace, false);
    assert.equal((await ask({ kind: 'path', path: '~other/x', cwd: repo })).kind, 'unanswered');
    assert.equal((await ask({ kind: 'path', path: 'x' })).kind, 'path');
  });
  it('patterns', async () => {
    const sources = await pathOf('docs/*.md');
    assert.deepEqual([sources.exists, sources.tracked, sources.clean], [true, true, true]);
    const mixed = await pathOf('*.md');
    assert.deepEqual([mixed.tracked, mixed.untrackedFiles], [false, 1]);
    assert.equal((await pathOf('data/*.csv')).untrackedFiles, 2);
    assert.equal((await pathOf('*.nothing')).exists, false);
    // Files alone, in all folders below: two that are tracked, of which one is changed, and five that aren’t.
    for (const name of ['1', '2', '3', '4', '5']) write(`deep/${name}/x.ts`);
    const below = await pathOf('**/*.ts');
    assert.deepEqual([below.tracked, below.clean, below.untrackedFiles, below.modifiedFiles], [false, false, 5, 1]);
    for (const name of ['6', '7', '8', '9']) write(`build/${name}.o`);
    const built = await pathOf('**/*.o');
    assert.deepEqual([built.ignored, built.untrackedFiles], [true, 0]);
    rmSync(path.join(repo, 'deep'), { recursive: true });
    assert.equal((await pathOf('out/*')).insideWorkspace, false);
    assert.equal((await ask({ kind: 'path', path: 'src/[ab].ts', cwd: repo })).kind, 'unanswered');
    const followed = await pathOf('out/');
    assert.deepEqual([followed.linkTarget, followed.insideWorkspace], [undefined, false]);
  });
  it('what this run made', async () => {
    const made = gateFacts({
      workspaceFolders: [repo],
      home: base,
      env: process.env,
      madeByRun: (file) => file.endsWith('notes.md'),
    });
    const answer = await made.answer({ kind: 'path', path: 'notes.md', cwd: repo }, never);
    assert.equal(answer.kind === 'path' && answer.madeByRun, true);
  });
});

describe('other facts', () => {
  it('git', async () => {
    const answer = await ask({ kind: 'git', cwd: repo });
    assert.ok(answer.kind === 'git');
    const { branch, modifiedFiles, untrackedFiles, remotes, stashes } = answer;
    git('branch', 'done');
    git('tag', 'light');
    git('tag', '-a', 'told', '-m', 'words that only this tag has');
    const later = await ask({ kind: 'git', cwd: repo });
    assert.ok(later.kind === 'git');
    assert.deepEqual([later.mergedBranches, later.mergedTags, later.halfRebased], [['done'], ['light'], false]);
    assert.deepEqual([branch, modifiedFiles, stashes], ['main', 3, 0]);
    assert.deepEqual(remotes, { origin: 'git@example.test:a/b.git' });
    assert.ok((untrackedFiles ?? 0) >= 3);
    assert.equal((await ask({ kind: 'git', cwd: path.join(base, 'outside') })).kind, 'unanswered');
  });
  it('scripts, variables, aliases, programs', async () => {
    const text = (answer: FactAnswer) => (answer.kind === 'text' ? answer.text : answer.kind);
    assert.equal(
      text(await ask({ kind: 'packageScript', name: 'wipe', cwd: path.join(repo, 'src') })),
      'echo && rm -rf data',
    );
    assert.equal(text(await ask({ kind: 'packageScript', name: 'none', cwd: repo })), undefined);
    assert.equal(text(await ask({ kind: 'makeTarget', name: '', cwd: repo })), 'rm -rf out\n@echo done');
    assert.equal(text(await ask({ kind: 'script', path: 'notes.md', cwd: repo })), 'notes.md\n');
    assert.equal(text(await ask({ kind: 'env', name: 'STAGE' })), 'live');
    assert.equal(text(await ask({ kind: 'env', name: 'NOBODY_SETS_THIS' })), 'unanswered');
    assert.equal(text(await ask({ kind: 'alias', name: 'gone' })), 'rm -rf data');
    assert.deepEqual(await ask({ kind: 'program', name: 'x' }), { kind: 'program', known: false });
  });
});

describe('a hostile repository', () => {
  it('runs nothing of its own', async () => {
    const hostile = path.join(base, 'hostile');
    const mark = path.join(base, 'ran');
    const trap = path.join(base, 'trap.sh');
    writeFileSync(trap, `#!/bin/sh\ntouch '${mark}'\ncat\n`);
    chmodSync(trap, 0o755);
    const own = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], {
        cwd: hostile,
        stdio: 'ignore',
      });
    mkdirSync(hostile);
    own('init', '-q');
    writeFileSync(path.join(hostile, 'a.txt'), 'a\n');
    writeFileSync(path.join(hostile, '.gitattributes'), '*.txt filter=evil diff=evil\n');
    own('add', '-A');
    own('commit', '-qm', 'first');
    for (const [key, value] of [
      ['core.fsmonitor', trap],
      ['filter.evil.clean', trap],
      ['filter.evil.process', trap],
      ['diff.evil.textconv', trap],
      ['core.pager', trap],
      ['core.hooksPath', path.dirname(trap)],
    ] as const)
      own('config', key, value);
    writeFileSync(path.join(hostile, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    // Another time stamp: git has to read the file, and would run its filter.
    writeFileSync(path.join(hostile, 'a.txt'), 'b\n');
    // A working tree may have settings of its own, beside the repository's.
    own('config', 'extensions.worktreeConfig', 'true');
    own('config', '--unset', 'filter.evil.clean');
    own('config', '--unset', 'filter.evil.process');
    own('config', '--worktree', 'filter.evil.clean', trap);
    rmSync(mark, { force: true });
    const facts = gateFacts({ workspaceFolders: [hostile], home: base, env: process.env });
    const answer = await facts.answer({ kind: 'path', path: 'a.txt', cwd: hostile }, never);
    assert.ok(answer.kind === 'path' && answer.tracked && answer.clean === false);
    assert.equal((await facts.answer({ kind: 'git', cwd: hostile }, never)).kind, 'git');
    assert.equal(existsSync(mark), false);
    own('config', 'alias.nuke', '!rm -rf .');
    const git = await facts.answer({ kind: 'git', cwd: hostile }, never);
    assert.equal(git.kind === 'git' && git.aliases?.nuke, '!rm -rf .');
    // The trap would have sprung: git by itself runs it.
    execFileSync('git', ['status'], { cwd: hostile, stdio: 'ignore' });
    assert.equal(existsSync(mark), true);
    // A name that a command line can't say is not looked behind.
    own('config', 'filter.a=b.clean', trap);
    rmSync(mark, { force: true });
    assert.equal((await facts.answer({ kind: 'path', path: 'a.txt', cwd: hostile }, never)).kind, 'unanswered');
    assert.equal(existsSync(mark), false);
  });

  it('is unanswered where git fails, is missing or takes too long', async () => {
    const facts = gateFacts({
      workspaceFolders: [repo],
      home: base,
      env: process.env,
      git: async () => ({ kind: 'failed' }),
    });
    assert.equal((await facts.answer({ kind: 'path', path: 'notes.md', cwd: repo }, never)).kind, 'unanswered');
    const gone = gateFacts({ workspaceFolders: [repo], home: base, env: { PATH: '/nowhere' } });
    assert.equal((await gone.answer({ kind: 'path', path: 'notes.md', cwd: repo }, never)).kind, 'unanswered');
    const aborted = AbortSignal.abort();
    assert.equal((await port.answer({ kind: 'path', path: 'notes.md', cwd: repo }, aborted)).kind, 'unanswered');
  });
});

it('takes nothing for ignored that an agent has just written into .gitignore, but for what is built again', async () => {
  const fresh = path.join(base, 'fresh');
  mkdirSync(path.join(fresh, 'data'), { recursive: true });
  mkdirSync(path.join(fresh, 'dist'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], { cwd: fresh, stdio: 'ignore' });
  git('init', '-q');
  writeFileSync(path.join(fresh, '.gitignore'), 'dist\n');
  git('add', '-A');
  git('commit', '-qm', 'first');
  writeFileSync(path.join(fresh, 'data', 'a.bin'), 'x');
  writeFileSync(path.join(fresh, 'plan.bin'), 'x');
  writeFileSync(path.join(fresh, 'dist', 'a.js'), 'x');
  writeFileSync(path.join(fresh, '.gitignore'), 'dist\ndata\n*.bin\n');
  const facts = gateFacts({ workspaceFolders: [fresh], home: base, env: process.env });
  const of = async (name: string) => {
    const answer = await facts.answer({ kind: 'path', path: name, cwd: fresh }, never);
    return answer.kind === 'path' && [answer.ignored, answer.untrackedFiles];
  };
  for (const name of ['data', 'plan.bin', 'data/a.bin']) assert.deepEqual(await of(name), [false, 1], name);
  assert.deepEqual(await of('dist'), [true, 0]);
  git('commit', '-qam', 'second');
  assert.deepEqual(await of('data'), [true, 0]);
});

it('reads what a Makefile includes', async () => {
  const folder = path.join(base, 'makes');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'Makefile'), 'include more.mk\n-include gone.mk\nall: build\n\techo hi\n');
  writeFileSync(path.join(folder, 'more.mk'), 'X := $(shell rm -rf (a))\nbuild:\n\trm -rf data\n');
  const facts = gateFacts({ workspaceFolders: [folder], home: base, env: process.env });
  const answer = await facts.answer({ kind: 'makeTarget', name: 'all', cwd: folder }, never);
  assert.deepEqual(answer, { kind: 'text', text: 'rm -rf (a)\nrm -rf data\necho hi' });
  assert.equal((await facts.answer({ kind: 'makeTarget', name: 'other', cwd: folder }, never)).kind, 'unanswered');
});
