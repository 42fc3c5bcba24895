/** Forges and other version control. */

import { readOptions } from '../shell/options.ts';
import { requested } from './network.ts';
import { type Program, program } from './rule.ts';

export const FORGES: readonly Program[] = [
  program({
    names: 'gh glab hub tea fj bb berg',
    source: 'https://cli.github.com/manual/',
    values:
      '-R --repo -H --hostname -b --body -t --title -B --base --head -l --label -a --assignee -m --milestone -F --field -f -q --jq --template -L --limit -s --state --json -X --method --owner',
    read: 'auth status, auth token, * list|ls|view|status|diff|checks|show|download|watch|search|get|browse|logs|trace|verify, browse, status, search *, alias list, config get, config list, extension list, extension search, extension browse, help, version, org list, ruleset check, label list, run watch, attestation *, completion, user, issues, pulls, whoami, ci view, ci trace, ci status, ci get, ci lint, ci list, pipeline list, pipeline status, release download, repo contributors, variable export, preview *, agent-task list',
    draft:
      'repo clone, repo sync, pr checkout, co, gist clone, mr checkout, auth setup-git, auth login, auth logout, auth refresh, auth switch, config set, alias set, alias import, repo set-default, codespace code, codespace ssh, cs ssh, cs code, codespace jupyter, codespace cp, clone, fetch, checkout, am, apply, cherry-pick, merge, sync, pull, remote, init, ci artifact, run download, skill *, extension exec, copilot suggest, copilot explain, copilot, issue develop, alias delete',
    commit: {
      'pr create, mr create, issue create, pr comment, mr note, mr comment, issue comment, issue note, pr edit, mr update, issue edit, issue update, pr review, mr approve, mr revoke, pr ready, mr draft, mr ready, pr reopen, mr reopen, issue reopen, pr close, mr close, issue close, issue transfer, issue pin, issue unpin, issue lock, issue unlock, pr lock, pr unlock, gist create, gist edit, gist rename, snippet create, label create, label edit, label clone, repo fork, fork, repo star, run rerun, run cancel, extension install, extension upgrade, extension create, project create, project edit, project item-add, project item-create, project item-edit, project field-create, project copy, project link, project mark-template, codespace create, codespace edit, codespace stop, codespace rebuild, cs create, cs stop, push, pull-request, create, compare, mr subscribe, mr todo, mr rebase, mr for, ci retry, ci cancel, pipeline cancel, todo done, milestone create, repo create, repo new, repo rename, repo edit, ssh-key add, gpg-key add, repo deploy-key add, repo autolink create, schedule create, schedule update, token create, agent-task create, pr update-branch':
        'changes something on the forge that others see',
      'extension remove, gist delete --help': 'changes the settings of the forge’s program',
    },
    irreversible: {
      'repo delete, repo rm, repo archive, project delete, repo unarchive --help': 'deletes or freezes a repository',
      'issue delete, release delete, release delete-asset, gist delete, label delete, mr delete, run delete, cache delete, project item-delete, project field-delete, project item-archive, project close, codespace delete, cs delete, snippet delete, delete, ssh-key delete, gpg-key delete, repo deploy-key delete, variable delete, secret delete, variable remove, secret remove, ci delete, pipeline delete, milestone delete, schedule delete, token revoke, repo autolink delete, repo transfer, org delete, pr delete, branch delete':
        'deletes something on the forge',
    },
    deploy: {
      'release create, release upload, release edit, release publish': 'publishes a release',
      'pr merge, mr merge, mr accept, pr revert': 'merges into a branch that others use',
      'workflow run, workflow enable, workflow disable, ci run, ci trigger, pipeline run, pipeline ci, schedule run, deploy *, job play':
        'starts or stops what runs on the forge',
      'secret set, variable set, variable create, variable update, securefile create, token rotate, repo edit --visibility, cluster *, runner-controller *':
        'changes secrets or access of a repository',
    },
    judges: {
      api: (call) => {
        const options = readOptions(call.args, {
          values: new Set([
            '-X',
            '--method',
            '-F',
            '-f',
            '--field',
            '--raw-field',
            '--input',
            '-H',
            '--header',
            '-q',
            '--jq',
            '-t',
            '--template',
            '--hostname',
            '-p',
            '--preview',
            '--cache',
          ]),
        });
        const sends = options.has('-F', '-f', '--field', '--raw-field', '--input');
        const method = (options.value('-X', '--method') ?? (sends ? 'POST' : 'GET')).toUpperCase();
        const [path] = options.operands;
        if (path?.text === 'graphql') {
          const text = call.args.map((arg) => arg.text).join(' ');
          return {
            effects: [
              /\bmutation\b/.test(text)
                ? {
                    class: /delete|remove|archive/i.test(text) ? 'irreversible' : 'commit',
                    reason: 'changes something on the forge',
                  }
                : { class: 'read', reason: 'only reads' },
            ],
            output: { from: 'program' },
          };
        }
        const effects = requested(method, [`https://forge/${path?.text ?? ''}`], call);
        return {
          effects: effects.length > 0 ? effects : [{ class: 'read', reason: 'only reads' }],
          output: { from: 'program' },
        };
      },
    },
  }),
  program({
    names:
      'svn hg jj bzr brz fossil cvs p4 darcs sl pijul yadm chezmoi stow dotbot vcsh repo git-lfs git-crypt git-annex git-flow gt graphite spr av git-town git-absorb git-filter-repo bfg rcs ci co dolt lakectl',
    source: 'https://wiki.mercurial-scm.org/',
    values: '-R --repository -r --revision -m --message --cwd -C --config',
    dry: '* --dry-run|-n',
    read: 'status, st, log, diff, show, info, cat, blame, annotate, ls, list, files, heads, tip, branches, bookmarks, tags, paths, identify, id, summary, help, version, evolog, op log, operation log, op show, file show, file list, file annotate, bookmark list, b l, git remote list, config list, config get, interdiff, root, workspace list, workspace root, sparse list, tag list, timeline, changes, opened, describe -o, fstat, filelog, annotate, clients, where, have, print, sync -n, managed, doctor, data, dump, execute-template, verify, unmanaged, source-path, target-path, list-files, grep, propget, proplist, mergeinfo, incoming, outgoing, in, out, manifest, parents, praise, bisect, resolve -l, smartlog, sl, ssl, web, schema, sql -q, blame, ls, overview, alt, evolve --list, obslog, branch, introspect, enter, rlog, rdiff, ignored, alias',
    draft:
      'add, commit, ci, new, describe, desc, edit, squash, split, rebase, bookmark, bookmark create, bookmark set, bookmark move, bookmark track, git init, git clone, git fetch, git import, git export, clone, checkout, co, update, up, switch, init, import, export, copy, cp, move, mv, rename, mkdir, merge, resolve, resolved, branch, tag, unshelve, shelve, pull, sync, graft, backout, amend, absorb, duplicate, undo, operation undo, op undo, parallelize, fix, workspace add, workspace update-stale, sparse set, next, prev, config set, config edit, diffedit, simplify-parents, metaedit, reconcile, submit --help, shelve --list, cleanup, relocate, lock, unlock, propset, propedit, changelist, patch, apply, re-add, forget, track, untrack, open, bootstrap, generate, alt, init, encrypt, sparse, login, logout, stash, evolve, bundle, unbundle, archive, ui, server, serve, start, upload --dry-run, forall, create, modify, restack, down, top, bottom, checkout, sql, push --help, unlock, lock, feature start, feature finish, release start, hotfix start, integrate, populate, patch-id, gitignore, record, unrecord --help, shortlog, uncommit',
    commit: {
      'push, git push, submit, phabsend, upload, propdel, dcommit, git push --bookmark, sync, bookmark delete, tag -d, git remote *, merge, stack submit, finish, release finish, hotfix finish, *':
        'sends changes to others or rewrites them',
    },
    irreversible: {
      'revert, restore, abandon, strip, purge, rollback, update -C|--clean, up -C, clean, cleanup --remove-unversioned|--remove-ignored, rm, delete, remove --force|-f, rm --force|-f, obliterate, workspace forget, op abandon, operation abandon, op restore, operation restore, util gc, histedit, prune, drop, reset, reset --hard, checkout -f, forget --destroy, uninit, unrecord, obliterate, purge --all, discard, bookmark forget, git push --deleted, git push --delete, push --force|-f, shelve -d|--delete, stash drop, filter-repo, dropunused, dead, drop --force, destroy, switch --force, apply --force, update --force, *--force-*':
        'discards changes that may be nowhere else',
    },
    otherwise: 'commit',
  }),
];
