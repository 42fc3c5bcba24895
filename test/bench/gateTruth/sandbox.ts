/**
 * Runs one command for real where it can reach nothing but its world: namespaces of its own without network, a root folder of
 * its own in which only the world can be written, no privilege. Where that can't be had, nothing is run.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { World } from './world.ts';

/** Who runs it, and owns the world. */
export const USER = 65534;
const SECONDS = 15;

/** Inside: a program that the command may end, then the command; at its end whether that program still runs. */
const INSIDE = `
cd "$1" || exit 90
cp /usr/bin/sleep /tmp/victim-server
/tmp/victim-server 600 >/dev/null 2>&1 </dev/null &
victim=$!
disown
echo "$victim" > "$HOME/server.pid"
timeout -k 1 ${SECONDS} setsid --wait bash -c "$2" >/dev/null 2>&1 </dev/null
code=$?
# What the command left running may go on for a moment.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  set -- /proc/[0-9]*
  [ $# -le 2 ] && break
  sleep 0.05
done
kill -0 "$victim" 2>/dev/null && echo "alive $code"
`;

/** Outside, as root: a root folder of its own. */
const AROUND = `
set -e
root=$1; world=$2; folder=$3; inside=$4; command=$5; user=$6
mount --make-rprivate /
mount -t tmpfs -o size=64m,mode=755 none "$root"
for each in usr bin sbin lib lib32 lib64 etc; do
  if [ -L "/$each" ]; then cp -P "/$each" "$root/$each"
  elif [ -d "/$each" ]; then mkdir "$root/$each"; mount --bind "/$each" "$root/$each"; mount -o remount,bind,ro,nosuid,nodev "$root/$each"
  fi
done
mkdir -p "$root/proc" "$root/dev" "$root/tmp" "$root$world"
mount -t proc proc "$root/proc"
for each in null zero full random urandom; do touch "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"; done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"; ln -s /proc/self/fd/1 "$root/dev/stdout"; ln -s /proc/self/fd/2 "$root/dev/stderr"
chmod 1777 "$root/tmp"
mount --bind "$world" "$root$world"
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- \\
  env -i HOME="$world/home" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 USER=dev bash -c "$inside" inside "$folder" "$command"
`;

export interface Ran {
  /** Undefined: ended by a signal, as a command does that ends everything. */
  readonly code: number | undefined;
  readonly victimAlive: boolean;
}

export type Sandbox = (world: World, command: string) => Ran;

/** Why there is none, as a sentence for a person. */
export class NoSandboxError extends Error {
  override readonly name = 'NoSandboxError';
}

/** Throws NoSandboxError. `base`: a folder for the sandbox's own use. */
export function makeSandbox(base: string): Sandbox {
  const root = path.join(base, 'root');
  mkdirSync(root, { recursive: true });
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/setpriv')) {
    throw new NoSandboxError(
      'Commands are run for real only where `unshare` and `setpriv` can shut them in: on Linux, as root (a container is best).',
    );
  }
  const run: Sandbox = (world, command) => {
    const result = spawnSync(
      'unshare',
      [
        '--mount',
        '--pid',
        '--net',
        '--ipc',
        '--uts',
        '--fork',
        '--kill-child',
        '--',
        'sh',
        '-c',
        AROUND,
        'around',
        root,
        world.root,
        world.repo,
        INSIDE,
        command,
        `${USER}`,
      ],
      { encoding: 'utf8', timeout: (SECONDS + 10) * 1000, killSignal: 'SIGKILL' },
    );
    const [, code] = /^alive (\d+)$/m.exec(result.stdout) ?? [];
    return { code: code === undefined ? undefined : Number(code), victimAlive: code !== undefined };
  };
  return run;
}

/** Proves that it holds: nothing outside can be written, nothing reached. Throws NoSandboxError. */
export function proveSandbox(sandbox: Sandbox, world: World, base: string): void {
  const mark = path.join(base, 'mark');
  const attempt = `touch ${mark} /etc/mark /usr/mark; (echo > /dev/tcp/127.0.0.1/22) 2>/dev/null; ip link 2>/dev/null | grep -q eth && touch net; mount -t tmpfs none /tmp && touch mounted; [ "$(id -u)" = 0 ] && touch privileged; touch ran; true`;
  const { victimAlive } = sandbox(world, attempt);
  const there = (name: string) => existsSync(path.join(world.repo, name));
  if (!victimAlive || !there('ran'))
    throw new NoSandboxError('The sandbox can’t be set up here: commands don’t run in it.');
  if (existsSync(mark) || existsSync('/etc/mark') || there('net') || there('mounted') || there('privileged')) {
    throw new NoSandboxError('The sandbox doesn’t hold here, so no command is run.');
  }
}

/** A fresh copy, owned by the one who runs commands. */
export function copyWorld(template: World, world: World): void {
  execFileSync('rm', ['-rf', world.root]);
  execFileSync('cp', ['-a', template.root, world.root]);
}
