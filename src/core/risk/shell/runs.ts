/** Programs that run others: shells, wrappers, remote shells, xargs, parallel, find. */
import { joinPath } from '../place.ts';
import { namesProduction } from '../programs/rule.ts';
import { WRAPPERS, type Wrapper } from '../programs/wrappers.ts';
import { runData } from './builtins.ts';
import { environmentEffects } from './environment.ts';
import { names, readOptions } from './options.ts';
import {
  type Arg,
  type Call,
  copyScope,
  HARMLESS,
  hidden,
  isKnown,
  type Judge,
  type Judged,
  judged,
  NOTHING,
  READ,
  UNKNOWN,
} from './scope.ts';
import { scriptText } from './scriptText.ts';

const compiled = new Map(
  Object.entries(WRAPPERS).map(([name, wrapper]) => [
    name,
    {
      wrapper,
      values: set(`${wrapper.values ?? ''} ${wrapper.command ?? ''}`),
      subcommands: wrapper.subcommands === undefined ? undefined : set(wrapper.subcommands),
    },
  ]),
);

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).filter((word) => word !== ''));
}

export function isWrapper(name: string): boolean {
  return compiled.has(name);
}

/** Undefined: not a wrapper, or not used as one. */
export function wrapped(call: Call): Judged | undefined {
  const found = compiled.get(call.name);
  if (!found) return undefined;
  const { wrapper, values, subcommands } = found;
  let { args } = call;
  if (wrapper.unless !== undefined && readOptions(args, { values, stopAtOperand: true }).has(...set(wrapper.unless)))
    return undefined;
  if (subcommands) {
    const at = readOptions(args, { values, stopAtOperand: true }).operands[0];
    if (!at || !subcommands.has(at.text)) return undefined;
    args = args.slice(args.indexOf(at) + 1);
  }
  return unwrapped(call, args, wrapper, values);
}

function unwrapped(call: Call, args: readonly Arg[], wrapper: Wrapper, values: ReadonlySet<string>): Judged {
  const { scope, world, stdin } = call;
  const inner = copyScope(scope, { remote: scope.remote || wrapper.remote === true, depth: scope.depth + 1 });
  const dashes = wrapper.dashes ? args.findIndex((arg) => arg.text === '--') : -1;
  const options = readOptions(args, { values, stopAtOperand: wrapper.skip !== 99 });
  let ran = false;
  for (const name of set(wrapper.command ?? '')) {
    const text = options.given.get(name);
    if (text === undefined) continue;
    ran = true;
    const rest = call.name === 'env' ? options.operands.map(quoted).join(' ') : '';
    world.runText(`${text.replace(/^=/, '')} ${rest}`, inner, stdin);
  }
  const folder = options.value('-D', '-C', '--chdir');
  if (folder !== undefined && (call.name === 'env' || call.name === 'sudo')) inner.cwd = folder;
  if (call.name === 'env' && ran) return NOTHING;
  if (call.name === 'sudo' && options.has('-e', '--edit')) {
    return judged({ class: 'commit', reason: `edits ${names(options.operands).join(', ')} as another user` });
  }
  let rest: readonly Arg[] = dashes >= 0 ? args.slice(dashes + 1) : options.operands.slice(wrapper.skip ?? 0);
  if (wrapper.assignments) {
    while (rest[0] && /^[^\s/-][^\s/]*=|^=/.test(rest[0].text)) {
      const [name = '', ...value] = rest[0].text.split('=');
      inner.variables.set(name, value.join('='));
      for (const effect of environmentEffects(name, value.join('='), { scope: inner, world })) world.note(effect);
      rest = rest.slice(1);
    }
  }
  // An option that holds a command may come after the first operand: `flock FILE -c 'x'`.
  const [late, lateText] = rest;
  if (late && lateText && set(wrapper.command ?? '').has(late.text)) {
    world.runText(lateText.text, inner, stdin);
    return NOTHING;
  }
  // `env -` is `env -i`.
  if (call.name === 'env' && rest[0]?.text === '-') rest = rest.slice(1);
  if (rest.length === 0)
    return ran ? NOTHING : call.name === 'sudo' && options.has('-i', '-s') && stdin ? runData(stdin, call) : HARMLESS;
  if (wrapper.text) {
    for (const text of call.name === 'hyperfine' || call.name === 'concurrently'
      ? rest.map((arg) => arg.text)
      : [rest.map((arg) => arg.text).join(' ')]) {
      world.runText(text, inner, stdin);
    }
    return NOTHING;
  }
  const output = world.runArgs(rest, inner, stdin);
  return output ? { effects: [], output } : NOTHING;
}

function quoted(arg: Arg): string {
  return `'${arg.text.replaceAll("'", `'\\''`)}'`;
}

const SHELL_VALUES = set('-o -O --rcfile --init-file -c');

/** Source: https://www.gnu.org/software/bash/manual/html_node/Invoking-Bash.html */
export const shell: Judge = (call) => {
  const { args, scope, world, stdin } = call;
  // The options' letters may be in one word: `-lc`. The text is the first operand then.
  const operands: Arg[] = [];
  let command = false;
  let fromInput = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (!arg) break;
    const { text } = arg;
    if (operands.length === 0 && text === '--') continue;
    if (operands.length === 0 && /^[-+]./.test(text)) {
      if (/^-\w*c/.test(text) && !text.startsWith('--')) command = true;
      if (/^-\w*s/.test(text) && !text.startsWith('--')) fromInput = true;
      if ((/^[-+]\w*[oO]$/.test(text) || SHELL_VALUES.has(text)) && text !== '-c') at++;
      // With -n nothing is run, only read.
      if (text === '--version' || text === '--help' || /^-[a-zA-Z]*n[a-zA-Z]*$/.test(text)) return HARMLESS;
      continue;
    }
    operands.push(arg);
  }
  const inner = copyScope(scope, { depth: scope.depth + 1, functions: new Map() });
  const [first, ...rest] = operands;
  if (command) {
    if (!first) return HARMLESS;
    inner.positional = rest.slice(1);
    const output = world.runText(first.text, inner, stdin);
    return output ? { effects: [], output } : NOTHING;
  }
  if (!first || fromInput || first.text === '-' || first.text === '/dev/stdin') {
    inner.positional = rest;
    if (stdin) return runData(stdin, { world, scope: inner });
    return judged({ class: 'read', reason: 'opens a shell' });
  }
  const data = scope.processes.get(first.text);
  if (data) return runData(data, { world, scope: inner });
  inner.positional = rest;
  return scriptFile(first, { ...call, scope: inner });
};

/** A shell script that is named: judged by its text where that can be read. */
export function scriptFile(file: Arg, { scope, world }: Pick<Call, 'scope' | 'world'>): Judged {
  const [target] = names([file]);
  if (!isKnown(file)) return judged(hidden('runs a script whose name isn’t known before it runs'));
  if (scope.fetched.has(joinPath(scope.cwd, file.text))) {
    return judged(hidden('runs what it downloads without anyone seeing it'));
  }
  const script = scriptText(file, { scope, world });
  if (script.kind === 'changed') return judged(hidden('runs a script that it changes itself first'));
  if (script.kind === 'text') {
    const interpreter = interpreterOf(script.text);
    if (interpreter) {
      world.runArgs([...interpreter, file], copyScope(scope, { depth: scope.depth + 1 }));
      return NOTHING;
    }
    const output = world.runText(script.text, copyScope(scope, { depth: scope.depth + 1 }));
    return output ? { effects: [], output } : NOTHING;
  }
  if (scope.made.has(joinPath(scope.cwd, file.text))) {
    return judged(hidden('runs a script that it makes itself, whose text isn’t known before'));
  }
  if (isCheck(file.text)) return judged({ class: 'draft', reason: `runs ${target}` });
  return judged({ class: 'commit', reason: `runs ${target}, whose text wasn’t read`, targets: names([file]) });
}

/** What its first line says that runs it, with that one's options; undefined: a shell. */
function interpreterOf(text: string): readonly Arg[] | undefined {
  const [, line = ''] = /^#!\s*([^\n]{1,200})/.exec(text) ?? [];
  const words = line.trim().split(/\s+/);
  const [program = '', ...options] = /(?:^|\/)env$/.test(words[0] ?? '')
    ? words.slice(1).filter((word) => !/^-(?:S|-split-string)$|^\w+=/.test(word))
    : words;
  if (program === '' || /(?:^|\/)(?:ba|z|da|a|k|mk|fi|tc|c)?sh$/.test(program)) return undefined;
  return [program.replace(/^.*\//, ''), ...options].map((word) => ({ text: word }));
}

/** Names of scripts that test or build. */
export function isCheck(path: string): boolean {
  return /(?:^|[/_.-])(?:run)?_?(?:tests?|check|lint|format|fmt|build|verify|bench(?:mark)?|coverage|typecheck|configure|compile|gradlew|mvnw|manage\.py|runtests?)(?:[/_.-]|$)/i.test(
    path,
  );
}

const XARGS_VALUES = set(
  '-a -d -E -I -L -n -P -s -J -R --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --process-slot-var',
);

/** Source: https://www.gnu.org/software/findutils/manual/html_node/find_html/Invoking-xargs.html */
export const xargs: Judge = ({ args, scope, world, stdin }) => {
  const options = readOptions(args, { values: XARGS_VALUES, stopAtOperand: true });
  const marker =
    options.value('-I', '-J') ??
    (options.has('-i', '--replace') ? (options.given.get('--replace') ?? '').replace(/^$/, '{}') || '{}' : undefined);
  const inner = copyScope(scope, { depth: scope.depth + 1 });
  const { operands } = options;
  if (operands.length === 0) return HARMLESS;
  const input =
    stdin?.text !== undefined && !options.has('-a', '--arg-file') && stdin.text.length < 2000 ? stdin.text : undefined;
  const items = input?.split(/\s+/).filter((item) => item !== '') ?? [];
  const known = input !== undefined && items.length > 0 && items.length <= 12;
  if (marker !== undefined && marker !== '') {
    for (const item of known ? (input ?? '').trim().split('\n') : [UNKNOWN]) {
      world.runArgs(
        operands.map((arg) => (arg.text.includes(marker) ? { text: arg.text.replaceAll(marker, () => item) } : arg)),
        inner,
        undefined,
      );
    }
    return NOTHING;
  }
  // What isn't known is appended as one name that can't be an option.
  world.runArgs([...operands, ...(known ? items.map((text) => ({ text })) : [{ text: UNKNOWN }])], inner, undefined);
  return NOTHING;
};

const PARALLEL_VALUES = set(
  '-j --jobs -S --sshlogin -a --arg-file --results --joblog -N -n -I --tmpdir --timeout --delay --retries --colsep -d --workdir --wd --basefile --return --load --memfree --nice --sshloginfile',
);

/** Source: https://www.gnu.org/software/parallel/man.html */
export const parallel: Judge = ({ args, scope, world, stdin }) => {
  const at = args.findIndex((arg) => /^:::?:?\+?$/.test(arg.text));
  const before = at < 0 ? args : args.slice(0, at);
  const options = readOptions(before, { values: PARALLEL_VALUES, stopAtOperand: true });
  const remote = options.has('-S', '--sshlogin', '--sshloginfile');
  const inner = copyScope(scope, { depth: scope.depth + 1, remote: scope.remote || remote });
  const command = options.operands.map((arg) => arg.text).join(' ');
  const items =
    at < 0
      ? stdin?.text !== undefined && stdin.text.trim() !== ''
        ? stdin.text.trim().split('\n')
        : [UNKNOWN]
      : args
          .slice(at + 1)
          .filter((arg) => !/^:::?:?\+?$/.test(arg.text))
          .map((arg) => arg.text);
  if (command === '') {
    if (at < 0 && stdin === undefined) return HARMLESS;
    for (const item of items.slice(0, 12)) world.runText(item, inner, undefined);
    return items.length > 0 && (at >= 0 || stdin) ? NOTHING : HARMLESS;
  }
  const all = items.join(' ');
  for (const item of items.length > 0 ? items.slice(0, 12) : [UNKNOWN]) {
    const text = /\{[./#%\d]*\}|\{\/[./]\}/.test(command)
      ? command.replace(/\{\d+\}/g, () => all).replace(/\{[./#%]*\}|\{\/[./]\}/g, () => item)
      : `${command} ${item}`;
    world.runText(text, inner, undefined);
  }
  // It joins the words and lets a shell read them; whoever quoted them meant them as they are.
  for (const item of items.slice(0, 12)) {
    const filled = options.operands.map((arg) => ({
      text: arg.text.replace(/\{\d+\}/g, () => all).replace(/\{\}/g, () => item),
    }));
    world.runArgs(
      options.operands.some((arg) => /\{\d*\}/.test(arg.text)) ? filled : [...filled, { text: item }],
      inner,
    );
  }
  return NOTHING;
};

const SSH_VALUES = set('-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B');

/** Source: https://man.openbsd.org/ssh */
export const ssh: Judge = ({ args, scope, world, stdin }) => {
  const { operands } = readOptions(args, { values: SSH_VALUES, stopAtOperand: true });
  const [host, ...command] = operands;
  const inner = copyScope(scope, {
    depth: scope.depth + 1,
    remote: true,
    production: scope.production || (host !== undefined && namesProduction([host])),
    cwd: '.',
    variables: new Map(),
  });
  // These run here, before the other machine is reached.
  for (const [index, { text }] of args.entries()) {
    const option = text === '-o' ? (args[index + 1]?.text ?? '') : /^-o./.test(text) ? text.slice(2) : '';
    const local = /^(?:ProxyCommand|LocalCommand|KnownHostsCommand)[=\s]\s*(.+)$/is.exec(option)?.[1];
    if (local !== undefined) world.runText(local, copyScope(scope, { depth: scope.depth + 1 }));
  }
  if (!host) return HARMLESS;
  if (command.length > 0) {
    world.runText(command.map((arg) => arg.text).join(' '), inner, stdin);
    return judged({ class: 'draft', reason: `works on ${names([host])[0]}`, targets: names([host]) });
  }
  if (stdin) return runData(stdin, { world, scope: inner });
  return judged({ class: 'draft', reason: `opens a shell on ${names([host])[0]}`, targets: names([host]) });
};

/** Source: https://www.gnu.org/software/findutils/manual/html_mono/find.html */
export const find: Judge = (call) => {
  const { scope, world } = call;
  // Its own options come first.
  const own = call.args.findIndex((arg) => !/^-(?:[HLP]|O\d?)$/.test(arg.text));
  const args = own < 0 ? [] : call.args.slice(own);
  const at = args.findIndex((arg) => /^[-(!]/.test(arg.text));
  const roots = (at < 0 ? args : args.slice(0, at)).filter((arg) => arg.text !== '');
  const tests = at < 0 ? [] : args.slice(at);
  const places = roots.length > 0 ? roots : [{ text: '.' }];
  // What is found has a name that the tests tell, at best.
  const named = tests.flatMap((arg, index) =>
    /^-i?(name|path|wholename)$/.test(arg.text) && !/^(!|-not)$/.test(tests[index - 1]?.text ?? '')
      ? [tests[index + 1]?.text ?? '']
      : [],
  );
  const patterns = named.length > 0 ? [...new Set(named)].slice(0, 8) : ['*'];
  // It looks in all folders below; a third star says: also through links, and whatever the case.
  const below = call.args.some((arg) => /^-(?:L|follow|i(?:name|path|wholename))$/.test(arg.text)) ? '***' : '**';
  const foundIn = places.flatMap((root) =>
    patterns.map((pattern): Arg => {
      const folder = root.text.replace(/\/$/, '');
      if (pattern === '*') return { text: `${folder}/*`, glob: true };
      // A path's star stands for slashes too.
      const path = pattern.replace(/^\.\//, '').replace(/^\*\//, '').replace(/\/\*$/, `/${below}/*`);
      const from = pattern.startsWith('./') ? '' : `${below}/`;
      return { text: `${folder}/${from}${path}`, glob: true };
    }),
  );
  let effects = false;
  for (let index = 0; index < tests.length; index++) {
    const test = tests[index]?.text ?? '';
    if (VALUE_TESTS.has(test)) {
      index++;
      continue;
    }
    if (test === '-delete') {
      effects = true;
      for (const each of foundIn) world.runArgs([{ text: 'rm' }, { text: '-r' }, each], scope);
    } else if (/^-(exec|execdir|ok|okdir)$/.test(test)) {
      const end = tests.findIndex(
        (arg, place) =>
          place > index &&
          (arg.text === ';' || arg.text === '\\;' || (arg.text === '+' && tests[place - 1]?.text === '{}')),
      );
      const command = tests.slice(index + 1, end < 0 ? undefined : end);
      const inner = copyScope(scope, { depth: scope.depth + 1 });
      for (const each of foundIn)
        world.runArgs(
          command.flatMap((arg) =>
            arg.text === '{}'
              ? /^ch(?:mod|own|grp)$/.test(command[0]?.text ?? '')
                ? [{ text: '-R' }, each]
                : [each]
              : arg.text.includes('{}')
                ? [{ text: arg.text.replaceAll('{}', () => each.text), glob: true }]
                : [arg],
          ),
          inner,
        );
      effects = true;
      index = end < 0 ? tests.length : end;
    } else if (/^-fprint0?$|^-fls$|^-fprintf$/.test(test)) {
      const file = tests[++index];
      if (file) world.runArgs([{ text: 'tee' }, file], scope);
    }
  }
  return effects ? { effects: [], output: { from: 'program' } } : { effects: [READ], output: { from: 'program' } };
};

const VALUE_TESTS = set(
  '-name -iname -path -ipath -wholename -iwholename -regex -iregex -lname -ilname -type -xtype -size -mtime -atime -ctime -mmin -amin -cmin -newer -anewer -cnewer -user -group -uid -gid -perm -maxdepth -mindepth -links -inum -samefile -fstype -used -printf -regextype -context',
);

/** Source: https://github.com/sharkdp/fd#command-execution */
export const fd: Judge = ({ args, scope, world }) => {
  const at = args.findIndex((arg) => /^(-x|-X|--exec|--exec-batch)$/.test(arg.text));
  if (at < 0) return { effects: [READ], output: { from: 'program' } };
  const end = args.findIndex((arg, index) => index > at && arg.text === ';');
  const command = args.slice(at + 1, end < 0 ? undefined : end);
  const found: Arg = { text: './*', glob: true };
  const filled = command.map((arg) => (/\{[/.]*\}/.test(arg.text) ? found : arg));
  world.runArgs(
    command.some((arg) => /\{[/.]*\}/.test(arg.text)) ? filled : [...filled, found],
    copyScope(scope, { depth: scope.depth + 1 }),
  );
  return { effects: [], output: { from: 'program' } };
};

/** Editors run what their options and scripts say. Source: https://vimhelp.org/starting.txt.html */
export const editor: Judge = ({ args, scope, world }) => {
  for (const [index, { text }] of args.entries()) {
    const line = text.startsWith('+')
      ? text.slice(1)
      : /^(-c|--cmd|--eval|-l)$/.test(args[index - 1]?.text ?? '')
        ? text
        : '';
    const command = /^:?\s*(?:silent!?\s*)?!(.+)$/s.exec(line)?.[1];
    if (command !== undefined) world.runText(command, copyScope(scope, { depth: scope.depth + 1 }));
    else if (
      /\b(?:system|shell-command|delete-file|delete-directory|delete)\s*\(|\((?:shell-command|delete-file|delete-directory)/.test(
        line,
      )
    ) {
      return judged(hidden('runs commands from within an editor'));
    }
  }
  return judged({ class: 'draft', reason: 'edits files' });
};

/** What starts an editor decides with which extensions, and so whether agents are asked. */
export const editorWindow: Judge = ({ args, name }) => {
  const [option, extension] = args.flatMap(({ text }, at) =>
    /^--(?:un)?install-extension|^--disable-extension/.test(text)
      ? [text.split('=')[0] ?? '', text.split('=')[1] ?? args[at + 1]?.text ?? '']
      : [],
  );
  const targets = extension ? [extension] : [];
  if (option === '--install-extension')
    return judged({ class: 'commit', reason: `installs an extension of ${name}: ${extension}`, targets });
  if (option === '--uninstall-extension' && !/marginal|\uFFFC/i.test(extension ?? ''))
    return judged({ class: 'commit', reason: `removes an extension of ${name}: ${extension}`, targets });
  if (option !== undefined)
    return judged({
      class: 'irreversible',
      reason: `takes extensions from ${name}, which ask before agents act`,
      targets,
    });
  return HARMLESS;
};

/** Source: https://man.openbsd.org/sftp, https://lftp.yar.ru/lftp-man.html */
export const fileTransfer: Judge = ({ args, stdin }) => {
  const options = readOptions(args, { values: set('-b -P -i -o -F -J -R -c -e -l -B -S -D -s -u -p -U') });
  const told = names(options.operands)[0] ?? 'another machine';
  const script = [options.value('-e', '-c') ?? '', stdin?.text ?? ''].join('\n');
  if (/\b(?:rm|rmdir|mrm|del|mdelete|delete|deltree|mirror\s[^\n]*--delete)\b/.test(script)) {
    return judged({ class: 'irreversible', reason: `deletes files on ${told}`, targets: [told] });
  }
  return judged({ class: 'commit', reason: `works on files of ${told}`, targets: [told] });
};
