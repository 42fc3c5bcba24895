/** Options by which a program that does something harmless runs another, or writes a file. */
import { overwritten } from './files.ts';
import { type Call, copyScope, type Effect, UNKNOWN } from './scope.ts';

interface Options {
  readonly source: string;
  /** Their value is a command. */
  readonly runs?: readonly string[];
  /** Their value is a file that is written anew. */
  readonly writes?: readonly string[];
}

const COMPILER: Options = { source: 'https://gcc.gnu.org/onlinedocs/gcc/Overall-Options.html', writes: ['-o'] };
const BUNDLER: Options = {
  source: 'https://esbuild.github.io/api/#outfile',
  writes: ['-o', '--outfile', '--outFile', '--output', '--file'],
};
const IMAGES: Options = { source: 'https://graphviz.org/doc/info/command.html', writes: ['-o', '--output'] };

const OPTIONS: ReadonlyMap<string, Options> = new Map(
  Object.entries({
    sort: { source: 'https://man7.org/linux/man-pages/man1/sort.1.html', runs: ['--compress-program'] },
    split: { source: 'https://man7.org/linux/man-pages/man1/split.1.html', runs: ['--filter'] },
    rsync: { source: 'https://download.samba.org/pub/rsync/rsync.1', runs: ['-e', '--rsh'] },
    scp: { source: 'https://man.openbsd.org/scp', runs: ['-S'] },
    sftp: { source: 'https://man.openbsd.org/sftp', runs: ['-S'] },
    zip: { source: 'https://linux.die.net/man/1/zip', runs: ['-TT', '--unzip-command'] },
    tar: {
      source: 'https://www.gnu.org/software/tar/manual/tar.html',
      runs: [
        '-I',
        '--use-compress-program',
        '-F',
        '--info-script',
        '--new-volume-script',
        '--rsh-command',
        '--rmt-command',
      ],
    },
    gdb: {
      source: 'https://sourceware.org/gdb/current/onlinedocs/gdb/Shell-Commands.html',
      runs: ['-ex', '--ex', '-eval-command', '--eval-command', '-iex', '-init-eval-command'],
    },
    lldb: { source: 'https://lldb.llvm.org/man/lldb.html', runs: ['-o', '--one-line', '-O'] },
    man: { source: 'https://man7.org/linux/man-pages/man1/man.1.html', runs: ['-P', '--pager', '--html'] },
    rg: { source: 'https://github.com/BurntSushi/ripgrep/blob/master/GUIDE.md', runs: ['--pre'] },
    nc: { source: 'https://nmap.org/ncat/guide/index.html', runs: ['-e', '-c', '--exec', '--sh-exec'] },
    ncat: { source: 'https://nmap.org/ncat/guide/index.html', runs: ['-e', '-c', '--exec', '--sh-exec'] },
    tcpdump: { source: 'https://www.tcpdump.org/manpages/tcpdump.1.html', runs: ['-z'] },
    fzf: { source: 'https://github.com/junegunn/fzf', runs: ['--preview'] },
    iconv: { source: 'https://man7.org/linux/man-pages/man1/iconv.1.html', writes: ['-o', '--output'] },
    openssl: { source: 'https://docs.openssl.org/master/man1/openssl-enc/', writes: ['-out'] },
    pandoc: { source: 'https://pandoc.org/MANUAL.html', writes: ['-o', '--output'] },
    xmllint: { source: 'https://gnome.pages.gitlab.gnome.org/libxml2/xmllint.html', writes: ['-o', '--output'] },
    pg_dump: { source: 'https://www.postgresql.org/docs/current/app-pgdump.html', writes: ['-f', '--file'] },
    ...Object.fromEntries(
      ['gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'ld', 'rustc', 'nasm', 'as'].map((name) => [name, COMPILER]),
    ),
    ...Object.fromEntries(
      ['tsc', 'esbuild', 'rollup', 'terser', 'uglifyjs', 'browserify'].map((name) => [name, BUNDLER]),
    ),
    ...Object.fromEntries(['dot', 'neato', 'rsvg-convert', 'typst'].map((name) => [name, IMAGES])),
  }),
);

/** What such options of the call do beside what it does itself; commands in them are judged as parts of their own. */
export function optionEffects(name: string, call: Call): readonly Effect[] {
  const options = OPTIONS.get(name);
  if (!options || call.scope.remote) return [];
  const effects: Effect[] = [];
  for (const [index, { text }] of call.args.entries()) {
    if (text === '--') break;
    const [long, glued] = /^(--?[\w-]+)=([\s\S]*)$/.exec(text)?.slice(1) ?? [];
    const option = long ?? text;
    const value = glued ?? call.args[index + 1]?.text;
    if (value === undefined || value === '' || value === '-' || value.includes(UNKNOWN)) continue;
    if (options.runs?.includes(option)) {
      const command = name === 'gdb' || name === 'lldb' ? debuggersCommand(value) : value;
      if (command !== undefined) call.world.runText(command, copyScope(call.scope, { depth: call.scope.depth + 1 }));
    } else if (options.writes?.includes(option) && !value.startsWith('-')) {
      effects.push(overwritten({ text: value }, call));
    }
  }
  return effects;
}

/** Of what a debugger is told, what it gives to a shell. */
function debuggersCommand(text: string): string | undefined {
  return /^\s*(?:shell\s+|!\s*|platform\s+shell\s+|pipe\s+[^|]*\|\s*)([\s\S]+)$/.exec(text)?.[1];
}
