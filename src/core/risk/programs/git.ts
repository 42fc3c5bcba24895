/** Git. Source of each subcommand: https://git-scm.com/docs/git-NAME */
import type { GitFact } from '../facts.ts';
import { isPrecious, isScratch, isSource, joinPath } from '../place.ts';
import { overwritten, where } from '../shell/files.ts';
import { names, readOptions } from '../shell/options.ts';
import {
  type Arg,
  type Call,
  copyScope,
  DRAFT,
  type Effect,
  HARMLESS,
  hidden,
  isKnown,
  type Judged,
  judged,
  UNKNOWN,
} from '../shell/scope.ts';
import type { Losable } from '../verdict.ts';
import { program } from './rule.ts';

const GLOBAL_VALUES = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--config-env',
  '--exec-path',
  '--super-prefix',
  '--attr-source',
]);

const table = program({
  names: 'git',
  source: 'https://git-scm.com/docs',
  values:
    '-m -F -u --author --date -b -B -c -C -s --strategy -X --onto --format --pretty --since --until -n -S -G -L --depth --branch -o --reference --message --file --set-upstream-to',
  dry: '* -h, * --help, add -n|--dry-run, rm -n|--dry-run, mv -n|--dry-run, fetch --dry-run, gc --dry-run, prune -n|--dry-run, commit --dry-run, worktree prune -n|--dry-run, apply --check|--stat|--numstat|--summary, remote prune -n|--dry-run, lfs prune --dry-run, send-email --dry-run',
  read: 'status, log, diff, show, blame, annotate, grep, ls-files, ls-tree, ls-remote, rev-parse, rev-list, describe, shortlog, reflog, reflog show, reflog exists, cat-file, config -l|--list|--get|--get-all|--get-regexp, config list, config get, remote, remote show, remote get-url, branch, tag -l|--list|-n, stash list, stash show, worktree list, submodule status, submodule summary, help, version, whatchanged, show-ref, show-branch, for-each-ref, merge-base, name-rev, cherry, range-diff, count-objects, fsck, verify-commit, verify-tag, verify-pack, check-ignore, check-attr, check-ref-format, check-mailmap, var, diff-tree, diff-index, diff-files, difftool, instaweb, bisect log, bisect view, bisect visualize, notes list, notes show, sparse-checkout list, lfs ls-files, lfs status, lfs env, lfs logs, bundle verify, bundle list-heads, rerere status, rerere diff, request-pull, archive, interpret-trailers, stripspace, column, fmt-merge-msg, symbolic-ref, bugreport, diagnose, maintenance, gui, gitk, citool, get-tar-commit-id, patch-id, merge-tree, submodule, replace -l|--list, hash-object, mailinfo, mailsplit, cat-file, unpack-file, credential-cache, survey, backfill, mergetool, fast-export, last-modified, repo, daemon, http-backend',
  draft:
    'add, stage, init, clone, fetch, pull, stash, stash push, stash save, stash create, stash store, stash apply, stash pop, stash branch, tag, mv, merge, rebase, cherry-pick, revert, am, apply, bisect, bisect start, bisect good, bisect bad, bisect run, bisect reset, worktree add, worktree lock, worktree unlock, worktree move, worktree repair, submodule add, submodule init, submodule update, submodule sync, submodule absorbgitdirs, submodule foreach, sparse-checkout, sparse-checkout set, sparse-checkout add, sparse-checkout init, sparse-checkout disable, sparse-checkout reapply, notes add, notes append, notes edit, format-patch, bundle create, gc, repack, pack-refs, pack-objects, index-pack, update-index, read-tree, write-tree, commit-tree, commit-graph, multi-pack-index, rerere, remote add, remote rename, remote update, remote set-head, remote set-branches, lfs install, lfs track, lfs untrack, lfs fetch, lfs pull, lfs checkout, lfs migrate info, flow, flow init, branch -m|-M|--move|-c|--copy|-u|--set-upstream-to|--unset-upstream|--edit-description, restore --staged, svn fetch, svn rebase, svn clone, subtree add, subtree pull, subtree split, subtree merge, maintenance run, maintenance start, maintenance register, checkout-index, unpack-objects, update-server-info, fast-import, p4 sync, p4 clone, config, merge-file, rm --cached, merge --abort, rebase --continue, cherry-pick --continue, revert --continue, credential, notes merge, mergetool, for-each-repo',
  commit: {
    'commit, commit -m': 'makes a commit',
    'push, push --tags, push --set-upstream, subtree push, lfs push, push --force-with-lease|--force-if-includes':
      'sends commits to a remote',
    'config --global|--system|--unset|--unset-all|--remove-section, config unset, config remove-section, config set --global|--system':
      'changes git’s settings',
    'remote set-url, remote remove, remote rm, remote prune': 'changes the remotes',
    'submodule deinit, submodule set-url, submodule set-branch, worktree remove, worktree prune, tag -f|--force':
      'changes the repository’s setup',
    'commit --amend, rebase -i|--interactive, svn dcommit, p4 submit, replace, notes remove, lfs migrate import, lfs migrate export':
      'rewrites commits',
    'imap-send, credential-store, lfs prune, fetch --prune|-p, hook run': 'acts outside the working tree',
  },
  irreversible: {
    'filter-branch, filter-repo': 'rewrites the whole history',
    'reflog expire, reflog delete, gc --prune, prune, prune-packed': 'deletes objects that nothing else can bring back',
    'stash drop, stash clear': 'deletes stashed changes',
    'branch -D, branch -d --force|-f, branch --delete --force|-f': 'deletes a branch that may not be merged',
    'tag -d|--delete': 'deletes tags',
    'update-ref -d|--delete, update-ref --stdin': 'deletes references',
    'merge --abort --hard, rebase --skip, am --skip, am --abort, rebase --abort':
      'gives up changes that were resolved by hand',
    'worktree remove --force|-f': 'deletes a worktree with the changes in it',
    'submodule update --force|-f': 'discards changes in submodules',
    'submodule deinit --force|-f': 'deletes a submodule’s working tree with the changes in it',
    'checkout-index -f --all|-a': 'overwrites files with what the index has',
    'lfs prune --force, lfs migrate import --everything, replace -d, notes prune':
      'deletes what git keeps nowhere else',
    'rm -f|--force': 'deletes files with the changes in them',
  },
  deploy: { 'send-email': 'sends mail' },
  otherwise: 'commit',
  judges: {
    reset,
    checkout,
    switch: switched,
    restore,
    clean,
    push,
    branch,
    'read-tree': (call) =>
      judged(
        call.args.some((arg) => arg.text === '--reset') ? discards(call, 'reads another tree over the files') : DRAFT,
      ),
    mv: moved,
    apply: applied,
    rm: removed,
    stash,
    rebase: (call) => runsCommands(call) ?? givenUp(call),
    am: givenUp,
    bisect: runsCommands,
    submodule: runsCommands,
    merge,
    worktree,
    difftool: runsCommands,
    tag,
    config,
    fetch: fetched,
    'update-ref': updateRef,
    'symbolic-ref': symbolicRef,
    remote,
  },
});

/** Git's own options come before the subcommand; an alias or a pager in them is a command. */
export function git(call: Call): Judged {
  const { args, scope, world } = call;
  const options = readOptions(args, { values: GLOBAL_VALUES, stopAtOperand: true });
  let at = 0;
  const aliases = new Map<string, string>();
  while (args[at] && args[at] !== options.operands[0]) {
    const text = args[at]?.text ?? '';
    const pair = text === '-c' ? (args[at + 1]?.text ?? '') : /^-c./.test(text) ? text.slice(2) : '';
    const [key = '', ...value] = pair.split('=');
    const setting = value.join('=');
    if (
      /^(?:protocol\.(?:ext\.)?allow|url\..+\.(?:push)?insteadof|include(?:if\..+)?\.path|core\.(?:gitproxy|askpass))$/i.test(
        key,
      ) &&
      setting !== 'never'
    )
      return judged(hidden(`runs git with ${key}`));
    if (/^gc\..*expire\w*$/i.test(key) && /^(?:now|all)$/i.test(setting))
      return judged({ class: 'irreversible', reason: 'deletes objects that nothing else can bring back' });
    if (/^alias\./i.test(key)) aliases.set(key.slice(6), setting);
    else if (
      /^(core\.(pager|editor|sshcommand|fsmonitor|hookspath)|pager\.|diff\.external|.*\.(textconv|cmd|helper|program|clean|smudge|process)$|sequence\.editor|gpg\.program)/i.test(
        key,
      ) &&
      setting !== '' &&
      !/^(cat|less|true|false|more|vim?|nano|never|)$/.test(setting)
    ) {
      if (/hookspath/i.test(key))
        return judged({ class: 'irreversible', reason: `runs git with hooks from ${setting}` });
      world.runText(setting.replace(/^!/, ''), copyScope(scope));
    }
    at++;
  }
  const [name, ...rest] = options.operands;
  if (!name) return HARMLESS;
  if (options.value('--exec-path') !== undefined && !scope.remote)
    return judged(hidden('runs git with programs from a folder of its own'));
  if (options.value('--config-env') !== undefined)
    return judged(hidden('runs git with a setting that isn’t known before it runs'));
  const alias = aliases.get(name.text) ?? aliasOf(name.text, call);
  if (alias !== undefined) {
    const text = alias.startsWith('!') ? alias.slice(1) : `git ${alias}`;
    world.runText([text, ...rest.map((arg) => arg.text)].join(' '), copyScope(scope, { depth: scope.depth + 1 }));
    return { effects: [] };
  }
  const folder = options.value('-C', '--work-tree');
  const elsewhere =
    options.value('--git-dir') ?? scope.variables.get('GIT_DIR') ?? scope.variables.get('GIT_WORK_TREE');
  const inner =
    elsewhere !== undefined && elsewhere !== '.git'
      ? // Another repository, or another working tree of it: nothing of this folder tells what is in there.
        copyScope(scope, { cwd: UNKNOWN })
      : folder === undefined
        ? scope
        : copyScope(scope, { cwd: joinPath(scope.cwd, folder) });
  const subcommand = name.text.toLowerCase();
  const judgedOne = table.judge({ ...call, scope: inner, args: [{ text: subcommand }, ...rest] });
  const more = runsOrWrites(subcommand, rest, { ...call, scope: inner });
  const all = more.length === 0 ? judgedOne : { ...judgedOne, effects: [...judgedOne.effects, ...more] };
  return scope.remote ? remotely(all) : all;
}

/** Git's own subcommands can't be given another meaning. */
const SUBCOMMANDS = new Set(
  [
    table.table.read ?? '',
    table.table.draft ?? '',
    ...[table.table.commit, table.table.irreversible, table.table.deploy].flatMap((each) => Object.keys(each ?? {})),
    Object.keys(table.table.judges ?? {}).join(','),
  ].flatMap((patterns) => patterns.split(',').map((pattern) => pattern.trim().split(/\s+/)[0] ?? '')),
);

/** What the settings make of a name that is no subcommand. */
function aliasOf(name: string, call: Call): string | undefined {
  if (SUBCOMMANDS.has(name.toLowerCase()) || name.includes(UNKNOWN) || call.scope.depth > 8) return undefined;
  const found = facts(call)?.aliases;
  return found && Object.hasOwn(found, name.toLowerCase()) ? found[name.toLowerCase()] : undefined;
}

/** Subcommands whose `-o` is a file that they write. */
const OUTPUT = /^(?:archive|bundle|fast-export|mailinfo)$/;
/** Those that reach other repositories, with what runs on the way. */
const REACHES = /^(?:fetch|pull|clone|push|ls-remote|archive|remote|submodule|fetch-pack|send-pack|subtree)$/;

/** Programs that options and addresses name, and files that output goes to. */
function runsOrWrites(subcommand: string, args: readonly Arg[], call: Call): readonly Effect[] {
  const { scope, world } = call;
  const effects: Effect[] = [];
  const end = args.findIndex(({ text }) => text === '--');
  for (const [index, { text }] of args.entries()) {
    if (end >= 0 && index >= end) break;
    const next = args[index + 1]?.text;
    const long = /^(--[\w-]+)=(.*)$/s.exec(text);
    const [option, value] = long ? [long[1] ?? '', long[2]] : [text, next];
    if (/^--(?:upload-pack|receive-pack|exec)$/.test(option) && REACHES.test(subcommand) && value !== undefined) {
      if (!/^git[- ](?:upload-pack|receive-pack|upload-archive)$/.test(value))
        world.runText(value, copyScope(scope, { depth: scope.depth + 1 }));
    } else if (subcommand === 'clone' && text === '-u' && next !== undefined) {
      world.runText(next, copyScope(scope, { depth: scope.depth + 1 }));
    } else if (/^\+?ext::/.test(text) && REACHES.test(subcommand)) {
      effects.push(hidden('reaches a remote through a command of its own'));
    } else if (subcommand === 'clone' && /^(?:-c|--config)$/.test(option) && value !== undefined) {
      world.runArgs([{ text: 'git' }, { text: '-c' }, { text: value }, { text: 'status' }], scope);
    } else if (subcommand === 'grep' && /^(?:-O.|--open-files-in-pager=)/.test(text)) {
      world.runText(text.replace(/^(?:-O|--open-files-in-pager=)/, ''), copyScope(scope, { depth: scope.depth + 1 }));
    } else if (/^(?:clone|init)$/.test(subcommand) && option === '--template' && value) {
      effects.push({ class: 'commit', reason: `takes git’s hooks from ${value}`, targets: [value] });
    }
    const file =
      option === '--output' || (OUTPUT.test(subcommand) && option === '-o')
        ? value
        : subcommand === 'bundle' &&
            args[0]?.text === 'create' &&
            index === args.findIndex((arg, at) => at > 0 && !arg.text.startsWith('-'))
          ? text
          : undefined;
    if (file !== undefined && file !== '' && file !== '-') effects.push(overwritten({ text: file }, call));
  }
  return effects;
}

/** Without a working tree here, there is nothing to copy first. */
function remotely({ effects, ...rest }: Judged): Judged {
  return { ...rest, effects: effects.map(({ safetyCopy: _, ...effect }) => effect) };
}

function facts({ scope, world }: Call): GitFact | undefined {
  if (scope.remote) return undefined;
  const answer = world.ask({ kind: 'git', ...where(scope, world) });
  return answer?.kind === 'git' ? answer : undefined;
}

/** Changes that no commit has are gone; where it is known that there are none, nothing is. */
function discards(call: Call, what: string): Effect {
  const count = facts(call)?.modifiedFiles;
  if (count === 0) return { class: 'draft', reason: `${what}; no file has changes that a commit lacks` };
  const files =
    count === undefined
      ? 'all uncommitted changes'
      : `the uncommitted changes of ${count} ${count === 1 ? 'file' : 'files'}`;
  return {
    class: 'irreversible',
    reason: `${what}: discards ${files}`,
    targets: ['working tree'],
    safetyCopy: [{ folder: call.scope.cwd, what: 'changes' }],
  };
}

function discardsFiles(call: Call, files: readonly Arg[]): Effect {
  const all = names(files);
  const asked = files.map((arg) =>
    isKnown(arg) && !arg.glob
      ? call.world.ask({ kind: 'path', path: arg.text, ...where(call.scope, call.world) })
      : undefined,
  );
  const known = asked.map((answer) => (answer?.kind === 'path' ? answer : undefined));
  const safe =
    known.length > 0 &&
    known.every((fact) => fact && (!fact.exists || fact.madeByRun || (fact.clean === true && !fact.modifiedFiles)));
  if (safe)
    return {
      class: 'draft',
      reason: `restores ${all.join(', ')}, which has no changes that a commit lacks`,
      targets: all,
    };
  return {
    class: 'irreversible',
    reason: `discards the uncommitted changes in ${all.slice(0, 4).join(', ')}`,
    targets: all,
    safetyCopy: [{ folder: call.scope.cwd, what: 'changes', ...pathspecs(files) }],
  };
}

/** None where one isn't known: then everything is meant. */
function pathspecs(files: readonly Arg[]): { readonly names?: readonly string[] } {
  return files.length > 0 && files.every((arg) => isKnown(arg) && arg !== LISTED) ? { names: names(files) } : {};
}

/** Files that stand in a list which nobody has read. */
const LISTED: Arg = { text: 'the files that a list names' };

function reset(call: Call): Judged {
  const options = readOptions(call.args);
  if (options.has('--help') || options.given.has('-h')) return HARMLESS;
  if (options.given.has('--hard') || options.given.has('--har'))
    return judged(withCommits(call, discards(call, 'resets the working tree')));
  if (options.has('--merge')) return judged(discards(call, 'resets the working tree'));
  if (options.has('--keep')) return judged({ class: 'commit', reason: 'moves the branch to another commit' });
  return judged({ class: 'draft', reason: 'unstages, or moves the branch; files stay as they are' });
}

/** The branch may leave commits behind. */
function withCommits({ scope }: Call, { safetyCopy, ...effect }: Effect): Effect {
  if (!safetyCopy) return effect;
  return { ...effect, safetyCopy: [...safetyCopy, { folder: scope.cwd, what: 'commits' }] };
}

const CHECKOUT_VALUES = new Set([
  '-b',
  '-B',
  '--orphan',
  '--conflict',
  '-U',
  '--unified',
  '--inter-hunk-context',
  '--pathspec-from-file',
]);

function checkout(call: Call): Judged {
  const dashes = call.args.findIndex((arg) => arg.text === '--');
  const options = readOptions(dashes < 0 ? call.args : call.args.slice(0, dashes), { values: CHECKOUT_VALUES });
  if (options.has('--help') || options.given.has('-h')) return HARMLESS;
  if (options.has('-f', '--force')) return judged(discards(call, 'checks out over local changes'));
  const files = dashes < 0 ? [] : call.args.slice(dashes + 1);
  if (files.length > 0) return judged(discardsFiles(call, files));
  if (options.has('--pathspec-from-file')) return judged(discardsFiles(call, [LISTED]));
  if (
    options.has('-b', '-B', '--orphan', '--detach', '-d', '-t', '--track') &&
    options.operands.length <= 2 &&
    !options.has('--ours', '--theirs')
  ) {
    const extra =
      options.has('-t', '--track') &&
      options.operands.length > 1 &&
      !['direct', 'inherit'].includes(options.operands[0]?.text ?? '');
    if (!extra)
      return judged(options.has('-B') ? { class: 'draft', reason: 'resets a branch and checks it out' } : DRAFT);
  }
  if (options.has('-p', '--patch')) return judged({ class: 'draft', reason: 'asks about each change' });
  const operands =
    options.has('--recurse-submodules') && ['checkout', 'on-demand'].includes(options.operands[0]?.text ?? '')
      ? options.operands.slice(1)
      : options.operands;
  const [first, ...more] = operands;
  if (!first) return HARMLESS;
  if (more.length > 0)
    return judged(
      discardsFiles(
        call,
        /^[\w./-]+\.\w{1,5}$/.test(first.text) && !/^(HEAD|origin)/.test(first.text) ? operands : more,
      ),
    );
  // One name: a branch, or a file if it looks like one.
  if (first.text === '.' || /^\.\.?\//.test(first.text) || looksLikeFile(first.text) || first.glob)
    return judged(discardsFiles(call, [first]));
  return judged({ class: 'draft', reason: `checks out ${names([first])[0]}`, targets: names([first]) });
}

/** A path with an extension that files have: `src/a.ts` and not `v1.2`, `release/2.x`. */
function looksLikeFile(text: string): boolean {
  if (/^(?:origin|upstream|refs)\//.test(text)) return false;
  return isSource(text) || isPrecious(text) || /\.(?:txt|lock|cfg|ini|conf|csv|log|in|png|svg|jpg|pdf)$/i.test(text);
}

function switched(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-c', '-C', '--orphan', '--conflict']) });
  if (options.has('--help')) return HARMLESS;
  return options.has('-f', '--force', '--discard-changes')
    ? judged(discards(call, 'switches over local changes'))
    : judged({ class: 'draft', reason: 'switches branches' });
}

function restore(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-s', '--source', '--conflict', '--pathspec-from-file']) });
  if (options.has('--help') || options.given.has('-h')) return HARMLESS;
  if (options.has('-p', '--patch')) return judged({ class: 'draft', reason: 'asks about each change' });
  const staged = options.has('-S', '--staged');
  if (staged && !options.has('-W', '--worktree'))
    return judged({ class: 'draft', reason: 'unstages; files stay as they are' });
  const files = options.operands.length > 0 ? options.operands : options.has('--pathspec-from-file') ? [LISTED] : [];
  return files.length === 0 ? HARMLESS : judged(discardsFiles(call, files));
}

function clean(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-e', '--exclude']) });
  if (options.has('-n', '--dry-run', '--help') || options.given.has('-h')) return HARMLESS;
  if (options.has('-i', '--interactive')) return judged({ class: 'draft', reason: 'asks about each file' });
  const ignored = options.has('-x', '-X');
  if (!options.has('-f', '--force'))
    return judged({
      class: 'commit',
      reason: 'deletes untracked files, if git’s settings allow it without -f',
      ask: true,
    });
  const fact = facts(call);
  const untracked = fact?.untrackedFiles;
  const all = options.given.has('-X')
    ? fact?.ignoredFiles
    : ignored && fact?.ignoredFiles !== undefined && untracked !== undefined
      ? untracked + fact.ignoredFiles
      : ignored
        ? undefined
        : untracked;
  const none = judged({ class: 'draft', reason: 'deletes untracked files, of which there are none' });
  if (all === 0) return none;
  if (!ignored && options.operands.length > 0) {
    const asked = options.operands.map((arg) =>
      call.world.ask({ kind: 'path', path: arg.text, ...where(call.scope, call.world) }),
    );
    if (asked.every((answer) => answer?.kind === 'path' && (!answer.exists || answer.untrackedFiles === 0)))
      return none;
  }
  if (options.operands.length > 0 && options.operands.every((arg) => isScratch(arg.text))) return judged(DRAFT);
  return judged({
    class: 'irreversible',
    reason: `deletes ${all === undefined ? (ignored ? 'all untracked and ignored files' : 'all untracked files') : `${all} untracked ${all === 1 ? 'file' : 'files'}`}, not in version control`,
    targets: options.operands.length > 0 ? names(options.operands) : ['untracked files'],
    safetyCopy: (['untracked', 'ignored'] as const)
      .filter((what) => (what === 'ignored' ? ignored : !options.given.has('-X')))
      .map((what) => ({ folder: call.scope.cwd, what, ...pathspecs(options.operands) })),
  });
}

/** By their names. */
const SHARED = /^(?:main|master|trunk|develop|development|staging|stable|production|prod|release(?:s?\/.*)?)$/;

function push(call: Call): Judged {
  const options = readOptions(call.args, {
    values: new Set(['-o', '--push-option', '--repo', '--receive-pack', '--exec']),
  });
  if (options.has('--help') || options.given.has('-n') || options.given.has('--dry-run')) return HARMLESS;
  const [remote, ...refs] = options.operands;
  const where = [remote?.text, ...names(refs)].filter((each) => each !== undefined);
  if (remote && /^(?:heroku|dokku|prod|production|live|deploy)$/.test(remote.text)) {
    return judged({ class: 'deploy', reason: `deploys by pushing to ${remote.text}`, targets: where });
  }
  const leased = [...options.given.keys()].some((name) => name.startsWith('--force-with-lease'));
  const told = where.length > 0 ? ` on ${where.join(' ')}` : '';
  if (options.given.has('--mirror') || options.given.has('--prune'))
    return judged({
      class: 'irreversible',
      reason: `deletes what the remote has and this repository doesn’t${told}`,
      targets: where,
    });
  if (options.has('-d', '--delete') || refs.some((arg) => /^\+?:./.test(arg.text)))
    return judged({ class: 'irreversible', reason: `deletes branches or tags on the remote${told}`, targets: where });
  const forced = options.given.has('-f') || ['--force', '--forc', '--for'].some((name) => options.given.has(name));
  // With both, git overwrites whatever the lease says.
  if (forced || refs.some((arg) => arg.text.startsWith('+')))
    return judged({ class: 'irreversible', reason: `overwrites the remote’s commits${told}`, targets: where });
  const fact = facts(call);
  const branches = refs.map(
    ({ text }) =>
      text
        .split(':')
        .at(-1)
        ?.replace(/^refs\/heads\//, '') ?? '',
  );
  const own = branches.length === 0 || branches.includes('HEAD') ? [fact?.branch] : [];
  // The lease holds what was fetched last, and tools fetch by themselves: on a branch that others build on it isn't enough.
  const shared = [...branches, ...own].find(
    (branch) =>
      branch !== undefined &&
      (SHARED.test(branch) || branch === fact?.defaultBranch || fact?.protectedBranches?.includes(branch)),
  );
  // With the commit that it expects, it is known what is overwritten.
  const exact = options.value('--force-with-lease')?.includes(':');
  if (leased && !exact && shared !== undefined)
    return judged({ class: 'irreversible', reason: `overwrites ${shared}, which others build on`, targets: where });
  return judged({ class: 'commit', reason: `sends commits to the remote${told}`, targets: where });
}

function moved(call: Call): Judged {
  const options = readOptions(call.args);
  const to = options.operands.at(-1);
  if (options.has('-n', '--dry-run')) return HARMLESS;
  return judged(to && options.has('-f', '--force') ? overwritten(to, call) : DRAFT);
}

/** A patch that only goes through a pipe is nowhere once it has been taken back. */
function applied(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-p', '-C', '--directory', '--exclude', '--include']) });
  if (options.has('--check', '--stat', '--numstat', '--summary')) return HARMLESS;
  const piped = options.operands.length === 0 || options.operands.every((arg) => arg.text === '-');
  return judged(piped && options.has('-R', '--reverse') ? discards(call, 'takes changes back') : DRAFT);
}

function branch(call: Call): Judged | undefined {
  const options = readOptions(call.args);
  if (options.has('-f', '--force') && !options.has('-d', '--delete', '-D')) {
    return judged({
      class: 'commit',
      reason: 'moves a branch; where it was stays in its log',
      targets: names(options.operands),
    });
  }
  if (!options.has('-D') && !(options.has('-d', '--delete') && options.has('-f', '--force'))) {
    return options.has('-d', '--delete')
      ? judged({ class: 'draft', reason: 'deletes a merged branch' })
      : options.operands.length > 0 && options.given.size === 0
        ? judged(DRAFT)
        : undefined;
  }
  if (options.has('-r', '--remotes'))
    return judged({ class: 'draft', reason: 'forgets a remote’s branch until the next fetch' });
  const merged = facts(call)?.mergedBranches;
  if (merged && options.operands.every((arg) => merged.includes(arg.text))) {
    return judged({ class: 'draft', reason: 'deletes a merged branch', targets: names(options.operands) });
  }
  return judged({
    class: 'irreversible',
    reason: `deletes ${names(options.operands).join(', ')}, with commits that may be nowhere else`,
    targets: names(options.operands),
    safetyCopy: refs(call, 'refs/heads/', options.operands),
  });
}

function refs({ scope }: Call, prefix: string, args: readonly Arg[]): readonly Losable[] {
  return [{ folder: scope.cwd, what: 'refs', names: args.filter(isKnown).map((arg) => `${prefix}${arg.text}`) }];
}

function tag(call: Call): Judged | undefined {
  const options = readOptions(call.args, { values: new Set(['-m', '-F', '-u', '--message']) });
  const merged = options.has('-d', '--delete') ? facts(call)?.mergedTags : undefined;
  if (merged && options.operands.length > 0 && options.operands.every((arg) => merged.includes(arg.text)))
    return judged({
      class: 'draft',
      reason: 'deletes tags of commits that a branch has',
      targets: names(options.operands),
    });
  if (options.has('-d', '--delete'))
    return judged({
      class: 'irreversible',
      reason: 'deletes tags',
      targets: names(options.operands),
      safetyCopy: refs(call, 'refs/tags/', options.operands),
    });
  return options.operands.length === 0 && options.given.size === 0 ? HARMLESS : undefined;
}

const REMOTE = /^refs\/remotes\//;

/** What is known of a remote's branches is set by hand: whose signature counts is read there. */
function remoteSet(reference: string): Judged {
  const reason = `sets by hand what is known of a remote: ${reference.replace(REMOTE, '')}`;
  return judged({ class: 'irreversible', reason, targets: [reference] });
}

function updateRef({ args }: Call): Judged | undefined {
  const reference = readOptions(args, { values: new Set(['-m']) }).operands[0]?.text ?? '';
  return REMOTE.test(reference) ? remoteSet(reference) : undefined;
}

function symbolicRef({ args }: Call): Judged | undefined {
  const options = readOptions(args, { values: new Set(['-m']) });
  const [reference, to] = options.operands.map(({ text }) => text);
  if (reference === undefined || (to === undefined && !options.has('-d', '--delete'))) return undefined;
  if (REMOTE.test(reference)) return remoteSet(reference);
  return judged({ class: 'commit', reason: `changes what ${reference} means`, targets: [reference] });
}

function remote({ args }: Call): Judged | undefined {
  const [verb, name, branch] = readOptions(args).operands.map(({ text }) => text);
  return verb === 'set-head' && branch !== undefined ? remoteSet(`refs/remotes/${name}/HEAD`) : undefined;
}

function fetched({ args }: Call): Judged | undefined {
  const [, ...refspecs] = readOptions(args, {
    values: new Set(['--depth', '-j', '--jobs', '-o', '--filter']),
  }).operands;
  for (const { text } of refspecs) {
    const [from = '', to = ''] = text.replace(/^\+/, '').split(':');
    if (REMOTE.test(to) && from.split('/').at(-1) !== to.split('/').at(-1)) return remoteSet(to);
  }
  return undefined;
}

function config(call: Call): Judged | undefined {
  const options = readOptions(call.args, { values: new Set(['-f', '--file', '--type']) });
  const [first, ...more] = options.operands;
  const [key, value] = first?.text === 'set' ? more : options.operands;
  if (
    key &&
    /^gpg\.ssh\.allowedsignersfile$/i.test(key.text) &&
    (value || options.given.size > 0) &&
    !options.has('--get', '--get-all')
  ) {
    return judged({
      class: 'irreversible',
      reason: `changes whose signatures count as another person’s: ${key.text}`,
      targets: [key.text],
    });
  }
  if (
    key &&
    value &&
    /^alias\.|\.(cmd|helper|textconv|program|smudge|clean|process)$|^core\.(hookspath|pager|editor|sshcommand|fsmonitor)$/i.test(
      key.text,
    ) &&
    (value.text.startsWith('!') || /hookspath|sshcommand|fsmonitor/i.test(key.text))
  ) {
    return judged({ class: 'commit', reason: `makes git run ${value.text}` });
  }
  if (
    key &&
    value &&
    /^(?:remote\..+\.(?:url|pushurl|push|fetch|mirror|receivepack|uploadpack)|url\..+\.(?:push)?insteadof|core\.(?:worktree|askpass|gitproxy)|include(?:if\..+)?\.path|protocol\.(?:ext\.)?allow|credential\..+|sequence\.editor|diff\.external|extensions\.worktreeconfig)$/i.test(
      key.text,
    )
  ) {
    return judged({
      class: 'commit',
      reason: `changes which programs git runs and where it pushes: ${key.text}`,
      targets: [key.text],
    });
  }
  return options.operands.length === 1 && !options.has('--unset', '--unset-all', '--remove-section', '-e', '--edit')
    ? HARMLESS
    : undefined;
}

function removed(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['--pathspec-from-file']) });
  if (options.has('-n', '--dry-run', '--help')) return HARMLESS;
  if (options.has('--cached')) return judged({ class: 'draft', reason: 'stops tracking files; they stay' });
  return options.has('-f', '--force')
    ? judged(discardsFiles(call, options.operands))
    : judged({ class: 'draft', reason: 'removes tracked files, which git can bring back' });
}

function stash(call: Call): Judged | undefined {
  const [first, ...rest] = call.args;
  if (first?.text === 'drop' || first?.text === 'clear') {
    const count = facts(call)?.stashes;
    if (count === 0) return judged(DRAFT);
    return judged({
      class: 'irreversible',
      reason: first.text === 'clear' ? `deletes ${count ?? 'all'} stashed sets of changes` : 'deletes stashed changes',
      targets: names(rest),
      safetyCopy: [{ folder: call.scope.cwd, what: 'stashes' }],
    });
  }
  return undefined;
}

/** Nothing was resolved by hand where nothing stopped halfway. */
function givenUp(call: Call): Judged | undefined {
  return readOptions(call.args).given.has('--abort') && facts(call)?.halfRebased === false
    ? judged({ class: 'draft', reason: 'gives up a rebase, of which none stopped halfway' })
    : undefined;
}

function merge(call: Call): Judged | undefined {
  return readOptions(call.args).given.has('--abort')
    ? judged({ class: 'commit', reason: 'gives up the merge', ask: false })
    : undefined;
}

function worktree(call: Call): Judged | undefined {
  const [first, ...rest] = call.args;
  if (first?.text !== 'remove') return undefined;
  const options = readOptions(rest);
  return options.has('-f', '--force')
    ? judged({
        class: 'irreversible',
        reason: `deletes the worktree ${names(options.operands).join(' ')} with the changes in it`,
        targets: names(options.operands),
        safetyCopy: options.operands.filter(isKnown).map((arg) => joinPath(call.scope.cwd, arg.text)),
      })
    : judged({ class: 'draft', reason: 'removes a worktree that has no changes' });
}

/** `rebase -x`, `bisect run`, `submodule foreach`, `difftool -x` run a command. */
function runsCommands(call: Call): Judged | undefined {
  const { args, scope, world } = call;
  const inner = copyScope(scope, { depth: scope.depth + 1 });
  const [first, ...rest] = args;
  const text = readOptions(args, { values: new Set(['-x', '--exec', '--extcmd']) }).value('-x', '--exec', '--extcmd');
  if (text !== undefined) world.runText(text, inner);
  if (first?.text === 'run') world.runArgs(rest, inner);
  if (first?.text === 'foreach') {
    const operands = rest.filter((arg) => !/^--(recursive|quiet)$/.test(arg.text));
    if (operands.length === 1 && operands[0]) world.runText(operands[0].text, inner);
    else world.runArgs(operands, inner);
  }
  return undefined;
}
