/** Frameworks' and platforms' own programs: they build and test, and some of their words publish, send or delete. */
import { readOptions } from '../shell/options.ts';
import { type Call, copyScope, type Judged, judged, READ } from '../shell/scope.ts';
import { type Program, program } from './rule.ts';

const AD_HOC = program({
  names: 'ansible',
  source: 'https://docs.ansible.com/ansible/latest/cli/ansible.html',
  values: '-i --inventory -e --extra-vars -u --user -l --limit -f --forks -t --tree',
  dry: '* --check|-C|--list-hosts|--syntax-check, --version',
  deploy: { '*': 'runs a module on all these machines' },
  otherwise: 'deploy',
});
/** Modules that only ask. */
const ASKS =
  /^(?:ansible\.builtin\.)?(?:ping|setup|debug|gather_facts|stat|slurp|find|getent|service_facts|package_facts|assert|win_ping)$/;

/** `ansible HOSTS -m MODULE -a ARGS`. */
function adHoc(call: Call): Judged {
  const options = readOptions(call.args, {
    values: new Set('-i -e -u -l -f -t -m -a --module-name --args'.split(' ')),
  });
  return ASKS.test(options.value('-m', '--module-name') ?? '') ? { effects: [READ] } : AD_HOC.judge(call);
}

export const FRAMEWORKS: readonly Program[] = [
  { table: { names: 'ansible', source: 'https://docs.ansible.com/ansible/latest/cli/ansible.html' }, judge: adHoc },
  program({
    names: 'celery',
    source: 'https://docs.celeryq.dev/en/stable/reference/cli.html',
    values: '-A --app -b --broker --result-backend --config -n -Q -l -c -d --destination -t --timeout',
    read: 'inspect *, status, report, events, result, list *, control heartbeat, graph *, --version',
    draft: 'worker, beat, multi start, shell, flower, logtool *, upgrade *',
    commit: { 'call, migrate, control, multi, *': 'changes what workers do' },
    irreversible: {
      'purge, amqp queue.purge|queue.delete|exchange.delete, control shutdown|revoke|terminate|cancel_consumer|pool_restart, multi stop|kill|restart, multi stopwait':
        'deletes tasks that wait, or ends workers',
    },
  }),
  program({
    names: 'flask',
    source: 'https://flask-migrate.readthedocs.io/',
    values: '-A --app -e --env-file',
    read: 'routes, db current, db history, db heads, db show, db branches, db check, --version',
    draft: 'run, shell, db init, db migrate, db revision, db merge, db edit, *',
    commit: { 'db upgrade, db stamp': 'changes the database’s tables' },
    irreversible: {
      'db downgrade, * drop|reset|purge, drop-db, reset-db, drop_all': 'undoes or drops tables of a database',
    },
    deploy: { deploy: 'deploys' },
    otherwise: 'draft',
  }),
  program({
    names: 'mkdocs mike hugo ng maturin dart flutter hexo docusaurus gatsby next nuxt storybook sphinx',
    source: 'https://www.mkdocs.org/user-guide/cli/',
    values: '-d --destination -f --config-file -C --directory -p --project',
    dry: '* --dry-run|--dryRun, deploy --dry-run|--dryRun',
    read: 'doctor, devices, info, --version, version, config, list, pub deps, pub outdated, pub global list',
    draft: '*',
    commit: {
      'pub get --help, pub global activate, add, pub add, update, upgrade': 'installs packages, whose own scripts run',
    },
    irreversible: { 'mike delete, delete': 'deletes a published version' },
    deploy: { 'gh-deploy, deploy, publish, upload, pub publish, pub lish, d': 'publishes what it builds' },
    otherwise: 'draft',
  }),
  program({
    names: 'xcrun fastlane',
    source: 'https://developer.apple.com/documentation/xcode/',
    dry: '* --dry-run',
    read: 'simctl list, --find, --show-sdk-path, --sdk, -f, notarytool history|log|info, lanes, action, actions, --version',
    draft: '*',
    irreversible: {
      'simctl erase|delete|uninstall|shutdown': 'deletes a simulator’s or an app’s data',
      'match nuke': 'deletes certificates',
    },
    deploy: {
      'altool --upload-app|--upload-package, notarytool submit, deliver, pilot *, supply, upload_to_*, release, beta, deploy, deploy *, run release|beta|deploy':
        'sends what it builds to Apple or its users',
    },
    otherwise: 'draft',
  }),
  program({
    names: 'adb',
    source: 'https://developer.android.com/tools/adb',
    values: '-s -t -H -P -L',
    read: 'devices, logcat, version, help, get-state, get-serialno, bugreport, jdwp, features, host-features',
    draft:
      'start-server, kill-server, connect, disconnect, forward, reverse, pull, wait-for-device, reconnect, install, tcpip, usb',
    commit: { 'push, sideload, root, unroot, reboot, pair, *': 'changes what is on a device' },
    irreversible: {
      'uninstall, remount, disable-verity, restore, logcat -c': 'deletes or overwrites what is on a device',
    },
    judges: {
      shell: (call) => {
        const { operands } = readOptions(call.args, { stopAtOperand: true });
        if (operands.length === 0) return judged({ class: 'draft', reason: 'opens a shell on a device' });
        if (
          /^(?:pm|cmd)$/.test(operands[0]?.text ?? '') &&
          operands.some((arg) => /^(?:uninstall|clear)$/.test(arg.text))
        )
          return judged({ class: 'irreversible', reason: 'deletes an app’s data on a device' });
        call.world.runText(
          operands.map((arg) => arg.text).join(' '),
          copyScope(call.scope, { remote: true, cwd: '.' }),
        );
        return { effects: [], output: { from: 'program' } };
      },
    },
  }),
  program({
    names: 'jenkins-cli jcli jenkins',
    source: 'https://www.jenkins.io/doc/book/managing/cli/',
    values: '-s -auth -i -user -webSocket',
    longDash: true,
    remote: true,
    read: 'list-*, get-*, console, who-am-i, version, help, *-show, wait-*',
    commit: {
      'create-*, copy-*, enable-*, reload-*, connect-*, online-*, keep-*, set-*, *':
        'changes something on the build server',
    },
    irreversible: {
      'delete-*, restart, safe-restart, shutdown, safe-shutdown, quiet-down, stop-*, disable-*, disconnect-*, offline-*, clear-queue, groovy, groovysh, cancel-*':
        'deletes or stops something on the build server',
    },
    deploy: { 'build, update-*, replay-*, install-plugin': 'starts or changes what the build server runs' },
  }),
  program({
    names: 'liquibase',
    source: 'https://docs.liquibase.com/commands/home.html',
    remote: true,
    read: 'status, history, validate, diff, diff-changelog, snapshot, list-locks, update-sql, update-count-sql, update-to-tag-sql, rollback-sql, rollback-count-sql, rollback-to-date-sql, future-rollback-sql, changelog-sync-sql, updateSQL, rollbackSQL, futureRollbackSQL, db-doc, checks *, connect, --version, calculate-checksum, unexpected-changesets',
    draft: 'generate-changelog, init *, mark-next-changeset-ran-sql',
    commit: {
      'update*, changelog-sync*, tag, mark-next-changeset-ran, release-locks, clear-checksums, *':
        'changes the database’s tables or rows',
    },
    irreversible: {
      'drop-all, dropAll, rollback*, future-rollback*, update-testing-rollback, execute-sql':
        'undoes or drops tables or rows of a database',
    },
    deploy: { 'flow *, set-contexts': 'runs a pipeline of changes' },
  }),
  program({
    names: 'ansible-doc ansible-inventory ansible-config ansible-lint ansible-test molecule',
    source: 'https://docs.ansible.com/ansible/latest/cli/ansible-doc.html',
    read: '*',
    draft: 'init, test, converge, create, verify, lint, sanity, units',
    irreversible: { destroy: 'deletes test machines' },
    otherwise: 'read',
  }),
  program({
    names: 'ollama',
    source: 'https://docs.ollama.com/cli',
    read: 'list, ls, ps, show, help, --version, -v',
    draft: 'serve, pull, create, cp, stop, launch',
    commit: { run: 'calls a model', 'signin, signout': 'changes the account' },
    irreversible: { 'rm, delete': 'deletes a model' },
    deploy: { push: 'publishes a model' },
  }),
  program({
    names: 'hf huggingface-cli',
    source: 'https://huggingface.co/docs/huggingface_hub/guides/cli',
    read: 'whoami, env, version, scan-cache, cache ls|scan, auth whoami|list, repo list, repo-files list, jobs ps|logs|inspect, * ls|list|info|ps|inspect',
    draft: 'download, login, logout, auth login|logout|switch, lfs-enable-largefiles, cache verify',
    commit: { 'repo create, repo tag create, tag, *': 'changes something on the hub' },
    irreversible: {
      'repo delete, repos delete, repo-files delete, delete-cache, cache rm|delete|prune, tag -d, repo tag delete, * delete':
        'deletes a repository, or what was downloaded',
    },
    deploy: {
      'upload, upload-large-folder, jobs run|uv, repo settings, repo move, endpoints deploy|create|update':
        'publishes or runs on the hub',
    },
  }),
  program({
    names: 'skopeo crane gcrane regctl oras cosign',
    source: 'https://github.com/containers/skopeo/blob/main/docs/skopeo.1.md',
    values: '--src-creds --dest-creds --creds --authfile --format -f',
    dry: '* --dry-run',
    read: 'inspect, list-tags, manifest, digest, config, ls, catalog, validate, version, export, blob, image inspect, manifest fetch, repo ls, repo tags, tag ls, repo list, discover, verify, tree, triangulate, *verify*',
    draft:
      'pull, login, logout, auth, generate-sigstore-key, manifest-digest, attach --help, generate-key-pair, layers, append --help, save, download *',
    commit: { 'copy, cp, *': 'copies an image' },
    irreversible: {
      'delete, tag rm|delete|del, image delete, manifest delete, blob delete, repo rm, clean':
        'deletes an image from a registry',
    },
    deploy: {
      'sync, push, tag, attach, append, rebase, mutate, index *, image mod, flatten, sign, attest, upload *, cp, copy * docker:*, copy * * docker:*, cp * *':
        'publishes an image',
    },
  }),
  program({
    names: 'packer',
    source: 'https://developer.hashicorp.com/packer/docs/commands',
    longDash: true,
    read: 'validate, inspect, version, console, plugins installed, fmt -check',
    draft: 'init, fmt, hcl2_upgrade, fix',
    commit: { 'build, plugins *': 'builds an image where its template says', '*': 'builds an image' },
  }),
  program({
    names: 'vault bao',
    source: 'https://developer.hashicorp.com/vault/docs/commands',
    longDash: true,
    values: '-address -namespace -mount -format -field',
    remote: true,
    read: 'status, read, list, version, kv get, kv list, kv metadata get, secrets list, auth list, auth help, policy list, policy read, token lookup, token capabilities, path-help, audit list, operator members, operator raft list-peers, operator raft autopilot, operator key-status, plugin list, plugin info, namespace list, namespace lookup, lease lookup, debug, print *, monitor, version-history, login -method',
    draft: 'login, server -dev, agent, proxy, ssh, token renew, lease renew, unwrap, kv enable-versioning',
    commit: {
      'secrets enable, auth enable, audit enable, policy write, namespace create, operator unseal, operator init, token create, operator raft join, *':
        'changes the settings of the vault',
    },
    irreversible: {
      'delete, kv delete, kv destroy, kv metadata delete, kv rollback, secrets disable, auth disable, audit disable, policy delete, namespace delete, seal, operator seal, operator step-down, lease revoke, token revoke, operator raft remove-peer, operator raft snapshot restore, secrets move, transform import, plugin deregister':
        'deletes secrets, or who may read them',
    },
    deploy: {
      'write, patch, kv put, kv patch, kv metadata put, operator rekey, operator rotate*, operator generate-root, secrets tune, auth tune, pki *, operator migrate':
        'replaces secrets or their settings',
    },
  }),
  program({
    names: 'sops',
    source: 'https://getsops.io/docs/',
    values: '--input-type --output-type --output --age -p -k',
    read: '-d|--decrypt, decrypt, filestatus, --version, publish --help, exec-env, exec-file',
    draft: '-e|--encrypt, encrypt, edit, set, unset',
    commit: { 'updatekeys, groups *, *': 'changes secrets, or who may read them' },
    deploy: { 'rotate, -r|--rotate, publish': 'rotates secrets' },
  }),
  program({
    names: 'salt salt-ssh',
    source: 'https://docs.saltproject.io/en/latest/ref/cli/salt.html',
    values: '-t -b --batch --out',
    remote: true,
    read: '* test.*|grains.*|status.*|pillar.*|sys.*|*.list*|*.get*|*.version*|*.info|*.show*, --versions-report',
    deploy: { '*': 'runs a module on all these machines' },
    otherwise: 'deploy',
  }),
  program({
    names: 'skaffold tilt devspace garden werf argo',
    source: 'https://skaffold.dev/docs/references/cli/',
    values: '-n --namespace -p --profile -f --filename --default-repo --kube-context -m --module --env',
    remote: true,
    dry: '* --dry-run',
    read: 'diagnose, list, get, get *, logs, status, version, config list, options, inspect *, schema *, ci --help, analyze *, print, watch, wait, lint, template list, cron list, describe *, history',
    draft:
      'init, build, render, test, fix, verify, debug --help, config set, args, create *, plugins, compose config, validate',
    commit: {
      'dev, debug, up, enter, sync, port-forward, open, trigger, resume, retry, resubmit, *':
        'changes the cluster that one develops on',
    },
    irreversible: {
      'delete, down, purge, cleanup *, dismiss, terminate, stop, suspend, ci, reset *, cron delete, archive delete':
        'deletes what runs on a cluster',
    },
    deploy: {
      'run, deploy, apply, submit, converge, bundle *, publish, release *, cron create|update, template create':
        'changes what runs on the cluster',
    },
  }),
  program({
    names: 'bazel bazelisk',
    source: 'https://bazel.build/docs/user-manual',
    read: 'query, cquery, aquery, info, version, help, mod, dump, print_action',
    draft: 'build, test, run, coverage, clean, fetch, sync, shutdown, vendor, mobile-install, *',
    deploy: { 'run *push*|*publish*|*deploy*|*release*|*apply*': 'runs a target that by its name publishes' },
    otherwise: 'draft',
  }),
  program({
    names: 'ko jib',
    source: 'https://ko.build/reference/ko/',
    dry: '* --push=false',
    read: 'version, deps',
    draft: 'build --local|-L, resolve --local|-L, buildTar, dockerBuild, run --local|-L, login',
    irreversible: { delete: 'deletes resources of the cluster' },
    deploy: { 'build, publish, apply, create, resolve, run, *Push': 'publishes an image' },
  }),
];
