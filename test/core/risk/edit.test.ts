import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { EditAction } from '../../../src/core/risk/action.ts';
import { classifyEdit } from '../../../src/core/risk/edit.ts';
import { type FactAnswer, factKey, NO_FACTS, type PathFact } from '../../../src/core/risk/facts.ts';

const CWD = '/srv/project';
const TRACKED: PathFact = {
  kind: 'path',
  exists: true,
  type: 'file',
  tracked: true,
  clean: true,
  insideWorkspace: true,
};
const MODIFIED: PathFact = { ...TRACKED, clean: false };
const UNTRACKED: PathFact = { ...TRACKED, tracked: false, clean: false, ignored: false, untrackedFiles: 1 };
const IGNORED: PathFact = { ...UNTRACKED, ignored: true, untrackedFiles: 0 };
const NEW: PathFact = { kind: 'path', exists: false, insideWorkspace: true };
const OUTSIDE: PathFact = { kind: 'path', exists: true, type: 'file', insideWorkspace: false };

function edit(path: string, texts: { before?: string; after?: string } = {}): EditAction {
  return { kind: 'edit', path, cwd: CWD, ...texts };
}

/** With the file's fact, and its text where one is given. */
function judged(action: EditAction, fact: PathFact, text?: string) {
  const at = { path: action.path, cwd: CWD };
  const facts = new Map<string, FactAnswer>([
    [factKey({ kind: 'path', ...at }), fact],
    [factKey({ kind: 'script', ...at }), text === undefined ? { kind: 'unanswered' } : { kind: 'text', text }],
  ]);
  const { verdict, needs } = classifyEdit(action, facts);
  assert.deepEqual(needs, []);
  return verdict;
}
const classOf = (action: EditAction, fact: PathFact, text?: string) => judged(action, fact, text).class;
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`).join('\n');

describe('an edit of a file like others', () => {
  const part = { before: 'const a = 1;', after: 'const a = 2;' };
  it('is a draft where git can bring it back, and where there is nothing to bring back', () => {
    for (const fact of [TRACKED, MODIFIED, NEW, { ...UNTRACKED, madeByRun: true }]) {
      assert.equal(classOf(edit('src/a.ts', part), fact), 'draft');
    }
    assert.equal(classOf(edit('src/a.ts', { after: 'x' }), TRACKED), 'draft');
    assert.equal(classOf(edit('build/a.js', { after: 'x' }), IGNORED), 'draft');
  });

  it('is confirmed outside version control', () => {
    assert.deepEqual(
      [classOf(edit('notes.txt', part), UNTRACKED), judged(edit('notes.txt', part), UNTRACKED).ask],
      ['commit', true],
    );
    const verdict = judged(edit('/srv/site/index.html', part), OUTSIDE);
    assert.equal(verdict.class, 'commit');
    assert.equal(verdict.reason, 'changes /srv/site/index.html, outside the workspace');
  });

  it('that only adds to an untracked one is a draft', () => {
    assert.equal(classOf(edit('notes.txt', { before: 'one', after: 'one\ntwo' }), UNTRACKED), 'draft');
  });

  it('is irreversible where it overwrites what nothing brings back', () => {
    const verdict = judged(edit('notes.txt', { after: 'new' }), UNTRACKED, lines(30));
    assert.equal(verdict.class, 'irreversible');
    assert.equal(verdict.reason, 'overwrites notes.txt, which is not in version control: 30 of its 30 lines are lost');
    assert.deepEqual(verdict.safetyCopy, ['/srv/project/notes.txt']);
    assert.ok(verdict.expectedLossNanoCredits > 0);
    assert.equal(classOf(edit('src/a.ts', { after: 'new' }), MODIFIED, lines(30)), 'irreversible');
    assert.equal(classOf(edit('notes.txt', { after: 'new' }), UNTRACKED), 'irreversible');
    assert.equal(classOf(edit('notes.txt', { before: lines(80), after: 'x' }), UNTRACKED), 'irreversible');
    assert.equal(classOf(edit('notes.txt', { before: 'x' }), UNTRACKED), 'irreversible');
    assert.equal(classOf(edit('/srv/a.txt', { after: 'x' }), OUTSIDE), 'irreversible');
  });

  it('that writes a file anew and keeps nearly all of it is an edit of a part', () => {
    assert.equal(classOf(edit('src/a.ts', { after: `${lines(30)}\nmore` }), MODIFIED, lines(30)), 'draft');
    assert.equal(classOf(edit('notes.txt', { after: `${lines(30)}\nmore` }), UNTRACKED, lines(30)), 'draft');
    assert.equal(classOf(edit('notes.txt', { after: lines(29) }), UNTRACKED, lines(30)), 'commit');
  });

  it('is confirmed where it takes a great deal out, even of a tracked file', () => {
    const verdict = judged(edit('src/a.ts', { before: lines(400), after: lines(20) }), TRACKED);
    assert.deepEqual([verdict.class, verdict.ask], ['commit', true]);
    assert.equal(verdict.reason, 'takes 380 lines out of src/a.ts');
  });

  it('is judged where a link leads', () => {
    const led = { ...OUTSIDE, linkTarget: '/etc/motd' };
    assert.equal(classOf(edit('notes.txt', { after: 'x' }), led), 'irreversible');
    assert.equal(classOf(edit('notes.txt', part), { ...led, linkTarget: '/etc/sudoers' }), 'irreversible');
  });

  it('needs the facts, and without them is judged by its words', () => {
    const { verdict, needs } = classifyEdit(edit('src/a.ts', part), NO_FACTS);
    assert.deepEqual(needs, [{ kind: 'path', path: 'src/a.ts', cwd: CWD }]);
    assert.equal(verdict.class, 'draft');
    const byWords = (path: string, texts = {}) =>
      classifyEdit({ kind: 'edit', path, ...texts }, NO_FACTS).verdict.class;
    assert.equal(byWords('/tmp/x.py', { after: 'x' }), 'draft');
    assert.equal(byWords('src/new.ts', { after: 'x' }), 'draft');
    assert.equal(byWords('.env', { after: 'x' }), 'irreversible');
    assert.equal(byWords('.env', part), 'commit');
    assert.equal(byWords('~/thesis.txt', { after: 'x' }), 'irreversible');
    assert.equal(byWords('/dev/null', { after: 'x' }), 'read');
  });
});

describe('an edit of a file that acts later', () => {
  const part = { before: 'a', after: 'a\nb' };
  for (const [path, word] of [
    ['~/.bashrc', /runs in every new shell/],
    ['/home/me/.config/fish/config.fish', /runs in every new shell/],
    ['/home/me/Documents/PowerShell/Microsoft.PowerShell_profile.ps1', /runs in every new shell/],
    ['.git/hooks/pre-commit', /every git command/],
    ['.husky/pre-push', /every git command/],
    ['.git/config', /which programs git runs/],
    ['.github/workflows/ci.yml', /build server/],
    ['.gitlab-ci.yml', /build server/],
    ['Jenkinsfile', /build server/],
    ['.vscode/tasks.json', /editor obeys/],
    ['.devcontainer/devcontainer.json', /editor obeys/],
    ['CLAUDE.md', /tells agents/],
    ['docs/AGENTS.md', /tells agents/],
    ['.github/copilot-instructions.md', /tells agents/],
    ['.cursor/rules/style.mdc', /tells agents/],
    ['.vscode/mcp.json', /tells agents/],
    ['package-lock.json', /which packages are installed/],
    ['.npmrc', /where packages come from/],
    ['.env', /holds secrets/],
    ['certs/server.key', /holds secrets/],
    ['~/.ssh/config', /log in to each other/],
    ['/etc/cron.d/backup', /starts by itself/],
    ['~/.config/systemd/user/x.service', /starts by itself/],
    ['/etc/hosts', /names and connections/],
  ] as const) {
    it(`is confirmed: ${path}`, () => {
      const placed = path.startsWith('~') || path.startsWith('/');
      const verdict = judged(edit(path, part), placed ? OUTSIDE : TRACKED);
      assert.deepEqual([verdict.class, verdict.ask], ['commit', true], verdict.reason);
      assert.match(verdict.reason, word);
    });
  }

  for (const path of [
    '~/.ssh/authorized_keys',
    '/etc/sudoers',
    '.claude/settings.json',
    '~/.codex/hooks.json',
    '.github/hooks/guard.json',
    '.marginal/policy.json',
    '~/.marginal/windows/w.json',
    '/home/me/.marginal/target',
    '.marginal/allowed_signers',
    '~/.config/git/allowed_signers',
    '~/.ssh/allowed_signers',
    '~/.marginal/hook',
    '.git/refs/heads/main',
    'infra/terraform.tfstate',
    '/etc/fstab',
  ]) {
    it(`can't be undone: ${path}`, () => {
      const verdict = judged(edit(path, part), TRACKED);
      assert.deepEqual([verdict.class, verdict.ask], ['irreversible', true], verdict.reason);
    });
  }

  it('unless it is no more than its name', () => {
    for (const path of [
      'dotfiles/.bashrc',
      '.env.example',
      'docs/hooks/pre-commit.md',
      'src/hosts',
      '.claude/plans/a.md',
    ]) {
      assert.equal(classOf(edit(path, part), TRACKED), 'draft', path);
    }
    assert.equal(classOf(edit('.env', { after: 'A=1' }), NEW), 'draft');
    assert.equal(
      classOf(edit('.env', { after: 'A=1' }), { ...IGNORED, untrackedFiles: 1 }, 'B=2\nC=3'),
      'irreversible',
    );
  });
});

describe('an edit of package scripts', () => {
  const file = (scripts: object, more = {}) =>
    JSON.stringify({ name: 'x', version: '1.0.0', scripts, ...more }, null, 2);
  it('is confirmed where a script becomes another', () => {
    const verdict = judged(
      edit('package.json', { after: file({ test: 'curl x | sh' }) }),
      TRACKED,
      file({ test: 'jest' }),
    );
    assert.deepEqual([verdict.class, verdict.ask], ['commit', true]);
    assert.equal(verdict.reason, 'changes package.json, whose script test becomes another command');
  });
  it('says so where the script runs by itself', () => {
    const part = { before: '"test": "jest"', after: '"test": "jest",\n    "postinstall": "node x.js"' };
    assert.match(
      judged(edit('package.json', part), TRACKED, file({ test: 'jest' })).reason,
      /script postinstall runs by itself/,
    );
    assert.match(judged(edit('package.json', part), TRACKED).reason, /script postinstall runs by itself/);
    assert.equal(classOf(edit('package.json', { after: file({ postinstall: 'x' }) }), NEW), 'commit');
  });
  it('is a draft where only something else changes', () => {
    const part = { before: '"version": "1.0.0"', after: '"version": "1.1.0",\n  "description": "a thing"' };
    assert.equal(classOf(edit('package.json', part), TRACKED, file({ test: 'jest' })), 'draft');
    assert.equal(classOf(edit('package.json', part), TRACKED), 'draft');
    const dependency = { before: '"a": "^1.0.0"', after: '"a": "^1.0.0",\n    "lodash": "~4.17.0"' };
    assert.equal(classOf(edit('package.json', dependency), TRACKED), 'draft');
    assert.equal(classOf(edit('package.json', { after: file({ test: 'jest' }) }), NEW), 'draft');
  });
  it('of a Makefile is confirmed where a recipe changes', () => {
    const makefile = 'all:\n\tcc a.c\n';
    assert.equal(classOf(edit('Makefile', { after: 'all:\n\trm -rf data\n' }), TRACKED, makefile), 'commit');
    assert.equal(classOf(edit('Makefile', { before: 'A = 1', after: 'A = 2' }), TRACKED, makefile), 'draft');
  });
});

describe('an edit of a test', () => {
  const test = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n  expect(add(2, 2)).toBe(4);\n});\n";
  const reason = (after: string | undefined) => {
    const verdict = judged(edit('test/add.test.ts', { before: test, ...(after !== undefined && { after }) }), TRACKED);
    return verdict.class === 'draft' ? undefined : verdict.reason;
  };
  it('is confirmed where it becomes weaker', () => {
    assert.match(reason(test.replace(/ {2}expect\(add\(2.*\n/, '')) ?? '', /takes 1 assertion out of test\/add/);
    assert.match(reason(test.replace('  expect(add(2', '  // expect(add(2')) ?? '', /takes 1 assertion out of/);
    assert.match(reason(test.replace('it(', 'it.skip(')) ?? '', /skips 1 test in/);
    assert.match(reason('') ?? '', /takes everything out of/);
    assert.match(reason(undefined) ?? '', /deletes test\/add.test.ts, a test/);
    assert.match(reason('const nothing = 1;\n') ?? '', /takes 1 test out of/);
  });
  it('is a draft where it stays as strong', () => {
    assert.equal(reason(test.replace('toBe(3)', 'toEqual(3)')), undefined);
    assert.equal(reason(`${test}${test}`), undefined);
  });
  it('in other languages', () => {
    const weaker = (path: string, before: string, after: string) =>
      classOf(edit(path, { before, after }), TRACKED) === 'commit';
    assert.ok(weaker('tests/test_a.py', 'def test_a():\n    assert f() == 1\n', 'def test_a():\n    pass\n'));
    assert.ok(weaker('tests/test_a.py', 'def test_a():\n    f()', '@pytest.mark.skip\ndef test_a():\n    f()'));
    assert.ok(weaker('a_test.go', 'func TestA(t *testing.T) {\n', 'func TestA(t *testing.T) {\n\tt.Skip("x")\n'));
    assert.ok(weaker('src/test/java/ATest.java', '@Test\nvoid a() {}', '@Disabled\n@Test\nvoid a() {}'));
    assert.ok(!weaker('tests/test_a.py', 'assert f() == 1', 'assert f() == 2'));
  });
});

describe('any edit', () => {
  it('is judged without a crash, and no less for lack of facts that would say worse', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.option(fc.string(), { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
        (path, before, after) => {
          const action: EditAction = {
            kind: 'edit',
            path,
            ...(before !== undefined && { before }),
            ...(after !== undefined && { after }),
          };
          const { verdict } = classifyEdit(action, NO_FACTS);
          assert.equal(verdict.parts.length, 1);
          assert.ok(verdict.reason.length > 0);
        },
      ),
    );
  });
  it('asks whenever it is irreversible', () => {
    const fact = fc.constantFrom(TRACKED, MODIFIED, UNTRACKED, IGNORED, NEW, OUTSIDE);
    const path = fc.constantFrom(
      'a.ts',
      '.env',
      'CLAUDE.md',
      '.claude/settings.json',
      'test/a.test.ts',
      '../x',
      '/etc/passwd',
    );
    fc.assert(
      fc.property(path, fact, fc.option(fc.string(), { nil: undefined }), (name, each, after) => {
        const verdict = judged(edit(name, after === undefined ? {} : { after }), each);
        if (verdict.class === 'irreversible') assert.ok(verdict.ask);
      }),
    );
  });
});

it('a file is what it is through folders that are links, and however its letters are written', () => {
  const edit = (path: string, realPath?: string) => {
    const action = { kind: 'edit', path, after: 'x', cwd: '/w/app' } as const;
    const fact: FactAnswer = { kind: 'path', exists: false, insideWorkspace: true, ...(realPath && { realPath }) };
    return classifyEdit(action, new Map([[factKey({ kind: 'path', path, cwd: '/w/app' }), fact]])).verdict;
  };
  assert.equal(edit('h/pre-commit', '/w/app/.git/hooks/pre-commit').class, 'commit');
  assert.equal(edit('h/pre-commit', '/w/app/src/pre-commit').class, 'draft');
  assert.equal(edit('.GIT/hooks/pre-commit').class, 'commit');
  assert.equal(edit('node_modules/.bin/eslint').class, 'commit');
  assert.equal(edit('/home/me/.local/bin/ssh-keygen').class, 'irreversible');
});
