/** Programs that run another program which their arguments name: what counts is that one. */

export interface Wrapper {
  readonly source: string;
  /** Options whose value is the next word. */
  readonly values?: string;
  /** Options whose value is a command line of its own. */
  readonly command?: string;
  /** Operands that come before the command. */
  readonly skip?: number;
  /** `NAME=value` words may come before the command. */
  readonly assignments?: boolean;
  /** Only with one of these subcommands (`uv run`); what isn't one is judged as an ordinary program. */
  readonly subcommands?: string;
  /** The operands are joined and read as a shell's text. */
  readonly text?: boolean;
  /** Runs on another machine or in a container. */
  readonly remote?: boolean;
  /** What follows isn't a command unless `--` says so. */
  readonly dashes?: boolean;
  /** With one of these options it runs nothing else. */
  readonly unless?: string;
}

const COREUTILS = 'https://www.gnu.org/software/coreutils/manual/html_node/Modified-command-invocation.html';
const UTIL_LINUX = 'https://man7.org/linux/man-pages/dir_section_1.html';

export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: {
    source: 'https://www.sudo.ws/docs/man/sudo.man/',
    values: '-u -g -h -p -C -T -R -D -U -r -t --user --group --host --prompt --chdir --chroot',
    assignments: true,
  },
  doas: { source: 'https://man.openbsd.org/doas', values: '-u -C' },
  pkexec: { source: 'https://polkit.pages.freedesktop.org/polkit/pkexec.1.html', values: '--user' },
  dzdo: { source: 'https://docs.delinea.com/', values: '-u -g -p -C', assignments: true },
  gksudo: { source: 'https://manpages.ubuntu.com/manpages/trusty/man1/gksudo.1.html', values: '-u -m' },
  gksu: { source: 'https://manpages.ubuntu.com/manpages/trusty/man1/gksudo.1.html', values: '-u -m' },
  run0: {
    source: 'https://www.freedesktop.org/software/systemd/man/latest/run0.html',
    values: '-u -g -D --user --group --chdir',
  },
  'sudo-rs': { source: 'https://github.com/trifectatechfoundation/sudo-rs', values: '-u -g', assignments: true },
  env: {
    source: 'https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html',
    values: '-u -C -P --unset --chdir',
    command: '-S --split-string',
    assignments: true,
  },
  nice: { source: COREUTILS, values: '-n --adjustment' },
  nohup: { source: COREUTILS },
  stdbuf: { source: COREUTILS, values: '-i -o -e --input --output --error' },
  timeout: { source: COREUTILS, values: '-s -k --signal --kill-after', skip: 1 },
  gtimeout: { source: COREUTILS, values: '-s -k --signal --kill-after', skip: 1 },
  chroot: { source: COREUTILS, values: '--userspec --groups', skip: 1, remote: true },
  time: { source: 'https://man7.org/linux/man-pages/man1/time.1.html', values: '-f -o --format --output' },
  ionice: { source: UTIL_LINUX, values: '-c -n -p -P -u --class --classdata' },
  chrt: { source: UTIL_LINUX, values: '-T -P -D', skip: 1 },
  taskset: { source: UTIL_LINUX, values: '-p', skip: 1 },
  setsid: { source: UTIL_LINUX },
  setarch: { source: UTIL_LINUX, skip: 1 },
  prlimit: { source: UTIL_LINUX, values: '-p -o' },
  flock: {
    source: 'https://man7.org/linux/man-pages/man1/flock.1.html',
    values: '-w -E --timeout --wait --conflict-exit-code',
    command: '-c --command',
    skip: 1,
  },
  unshare: { source: UTIL_LINUX, values: '-S -G -R -w --root --wd' },
  nsenter: { source: UTIL_LINUX, values: '-t -S -G --target', remote: true },
  script: {
    source: 'https://man7.org/linux/man-pages/man1/script.1.html',
    command: '-c --command',
    values: '-E -I -O -B -T -m -o',
    skip: 99,
  },
  runuser: { source: UTIL_LINUX, values: '-u -g -G -s', command: '-c --command --session-command' },
  su: {
    source: 'https://man7.org/linux/man-pages/man1/su.1.html',
    values: '-g -G -s -w --shell',
    command: '-c --command --session-command',
    skip: 99,
  },
  gosu: { source: 'https://github.com/tianon/gosu', skip: 1 },
  'su-exec': { source: 'https://github.com/ncopa/su-exec', skip: 1 },
  tini: { source: 'https://github.com/krallin/tini', values: '-p -e' },
  'dumb-init': { source: 'https://github.com/Yelp/dumb-init', values: '-r' },
  busybox: { source: 'https://busybox.net/downloads/BusyBox.html' },
  toybox: { source: 'https://landley.net/toybox/help.html' },
  watch: { source: 'https://man7.org/linux/man-pages/man1/watch.1.html', values: '-n --interval -q', text: true },
  viddy: { source: 'https://github.com/sachaos/viddy', values: '-n --interval', text: true },
  hyperfine: {
    source: 'https://github.com/sharkdp/hyperfine',
    values: '-w -m -M -r -P -D -L -S -i -n --warmup --runs --export-json --export-markdown --export-csv',
    command: '-p -s -c --prepare --setup --cleanup',
    text: true,
  },
  unbuffer: { source: 'https://linux.die.net/man/1/unbuffer' },
  'xvfb-run': { source: 'https://manpages.debian.org/xvfb/xvfb-run.1.en.html', values: '-e -f -n -p -s -w' },
  strace: {
    source: 'https://man7.org/linux/man-pages/man1/strace.1.html',
    values: '-e -o -p -s -u -E -a -b -I -O -P -S -X',
  },
  ltrace: { source: 'https://man7.org/linux/man-pages/man1/ltrace.1.html', values: '-e -o -p -s -u -a -l -n -x' },
  valgrind: { source: 'https://valgrind.org/docs/manual/manual-core.html' },
  caffeinate: { source: 'https://ss64.com/mac/caffeinate.html', values: '-t -w' },
  rlwrap: { source: 'https://github.com/hanslub42/rlwrap', values: '-f -H -s -b -p' },
  faketime: { source: 'https://github.com/wolfcw/libfaketime', skip: 1 },
  fakeroot: { source: 'https://manpages.debian.org/fakeroot/fakeroot.1.en.html', values: '-l -f -i -s -b' },
  firejail: { source: 'https://firejail.wordpress.com/' },
  proxychains: { source: 'https://github.com/haad/proxychains', values: '-f' },
  proxychains4: { source: 'https://github.com/haad/proxychains', values: '-f' },
  torsocks: { source: 'https://gitlab.torproject.org/tpo/core/torsocks' },
  torify: { source: 'https://gitlab.torproject.org/tpo/core/torsocks' },
  chronic: { source: 'https://joeyh.name/code/moreutils/' },
  'systemd-run': {
    source: 'https://www.freedesktop.org/software/systemd/man/latest/systemd-run.html',
    values: '-p -u -M -H -E --property --unit --on-calendar --on-active --description',
  },
  'systemd-inhibit': { source: 'https://www.freedesktop.org/software/systemd/man/latest/systemd-inhibit.html' },
  'cross-env': { source: 'https://github.com/kentcdodds/cross-env', assignments: true },
  'cross-env-shell': { source: 'https://github.com/kentcdodds/cross-env', assignments: true, text: true },
  dotenv: { source: 'https://github.com/entropitor/dotenv-cli', values: '-e -v -p -f' },
  dotenvx: { source: 'https://dotenvx.com/docs', subcommands: 'run', values: '-f -e --env-file' },
  'env-cmd': { source: 'https://github.com/toddbluhm/env-cmd', values: '-f -e' },
  direnv: { source: 'https://direnv.net/man/direnv.1.html', subcommands: 'exec', skip: 1 },
  mise: { source: 'https://mise.jdx.dev/cli/', subcommands: 'exec x', values: '-C', dashes: true },
  asdf: { source: 'https://asdf-vm.com/manage/commands.html', subcommands: 'exec' },
  nvm: { source: 'https://github.com/nvm-sh/nvm', subcommands: 'exec', skip: 1 },
  fnm: { source: 'https://github.com/Schniz/fnm', subcommands: 'exec', values: '--using' },
  rbenv: { source: 'https://github.com/rbenv/rbenv', subcommands: 'exec' },
  pyenv: { source: 'https://github.com/pyenv/pyenv', subcommands: 'exec' },
  poetry: { source: 'https://python-poetry.org/docs/cli/#run', subcommands: 'run', values: '-C -P' },
  uv: {
    source: 'https://docs.astral.sh/uv/reference/cli/#uv-run',
    subcommands: 'run',
    values: '--with --with-requirements --with-editable --extra --group -p --python --env-file --directory --project',
  },
  pipenv: { source: 'https://pipenv.pypa.io/en/latest/commands.html', subcommands: 'run' },
  pdm: { source: 'https://pdm-project.org/latest/reference/cli/', subcommands: 'run' },
  rye: { source: 'https://rye.astral.sh/guide/commands/', subcommands: 'run' },
  hatch: { source: 'https://hatch.pypa.io/latest/cli/reference/', subcommands: 'run' },
  pixi: {
    source: 'https://pixi.sh/latest/reference/cli/',
    subcommands: 'run',
    values: '-e --environment --manifest-path',
  },
  conda: {
    source: 'https://docs.conda.io/projects/conda/en/stable/commands/run.html',
    subcommands: 'run',
    values: '-n -p --name --prefix --cwd',
  },
  mamba: { source: 'https://mamba.readthedocs.io/', subcommands: 'run', values: '-n -p --name --prefix' },
  micromamba: { source: 'https://mamba.readthedocs.io/', subcommands: 'run', values: '-n -p --name --prefix' },
  bundle: { source: 'https://bundler.io/man/bundle-exec.1.html', subcommands: 'exec' },
  devbox: { source: 'https://www.jetify.com/devbox/docs/cli_reference/', subcommands: 'run', dashes: true },
  'nix-shell': {
    source: 'https://nix.dev/manual/nix/latest/command-ref/nix-shell',
    command: '--run --command',
    values: '-p -A -I',
    skip: 99,
  },
  doppler: {
    source: 'https://docs.doppler.com/docs/cli',
    subcommands: 'run',
    dashes: true,
    values: '-p -c',
    command: '--command',
  },
  op: {
    source: 'https://developer.1password.com/docs/cli/reference/commands/run/',
    subcommands: 'run',
    dashes: true,
    values: '--env-file',
  },
  chamber: { source: 'https://github.com/segmentio/chamber', subcommands: 'exec', dashes: true },
  'aws-vault': {
    source: 'https://github.com/99designs/aws-vault',
    subcommands: 'exec',
    skip: 1,
    values: '-d --duration -t',
  },
  perf: {
    source: 'https://man7.org/linux/man-pages/man1/perf.1.html',
    subcommands: 'stat record trace',
    values: '-e -o -F -g -p -r -C',
  },
  heaptrack: { source: 'https://github.com/KDE/heaptrack' },
  watchexec: {
    source: 'https://watchexec.github.io/docs/',
    values: '-e -w -i -f -s -d --exts --watch --ignore --filter --signal --debounce --shell',
  },
  reflex: { source: 'https://github.com/cespare/reflex', values: '-r -R -g -G' },
  concurrently: {
    source: 'https://github.com/open-cli-tools/concurrently',
    values: '-n -c -p --names --prefix-colors --prefix --max-processes',
    text: true,
  },
  tmux: {
    source: 'https://man7.org/linux/man-pages/man1/tmux.1.html',
    subcommands:
      'new-session new new-window neww split-window splitw respawn-pane respawn-window send-keys send run-shell run if-shell display-popup popup pipe-pane',
    values: '-s -n -c -t -x -y -e -F -l -p -T -w -h',
    text: true,
  },
  screen: {
    source: 'https://www.gnu.org/software/screen/manual/screen.html',
    values: '-S -t -c -e -h -s -T -p',
    unless: '-X -ls -list -r -R -x -d -wipe',
  },
  dtach: { source: 'https://dtach.sourceforge.net/', values: '-e -r', skip: 1 },
  entr: { source: 'https://eradman.com/entrproject/' },
  lima: { source: 'https://lima-vm.io/docs/reference/', remote: true },
  wsl: {
    source: 'https://learn.microsoft.com/windows/wsl/basic-commands',
    values: '-d -u --cd --distribution --user -e',
    unless:
      '--unregister --shutdown --terminate -t --import --export --install --update --list -l --status --version --mount --unmount --set-default -s --set-version',
    remote: true,
  },
  'distrobox-enter': { source: 'https://distrobox.it/usage/distrobox-enter/', dashes: true, remote: true },
  rtk: { source: 'https://github.com/rtk-ai/rtk' },
  winpty: { source: 'https://github.com/rprichard/winpty' },
  start: { source: 'https://learn.microsoft.com/windows-server/administration/windows-commands/start' },
};
