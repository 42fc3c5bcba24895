/** Package managers: installing is confirmed, publishing leaves the machine, caches are made again. */

import { names, readOptions } from '../shell/options.ts';
import { type Call, DRAFT, HARMLESS, judged } from '../shell/scope.ts';
import { type Program, program } from './rule.ts';
import { packageScript } from './scripts.ts';

const INSTALLS = 'installs packages, whose own scripts run';
const REMOVES = 'removes packages';
const PUBLISHES = 'publishes a package';

/** `run NAME`. */
function script(call: Call) {
  const options = readOptions(call.args, { stopAtOperand: true });
  const [name, ...rest] = options.operands;
  return name ? packageScript(call, names([name])[0] ?? '', rest) : HARMLESS;
}

/** `test`, `start`: a script by its own name. */
function named(name: string) {
  return (call: Call) => packageScript(call, name, call.args);
}

/** `exec x`, `dlx x`: a program that may be downloaded first. */
export function executes(call: Call) {
  const options = readOptions(call.args, {
    values: new Set(['-p', '--package', '-c', '--call', '--filter', '-w', '-F', '--workspace']),
    stopAtOperand: true,
  });
  const text = options.value('-c', '--call');
  if (text !== undefined) call.world.runText(text, call.scope);
  const [program_, ...rest] = options.operands;
  if (!program_) return { effects: [] };
  call.world.runArgs([{ text: program_.text.replace(/(?<=.)@[^/]*$/, '') }, ...rest], call.scope, call.stdin);
  return { effects: [] };
}

/** Programs that a package brings and that publish, deploy or delete. */
const BINARIES =
  'lerna changeset semantic-release np release-it vsce ovsx wrangler vercel netlify firebase prisma knex typeorm sequelize sequelize-cli drizzle-kit rimraf del-cli cdk sst serverless sls expo eas supabase shx cross-env dotenv nx turbo';

function binary(call: Call, name: string) {
  call.world.runArgs([{ text: name }, ...call.args], call.scope);
  return { effects: [] };
}

const NODE_READ =
  'ls, list, ll, la, view, info, show, v, search, outdated, audit, why, explain, explain, help, root, bin, prefix, config get, config list, config ls, get, whoami, ping, doctor, query, fund, docs, home, repo, bugs, diff, completion, licenses, pkg get, cache ls, cache list, cache dir, profile get, token list, access list, dist-tag ls, owner ls, org ls, team ls, sbom, version --help, ls-remote, store path, store status, constraints, workspaces list, workspaces info, versions';

export const PACKAGES: readonly Program[] = [
  program({
    names: 'npm pnpm yarn bun cnpm corepack',
    source: 'https://docs.npmjs.com/cli/commands',
    values: '--prefix -C --dir --cwd --filter -F -w --workspace --registry --tag --otp --cache --userconfig --loglevel',
    dry: '* --dry-run',
    read: NODE_READ,
    draft:
      'init, create, ci, link, unlink, rebuild, dedupe, prune, pack, cache clean, cache verify, cache clear, cache add, cache rm, cache delete, store prune, shrinkwrap, version, set-script, pkg set, pkg delete, build, upgrade --help, pm, pm ls, import, fetch, patch, patch-commit, patch-remove, approve-builds, node, dedup, enable, disable, prepare, use, up, setup, autoclean, generate-lock-entry, stage, plugin runtime, plugin list, install --frozen-lockfile, install --offline, env list, repl, audit fix',
    commit: {
      'install, i, add, in, isntall, install-test, it, update, upgrade, up, udpate, dlx, import, plugin import, set version, env use, env add, global add, install -g, self-update, hydrate, deploy':
        INSTALLS,
      'uninstall, un, remove, rm, r, unlink -g, global remove, env remove': REMOVES,
      'config set, config delete, config edit, config unset, set, login, adduser, logout, profile set, token create, team create, org set, hook add, npmrc':
        'changes the settings or the account of the package manager',
      'audit fix --force|-f': 'installs packages over their allowed versions',
    },
    irreversible: {
      unpublish: 'takes a published package away',
      'token revoke, owner rm, org rm, team destroy, hook rm': 'takes rights away from the account',
      deprecate: 'marks a published package as not to be used',
    },
    deploy: {
      'publish, npm publish, stage publish': PUBLISHES,
      'dist-tag add, dist-tag rm, tag add, tag rm': 'moves what users of a published package get',
      'access set, access public, access restricted, access grant, owner add, team add':
        'changes who may use or publish a package',
    },
    otherwise: 'draft',
    subcommands: [
      'install',
      'i',
      'add',
      'remove',
      'rm',
      'update',
      'run',
      'test',
      'build',
      'x',
      'create',
      'init',
      'link',
      'unlink',
      'pm',
      'upgrade',
      'publish',
      'outdated',
      'patch',
      'exec',
      'audit',
      'why',
      'info',
      'repl',
      'ci',
    ],
    judges: {
      run: script,
      'run-script': script,
      rum: script,
      test: (call) => (call.name === 'bun' ? judged(DRAFT) : named('test')(call)),
      t: named('test'),
      tst: named('test'),
      start: named('start'),
      stop: named('stop'),
      restart: named('restart'),
      build: named('build'),
      dev: named('dev'),
      lint: named('lint'),
      exec: executes,
      x: executes,
      dlx: executes,
      // `yarn lerna publish` is lerna.
      ...Object.fromEntries(BINARIES.split(' ').map((name) => [name, (call: Call) => binary(call, name)])),
      workspace: (call) => {
        call.world.runArgs([{ text: call.name }, ...call.args.slice(1)], call.scope);
        return { effects: [] };
      },
    },
  }),
  program({
    names: 'deno',
    source: 'https://docs.deno.com/runtime/reference/cli/',
    read: 'info, doc, types, outdated, completions, help, --version',
    draft:
      'test, fmt, lint, check, compile, cache, bench, coverage, vendor, bundle, repl, init, jupyter, serve, clean, task, upgrade --dry-run',
    commit: { 'install, add, update, upgrade': INSTALLS, 'uninstall, remove': REMOVES },
    deploy: { publish: PUBLISHES, deploy: 'deploys' },
    subcommands: [
      'test',
      'fmt',
      'lint',
      'check',
      'compile',
      'install',
      'uninstall',
      'cache',
      'task',
      'doc',
      'info',
      'bench',
      'upgrade',
      'deploy',
      'publish',
      'add',
      'remove',
      'coverage',
      'types',
      'vendor',
      'bundle',
      'repl',
      'init',
      'jupyter',
      'serve',
      'completions',
      'outdated',
      'update',
      'clean',
    ],
    judges: { task: script },
  }),
  program({
    names:
      'pip pip3 pipx uv uvx pipenv poetry pdm rye hatch conda mamba micromamba pixi easy_install pip-compile pip-sync pipdeptree flit setup.py',
    source: 'https://pip.pypa.io/en/stable/cli/',
    values: '-C --directory --project --python -p -n --name --prefix --index-url -i --extra-index-url',
    dry: 'install --dry-run, * --dry-run',
    read: 'list, show, freeze, check, search, inspect, debug, index, config list, config get, config debug, cache list, cache info, cache dir, tree, pip list, pip show, pip freeze, pip check, pip tree, info, about, env info, env list, env show, config --list, run --list, python list, python find, tool list, tool dir, version, help, --version, search, metadata, export, environment, graph, self show, source show, which, dep show, completion, hash, explain, status, generate-shell-completion, package search, repoquery, notices, doctor, python dir, cache size, lock --check|--locked',
    draft:
      'download, wheel, lock, sync, venv, virtualenv, init, new, build, cache clean, cache purge, cache remove, cache prune, compile, pip compile, env use, env create, create, shell, fmt, format, version, check, test, fix, activate, clean, publish --dry-run|--no-upload, pin, init, deactivate, pack',
    commit: {
      'install, add, update, upgrade, self update, self add, tool install, tool upgrade, tool run, python install, pip install, pip sync, inject, ensurepath, run, run-pip, env install, develop, reinstall, reinstall-all, upgrade-all, runpip, global install, exec':
        INSTALLS,
      'uninstall, remove, pip uninstall, tool uninstall, python uninstall, uninject, uninstall-all, self remove, self uninstall, env remove, global uninstall, remove --all':
        REMOVES,
      'config set, config unset, config edit, config, auth login, source add, source remove, self lock':
        'changes the settings of the package manager',
      'env prune': 'removes environments',
    },
    irreversible: { 'env remove --all, env prune --all, remove --all --yes': 'deletes whole environments' },
    deploy: { 'publish, upload': PUBLISHES },
    otherwise: 'draft',
    judges: {
      run: (call) => {
        call.world.runArgs(readOptions(call.args, { stopAtOperand: true }).operands, call.scope);
        return { effects: [] };
      },
    },
  }),
  program({
    names: 'twine',
    source: 'https://twine.readthedocs.io/',
    read: 'check',
    deploy: { 'upload, register': PUBLISHES },
  }),
  program({
    names: 'cargo rustup cargo-binstall',
    source: 'https://doc.rust-lang.org/cargo/commands/',
    values: '--manifest-path -C --config --target-dir -Z -p --package --features -F --bin --example --profile -j',
    dry: 'publish --dry-run|-n, clean --dry-run|-n, update --dry-run',
    read: 'tree, metadata, search, info, locate-project, pkgid, version, help, --version, --list, read-manifest, verify-project, audit, deny, outdated, udeps, machete, geiger, llvm-lines, bloat, show, which, toolchain list, target list, component list, override list, doc --help, check --help, show home, show profile, show active-toolchain, asm, expand, license, msrv, semver-checks',
    draft:
      'build, b, check, c, test, t, bench, run, r, doc, d, fmt, clippy, fix, clean, new, init, fetch, vendor, generate-lockfile, package, rustc, rustdoc, nextest, llvm-cov, tarpaulin, watch, expand, hack, miri, fuzz, criterion, update, insta, make, xtask, add, remove, rm, config get, doc, man, completions, sort, set-version, override set, run-script',
    commit: {
      'install, binstall, install-update, toolchain install, target add, component add, update, default, self update, toolchain link, override set, set profile':
        INSTALLS,
      'uninstall, toolchain uninstall, toolchain remove, target remove, component remove, override unset': REMOVES,
      'login, logout, owner': 'changes the account',
    },
    irreversible: { yank: 'takes a published version away', 'self uninstall': 'removes Rust with all its toolchains' },
    deploy: { 'publish, release': PUBLISHES, 'owner --add|-a|--remove|-r': 'changes who may publish a package' },
    otherwise: 'draft',
  }),
  program({
    names: 'go',
    source: 'https://pkg.go.dev/cmd/go',
    values: '-C',
    read: 'version, env, list, doc, help, mod graph, mod why, mod verify, vet, tool, telemetry, version -m',
    draft:
      'build, test, run, fmt, generate, fix, mod tidy, mod download, mod init, mod vendor, mod edit, work, clean, get, work use, work sync, bug',
    commit: {
      install: INSTALLS,
      'env -w|-u': 'changes the settings of Go',
      'clean -modcache': 'deletes the downloaded modules',
    },
    otherwise: 'draft',
  }),
  program({
    names: 'gem bundle bundler rbenv rvm pod cocoapods',
    source: 'https://guides.rubygems.org/command-reference/',
    read: 'list, query, search, info, specification, dependency, environment, env, which, contents, outdated, stale, help, fetch, show, check, platform, doctor, config get, config list, licenses, viz, versions, version, root, whence, local, install --list|-l',
    draft:
      'build, pristine, lock, init, package, pack, cache, console, clean --dry-run, binstubs, unpack, generate_index, rehash, gem, repo update, deintegrate, lib lint, spec lint, pristine',
    commit: {
      'install, update, add, i, setup, use, get': INSTALLS,
      'uninstall, remove, cleanup, clean': REMOVES,
      'signin, signout, sources, config, global, local': 'changes the settings of the package manager',
    },
    irreversible: { 'yank, trunk delete, trunk deprecate': 'takes a published version away' },
    deploy: { 'push, trunk push, release': PUBLISHES, 'owner --add|-a|--remove|-r': 'changes who may publish a gem' },
    otherwise: 'commit',
  }),
  program({
    names: 'composer pecl phive pear',
    source: 'https://getcomposer.org/doc/03-cli.md',
    values: '-d --working-dir',
    dry: '* --dry-run',
    read: 'show, info, search, outdated, licenses, depends, why, prohibits, why-not, validate, status, diagnose, about, check-platform-reqs, audit, fund, browse, suggests, list, help, config --list|-l, list-upgrades, version, -V, exec --list',
    draft:
      'dump-autoload, dumpautoload, init, archive, clear-cache, clearcache, run-script, run, test, bump, normalize, reinstall, exec',
    commit: {
      'install, i, require, r, update, u, upgrade, create-project, self-update, global require, global update, selfupdate':
        INSTALLS,
      'remove, rm, uninstall, global remove': REMOVES,
      config: 'changes the settings of the package manager',
    },
    judges: { 'run-script': script, run: script },
    otherwise: 'commit',
  }),
  program({
    names: 'mvn mvnw gradle gradlew sbt lein mill ant ivy',
    source: 'https://maven.apache.org/guides/introduction/introduction-to-the-lifecycle.html',
    longDash: true,
    values: '-f -pl -P -p -b -c --project-dir',
    dry: '* --dry-run|-m, publish --dry-run, release:prepare -DdryRun',
    read: 'dependency:tree, dependency:analyze, help:*, versions:display-*, tasks, projects, properties, dependencies, help, -v, --version, deps, dependencyTree, about, show, dependencyInsight',
    commit: {
      'install, publishToMavenLocal, publishLocal': 'installs into the local repository',
      'liquibase:update, flyway:migrate, flywayMigrate, update': 'changes the database’s tables',
    },
    irreversible: {
      'flyway:clean, flywayClean, liquibase:dropAll, dropAll': 'drops everything in the database',
      'liquibase:rollback, flyway:undo': 'rolls the database back',
    },
    deploy: {
      '+publish*, */publish*, *:publish*, deploy, deploy:*, release:perform, release:prepare, publish, publish*, uploadArchives, bootRunProd, appengineDeploy, jib, dockerPush, release, bintrayUpload, closeAndReleaseRepository, sonatypeBundleRelease, publishSigned, *:deploy, *:publish':
        'publishes what it builds',
    },
    otherwise: 'draft',
  }),
  program({
    names: 'dotnet nuget msbuild paket',
    source: 'https://learn.microsoft.com/dotnet/core/tools/',
    read: 'list, --info, --version, --list-sdks, --list-runtimes, help, nuget list, search, sln list, list package, package list, package search, tool list, workload list, nuget locals --list|-l, sources list, --help',
    draft:
      'build, test, run, restore, clean, pack, publish, new, format, watch, sln, add, remove, msbuild, vstest, store, fsi, dev-certs, user-secrets, ef migrations add, ef migrations list, ef dbcontext, ef migrations script, sln add, tool restore, script, nuget locals',
    commit: {
      'tool install, tool update, workload install, workload update, install, update, add package, package add':
        INSTALLS,
      'tool uninstall, workload uninstall, remove package': REMOVES,
      'ef database update, ef migrations remove': 'changes the database’s tables',
      'nuget add, nuget remove, nuget update, sources add': 'changes the settings of the package manager',
    },
    irreversible: {
      'ef database drop': 'drops the database',
      'nuget delete, delete': 'takes a published package away',
    },
    deploy: { 'nuget push, push': PUBLISHES },
    otherwise: 'draft',
  }),
  program({
    names:
      'apt apt-get aptitude apt-mark nala dnf yum microdnf zypper apk brew port snap flatpak choco winget scoop pkg pkg_add emerge xbps-install xbps-remove nix-env nix-channel opkg swupd eopkg urpmi slackpkg installpkg mas cask guix pkgin pamac tlmgr deb-get dnf5 rpm-ostree opam cpan cpanm luarocks stack cabal mix hex rebar3 raco nimble haxelib vcpkg conan spack asdf mise sdk fnm nvm n volta proto pyenv jenv goenv tfenv nodenv phpenv krew apm omf fisher zinit antigen dpm aqua arkade',
    source: 'https://manpages.debian.org/apt/apt.8.en.html',
    values: '-o -c -t --target-release --root -r',
    dry: 'install -s|--simulate|--dry-run|--just-print|--no-act, upgrade -s|--simulate|--dry-run, * --dry-run|--simulate, cleanup -n, cleanup --dry-run',
    read: 'list, search, show, info, policy, depends, rdepends, showsrc, madison, moo, check, showmanual, showauto, showhold, history, repolist, provides, whatprovides, repoquery, list-updates, info-sec, doctor, outdated, deps, uses, leaves, config, home, log, cat, --prefix|--cellar|--cache|--repository|--version, desc, formulae, casks, tap-info, find, known, whatis, interfaces, connections, services, version, changes, warnings, list --upgradable, lu, se, if, lr, search-remote, ls-remote, current, which, where, plugin list, plugins, installed, available, versions, ls, export, features, status, source list, latest, repo list, dump, bootstrap --check, whence, help, -V, remote-info, remotes, alias list, gen-config',
    draft:
      'update, download, source, changelog, clean, autoclean, makecache, fetch, refresh, cleanup, build, new, init, deps.get, compile, test, run, exec, repl, format, docs, ref, check-update, autoremove --dry-run, cache clean, cache rm, pack, create, edit, hex.info, ecto.migrations, phx.server, phx.routes, phx.gen.*, phx.gen.html, local, shell, sandbox, freeze, ghci, haddock, hoogle, bench, dist',
    commit: {
      'install, i, in, add, upgrade, full-upgrade, dist-upgrade, up, update, dup, reinstall, tap, cask install, refresh, localinstall, groupinstall, group install, build-dep, bundle, link, pin, unpin, hold, unhold, mark, self-update, use, global, local, default, plugin install, plugin add, alias, configure, --configure, switch, rebase, install-info, set-default, override, connect, repo add, bucket add, source add, enable, disable, set, revert, deps.update, archive.install, escript.install, ecto.migrate, ecto.create, hex.config, setup, sync, generate, localupdate, swap, distro-sync, system-upgrade, module enable, copr enable, config-manager, conf, option, paper, repository, restore, backup, postaction, services start, services stop, services restart, services run':
        INSTALLS,
      'remove, uninstall, rm, rn, erase, delete, autoremove, untap, unlink, --remove, --erase, groupremove, group remove, plugin remove, plugin uninstall, plugin-remove, clean-all, prune, cc, deps.clean':
        REMOVES,
    },
    irreversible: {
      'ecto.drop, ecto.reset': 'drops the database',
      'hex.retire, hex.publish --revert': 'takes a published version away',
      'ecto.rollback': 'rolls the database back',
      'remove --delete-data, remove --purge, uninstall --delete-data, uninstall --zap, zap, purge, autoremove --purge, autopurge, --purge':
        'removes packages with their settings and data',
    },
    deploy: { 'hex.publish, publish, upload': PUBLISHES },
    otherwise: 'commit',
  }),
  program({
    names: 'pacman yay paru aura trizen pacaur pikaur',
    source: 'https://man.archlinux.org/man/pacman.8',
    dry: '-Q, --query, -F, --files, -T, --deptest, -Ss, -Si, -Sii, -Sl, -Sg, -Sp, -Dk, -Ps, -Gp',
    draft: '-Sc, -Scc, -Sw, -Sy, -G, -V',
    commit: { '-S, -U, -D, --sync, --upgrade, --database, -Syu, -Syyu, *': INSTALLS, '-R, --remove': REMOVES },
    otherwise: 'commit',
  }),
  program({
    names: 'rpm dpkg emerge opkg',
    source: 'https://man7.org/linux/man-pages/man1/dpkg.1.html',
    dry: '-l, -L, -s, -S, -p, -q, -V, -K, -c, -I, -C, --list, --listfiles, --status, --search, --query, --verify, --info, --contents, --audit, --print-avail, --get-selections, --print-architecture, --pretend, --initdb, --checksig, --eval, --showrc, list, search, info, files',
    commit: {
      '-i, -U, -F, -e, --install, --upgrade, --configure, --unpack, --sync, install, update, upgrade, *': INSTALLS,
      '-r, --remove, --erase, --unmerge, --depclean, remove': REMOVES,
    },
    irreversible: { '-P|--purge': 'removes packages with their settings and data' },
    otherwise: 'commit',
  }),
  program({
    names:
      'nix nix-shell nix-build nix-store nix-instantiate nix-collect-garbage nixos-rebuild home-manager darwin-rebuild devbox devenv flox nh',
    source: 'https://nix.dev/manual/nix/latest/command-ref/',
    dry: '* --dry-run, * -n',
    read: 'search, eval, show-config, flake show, flake metadata, flake check, flake info, derivation show, store ls, path-info, why-depends, log, repl, profile list, profile history, hash, doctor, -q, --query, generations, news, packages, list, info, version, store diff-closures',
    draft:
      'build, develop, shell, run, fmt, flake init, flake new, flake lock, flake update, flake clone, bundle, copy, prefetch, -p, -A, -E, --run, init, dry-build, dry-activate, store prefetch-file, -r, --realise, instantiate, edit',
    commit: {
      'profile install, profile upgrade, profile add, switch, boot, test, install, add, upgrade, update, env, registry, daemon, channel, os switch, home switch, profile rollback':
        INSTALLS,
      'profile remove, uninstall, rm': REMOVES,
      'store repair, store optimise, --repair': 'changes the store',
    },
    irreversible: {
      'store gc, store delete, collect-garbage, --gc, --delete, profile wipe-history, expire-generations, remove-generations, clean all, -d, --delete-older-than':
        'deletes old generations, which can’t be rolled back to',
    },
    otherwise: 'draft',
  }),
  program({
    names: 'vsce ovsx',
    source: 'https://code.visualstudio.com/api/working-with-extensions/publishing-extension',
    read: 'ls, show, search, ls-publishers, verify-pat, get, --version',
    draft: 'package',
    commit: { login: 'changes the account', logout: 'changes the account' },
    irreversible: { unpublish: 'takes a published extension away', 'delete-publisher': 'deletes a publisher' },
    deploy: { publish: 'publishes an extension' },
  }),
  program({
    names:
      'lerna nx rush changeset release-it auto standard-version commitizen cz bumpversion bump2version bump-my-version',
    source: 'https://lerna.js.org/docs/api-reference/commands',
    dry: '* --dry-run|--dryRun|-d',
    read: 'ls, list, changed, diff, info, graph, status, show, report, why, ll, la',
    draft:
      'run, exec, build, test, lint, affected, bootstrap, init, add, create, clean, import, version, format, generate, reset, sync, pre, e2e, serve, affected:*, run-many, migrate, check, commit, c, bump, major, minor, patch',
    commit: { 'install, update, repair, link': INSTALLS },
    deploy: { 'publish, release': PUBLISHES },
    otherwise: 'commit',
  }),
  program({
    names: 'goreleaser semantic-release np',
    source: 'https://goreleaser.com/cmd/goreleaser/',
    dry: '--dry-run|-d|--snapshot|--skip-publish|--preview, release --snapshot|--skip=publish, build --snapshot',
    read: 'check, healthcheck, jsonschema',
    draft: 'build, init, changelog',
    deploy: { '*': 'publishes a release' },
    otherwise: 'deploy',
  }),
];
