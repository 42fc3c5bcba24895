/** Programs of one machine that mostly show something, and with a word or an option change it. */
import { changed } from '../shell/files.ts';
import { names, readOptions } from '../shell/options.ts';
import { type Call, copyScope, DRAFT, hidden, type Judged, judged, READ } from '../shell/scope.ts';
import { graveVerb, type Program, program } from './rule.ts';

const SETS = 'changes the machine’s settings';

const KEYGEN = program({
  names: 'ssh-keygen',
  source: 'https://man.openbsd.org/ssh-keygen',
  values: '-f -t -b -C -N -P -m -a -E -O -s -I -n -V -z -D -w -Y -R -F',
  dry: '-l, -y, -B, -F, -L, -Q',
  draft: '*',
  commit: { '-R|-p|-c|-A|-H|-K': 'changes keys or known hosts' },
  otherwise: 'draft',
});

export const MACHINE: readonly Program[] = [
  program({
    names: 'journalctl',
    source: 'https://www.freedesktop.org/software/systemd/man/latest/journalctl.html',
    values: '-u -n -p -o -S -U -t -b -g -M -D --unit --lines --priority --output --since --until --grep',
    read: '*',
    draft: '--flush, --sync, --rotate, --update-catalog',
    irreversible: { '--vacuum-time, --vacuum-size, --vacuum-files': 'deletes records of the journal' },
    otherwise: 'read',
  }),
  program({
    names: 'dmesg',
    source: 'https://man7.org/linux/man-pages/man1/dmesg.1.html',
    values: '-l -f -n -s',
    read: '*',
    irreversible: { '-C|-c|--clear|--read-clear': 'clears the kernel’s messages' },
    otherwise: 'read',
  }),
  program({
    names: 'log',
    source: 'https://ss64.com/mac/log.html',
    read: 'show, stream, stats, help, *',
    draft: 'collect',
    commit: { config: SETS },
    irreversible: { erase: 'deletes records of the log' },
    otherwise: 'read',
  }),
  program({
    names: 'ss',
    source: 'https://man7.org/linux/man-pages/man8/ss.8.html',
    read: '*',
    irreversible: { '-K|--kill': 'closes connections of others' },
    otherwise: 'read',
  }),
  program({
    names: 'tmux screen zellij byobu',
    source: 'https://man7.org/linux/man-pages/man1/tmux.1.html',
    values: '-t -s -n -c -F -f -L -S -X -p',
    read: '*',
    irreversible: {
      'kill-server, kill-session, kill-window, kill-pane, kill-all-sessions, delete-session, delete-all-sessions, respawn-pane -k, respawn-window -k, quit, kill, -X':
        'ends what runs in its windows',
    },
    otherwise: 'read',
  }),
  program({
    names: 'code code-insiders codium cursor windsurf',
    source: 'https://code.visualstudio.com/docs/configure/command-line',
    values: '--user-data-dir --profile --extensions-dir --goto -g --locale --log',
    read: '*',
    commit: {
      '--install-extension, --add-mcp': 'installs an extension, which acts with the editor’s rights',
      '--uninstall-extension': 'removes an extension',
    },
    otherwise: 'read',
  }),
  program({
    names: 'passwd chpasswd',
    source: 'https://man7.org/linux/man-pages/man1/passwd.1.html',
    values: '-n -x -w -i -R',
    dry: '-S|--status',
    irreversible: { '-d|--delete, -l|--lock, -e|--expire': 'takes a password away' },
    deploy: { '*': 'changes a password' },
    otherwise: 'deploy',
  }),
  program({
    names: 'mount umount swapon swapoff udisksctl fusermount',
    source: 'https://man7.org/linux/man-pages/man8/mount.8.html',
    values: '-t -o -O -L -U',
    dry: '--show|-s, -V, --fake, info, status, dump',
    commit: { '*': 'changes which file systems the machine sees' },
    irreversible: { '-f|--force, power-off': 'takes a file system away while it may be written to' },
    judges: {},
    otherwise: 'commit',
  }),
  program({
    names: 'sysctl',
    source: 'https://man7.org/linux/man-pages/man8/sysctl.8.html',
    read: '-a|-A|-X|-n|-N|-e|-q|--all|--values|--names, *',
    commit: { '-w|--write|-p|--load|--system, *=*': SETS },
    otherwise: 'read',
  }),
  program({
    names: 'ip',
    source: 'https://man7.org/linux/man-pages/man8/ip.8.html',
    longDash: true,
    values: '-n -netns -f -family -b -batch -l -loops',
    read: 'help, monitor, route get, * show|list|ls|help, a, ad*, l, li*, r, ro*, n, ne*, ru*, neta*, netns list|ls, maddr, mr*, tun*, token, -V',
    draft: 'netns exec',
    commit: { '* set|add|replace|change|append|restore|up|prepend, *': 'changes the network’s settings' },
    irreversible: {
      '* del|delete|flush|f, * * del|flush, -b|-batch': 'deletes settings of the network',
    },
    otherwise: 'commit',
  }),
  program({
    names: 'chattr',
    source: 'https://man7.org/linux/man-pages/man1/chattr.1.html',
    values: '-v -p',
    commit: { '*': 'changes what may be done with a file' },
    irreversible: { '-R': 'changes what may be done with all files of a folder' },
    otherwise: 'commit',
  }),
  program({
    names: 'wsl',
    source: 'https://learn.microsoft.com/windows/wsl/basic-commands',
    values: '-d --distribution -u --user --cd',
    dry: '-l|--list, --status, --version',
    draft: '*',
    commit: { '--install, --update, --set-default, -s, --import, --mount, --set-version': SETS },
    irreversible: {
      '--unregister': 'deletes a Linux system with all its files',
      '--shutdown, --terminate, -t': 'ends all that runs in it',
    },
    otherwise: 'draft',
  }),
  program({
    names: 'ipconfig',
    source: 'https://learn.microsoft.com/windows-server/administration/windows-commands/ipconfig',
    read: '/all, /displaydns, *',
    commit: { '/release, /renew, /flushdns, /registerdns, set': SETS },
    otherwise: 'read',
  }),
  {
    table: { names: 'java javaw', source: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html' },
    judge: java,
  },
  { table: { names: 'osascript', source: 'https://ss64.com/mac/osascript.html' }, judge: osascript },
  {
    table: { names: 'ssh-keygen', source: 'https://man.openbsd.org/ssh-keygen' },
    judge: sshKeygen,
  },
  program({
    names: 'ssh-add',
    source: 'https://man.openbsd.org/ssh-add',
    values: '-t -E -S -T -s -e -H',
    dry: '-l, -L, -T',
    draft: '*',
    commit: { '-s, -e, -x, -X': 'changes what the agent for keys holds' },
    irreversible: { '-d, -D': 'takes keys from the agent that holds them' },
    otherwise: 'draft',
  }),
  program({
    names: 'keytool',
    source: 'https://docs.oracle.com/en/java/javase/21/docs/specs/man/keytool.html',
    longDash: true,
    values: '-alias -keystore -storepass -file -keypass -storetype -dname -validity -keyalg -keysize',
    read: '-list, -printcert, -printcertreq, -printcrl, -showinfo, -exportcert, -export, -certreq',
    draft: '-genkeypair, -genkey, -gencert, -genseckey',
    commit: { '*': 'changes keys or passwords' },
    irreversible: { '-delete, -importkeystore -noprompt': 'deletes or overwrites keys' },
    deploy: { '-storepasswd, -keypasswd': 'changes a password' },
  }),
  program({
    names: 'nvram',
    source: 'https://ss64.com/mac/nvram.html',
    read: '*, -p, -x -p',
    commit: { '*=*, -f': SETS },
    irreversible: { '-c, -d': 'deletes what the firmware keeps' },
    otherwise: 'read',
  }),
  program({
    names: 'wmic',
    source: 'https://learn.microsoft.com/windows-server/administration/windows-commands/wmic',
    read: '*, * get|list, * * get|list, * * * get|list',
    commit: { '* set|create|assoc, * * set|create, * * * set|create': SETS },
    irreversible: {
      '* delete|call, * * delete|call, * * * delete|call, * * * * delete|call':
        'ends, deletes or changes what Windows keeps',
    },
    otherwise: 'commit',
  }),
  program({
    names: 'kafka-delete-records',
    source: 'https://kafka.apache.org/documentation/#basic_ops',
    irreversible: { '*': 'deletes messages of a topic' },
    otherwise: 'irreversible',
  }),
  { table: { names: 'yq', source: 'https://mikefarah.gitbook.io/yq' }, judge: yq },
];

/** Reads, or with -i writes the file anew. */
function yq(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-o', '-p', '-I', '--output-format', '--input-format']) });
  if (!options.has('-i', '--inplace', '--in-place')) return { effects: [READ], output: { from: 'program' } };
  return judged(
    ...options.operands
      .filter(({ text }) => /\.\w+$/.test(names([{ text }])[0] ?? ''))
      .slice(-4)
      .map((arg) => changed(arg, call)),
  );
}

/** It asks before it overwrites a key: whoever answers beforehand means to. */
function sshKeygen(call: Call): Judged {
  const found = KEYGEN.judge(call);
  const file = readOptions(call.args, { values: new Set('-f -t -b -C -N -P -m -a -E'.split(' ')) }).value('-f');
  const plain = found.effects.every((effect) => effect.class === 'draft');
  if (!plain || file === undefined || call.stdin === undefined || /^\s*n/i.test(call.stdin.text ?? '')) return found;
  return judged({ class: 'irreversible', reason: `overwrites the key ${file}`, targets: [file] });
}

/** `java -jar jenkins-cli.jar delete-job x` is the program of that name. */
function java(call: Call): Judged {
  const at = call.args.findIndex((arg) => arg.text === '-jar');
  const [jar, ...rest] = at < 0 ? [] : call.args.slice(at + 1);
  const name = /([^/\\]+?)(?:-\d[\w.-]*)?\.jar$/.exec(jar?.text ?? '')?.[1];
  if (name !== undefined && KNOWN_JARS.has(name)) call.world.runArgs([{ text: name }, ...rest], call.scope);
  const verb = graveVerb(rest.slice(0, 2));
  if (verb && name !== undefined && !KNOWN_JARS.has(name))
    return judged({ class: verb.class, reason: `runs ${name}, which ${verb.does}`, targets: [name] });
  return { effects: [DRAFT], output: { from: 'program' } };
}
const KNOWN_JARS = new Set(['jenkins-cli', 'liquibase', 'flyway']);

/** AppleScript and JavaScript for Automation: what other programs are told to do. */
function osascript(call: Call): Judged {
  const options = readOptions(call.args, { values: new Set(['-e', '-l', '-s', '-i']) });
  const lines = call.args.flatMap((arg, index) => (call.args[index - 1]?.text === '-e' ? [arg.text] : []));
  if (call.stdin?.text !== undefined && options.operands.length === 0) lines.push(call.stdin.text);
  const text = lines.join('\n').slice(0, 20_000);
  if (lines.length === 0 && options.operands.length > 0)
    return judged({ class: 'commit', reason: `runs ${names(options.operands)[0]}, whose text wasn’t read` });
  for (const [, command] of text.matchAll(/(?:do\s+shell\s+script|doShellScript\s*\()\s*"((?:[^"\\]|\\.){0,4000})"/g))
    call.world.runText((command ?? '').replace(/\\(.)/g, '$1'), copyScope(call.scope, { depth: call.scope.depth + 1 }));
  if (/do\s+shell\s+script\s+(?!")|run\s+script/i.test(text))
    return judged(hidden('runs a command that the script puts together'));
  const plain = text.replace(/"(?:[^"\\]|\\.){0,4000}"/g, '""');
  if (/\bsend\b/i.test(plain)) return judged({ class: 'deploy', reason: 'sends a message' });
  if (
    /\b(?:delete|empty|erase|shut\s+down|restart|log\s+out|sleep|quit|overwrite|set\s+eof|without\s+saving)\b/i.test(
      plain,
    )
  )
    return judged({ class: 'irreversible', reason: 'makes other programs delete or end something' });
  if (
    /\b(?:keystroke|key\s+code|click|set\s+volume|set\b[^\n]*\bto\b|make\s+new|move|duplicate|close|open|activate|write)\b/i.test(
      plain,
    )
  )
    return judged({ class: 'commit', reason: 'makes other programs do something' });
  return { effects: [READ], output: { from: 'program' } };
}
