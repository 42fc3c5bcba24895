/** Interpreters: their one-liners, what they read from a here-document, and the script or module that they are given. */
import { joinPath } from '../place.ts';
import { codeEffects, type Language, rowsEffect } from '../shell/code.ts';
import { names, readOptions } from '../shell/options.ts';
import { isCheck } from '../shell/runs.ts';
import {
  type Arg,
  type Call,
  copyScope,
  DRAFT,
  HARMLESS,
  hidden,
  isKnown,
  type Judge,
  type Judged,
  judged,
  READ,
  UNKNOWN,
} from '../shell/scope.ts';
import { scriptText } from '../shell/scriptText.ts';

interface Interpreter {
  readonly source: string;
  readonly language: Language;
  /** Options whose value is a program text. */
  readonly code: readonly string[];
  readonly values: readonly string[];
  /** Option whose value is a module that is run as a program. */
  readonly module?: string;
}

const PYTHON: Interpreter = {
  source: 'https://docs.python.org/3/using/cmdline.html',
  language: 'python',
  code: ['-c'],
  values: ['-W', '-X', '-m', '--check-hash-based-pycs'],
  module: '-m',
};
const NODE: Interpreter = {
  source: 'https://nodejs.org/api/cli.html',
  language: 'javascript',
  code: ['-e', '--eval', '-p', '--print', '-pe'],
  values: ['-r', '--require', '--import', '--loader', '--env-file', '-C', '--input-type', '--max-old-space-size'],
};
const RUBY: Interpreter = {
  source: 'https://docs.ruby-lang.org/en/master/ruby/options_md.html',
  language: 'ruby',
  code: ['-e'],
  values: ['-r', '-I', '-C', '-E', '-F'],
};
const PERL: Interpreter = {
  source: 'https://perldoc.perl.org/perlrun',
  language: 'perl',
  code: ['-e', '-E'],
  values: ['-I', '-M'],
};

const INTERPRETERS: Readonly<Record<string, Interpreter>> = {
  python: PYTHON,
  pypy: PYTHON,
  node: NODE,
  nodejs: NODE,
  bun: { ...NODE, source: 'https://bun.sh/docs/cli/run' },
  deno: { ...NODE, source: 'https://docs.deno.com/runtime/reference/cli/' },
  tsx: { ...NODE, source: 'https://tsx.is/' },
  'ts-node': { ...NODE, source: 'https://typestrong.org/ts-node/docs/options/' },
  ruby: RUBY,
  jruby: RUBY,
  perl: PERL,
  php: {
    source: 'https://www.php.net/manual/en/features.commandline.options.php',
    language: 'php',
    code: ['-r'],
    values: ['-d', '-c', '-z'],
  },
  lua: { source: 'https://www.lua.org/manual/5.4/lua.html', language: 'other', code: ['-e'], values: ['-l'] },
  Rscript: {
    source: 'https://stat.ethz.ch/R-manual/R-devel/library/utils/html/Rscript.html',
    language: 'other',
    code: ['-e'],
    values: [],
  },
  groovy: {
    source: 'https://groovy-lang.org/single-page-documentation.html',
    language: 'other',
    code: ['-e'],
    values: [],
  },
  julia: {
    source: 'https://docs.julialang.org/en/v1/manual/command-line-interface/',
    language: 'other',
    code: ['-e', '-E'],
    values: ['-t', '-p'],
  },
  elixir: { source: 'https://hexdocs.pm/elixir/', language: 'other', code: ['-e'], values: [] },
  tclsh: { source: 'https://www.tcl-lang.org/man/', language: 'other', code: [], values: [] },
};

/** `python3.12` is python. */
export function interpreterNamed(name: string): Judge | undefined {
  const plain = /^(python|pypy|perl|ruby|php|lua|node)[\d.]+$/.exec(name)?.[1] ?? (name === 'py' ? 'python' : name);
  const found = INTERPRETERS[plain];
  return found && ((call) => interpret(call, found, plain));
}

function interpret(call: Call, { language, code, values, module }: Interpreter, name: string): Judged {
  const { args, scope, world, stdin } = call;
  if (name === 'deno' && args[0]?.text === 'eval') return ofCode(args[1]?.text ?? '', call, language);
  if (args[0]?.text === 'run' && (name === 'deno' || name === 'bun')) {
    return interpret({ ...call, args: args.slice(1) }, { language, code, values, source: '' }, `${name} run`);
  }
  const effects: Judged[] = [];
  let at = 0;
  let inPlace = false;
  // With -n a line goes on only where the code prints it.
  let silent = false;
  for (; at < args.length; at++) {
    const arg = args[at];
    if (!arg?.text.startsWith('-') || arg.text === '-') break;
    const { text } = arg;
    if (text === '--') {
      at++;
      break;
    }
    if (/^(--version|-V|-v|--help|-h|-vv|-VV)$/.test(text) && effects.length === 0 && args.length === 1)
      return HARMLESS;
    const cluster = /^-[a-zA-Z0-9.]+$/.test(text) && !text.startsWith('--') ? text : undefined;
    if (language === 'perl' || language === 'ruby')
      inPlace ||= cluster !== undefined && /^-[a-zA-Z0-9]*i/.test(cluster) && !/^-[IMmF]/.test(cluster);
    if (language === 'perl' || language === 'ruby') silent ||= cluster !== undefined && /^-[a-z0-9]*n/.test(cluster);
    const last = cluster?.at(-1);
    const equals = text.indexOf('=');
    if (text.startsWith('--') && equals > 0 && code.includes(text.slice(0, equals)))
      effects.push(ofCode(text.slice(equals + 1), call, language));
    else if (
      code.includes(text) ||
      (cluster &&
        last &&
        code.includes(`-${last}`) &&
        !values.includes(cluster.slice(0, 2)) &&
        !/^-[IMm]/.test(cluster))
    ) {
      const body = args[++at];
      if (body) effects.push(ofCode(body.text, call, language));
      if (body && /\b(?:print\w*|say|puts|p)\b/.test(body.text)) silent = false;
    } else if (cluster && cluster.length > 2 && code.includes(cluster.slice(0, 2)))
      effects.push(ofCode(cluster.slice(2), call, language));
    else if (module !== undefined && text === module) return moduleRun(args.slice(at + 1), call);
    else if (module !== undefined && cluster && last === 'm' && cluster.length > 2)
      return moduleRun(args.slice(at + 1), call);
    else {
      const preload = preloaded(text, args[at + 1]?.text, name);
      if (preload !== undefined) preloads(preload, call, language);
      if (values.includes(text)) at++;
    }
  }
  const rest = args.slice(at);
  if (effects.length > 0) {
    const all = effects.flatMap((each) => each.effects);
    // -i rewrites the files that follow.
    if (inPlace && rest.length > 0) {
      world.runArgs([{ text: 'sed' }, { text: '-i' }, { text: silent ? 'd' : 's/a/b/' }, ...rest], scope);
      return { effects: all.filter((effect) => effect.class !== 'read') };
    }
    return { effects: all, output: { from: 'program' } };
  }
  const [script] = rest;
  if (!script || script.text === '-' || script.text === '/dev/stdin') {
    if (stdin?.text !== undefined) return ofCode(stdin.text, call, language);
    if (stdin)
      return judged(
        hidden(
          stdin.from === 'download'
            ? 'runs what it downloads without anyone seeing it'
            : stdin.from === 'decoder'
              ? 'runs a text that is encoded'
              : 'runs what another program writes',
        ),
      );
    return HARMLESS;
  }
  const data = scope.processes.get(script.text);
  if (data)
    return data.text !== undefined
      ? ofCode(data.text, call, language)
      : judged(hidden('runs what another program writes'));
  return scriptRun(script, rest.slice(1), call, language);
}

/** A file that `-r FILE` and its like load first. */
function preloaded(text: string, next: string | undefined, name: string): string | undefined {
  const file = /^(?:-r|--require|--import|--loader|--experimental-loader)$/.test(text)
    ? next
    : /^--(?:require|import|loader|experimental-loader)=(.+)$/.exec(text)?.[1];
  if (file === undefined || !/^(?:node|bun|tsx|ts-node|ruby|jruby)$/.test(name.split(' ')[0] ?? '')) return undefined;
  return /^(?:\.|\/|file:)/.test(file) ? file.replace(/^file:\/\//, '') : undefined;
}

/** What only reads says nothing of the program that comes after it. */
function preloads(file: string, call: Call, language: Language): void {
  const script = scriptText({ text: file }, call);
  if (script.kind === 'changed') call.world.note(hidden('loads a script that it changes itself first'));
  if (script.kind !== 'text') return;
  for (const effect of ofCode(script.text, call, language).effects)
    if (effect.class !== 'read') call.world.note(effect);
}

function ofCode(text: string, call: Call, language: Language): Judged {
  if (text.trim() === UNKNOWN) return judged(hidden('runs code that isn’t known before it runs'));
  const inner = copyScope(call.scope, { depth: call.scope.depth + 1 });
  const effects = codeEffects(text, language, { scope: inner, world: call.world });
  return { effects: effects.length > 0 ? effects : [READ], output: { from: 'program' } };
}

function scriptRun(script: Arg, args: readonly Arg[], call: Call, language: Language): Judged {
  const { scope, world } = call;
  if (!isKnown(script))
    return judged({ class: 'commit', reason: 'runs a script whose name isn’t known before it runs' });
  if (/(?:^|\/)artisan$/.test(script.text)) {
    world.runArgs([{ text: 'artisan' }, ...args], scope);
    return { effects: [] };
  }
  const managed = managePy(script, args, call);
  if (managed) return managed;
  if (scope.fetched.has(joinPath(scope.cwd, script.text))) {
    return judged(hidden('runs what it downloads without anyone seeing it'));
  }
  const found = scriptText(script, { scope, world });
  if (found.kind === 'changed') return judged(hidden('runs a script that it changes itself first'));
  if (found.kind === 'text' && (!isCheck(script.text) || changesHere(script, scope)))
    return ofCode(found.text, call, language);
  const [target] = names([script]);
  if (scope.remote)
    return judged({ class: 'commit', reason: `runs ${target} on another machine`, targets: [target ?? ''] });
  return judged({ class: 'draft', reason: `runs ${target}`, targets: [target ?? ''] });
}

function changesHere({ text }: Arg, { cwd, rewritten, written }: Call['scope']): boolean {
  const path = joinPath(cwd, text);
  return rewritten.has(path) || written.has(path);
}

/** Django's own commands. Source: https://docs.djangoproject.com/en/stable/ref/django-admin/ */
export function managePy(script: Arg, args: readonly Arg[], call?: Call): Judged | undefined {
  if (!/(?:^|\/)(?:manage\.py|django-admin(?:\.py)?)$/.test(script.text)) return undefined;
  const [command] = args;
  switch (command?.text) {
    case 'flush':
    case 'reset_db':
    case 'sqlflush_execute':
      return judged({ class: 'irreversible', reason: 'deletes all rows of the database' });
    case 'migrate':
      if (args.some((arg) => arg.text === 'zero'))
        return judged({ class: 'irreversible', reason: 'undoes all migrations, with the tables that they made' });
      if (args.some((arg) => /^--(?:plan|check)$/.test(arg.text))) return { effects: [READ] };
      return judged({ class: 'commit', reason: 'changes the database’s tables' });
    case 'loaddata':
    case 'createsuperuser':
    case 'changepassword':
    case 'clearsessions':
      return judged({ class: 'commit', reason: `writes to the database with ${command.text}` });
    case 'shell':
    case 'shell_plus': {
      const code = readOptions(args.slice(1), { values: new Set(['-c', '--command']) }).value('-c', '--command');
      if (!call || code === undefined) return judged(DRAFT);
      const rows = rowsEffect(code);
      return rows ? judged(rows) : ofCode(code, call, 'python');
    }
    case 'sendtestemail':
      return judged({ class: 'deploy', reason: 'sends mail' });
    default:
      return judged(DRAFT);
  }
}

/** Modules that are run as programs. Sources: https://docs.python.org/3/library/ and the packages' own pages. */
function moduleRun(args: readonly Arg[], call: Call): Judged {
  const [module, ...rest] = args;
  if (!module) return HARMLESS;
  const { scope, world, stdin } = call;
  switch (module.text) {
    case 'pip':
    case 'pip3':
    case 'poetry':
    case 'pipenv':
    case 'twine':
    case 'conda':
    case 'uv':
    case 'ansible':
    case 'awscli':
    case 'alembic':
    case 'celery':
    case 'flask':
    case 'build':
    case 'flit':
    case 'hatch':
    case 'maturin':
    case 'mkdocs':
    case 'pipx':
    case 'coverage':
      return {
        effects: [],
        output: world.runArgs([{ text: module.text === 'awscli' ? 'aws' : module.text }, ...rest], scope, stdin) ?? {
          from: 'program',
        },
      };
    case 'http.server':
    case 'SimpleHTTPServer':
      return judged({ class: 'draft', reason: 'serves the folder to the network' });
    case 'json.tool':
    case 'timeit':
    case 'dis':
    case 'tokenize':
    case 'pydoc':
    case 'site':
    case 'platform':
    case 'sysconfig':
    case 'this':
    case 'calendar':
    case 'ast':
    case 'inspect':
      return { effects: [READ], output: { from: 'program' } };
    case 'base64':
      return readOptions(rest).has('-d', '-u') ? { effects: [READ], output: { from: 'decoder' } } : HARMLESS;
    case 'zipfile':
    case 'tarfile':
    case 'smtpd':
    case 'venv':
    case 'virtualenv':
      return judged(DRAFT);
    case 'django':
      return managePy({ text: 'manage.py' }, rest) ?? judged(DRAFT);
    default: {
      const file = `${module.text.replaceAll('.', '/')}.py`;
      const script = isKnown(module) && /^[\w.]+$/.test(module.text) ? scriptText({ text: file }, call) : undefined;
      if (script?.kind === 'changed') return judged(hidden('runs a script that it changes itself first'));
      if (script?.kind === 'text' && !isCheck(file)) return ofCode(script.text, call, 'python');
      return judged({ class: 'draft', reason: `runs the module ${names([module])[0]}` });
    }
  }
}
