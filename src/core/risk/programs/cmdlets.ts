/** What PowerShell does itself: its cmdlets, their aliases, and calls of .NET. https://learn.microsoft.com/powershell/module/ */
import { BUILTINS } from '../shell/builtins.ts';
import { changed, deleted, emptied, overwritten } from '../shell/files.ts';
import { printed } from '../shell/knownText.ts';
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
  READ,
  UNKNOWN,
} from '../shell/scope.ts';
import { started, windowsFile } from '../shell/windows.ts';
import { sqlEffect } from '../sql.ts';
import { FILE_PROGRAMS } from './files.ts';

/** Of Windows PowerShell and of PowerShell 7 (`Get-Alias`), as far as what they name is more than reading. */
const ALIASES: Readonly<Record<string, string>> = {
  ...named('remove-item', 'rm del erase rd ri rmdir'),
  ...named('set-content', 'sc'),
  ...named('add-content', 'ac'),
  ...named('clear-content', 'clc'),
  ...named('clear-item', 'cli'),
  ...named('copy-item', 'cp copy cpi'),
  ...named('move-item', 'mv move mi'),
  ...named('rename-item', 'ren rni'),
  ...named('new-item', 'ni'),
  ...named('set-item', 'si'),
  ...named('tee-object', 'tee'),
  ...named('export-csv', 'epcsv'),
  ...named('invoke-expression', 'iex'),
  ...named('invoke-command', 'icm'),
  ...named('invoke-item', 'ii'),
  ...named('invoke-webrequest', 'iwr'),
  ...named('invoke-restmethod', 'irm'),
  ...named('start-process', 'saps start'),
  ...named('stop-process', 'spps kill'),
  ...named('stop-service', 'spsv'),
  ...named('start-job', 'sajb'),
  ...named('set-alias', 'sal nal new-alias'),
  ...named('remove-itemproperty', 'rp'),
  ...named('set-itemproperty', 'sp'),
  ...named('set-location', 'cd chdir sl pushd push-location'),
  ...named('pop-location', 'popd'),
  ...named('write-output', 'echo write'),
  ...named('get-content', 'gc cat type'),
  ...named('get-childitem', 'gci ls dir'),
  ...named('foreach-object', '% foreach'),
  ...named('where-object', '? where'),
  ...named(
    'out-null',
    'select measure group compare fl ft fw oh gm gp gi gv gl gal gcm gps ps gsv h history sls sleep cls clear help rvpa cvpa ihy r fc ogv gu',
  ),
  ...named('import-module', 'ipmo rmo'),
  ...named('set-variable', 'sv set rv nv clv'),
};

/** What a cmdlet's verb promises (about_Verbs): these only read, or write what one sees. */
const READS =
  /^(?:get|test|find|search|select|measure|compare|resolve|join|split|convertto|convertfrom|convert|out|write|show|sort|group|where|trace|wait|read|assert|watch|debug|ping)-|^format-(?:table|list|wide|custom|hex)$/;
const DESTROYS =
  /^(?:remove|clear|uninstall|unregister|stop|reset|revoke|dismount|restore|disable|format|initialize|optimize|restart|suspend|block|deny)-/;
const DEPLOYS = /^(?:publish|deploy|send|submit|approve)-/;

/** Parameters with a value that isn't a path that is acted on. */
const VALUES = [
  'value',
  'encoding',
  'filter',
  'include',
  'exclude',
  'credential',
  'stream',
  'itemtype',
  'type',
  'name',
  'newname',
  'target',
  'delimiter',
  'width',
  'depth',
  'inputobject',
  'erroraction',
  'ea',
  'warningaction',
  'wa',
  'informationaction',
  'errorvariable',
  'ev',
  'outvariable',
  'ov',
  'outbuffer',
  'pipelinevariable',
  'progressaction',
  'option',
  'description',
  'destination',
  'fromsession',
  'tosession',
  'outfile',
  'uri',
  'method',
  'query',
  'body',
  'headers',
  'contenttype',
  'useragent',
  'infile',
  'command',
  'scriptblock',
  'argumentlist',
  'computername',
  'session',
  'hostname',
  'vmname',
  'containerid',
  'variable',
  'literalpath',
  'path',
  'pspath',
  'filepath',
];
const PATHS = new Set(['path', 'literalpath', 'pspath', 'lp', 'filepath']);

interface Parameters {
  /** Paths and what stands without a parameter's name, slashes forward. */
  readonly operands: readonly Arg[];
  /** By whole name where it is one of `VALUES`, as written elsewhere. */
  readonly given: ReadonlyMap<string, Arg | undefined>;
  /** A switch, by any beginning of its name that is at least so long. */
  has(name: string, least?: number): boolean;
}

type Cmdlet = (call: Call, parameters: Parameters) => Judged;

const CMDLETS: Readonly<Record<string, Cmdlet>> = {
  'remove-item': (call, parameters) => {
    const recursive =
      [...parameters.given.keys()].some((name) => /^(?:r|fr)/.test(name)) ||
      call.args.some(({ text }) => /^\/s$/i.test(text));
    const paths = parameters.operands.filter(({ text }) => !/^\/[a-z]$/i.test(text));
    return judged(
      ...onPaths(paths, 'deletes', (arg) => deleted(arg, call, recursive)),
      ...(call.stdin ? [lostUnnamed('deletes')] : []),
    );
  },
  'clear-item': (call, { operands }) => judged(...onPaths(operands, 'empties', (arg) => emptied(arg, call))),
  'clear-content': (call, { operands }) =>
    judged(
      ...onPaths(operands, 'empties', (arg) => emptied(arg, call)),
      ...(call.stdin ? [lostUnnamed('empties')] : []),
    ),
  'set-content': (call, { operands, given }) =>
    writes(call, operands.slice(0, 1), given.get('value') ?? operands[1], false),
  'add-content': (call, { operands, given }) =>
    writes(call, operands.slice(0, 1), given.get('value') ?? operands[1], true),
  'out-file': (call, parameters) =>
    parameters.has('noclobber', 3)
      ? judged(DRAFT)
      : writes(call, parameters.operands.slice(0, 1), undefined, parameters.has('append', 1)),
  'tee-object': (call, parameters) => ({
    ...writes(call, parameters.operands.slice(0, 1), undefined, parameters.has('append', 1)),
    ...(call.stdin && { output: call.stdin }),
  }),
  'export-csv': (call, parameters) =>
    writes(call, parameters.operands.slice(0, 1), undefined, parameters.has('append', 1)),
  'export-clixml': (call, { operands }) => writes(call, operands.slice(0, 1), undefined, false),
  'set-item': (call, { operands }) => writes(call, operands.slice(0, 1), undefined, false),
  'new-item': (call, parameters) => {
    const { operands, given } = parameters;
    const name = given.get('name');
    const [path] = operands;
    const file: Arg = name ? { text: path ? `${path.text}/${name.text}` : name.text } : (path ?? { text: UNKNOWN });
    const type = given.get('itemtype')?.text ?? given.get('type')?.text ?? '';
    if (/^(?:directory|d)$/i.test(type)) return FILE_PROGRAMS.mkdir?.({ ...call, args: [file] }) ?? HARMLESS;
    if (parameters.has('force', 1) || /link|junction/i.test(type))
      return judged(...onPaths([file], 'replaces', (arg) => overwritten(arg, call, 'replaces')));
    return FILE_PROGRAMS.touch?.({ ...call, args: [file] }) ?? HARMLESS;
  },
  'copy-item': (call, parameters) => transfer(call, parameters, 'cp'),
  'move-item': (call, parameters) => transfer(call, parameters, 'mv'),
  'rename-item': (call, { operands, given }) => {
    const [from, second] = operands;
    const to = given.get('newname') ?? second;
    if (!from || !to) return judged(lostUnnamed('renames'));
    const folder = from.text.includes('/') ? from.text.replace(/[^/]*$/, '') : '';
    return FILE_PROGRAMS.mv?.({ ...call, args: [from, { text: `${folder}${to.text}` }] }) ?? HARMLESS;
  },
  'invoke-expression': (call, { operands, given }) => {
    const text = given.get('command')?.text ?? operands[0]?.text ?? call.stdin?.text;
    if (text === undefined || text.includes(UNKNOWN)) {
      const why =
        call.stdin?.from === 'download'
          ? 'runs what it downloads without anyone seeing it'
          : 'runs a text as PowerShell';
      return judged(hidden(why));
    }
    const output = call.world.runText(text, call.scope, undefined, 'powershell');
    return { effects: [], ...(output && { output }) };
  },
  'invoke-command': (_, { given }) =>
    ['computername', 'session', 'hostname', 'vmname', 'containerid'].some((name) => given.has(name))
      ? judged({ class: 'irreversible', reason: 'runs commands on another machine' })
      : HARMLESS,
  'invoke-item': (call, { operands }) =>
    judged(
      ...operands.map(
        ({ text }): Effect => ({
          class: 'commit',
          reason: `opens ${text} with whatever program it belongs to`,
          targets: [text],
        }),
      ),
      ...(call.stdin ? [lostUnnamed('opens')] : []),
    ),
  'invoke-webrequest': web,
  'invoke-restmethod': web,
  'start-process': (call) => started(call),
  'invoke-sqlcmd': (_, { operands, given }) => {
    const query = given.get('query')?.text ?? operands[0]?.text;
    const effect = query === undefined ? undefined : sqlEffect(query);
    return judged(effect ?? { class: 'commit', reason: 'runs SQL that isn’t known before it runs' });
  },
  'start-job': () => HARMLESS,
  'set-alias': ({ scope }, { operands, given }) => {
    const [name, value] = [given.get('name') ?? operands[0], given.get('value') ?? operands[given.has('name') ? 0 : 1]];
    if (!name || !value || !isKnown(name) || !isKnown(value)) return judged(hidden('renames a command'));
    scope.aliases.set(name.text.toLowerCase(), value.text);
    return HARMLESS;
  },
  'set-location': (call, { operands }) => BUILTINS.cd?.({ ...call, args: operands.slice(0, 1) }) ?? HARMLESS,
  'pop-location': (call) => BUILTINS.popd?.(call) ?? HARMLESS,
  'write-output': ({ args, stdin }) => ({
    effects: [READ],
    output:
      args.length === 0 && stdin
        ? stdin
        : printed(
            'echo',
            args.filter(({ text }) => !/^-(?:inputobject|noenumerate)$/i.test(text)),
          ),
  }),
  'get-content': () => ({ effects: [READ], output: { from: 'program' } }),
  'get-childitem': () => ({ effects: [READ], output: { from: 'program' } }),
  'foreach-object': (_, { operands }) =>
    // A block is judged where it stands; a bare name is a member that is called.
    operands.some(({ text }) => /^(?:delete|kill|remove|invoke|start|stop|moveto|copyto|close)/i.test(text))
      ? judged(hidden(`calls ${operands[0]?.text} of whatever it is given`))
      : { effects: [READ], output: { from: 'program' } },
  'where-object': ({ stdin }) => ({
    effects: [READ],
    output: stdin?.text === undefined ? { from: 'program' } : { from: stdin.from },
  }),
  'out-null': () => ({ effects: [READ], output: { from: 'program' } }),
  'out-string': ({ stdin }) => ({ effects: [READ], output: stdin ?? { from: 'program' } }),
  'set-variable': ({ scope }, { operands, given }) => {
    const name = given.get('name') ?? operands[0];
    if (name) scope.variables.set(`ps:${name.text.toLowerCase()}`, undefined);
    return judged(DRAFT);
  },
  'stop-process': () => judged({ class: 'irreversible', reason: 'ends processes' }),
  'stop-computer': () => judged({ class: 'irreversible', reason: 'turns the machine off' }),
  'restart-computer': () => judged({ class: 'irreversible', reason: 'restarts the machine' }),
  'set-executionpolicy': () => judged({ class: 'commit', reason: 'changes which scripts may run' }),
  'add-type': () => judged(hidden('compiles and loads code')),
  'import-module': (_, { operands }) =>
    judged(
      operands.some(({ text }) => /[/\\]|\.(?:psm1|dll|ps1)$/i.test(text))
        ? { class: 'commit', reason: `runs ${operands[0]?.text}, whose text wasn’t read` }
        : DRAFT,
    ),
  'new-object': (_, { operands, given }) => {
    const type = (given.get('typename') ?? operands[0])?.text.toLowerCase() ?? UNKNOWN;
    return HARMLESS_TYPES.test(type.replace(/^system\./, '')) ||
      /^(?:net\.webclient|net\.http\.httpclient|psobject|pscustomobject)$/.test(type.replace(/^system\./, ''))
      ? { effects: [READ], output: { from: 'program' } }
      : judged(hidden(`makes a ${type.includes(UNKNOWN) ? 'thing of a type that isn’t known' : type}`));
  },
};

/** Undefined: no cmdlet of PowerShell's own, and nothing that its name promises. */
export function cmdlet(call: Call): Judged | undefined {
  const lower = call.name.toLowerCase().replace(/^microsoft\.powershell\.\w+\\/, '');
  if (/^(?:\[|\.[a-z\uFFFC]|::)/.test(lower)) return dotnet(lower, call);
  if (lower === '.' && call.args[0]) return sourced(call);
  if (/\.(?:ps1|bat|cmd)$/i.test(lower) && /[\\/]/.test(lower)) return windowsFile(call.name, call);
  const name = ALIASES[lower] ?? lower;
  const own = CMDLETS[name];
  if (own) {
    const parameters = readParameters(call.args);
    return parameters.has('whatif', 2) || lower === 'wi' ? HARMLESS : own(call, parameters);
  }
  if (!/^[a-z]+-[a-z0-9]+$/.test(name)) return undefined;
  if (call.args.some(({ text }) => /^[-–—]whatif$/i.test(text))) return HARMLESS;
  if (READS.test(name)) return { effects: [READ], output: { from: 'program' } };
  const targets = readParameters(call.args)
    .operands.slice(0, 4)
    .flatMap(({ text }) => (text.includes(UNKNOWN) ? [] : text));
  const reason = `runs ${call.name}${targets.length > 0 ? ` ${targets.join(', ')}` : ''}`;
  if (DEPLOYS.test(name)) return judged({ class: 'deploy', reason, targets });
  if (DESTROYS.test(name)) return judged({ class: 'irreversible', reason, targets });
  return undefined;
}

function readParameters(args: readonly Arg[]): Parameters {
  const operands: Arg[] = [];
  const given = new Map<string, Arg | undefined>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (!arg) break;
    const [, written, , attached] = /^[-–—―]([A-Za-z]\w*)(:(.*))?$/s.exec(arg.text) ?? [];
    if (written === undefined) {
      operands.push(path(arg));
      continue;
    }
    const lower = written.toLowerCase();
    const fits = VALUES.filter((name) => name.startsWith(lower));
    const name = VALUES.includes(lower)
      ? lower
      : fits.length === 1
        ? fits[0]
        : lower === 'lp'
          ? 'literalpath'
          : undefined;
    if (name === undefined) {
      given.set(lower, attached === undefined ? undefined : { text: attached });
      continue;
    }
    const value = attached !== undefined && attached !== '' ? { text: attached } : args[++at];
    if (!value) continue;
    if (PATHS.has(name)) operands.unshift(path(value));
    else given.set(name, path(value));
  }
  return {
    operands,
    given,
    has: (name, least = 1) => [...given.keys()].some((each) => each.length >= least && name.startsWith(each)),
  };
}

/** PowerShell takes both slashes on every system, and patterns in quotes too. */
function path(arg: Arg): Arg {
  const text = arg.text.replaceAll('\\', '/').replace(/^(?:microsoft\.powershell\.core\/)?filesystem::/i, '');
  return /[*?[]/.test(text) ? { text, glob: true } : { text };
}

/** Paths of other drives are no files. */
function onPaths(paths: readonly Arg[], does: string, judge: (arg: Arg) => Effect): Effect[] {
  return paths.map((arg) => {
    const [, drive] = /^(\w{2,}):/.exec(arg.text) ?? /^(registry|certificate)::/i.exec(arg.text) ?? [];
    if (drive === undefined) return judge(arg);
    return /^(?:env|variable|alias|function|temp)$/i.test(drive)
      ? { ...DRAFT, reason: `${does} ${arg.text}, which this shell alone has` }
      : {
          class: 'irreversible',
          reason: `${does} ${arg.text}, which is no file and in no version control`,
          targets: [arg.text],
        };
  });
}

function lostUnnamed(does: string): Effect {
  return { class: 'irreversible', reason: `${does} whatever it is given, which isn’t known before it runs` };
}

function writes(call: Call, files: readonly Arg[], value: Arg | undefined, appends: boolean): Judged {
  const [file] = files;
  if (!file) return call.stdin ? judged(lostUnnamed('writes')) : HARMLESS;
  const text = value?.text ?? call.stdin?.text;
  if (text !== undefined && !text.includes(UNKNOWN) && isKnown(file)) call.scope.written.set(file.text, text);
  const empty = value?.text === '' && !appends;
  return judged(
    ...onPaths(files, 'writes', (arg) =>
      appends ? changed(arg, call) : empty ? emptied(arg, call) : overwritten(arg, call),
    ),
  );
}

function transfer(call: Call, { operands, given }: Parameters, as: 'cp' | 'mv'): Judged {
  if (given.has('tosession')) return judged({ class: 'commit', reason: 'sends files to another machine' });
  const to = given.get('destination') ?? (operands.length > 1 ? operands.at(-1) : undefined);
  const from = given.has('destination') ? operands : operands.slice(0, -1);
  if (call.stdin && (from.length === 0 || !to)) {
    const target = to ?? operands[0];
    return judged(
      target ? overwritten({ text: `${target.text}/${UNKNOWN}` }, call) : DRAFT,
      as === 'mv' ? { class: 'commit', reason: 'moves whatever it is given' } : DRAFT,
    );
  }
  const program = FILE_PROGRAMS[as];
  return program?.({ ...call, args: [...from, to ?? { text: '.' }] }) ?? HARMLESS;
}

function web(call: Call, { given, operands }: Parameters): Judged {
  const method = given.get('method')?.text.toLowerCase() ?? 'get';
  const uri = (given.get('uri') ?? operands[0])?.text ?? 'a server';
  const out = given.get('outfile');
  const effects: Effect[] = [];
  if (method === 'delete')
    effects.push({ class: 'irreversible', reason: `deletes something at ${uri}`, targets: [uri] });
  else if (!['get', 'head', 'options', 'default'].includes(method) || given.has('body') || given.has('infile'))
    effects.push({ class: 'commit', reason: `sends data to ${uri}`, targets: [uri] });
  if (out) {
    effects.push(overwritten(out, call));
    if (isKnown(out)) call.scope.fetched.add(out.text);
  }
  return { effects: effects.length > 0 ? effects : [READ], output: { from: 'download' } };
}

/** `. ./x.ps1`: it runs in this very shell. */
function sourced(call: Call): Judged {
  const [file, ...rest] = call.args;
  if (!file) return HARMLESS;
  if (/\.ps1$/i.test(file.text)) return windowsFile(file.text, call);
  call.world.runArgs([file, ...rest], copyScope(call.scope, { depth: call.scope.depth + 1 }));
  return { effects: [] };
}

/** Types whose members compute, and leave the world alone. */
const HARMLESS_TYPES =
  /^(?:math|string|char|byte|s?byte|u?int(?:16|32|64)?|long|short|double|single|float|decimal|bool(?:ean)?|bigint|numerics\..*|datetime(?:offset)?|timespan|guid|uri|version|regex|text\.(?!.*load).*|convert|bitconverter|array|array?list|hashtable|collections\..*|linq\..*|enum|environment|io\.path|console|object|psobject|pscustomobject|ordered|switch|xml|nullable.*|globalization\..*|diagnostics\.stopwatch|random|net\.(?:ipaddress|dns|webutility)|web\.httputility|stringbuilder|security\.cryptography\..*|management\.automation\.(?:language\..*|psobject)|io\.(?:stringreader|memorystream|stringwriter|fileinfo|directoryinfo))(?:\[\])?$/;
const HARMLESS_MEMBERS =
  /^(?:\.(?:to\w*|trim\w*|split|replace|contains\w*|startswith|endswith|substring|indexof\w*|lastindexof\w*|join|format|pad\w+|add\w*|get\w*|equals|compareto|insert|count|match(?:es)?|ismatch|read\w*|close|dispose|clone|sort|reverse|where|foreach|append\w*|reset|next\w*|keys|values|item|first|last|any|all|tryparse|haskey|normalize|flush|elapsed|max|min|sum|isnullor\w+|subtract\w*|peek|push|pop|enqueue|dequeue|remove(?:at|range)?))$/;

function dotnet(name: string, call: Call): Judged {
  const { args } = call;
  const files = args.map(path);
  const [, type = '', member = ''] = /^\[(.*)\]::(.+)$/.exec(name) ?? [];
  if (type === '') {
    if (/^\.downloadstring$|^\.downloaddata$|^\.getstringasync$/.test(name))
      return { effects: [READ], output: { from: 'download' } };
    if (/^\.downloadfile/.test(name) && files[1]) return judged(overwritten(files[1], call));
    return HARMLESS_MEMBERS.test(name)
      ? { effects: [READ], output: { from: 'program' } }
      : judged(hidden(`calls ${name.replaceAll(UNKNOWN, '…')} of a value that isn’t known`));
  }
  if (/^io\.(?:file|directory)$/.test(type)) {
    if (/^(?:exists|read\w*|get\w*|open(?:read|text)|enumerate\w*)$/.test(member))
      return { effects: [READ], output: { from: 'program' } };
    const [first, second] = files;
    if (member === 'delete' && first) return judged(deleted(first, call, true));
    if (/^(?:writeall\w+|create(?:text)?|open(?:write)?)$/.test(member) && first)
      return type === 'io.directory' ? judged(DRAFT) : judged(overwritten(first, call));
    if (member === 'createdirectory') return judged(DRAFT);
    if (/^append\w+$/.test(member) && first) return judged(changed(first, call));
    if (member === 'copy' && second) return judged(overwritten(second, call));
    if (member === 'move' && first && second) return FILE_PROGRAMS.mv?.({ ...call, args: [first, second] }) ?? HARMLESS;
  }
  if (type === 'environment' && /^(?:exit|failfast|setenvironmentvariable)$/.test(member))
    return judged(member === 'exit' ? READ : { class: 'commit', reason: `calls [Environment]::${member}` });
  if (type === 'convert' && member === 'frombase64string') return { effects: [READ], output: { from: 'decoder' } };
  if (HARMLESS_TYPES.test(type) || (member === 'new' && HARMLESS_TYPES.test(type)))
    return { effects: [READ], output: { from: 'program' } };
  return judged(hidden(`calls ${name.replaceAll(UNKNOWN, '…')}`));
}

function named(cmdletName: string, aliases: string): Record<string, string> {
  return Object.fromEntries(aliases.split(' ').map((alias) => [alias, cmdletName]));
}
