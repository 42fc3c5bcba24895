import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { type SafetyCopyStore, safetyCopies } from '../../src/adapters/safetyCopies.ts';
import { parseShell } from '../../src/adapters/shellParser.ts';
import { classify } from '../../src/core/risk/classify.ts';

const DAY_MS = 86_400_000;
let base = '';
let work = '';
let copies: SafetyCopyStore;
let now = Date.now();
let limits = { days: 7, maxMegabytes: 500 };
let ids = 0;
const newId = () => `copy-${++ids}`;
const kept = () => path.join(base, 'copies');

function store(patienceMs?: number): SafetyCopyStore {
  return safetyCopies({
    folder: kept(),
    home: path.join(base, 'home'),
    env: process.env,
    clock: { now: () => now },
    settings: () => limits,
    ...(patienceMs !== undefined && { patienceMs }),
  });
}

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'marginal-copies-')));
  work = path.join(base, 'work');
  mkdirSync(work);
  [now, limits] = [Date.now(), { days: 7, maxMegabytes: 500 }];
  copies = store();
});
afterEach(() => {
  execFileSync('chmod', ['-R', 'u+rwx', base]);
  rmSync(base, { recursive: true, force: true });
});

const at = (...parts: string[]) => path.join(work, ...parts);
function write(name: string, text: string | Buffer = `${name}\n`): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const take = (...paths: string[]) => copies.take({ id: newId(), paths, cwd: work });
async function taken(...paths: string[]): Promise<string> {
  const id = await take(...paths);
  assert(id !== undefined, 'nothing was copied');
  return id;
}

/** All below a folder: type, mode, time, content. */
function shape(folder: string, without: RegExp = /$^/): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (name: string) => {
    const full = path.join(folder, name);
    const stats = lstatSync(full);
    const time = Math.round(stats.mtimeMs / 1_000);
    if (stats.isSymbolicLink()) found[name] = `link ${readlinkSync(full)}`;
    else if (stats.isDirectory()) {
      found[name] = `folder ${(stats.mode & 0o7777).toString(8)} ${time}`;
      for (const inner of readdirSync(full)) visit(path.join(name, inner));
    } else found[name] = `file ${(stats.mode & 0o7777).toString(8)} ${time} ${readFileSync(full).toString('base64')}`;
  };
  for (const name of readdirSync(folder)) if (!without.test(name)) visit(name);
  return found;
}

describe('safety copies of files', () => {
  it('brings back a folder that was deleted: contents, modes, times, links as links, empty folders', async () => {
    write('data/größe 🎉.txt', 'text');
    write('data/deep/er/binary', Buffer.from([0, 255, 128]));
    write('data/run.sh', '#!/bin/sh\n');
    write('secret.txt', 'outside');
    mkdirSync(at('data/empty'));
    symlinkSync('../secret.txt', at('data/link'));
    symlinkSync('nowhere', at('data/dangling'));
    chmodSync(at('data/run.sh'), 0o755);
    utimesSync(at('data/run.sh'), 1_700_000_000, 1_700_000_000);
    chmodSync(at('data/deep'), 0o500);
    const before = shape(work);
    const id = await taken('data');
    chmodSync(at('data/deep'), 0o700);
    rmSync(at('data'), { recursive: true });
    assert.equal(await copies.restore(id), 'Put back 3 files, 4 folders and 2 links.');
    assert.deepEqual(shape(work), before);
    assert.equal(await copies.restore(id), 'Nothing was missing: all is there as the copy has it.');
    const contents = await copies.contents(id);
    assert.equal(contents.cwd, work);
    assert.equal(contents.entries.length, 9);
    assert(!JSON.stringify(contents).includes('outside'));
  });

  it('is for its user’s eyes only, and holds what is there at that moment', async () => {
    write('a.txt', 'first');
    const id = await taken('a.txt');
    writeFileSync(at('a.txt'), 'second');
    const folder = path.join(kept(), id);
    assert.equal(statSync(kept()).mode & 0o777, 0o700);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of readdirSync(folder)) assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
    assert.equal(readFileSync(path.join(folder, '0'), 'utf8'), 'first');
  });

  it('keeps aside what is newer, file, folder or link, and never twice under one name', async () => {
    write('a.txt', 'old');
    const id = await taken('a.txt');
    writeFileSync(at('a.txt'), 'newer');
    assert.equal(
      await copies.restore(id),
      `Put back 1 file. What stood there is kept beside it: ${at('a.txt.before-undo')}.`,
    );
    assert.equal(readFileSync(at('a.txt'), 'utf8'), 'old');
    assert.equal(readFileSync(at('a.txt.before-undo'), 'utf8'), 'newer');
    rmSync(at('a.txt'));
    mkdirSync(at('a.txt'));
    await copies.restore(id);
    assert.equal(readFileSync(at('a.txt'), 'utf8'), 'old');
    assert(statSync(at('a.txt.before-undo-2')).isDirectory());
    truncateSync(at('a.txt'));
    assert.equal(await copies.restore(id), 'Put back 1 file.', 'an empty file holds nothing');
  });

  it('finds what patterns and ~ name, and what a link that is written through leads to', async () => {
    for (const name of ['a.log', 'b.log', 'c.txt']) write(name);
    mkdirSync(path.join(base, 'home'));
    writeFileSync(path.join(base, 'home/.profile'), 'mine');
    symlinkSync('c.txt', at('led'));
    const id = await taken('*.log', '~/.profile', 'led');
    const { entries } = await copies.contents(id);
    assert.deepEqual(entries.map((entry) => path.relative(base, entry.path)).sort(), [
      'home/.profile',
      'work/a.log',
      'work/b.log',
      'work/c.txt',
      'work/led',
    ]);
  });

  it('has nothing to copy where there is nothing', async () => {
    assert.equal(await take('missing', '*.none'), undefined);
    assert.equal(await take(), undefined);
    write('a.txt');
    limits = { days: 0, maxMegabytes: 500 };
    assert.equal(await take('a.txt'), undefined, 'none are wanted');
    assert.deepEqual(existsSync(kept()) ? readdirSync(kept()) : [], []);
  });

  it('passes over what holds no content', async (t) => {
    mkdirSync(at('run'));
    const server = createServer().listen(at('run/socket'));
    await once(server, 'listening');
    t.after(() => server.close());
    write('run/a');
    assert.deepEqual(
      (await copies.contents(await taken('run'))).entries.map(({ type }) => type),
      ['folder', 'file'],
    );
  });

  it('refuses what is too large, or would take too long, with a sentence, and keeps nothing', async () => {
    write('large.bin', Buffer.alloc(1_500_000));
    limits = { days: 7, maxMegabytes: 1 };
    await assert.rejects(take('large.bin'), {
      message: 'No safety copy can be taken: what would be lost is larger than 1 MB, the limit in Marginal’s settings.',
    });
    limits = { days: 7, maxMegabytes: 500 };
    for (let index = 0; index < 300; index++) write(`many/${index}`);
    copies = store(1);
    await assert.rejects(take('many'), /^Error: No safety copy can be taken: it took longer than 0 seconds\.$/);
    assert.deepEqual(existsSync(kept()) ? readdirSync(kept()) : [], []);
  });

  it('refuses a path that can’t be placed, and an id that leaves its folder', async () => {
    await assert.rejects(copies.take({ id: newId(), paths: ['a.txt'], cwd: undefined }), /which folder a\.txt is in/);
    await assert.rejects(copies.take({ id: newId(), paths: ['~root/a'], cwd: work }), /which folder ~root\/a is in/);
    await assert.rejects(copies.take({ id: '../x', paths: ['a.txt'], cwd: work }), /its id is no name/);
    await assert.rejects(copies.restore('../work'), /The safety copy is gone/);
    await assert.rejects(copies.restore('none'), /The safety copy is gone/);
  });

  it('lets the oldest go first where the limit is reached, and all after their days', async () => {
    limits = { days: 7, maxMegabytes: 2 };
    const made: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      write(name, Buffer.alloc(800_000, name));
      made.push(await taken(name));
      now += 1_000;
    }
    assert.deepEqual(readdirSync(kept()).sort(), made.slice(1));
    await assert.rejects(copies.restore(made[0] ?? ''), /The safety copy is gone/);
    now += 7 * DAY_MS - 1_500;
    await copies.sweep();
    assert.deepEqual(readdirSync(kept()), made.slice(2));
    now += DAY_MS;
    await copies.sweep();
    assert.deepEqual(readdirSync(kept()), []);
  });

  it('never writes through a folder that has become a link, and says so', async () => {
    write('data/a.txt', 'old');
    const id = await taken('data/a.txt');
    renameSync(at('data'), at('elsewhere'));
    writeFileSync(at('elsewhere/a.txt'), 'other');
    symlinkSync('elsewhere', at('data'));
    await assert.rejects(
      copies.restore(id),
      /Nothing could be put back: .*data\/a\.txt: .*data leads to .*elsewhere now/,
    );
    assert.equal(readFileSync(at('elsewhere/a.txt'), 'utf8'), 'other');
  });

  it('puts back nothing that is damaged, and the rest', async () => {
    write('data/a.txt', 'aaaa');
    write('data/b.txt', 'bbbb');
    const id = await taken('data');
    rmSync(at('data'), { recursive: true });
    writeFileSync(path.join(kept(), id, '1'), 'xxxx');
    assert.match(
      await copies.restore(id),
      /^Put back 1 file and 1 folder\. Not put back: .*a\.txt: its copy is damaged\.$/,
    );
    assert.deepEqual(readdirSync(at('data')), ['b.txt']);
    writeFileSync(path.join(kept(), id, 'manifest.json'), '{"version":1');
    await assert.rejects(copies.restore(id), /list of contents is damaged, so nothing was put back/);
  });

  it('is whole or not there: what was left unfinished is no copy, and goes', async () => {
    write('a.txt');
    await taken('a.txt');
    const part = path.join(kept(), 'broken.part');
    mkdirSync(part);
    await copies.sweep();
    assert(existsSync(part), 'another window may be making it');
    utimesSync(part, 1, 1);
    await copies.sweep();
    assert(!existsSync(part));
  });

  it('is erased with its time, its project or its decision; others stay', async () => {
    const nothing: ReadonlySet<string> = new Set();
    write('client/web/page.html');
    write('other/notes.txt');
    write('loose.txt');
    const all = {
      inside: await copies.take({ id: newId(), paths: ['page.html'], cwd: at('client/web') }),
      reached: await copies.take({ id: newId(), paths: ['../client', 'notes.txt'], cwd: at('other') }),
      other: await copies.take({ id: newId(), paths: ['notes.txt'], cwd: at('other') }),
    };
    now += 1_000;
    const later = await taken('loose.txt');
    mkdirSync(path.join(kept(), `killed.part`));
    utimesSync(path.join(kept(), `killed.part`), Date.now() / 1_000 - 120, Date.now() / 1_000 - 120);
    mkdirSync(path.join(kept(), `fresh.part`));
    mkdirSync(path.join(kept(), 'half-removed'));
    writeFileSync(path.join(kept(), 'half-removed', '0'), 'of a client');
    assert.deepEqual([...(await copies.folders())].sort(), [work, at('client/web'), at('other')].sort());
    symlinkSync(at('client'), at('linked'));
    const project = { folder: at('linked'), ids: nothing };
    assert.equal(await copies.count(project), 2);
    await copies.erase(project);
    assert.deepEqual(
      readdirSync(kept()).sort(),
      [all.other, later, 'fresh.part'].sort(),
      'a copy that reaches into the project goes too, and what nobody can tell the project of',
    );
    assert.equal(await copies.count({ to: now, ids: new Set([later]) }), 2);
    await copies.erase({ from: now + 1, ids: nothing });
    await copies.erase({ folder: at('oth'), ids: nothing });
    assert.equal(await copies.count({ ids: nothing }), 2);
    await copies.erase({ to: now, ids: nothing });
    assert.equal(await copies.restore(later), 'Nothing was missing: all is there as the copy has it.');
    await copies.erase({ from: now + 1, ids: new Set([later]) });
    await assert.rejects(copies.restore(later), /gone: .* forgotten/);
    assert.deepEqual(readdirSync(kept()), ['fresh.part']);
  });

  it('is not said to be erased where it can’t be', async () => {
    write('a.txt');
    const id = await taken('a.txt');
    // A folder where the file is expected: as little to be read for root as for anybody.
    rmSync(path.join(kept(), id, 'manifest.json'));
    mkdirSync(path.join(kept(), id, 'manifest.json'));
    await assert.rejects(
      copies.erase({ ids: new Set() }),
      /could not be erased, so nothing else was forgotten: EISDIR/,
    );
    assert.ok(existsSync(path.join(kept(), id, '0')));
  });

  it('says where the disk is full, and keeps nothing half', async () => {
    for (const name of ['a', 'b', 'c']) write(`data/${name}`, Buffer.alloc(400_000, name));
    // The shell's limit on a file's size stands in for a disk's: it holds for what a copy writes, too.
    const script = `
      import { safetyCopies } from ${JSON.stringify(path.resolve('src/adapters/safetyCopies.ts'))};
      process.on('SIGXFSZ', () => {});
      const copies = safetyCopies({
        folder: ${JSON.stringify(kept())}, home: '/', env: {}, clock: Date, settings: () => ({ days: 7, maxMegabytes: 500 }),
      });
      await copies.take({ id: 'full', paths: ['data'], cwd: ${JSON.stringify(work)} }).then(
        () => console.log('taken'),
        (error) => console.log(error.message),
      );`;
    writeFileSync(path.join(base, 'full.ts'), script);
    const said = execFileSync(
      'sh',
      ['-c', `ulimit -f 300; exec "$0" "$1"`, process.execPath, path.join(base, 'full.ts')],
      {
        encoding: 'utf8',
      },
    );
    assert.match(said, /^No safety copy can be taken: the disk is full\. Make room and try again\./);
    assert.deepEqual(readdirSync(kept()), []);
  });

  it('destroyed and put back, any tree is as it was', async () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'b', 'ünï', '日本', ' x ', '.hidden', '-rf', 'a*b', "q'uote", '🎉', 'new\nline'),
      fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[/\0]|^\.{1,2}$/.test(text)),
    );
    const leaf = fc.oneof(
      fc.record({ content: fc.uint8Array({ maxLength: 50 }), mode: fc.constantFrom(0o600, 0o644, 0o755, 0o400) }),
      fc.record({ target: fc.constantFrom('a', '../b', '/etc/hosts', 'nowhere', '.') }),
    );
    type Node = { content: Uint8Array; mode: number } | { target: string } | { children: Record<string, Node> };
    const { node } = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.record({ children: fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }) }),
      ) as fc.Arbitrary<Node>,
    }));
    const build = (full: string, one: Node): void => {
      if ('target' in one) symlinkSync(one.target, full);
      else if ('content' in one) writeFileSync(full, one.content, { mode: one.mode });
      else {
        mkdirSync(full);
        for (const [child, inner] of Object.entries(one.children)) build(path.join(full, child), inner);
      }
    };
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, node, { maxKeys: 4, minKeys: 1, noNullPrototype: true }),
        fc.array(fc.nat(20), { maxLength: 6 }),
        async (tree, strokes) => {
          const root = at(`run-${++run}`);
          mkdirSync(root);
          for (const [child, inner] of Object.entries(tree)) build(path.join(root, child), inner);
          const before = shape(root);
          const id = await copies.take({ id: newId(), paths: [root], cwd: work });
          assert(id);
          // Strokes fall on some of it, or on the whole where there are none.
          const names = Object.keys(before);
          if (strokes.length === 0) rmSync(root, { recursive: true });
          for (const stroke of strokes) {
            const victim = path.join(root, names[stroke % names.length] ?? '');
            const stats = lstatSync(victim, { throwIfNoEntry: false });
            if (!stats) continue;
            if (stats.isFile() && stroke % 2 === 0) {
              chmodSync(victim, 0o600);
              writeFileSync(victim, 'overwritten');
            } else rmSync(victim, { recursive: true });
          }
          await copies.restore(id);
          const after = shape(root);
          for (const extra of Object.keys(after).filter((each) => !(each in before))) {
            assert.match(extra, /\.before-undo/);
            delete after[extra];
          }
          assert.deepEqual(after, before);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('safety copies of a repository', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', '-c', 'commit.gpgsign=false', ...args], {
      cwd: work,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const status = () => git('status', '--porcelain=v1', '--untracked-files=all', '--ignored');

  beforeEach(() => {
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 't');
    git('config', 'user.email', 't@t.test');
    write('.gitignore', '*.local\nnode_modules/\n');
    for (const name of ['a.txt', 'b.txt', 'sub/c.txt', 'ünï.txt']) write(name);
    git('add', '-A');
    git('commit', '-qm', 'first');
  });

  /** Runs a command for real after the copy that the gate's verdict names, and undoes it. */
  async function undone(command: string, cwd = work): Promise<{ sentence: string; id: string }> {
    const { safetyCopy } = classify({ kind: 'shell', command, cwd }, new Map(), parseShell).verdict;
    assert(safetyCopy, `${command} names nothing to copy`);
    const id = await copies.take({ id: newId(), paths: safetyCopy, cwd });
    assert(id, `nothing was copied before ${command}`);
    execFileSync('sh', ['-c', command], { cwd, stdio: 'ignore' });
    return { sentence: await copies.restore(id), id };
  }

  function change(): void {
    write('a.txt', 'changed\n');
    write('ünï.txt', 'changed too\n');
    write('b.txt', 'staged\n');
    git('add', 'b.txt');
    write('b.txt', 'staged, and changed again\n');
    write('new.txt', 'added\n');
    git('add', 'new.txt');
    write('notes/untracked.md');
    write('my.local');
    write('node_modules/x/index.js');
  }

  it('git reset --hard: changes, staged and not, as they were', async () => {
    change();
    const before = [status(), git('diff'), git('diff', '--cached'), shape(work, /^\.git$/)];
    const { sentence } = await undone('git reset --hard');
    assert.equal(sentence, 'Put back 4 files.');
    assert.deepEqual(
      [status(), git('diff'), git('diff', '--cached'), shape(work, /^\.git$/)].slice(0, 3),
      before.slice(0, 3),
    );
    assert.equal(readFileSync(at('b.txt'), 'utf8'), 'staged, and changed again\n');
  });

  it('git reset --hard HEAD~1: the commits too, also after git’s clean-up', async () => {
    write('a.txt', 'second\n');
    git('commit', '-qam', 'second');
    const head = git('rev-parse', 'HEAD');
    write('b.txt', 'uncommitted\n');
    const { sentence } = await undone(
      'git reset -q --hard HEAD~1 && git reflog expire --expire=now --all && git gc -q --prune=now',
    );
    assert.equal(sentence, 'Put back 1 file; the branch has its commits again.');
    assert.equal(git('rev-parse', 'HEAD'), head);
    assert.equal(readFileSync(at('a.txt'), 'utf8'), 'second\n');
    assert.equal(readFileSync(at('b.txt'), 'utf8'), 'uncommitted\n');
  });

  it('commits come back beside the branch where it has moved on', async () => {
    write('a.txt', 'second\n');
    git('commit', '-qam', 'second');
    const head = git('rev-parse', 'HEAD').trim();
    const { sentence, id } = await undone(
      'git reset -q --hard HEAD~1 && echo x > d.txt && git add d.txt && git commit -qm other',
    );
    assert.match(sentence, /^What the branch was is the branch restored\/commits-copy-/);
    assert.equal(
      git('rev-parse', git('for-each-ref', '--format=%(refname)', 'refs/heads/restored').trim()).trim(),
      head,
    );
    assert.equal((await copies.contents(id)).refs[0]?.object, head);
  });

  it('git checkout -- . and git restore: only what they name', async () => {
    change();
    const before = git('diff');
    assert.equal((await undone('git checkout -- .')).sentence, 'Put back 3 files.');
    assert.equal(git('diff'), before);
    assert.equal((await undone('git restore a.txt')).sentence, 'Put back 1 file.');
    assert.equal(git('diff'), before);
    write('sub/c.txt', 'changed in sub\n');
    assert.equal((await undone('git checkout -- .', at('sub'))).sentence, 'Put back 1 file.');
    assert.equal(readFileSync(at('sub/c.txt'), 'utf8'), 'changed in sub\n');
    assert(!readdirSync(work).some((name) => name.includes('before-undo')), 'what git has isn’t kept aside');
  });

  it('git clean -fdx: untracked and ignored, but for what is made again', async () => {
    change();
    const { sentence } = await undone('git clean -fdxq');
    assert.equal(sentence, 'Put back 2 files. Not in the copy, since it is made again: node_modules.');
    assert(existsSync(at('notes/untracked.md')) && existsSync(at('my.local')));
  });

  it('git branch -D, git tag -d, git stash drop, git stash clear: by their objects', async () => {
    git('checkout', '-qb', 'topic');
    write('a.txt', 'on topic\n');
    git('commit', '-qam', 'on topic');
    git('tag', 'v1');
    const topic = git('rev-parse', 'topic');
    git('checkout', '-q', 'main');
    const prune = 'git reflog expire --expire=now --all && git gc -q --prune=now';
    assert.equal(
      (await undone(`git branch -qD topic && git tag -d v1 && ${prune}`)).sentence,
      'The branch topic is back; the tag v1 is back.',
    );
    assert.equal(git('rev-parse', 'topic'), topic);
    assert.equal(git('rev-parse', 'v1'), topic);

    for (const text of ['one', 'two']) {
      write('a.txt', text);
      git('stash', 'push', '-qm', text);
    }
    const stashes = git('stash', 'list', '--format=%gd %H %gs');
    assert.equal((await undone('git stash clear')).sentence, '2 sets of stashed changes are back.');
    assert.equal(git('stash', 'list', '--format=%gd %H %gs'), stashes);
    assert.equal((await undone('git stash drop')).sentence, '1 set of stashed changes is back.');
    assert.equal(git('stash', 'list', '--format=%gd %H %gs'), stashes);
  });

  it('a repository’s copies go with its project, and their names in git', async () => {
    change();
    const { id } = await undone('git reset -q --hard');
    assert.notEqual(git('for-each-ref', 'refs/marginal'), '');
    await copies.erase({ folder: at('sub'), ids: new Set() });
    assert.ok(existsSync(path.join(kept(), id)));
    await copies.erase({ folder: work, ids: new Set() });
    assert.deepEqual(readdirSync(kept()), []);
    assert.equal(git('for-each-ref', 'refs/marginal'), '');
  });

  it('lets go of git’s objects with the copy', async () => {
    git('branch', 'topic');
    await undone('git branch -qD topic');
    assert.match(git('for-each-ref', 'refs/marginal'), /refs\/marginal\/copy-\d+-0\/heads\/topic/);
    now += 8 * DAY_MS;
    await copies.sweep();
    assert.equal(git('for-each-ref', 'refs/marginal'), '');
  });

  it('rm, mv, >, sed -i, truncate on what git doesn’t have', async () => {
    for (const [command, sentence] of [
      ['rm -rf notes', /^Put back 1 file and 1 folder\.$/],
      ['mv a.txt notes/n.md', /^Put back 1 file\. What stood there is kept beside it/],
      ['echo x > notes/n.md', /^Put back 1 file\. What stood there/],
      ['sed -i s/mine/theirs/ notes/n.md', /^Put back 1 file\. What stood there/],
      ['truncate -s 0 notes/n.md', /^Put back 1 file\.$/],
    ] as const) {
      rmSync(at('notes'), { recursive: true, force: true });
      write('notes/n.md', 'mine\n');
      const untracked = {
        kind: 'path',
        exists: true,
        type: 'file',
        tracked: false,
        ignored: false,
        insideWorkspace: true,
      } as const;
      const facts = new Map(
        classify({ kind: 'shell', command, cwd: work }, new Map(), parseShell).needs.map((need) => [
          ['path', 'path' in need ? need.path : '', work, ''].join('\0'),
          untracked,
        ]),
      );
      const { safetyCopy } = classify({ kind: 'shell', command, cwd: work }, facts, parseShell).verdict;
      const id = await copies.take({ id: newId(), paths: safetyCopy ?? [], cwd: work });
      assert(id, command);
      execFileSync('sh', ['-c', command], { cwd: work });
      assert.match(await copies.restore(id), sentence, command);
      assert.equal(readFileSync(at('notes/n.md'), 'utf8'), 'mine\n', command);
    }
  });

  it('runs nothing that the repository brings', async () => {
    const ran = path.join(base, 'ran');
    for (const name of ['reference-transaction', 'post-checkout', 'post-index-change', 'pre-auto-gc']) {
      writeFileSync(at('.git/hooks', name), `#!/bin/sh\necho ${name} >> ${ran}\n`, { mode: 0o755 });
    }
    git('config', 'core.fsmonitor', `echo fsmonitor >> ${ran}; false`);
    git('config', 'filter.evil.clean', `echo clean >> ${ran}; cat`);
    git('config', 'filter.evil.smudge', `echo smudge >> ${ran}; cat`);
    write('.gitattributes', '*.txt filter=evil\n');
    change();
    rmSync(ran, { force: true });
    const id = await copies.take({
      id: newId(),
      paths: [
        { folder: '.', what: 'changes' },
        { folder: '.', what: 'commits' },
        { folder: '.', what: 'untracked' },
        { folder: '.', what: 'refs', names: ['refs/heads/main'] },
      ],
      cwd: work,
    });
    assert(id);
    rmSync(at('a.txt'));
    await copies.restore(id);
    assert(existsSync(at('a.txt')));
    assert.equal(existsSync(ran) && readFileSync(ran, 'utf8'), false);
  });
});
