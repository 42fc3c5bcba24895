/** Judges one program by its name: what the shell does itself, what runs others, what has a table, what nothing is known of. */
import { joinPath } from '../place.ts';
import { cmdlet } from '../programs/cmdlets.ts';
import { DATA_CLIENTS } from '../programs/data.ts';
import { FILE_PROGRAMS } from '../programs/files.ts';
import { git } from '../programs/git.ts';
import { interpreterNamed, managePy } from '../programs/interpreters.ts';
import { NETWORK_PROGRAMS } from '../programs/network.ts';
import { executes } from '../programs/packages.ts';
import { PROCESS_PROGRAMS } from '../programs/processes.ts';
import { graveVerb, type Program } from '../programs/rule.ts';
import { make, target } from '../programs/scripts.ts';
import { TABLES } from '../programs/tables.ts';
import { BUILTINS } from './builtins.ts';
import { TOOL_FOLDER } from './environment.ts';
import { where } from './files.ts';
import { awayFromOwnFolder } from './guarded.ts';
import { optionEffects } from './programOptions.ts';
import {
  editor,
  editorWindow,
  fd,
  fileTransfer,
  find,
  isCheck,
  isWrapper,
  parallel,
  scriptFile,
  shell,
  ssh,
  wrapped,
  xargs,
} from './runs.ts';
import { type Call, copyScope, HARMLESS, hidden, type Judge, type Judged, judged, UNKNOWN } from './scope.ts';
import { scriptText } from './scriptText.ts';
import { windowsShell } from './windows.ts';

const SHELLS = ['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'mksh', 'fish', 'rbash', 'tcsh', 'csh'];

/** Those whose extensions guard agents. Source: https://code.visualstudio.com/docs/configure/command-line */
const EDITORS = ['code', 'code-insiders', 'codium', 'vscodium', 'cursor', 'windsurf', 'code-server', 'positron'];

const JUDGES: ReadonlyMap<string, Judge> = new Map(
  Object.entries({
    ...FILE_PROGRAMS,
    ...NETWORK_PROGRAMS,
    ...PROCESS_PROGRAMS,
    ...DATA_CLIENTS,
    ...BUILTINS,
    ...Object.fromEntries(SHELLS.map((name) => [name, shell])),
    git,
    powershell: windowsShell('powershell'),
    pwsh: windowsShell('powershell'),
    cmd: windowsShell('cmd'),
    find,
    gfind: find,
    fd,
    fdfind: fd,
    ...Object.fromEntries(['sftp', 'ftp', 'lftp', 'ncftp', 'smbclient'].map((name) => [name, fileTransfer])),
    ...Object.fromEntries(
      ['vim', 'vi', 'nvim', 'gvim', 'view', 'ex', 'emacs', 'emacsclient', 'ed', 'kak', 'hx'].map((name) => [
        name,
        editor,
      ]),
    ),
    xargs,
    gxargs: xargs,
    parallel,
    ...Object.fromEntries(EDITORS.map((name) => [name, editorWindow])),
    ssh,
    autossh: ssh,
    mosh: ssh,
    npx: executes,
    bunx: executes,
    pnpx: executes,
    make,
    gmake: make,
    just: target,
    task: target,
    rake: target,
    invoke: target,
    mage: target,
    ninja: target,
    ant: target,
    grunt: target,
    gulp: target,
  }),
);

const PROGRAMS: ReadonlyMap<string, Program> = new Map(
  TABLES.flatMap((each) =>
    each.table.names
      .split(/\s+/)
      .filter((name) => name !== '')
      .map((name) => [name, each] as const),
  ),
);

export const judge: Judge = (call) => {
  const script = ownScript(call);
  const named = judgeByName(call);
  const more = [...(script?.effects ?? []), ...optionEffects(programName(call.name) ?? '', call)];
  return awayFromOwnFolder(more.length > 0 ? { ...named, effects: [...named.effects, ...more] } : named, call);
};

/** `./ls` has the name of a program that is known, and is a script of somebody's: what it says counts too. */
function ownScript(call: Call): Judged | undefined {
  const { name: written, scope, world } = call;
  if (
    !/[\\/]/.test(written) ||
    scope.remote ||
    /^(?:\/(?:usr|bin|sbin|opt|nix|snap|Library|Applications)\/|[a-z]:)/i.test(written)
  )
    return undefined;
  const name = programName(written);
  if (name === undefined || name === '' || TOOL_FOLDER.test(written.slice(0, -name.length))) return undefined;
  if (!JUDGES.has(name) && !PROGRAMS.has(name) && !interpreterNamed(name) && !isWrapper(name)) return undefined;
  const path = joinPath(scope.cwd, written);
  if (!scope.rewritten.has(path) && !scope.written.has(path)) {
    const fact = world.ask({ kind: 'path', path: written, ...where(scope, world) });
    // Under version control as it is: the project's own, and known by its name.
    if (fact?.kind !== 'path' || !fact.exists || (fact.tracked && fact.clean)) return undefined;
  }
  return scriptText({ text: written }, { scope, world }).kind === 'unread'
    ? undefined
    : scriptFile({ text: written }, call);
}

const judgeByName: Judge = (call) => {
  const name = programName(call.name);
  if (name === undefined) return judged(hidden('runs a program whose name isn’t known before it runs'));
  if (name === '') return HARMLESS;
  const powershells = call.scope.dialect === 'powershell' ? cmdlet(call) : undefined;
  if (powershells) return powershells;
  const named: Call = { ...call, name };
  const inside = wrapped(named);
  if (inside) return inside;
  const own = JUDGES.get(name) ?? (name.startsWith('mkfs') ? JUDGES.get('mkfs') : undefined);
  if (own && !(name !== call.name && name in BUILTINS)) return own(named);
  const program = PROGRAMS.get(name);
  if (program) {
    const [first] = call.args;
    const interpreter = interpreterNamed(name);
    // `bun test` is a subcommand, `bun x.ts` a script.
    if (interpreter && !(first && program.table.subcommands?.includes(first.text))) return interpreter(named);
    return program.judge(named);
  }
  return interpreterNamed(name)?.(named) ?? managePy({ text: name }, call.args, call) ?? unknown(named, call.name);
};

/** Undefined: not known before it runs. */
function programName(text: string): string | undefined {
  const base = text.replace(/^.*[\\/](?=.)/, '');
  if (base.includes(UNKNOWN)) return undefined;
  const plain = base.replace(/\.(exe|cmd|com)$/i, '');
  // Kafka's programs have their names with and without it.
  const script = plain.replace(/\.(?:sh|bat)$/, '');
  if (script !== plain && /^(?:kafka|zookeeper|zk)/.test(script) && PROGRAMS.has(script)) return script;
  const lower = plain.toLowerCase();
  // File systems that don't tell GIT from git run the same program.
  return plain !== lower && (JUDGES.has(lower) || PROGRAMS.has(lower)) && !JUDGES.has(plain) && !PROGRAMS.has(plain)
    ? lower
    : plain;
}

function unknown(call: Call, written: string): Judged {
  const { args, scope, world, name } = call;
  const asksHelp =
    args.length > 0 &&
    args.length <= 2 &&
    /^(--help|--version|-h|-V|-v|--usage|help|version)$/.test(args.at(-1)?.text ?? '');
  if (asksHelp) return HARMLESS;
  if (/[\\/]/.test(written)) {
    // A file of its own: judged by its text if it is a shell's.
    if (/^\/(usr|bin|sbin|opt|nix)\//.test(written)) return notKnown(call);
    return scriptFile({ text: written }, call);
  }
  if (isCheck(name)) return judged({ class: 'draft', reason: `runs ${name}` });
  const alias = scope.remote ? undefined : world.ask({ kind: 'alias', name });
  if (alias?.kind === 'text' && alias.text !== undefined) {
    const aliases = new Map(scope.aliases);
    world.runText([alias.text, ...args.map((arg) => `'${arg.text.replaceAll("'", `'\\''`)}'`)].join(' '), {
      ...scope,
      aliases,
      depth: scope.depth + 1,
    });
    return { effects: [] };
  }
  return notKnown(call);
}

/** Programs that an unknown program in front of them most likely runs. */
const INNER = new Set(['git', 'sudo', 'bash', 'sh', 'kubectl', 'docker', 'terraform', 'aws', 'rm']);

function notKnown({ name, args, world, scope }: Call): Judged {
  const at = args.findIndex((arg) => INNER.has(arg.text));
  const rest = args.slice(at);
  if (at >= 0 && rest.length > 1 && (rest[0]?.text !== 'rm' || rest[1]?.text.startsWith('-'))) {
    world.runArgs(rest, copyScope(scope, { depth: scope.depth + 1 }));
  }
  const verb = graveVerb(args.slice(0, 3));
  if (verb) {
    const reason = `runs ${name}, a program that nothing is known of, and ${verb.does}`;
    return { effects: [{ class: verb.class, reason, targets: [name] }], output: { from: 'program' } };
  }
  const answer = world.ask({ kind: 'program', name });
  const known = answer?.kind === 'program' && answer.known;
  return {
    effects: [
      {
        class: 'commit',
        reason: `runs ${name}, a program that nothing is known of`,
        targets: [name],
        ask: !known,
        unknownProgram: name,
      },
    ],
    output: { from: 'program' },
  };
}
