/**
 * A throw-away machine for one command: a repository with tracked, changed, staged, untracked and ignored files, a home folder,
 * files outside and a remote. `template` is made once; each command gets a copy.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface World {
  readonly root: string;
  readonly repo: string;
  readonly home: string;
  readonly outside: string;
  readonly remote: string;
}

export function worldAt(root: string): World {
  const at = (name: string) => path.join(root, name);
  return { root, repo: at('repo'), home: at('home'), outside: at('outside'), remote: at('remote.git') };
}

/** Folders and files that `scripts/build.sh` makes again. */
export const BUILT = ['build', 'coverage', 'node_modules', 'debug.log'];

const IGNORE = 'build/\nnode_modules/\ncoverage/\n*.log\n.env\n*.local\n';
const BUILD = `#!/bin/sh
set -e
mkdir -p build/lib coverage node_modules/dep
sed 's/const/var/' src/util.ts > build/lib/util.js
cat src/main.ts src/util.ts > build/app.js
echo "module.exports = 'dep';" > node_modules/dep/index.js
echo "lines 80" > coverage/out.txt
echo "built" > debug.log
`;
const MAKEFILE = `build:
\tsh scripts/build.sh
clean:
\trm -rf build coverage
distclean: clean
\trm -rf data notes.md
.PHONY: build clean distclean
`;
const PACKAGE = {
  name: 'project',
  version: '1.0.0',
  scripts: {
    build: 'sh scripts/build.sh',
    clean: 'rm -rf build coverage',
    prewipe: 'echo wiping',
    wipe: 'rm -rf data drafts',
    test: 'sh scripts/test.sh',
    fresh: 'git checkout -- .',
  },
};

/** Some lines that differ from file to file. */
function lines(name: string, count = 12): string {
  return Array.from({ length: count }, (_, index) => `const ${name.replace(/\W/g, '_')}_${index} = ${index};\n`).join(
    '',
  );
}

export function makeTemplate(root: string): World {
  const world = worldAt(root);
  const { repo, home, outside, remote } = world;
  for (const folder of [repo, home, outside]) mkdirSync(folder, { recursive: true });
  const write = (file: string, text = lines(file), mode = 0o644) => {
    const full = path.join(repo, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    chmodSync(full, mode);
  };
  const git = (args: readonly string[], cwd = repo) =>
    execFileSync('git', [...args], { cwd, stdio: 'ignore', env: gitEnv(world) });
  write(
    '../home/.gitconfig',
    '[user]\n\tname = Dev\n\temail = dev@example.test\n[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n',
  );

  git(['init', '-q', '-b', 'main']);
  write('.gitignore', IGNORE);
  for (const file of [
    'README.md',
    'src/app.ts',
    'src/util.ts',
    'src/main.ts',
    'src/staged.ts',
    'src/deep/one.ts',
    'docs/guide.md',
    'docs/faq.md',
    'test/app.test.ts',
    'config/settings.json',
    'config/local.yaml',
  ])
    write(file);
  write('package.json', `${JSON.stringify(PACKAGE, null, 2)}\n`);
  write('Makefile', MAKEFILE);
  write('scripts/build.sh', BUILD, 0o755);
  write('scripts/clean.sh', '#!/bin/sh\nrm -rf build coverage\n', 0o755);
  write('scripts/wipe.sh', '#!/bin/sh\n# empties the folder of measurements\nrm -rf data\n', 0o755);
  write('scripts/test.sh', '#!/bin/sh\ntest -f src/main.ts && echo passed\n', 0o755);
  write('scripts/tidy.py', "import shutil\nshutil.rmtree('drafts')\n");
  git(['add', '-A']);
  git(['commit', '-qm', 'first']);
  git(['tag', '-a', 'v1', '-m', 'one']);
  git(['clone', '-q', '--bare', repo, remote], root);
  git(['remote', 'add', 'origin', '../remote.git']);
  git(['fetch', '-q', 'origin']);
  git(['branch', 'done']);
  // A branch with work that this clone had checked out, and one that it never had.
  git(['checkout', '-q', '-b', 'feature']);
  write('feature.ts');
  git(['add', 'feature.ts']);
  git(['commit', '-qm', 'feature']);
  git(['checkout', '-q', 'main']);
  git(['worktree', 'add', '-q', '-b', 'spike', '../spike']);
  write('../spike/spike.ts');
  git(['add', 'spike.ts'], path.join(root, 'spike'));
  git(['commit', '-qm', 'spike'], path.join(root, 'spike'));
  git(['worktree', 'remove', '--force', '../spike']);
  // What a colleague pushed in the meantime.
  git(['clone', '-q', remote, '../colleague'], repo);
  write('../colleague/theirs.ts');
  const colleague = path.join(root, 'colleague');
  git(['add', '-A'], colleague);
  git(['commit', '-qm', 'theirs'], colleague);
  git(['push', '-q', 'origin', 'main'], colleague);
  write('../colleague/shared.ts');
  git(['checkout', '-q', '-b', 'shared', 'HEAD~1'], colleague);
  git(['add', '-A'], colleague);
  git(['commit', '-qm', 'shared'], colleague);
  git(['push', '-q', 'origin', 'shared'], colleague);
  execFileSync('rm', ['-r', colleague]);
  write('docs/faq.md', `${lines('docs/faq.md')}more\n`);
  git(['commit', '-qam', 'own']);
  // Set aside.
  write('src/util.ts', `${lines('src/util.ts')}${lines('set aside', 5)}`);
  git(['stash', 'push', '-q']);
  write('src/app.ts', `${lines('src/app.ts', 6)}${lines('changed', 20)}`);
  write('config/local.yaml', `${lines('config/local.yaml', 4)}${lines('own', 12)}`);
  write('src/staged.ts', lines('staged', 20));
  write('src/new.ts', lines('new', 20));
  git(['add', 'src/staged.ts', 'src/new.ts']);
  for (const file of [
    'notes.md',
    'todo.txt',
    'my notes.txt',
    'data/one.csv',
    'data/two.csv',
    'data/raw/three.csv',
    'drafts/a.md',
    'drafts/b.md',
    'store.db',
    'photo.png',
    'wip.ts',
    '.env',
    'settings.local',
  ])
    write(file);
  chmodSync(path.join(repo, '.env'), 0o600);
  chmodSync(path.join(repo, 'todo.txt'), 0o640);
  write('.git/hooks/pre-commit', '#!/bin/sh\nexit 0\n', 0o755);
  mkdirSync(path.join(repo, 'empty'));
  symlinkSync('../outside', path.join(repo, 'out'));
  symlinkSync('docs', path.join(repo, 'docs-link'));
  symlinkSync('data/one.csv', path.join(repo, 'latest.csv'));
  for (const file of [
    '.bashrc',
    'documents/thesis.txt',
    'documents/cv.txt',
    '.config/app.toml',
    '.ssh/id_ed25519',
    '.ssh/config',
  ])
    write(`../home/${file}`);
  chmodSync(path.join(home, '.ssh/id_ed25519'), 0o600);
  for (const file of ['letter.txt', 'photos/p1.jpg', 'photos/p2.jpg']) write(`../outside/${file}`);
  execFileSync('sh', ['scripts/build.sh'], { cwd: repo });
  return world;
}

export function gitEnv({ home }: World): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C',
    GIT_AUTHOR_DATE: '2026-11-01T12:00:00Z',
    GIT_COMMITTER_DATE: '2026-11-01T12:00:00Z',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}
