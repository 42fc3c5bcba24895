/** Walks a shell tree as a shell would, without running it: every command that may run is judged. */

import type { ShellDialect } from '../action.ts';
import { joinPath } from '../place.ts';
import type { ShellNode, ShellParser, ShellRedirect, ShellScript, ShellWord } from '../shellTree.ts';
import { environmentEffects, shadowed } from './environment.ts';
import { changed, emptied, overwritten } from './files.ts';
import {
  type Arg,
  copyScope,
  type Data,
  type Effect,
  hidden,
  isKnown,
  type Judge,
  type Scope,
  UNKNOWN,
  type World,
} from './scope.ts';
import { noteCopy, noteUnknown } from './scriptText.ts';
import { expand, expandText } from './words.ts';

const NAMES: Readonly<Record<ShellDialect, string>> = { bash: 'shell', powershell: 'PowerShell', cmd: 'cmd' };
/** Scripts in scripts, functions in functions. */
const MAX_DEPTH = 16;
/** Commands judged for one action: a loop or a function may judge one command several times. */
const MAX_COMMANDS = 1000;
/** Words of one command. */
const MAX_WORDS = 5000;
/** Values of a loop's variable that are tried. */
const MAX_ROUNDS = 24;

export interface Finding {
  readonly text: string;
  readonly effects: readonly Effect[];
}

export interface Evaluation {
  readonly parse: ShellParser;
  readonly judge: Judge;
  readonly ask: World['ask'];
  readonly cwd: string | undefined;
  readonly dialect: ShellDialect;
}

function newScope(dialect: ShellDialect): Scope {
  return {
    dialect,
    variables: new Map(),
    functions: new Map(),
    aliases: new Map(),
    positional: [],
    cwd: '.',
    remote: false,
    production: false,
    startedProcess: false,
    made: new Set(),
    moved: new Map(),
    written: new Map(),
    rewritten: new Map(),
    fetched: new Set(),
    processes: new Map(),
    depth: 0,
  };
}

/** One finding for each command that may run, in the order of the text. */
export function evaluate(command: string, { parse, judge, ask, cwd, dialect }: Evaluation): Finding[] {
  const findings: { text: string; effects: Effect[] }[] = [];
  let commands = 0;
  const note = (text: string, ...effects: readonly Effect[]) => {
    findings.push({ text, effects: [...effects] });
  };
  const world: World = {
    cwd,
    ask,
    note: (effect) => note('', effect),
    runText: (text, scope, stdin, inDialect = 'bash') => runText(text, scope, stdin, inDialect),
    runArgs: (args, scope, stdin) => runArgs(args, scope, args.map((arg) => arg.text).join(' '), stdin),
  };

  runText(command, newScope(dialect), undefined, dialect);
  return findings;

  function runText(text: string, scope: Scope, stdin: Data | undefined, inDialect: ShellDialect): Data | undefined {
    if (scope.depth >= MAX_DEPTH) {
      note(text, hidden('nests deeper than can be followed'));
      return undefined;
    }
    if (commands > MAX_COMMANDS) return undefined;
    const script = parse(text, inDialect);
    if (!script || startsUnknown(text)) {
      const why = text.includes(UNKNOWN)
        ? 'runs a text that isn’t known before it runs'
        : `can’t be read as ${NAMES[inDialect]}`;
      note(text.replaceAll(UNKNOWN, '…'), hidden(why));
    }
    if (!script) return undefined;
    // Same shell, one level down: where it goes, the shell goes.
    const inner: Scope = { ...scope, dialect: inDialect, depth: scope.depth + 1 };
    const output = run(script.statements, inner, stdin);
    scope.cwd = inner.cwd;
    return output;
  }

  function run(nodes: readonly ShellNode[], scope: Scope, stdin: Data | undefined): Data | undefined {
    const outputs: (Data | undefined)[] = [];
    for (const node of nodes) outputs.push(runNode(node, scope, stdin));
    return joined(outputs);
  }

  function runNode(node: ShellNode, scope: Scope, stdin: Data | undefined): Data | undefined {
    if (commands > MAX_COMMANDS) {
      if (commands++ === MAX_COMMANDS + 1) note('', hidden('has more commands than can be followed'));
      return undefined;
    }
    switch (node.kind) {
      case 'command':
        commands++;
        return runCommand(node, scope, stdin);
      case 'background':
        runNode(node.node, copyScope(scope), stdin);
        scope.startedProcess = true;
        return undefined;
      case 'list':
        return run(node.nodes, scope, stdin);
      case 'pipeline': {
        let data = stdin;
        for (const each of node.commands)
          data = runNode(
            each,
            sharesScope(scope) ? scope : copyScope(scope),
            data ?? (each === node.commands[0] ? undefined : { from: 'program' }),
          ) ?? { from: 'program' };
        return data;
      }
      case 'group': {
        const input = redirect(node.redirects, scope) ?? stdin;
        const inner = node.subshell ? copyScope(scope) : scope;
        const output = run(node.body, inner, input);
        if (sharesScope(scope)) scope.cwd = inner.cwd;
        return written(node.redirects) ? undefined : output;
      }
      case 'loop': {
        const input = redirect(node.redirects, scope) ?? stdin;
        run(node.condition, scope, input);
        const values = node.words?.flatMap((word) => expand(word, scope, world, substituter(scope)));
        const outputs: (Data | undefined)[] = [];
        const rounds: readonly (Arg | undefined)[] =
          values && values.length > 0 ? values.slice(0, MAX_ROUNDS) : [undefined];
        for (const value of rounds) {
          if (node.variable !== undefined) scope.variables.set(node.variable, value?.text);
          outputs.push(run(node.body, scope, input));
        }
        return written(node.redirects) ? undefined : joined(outputs);
      }
      case 'branch': {
        const input = redirect(node.redirects, scope) ?? stdin;
        for (const word of node.words) expand(word, scope, world, substituter(scope));
        const outputs = node.branches.map((branch) => run(branch, scope, input));
        return outputs.length === 1 && !written(node.redirects) ? outputs[0] : undefined;
      }
      case 'function':
        scope.functions.set(node.name, node.body);
        return undefined;
      case 'test':
        for (const word of node.words) expand(word, scope, world, substituter(scope));
        redirect(node.redirects, scope);
        return undefined;
    }
  }

  function runCommand(
    node: Extract<ShellNode, { kind: 'command' }>,
    scope: Scope,
    stdin: Data | undefined,
  ): Data | undefined {
    const at = findings.length;
    if (node.words.length > MAX_WORDS) {
      note(node.text.slice(0, 200), hidden('has more words than can be followed'));
      return undefined;
    }
    const substitute = substituter(scope);
    const args = node.words.flatMap((word) => expand(word, scope, world, substitute));
    const values = node.assignments.map(({ name, values: words, append }) => {
      const text = words.map((word) => expandText(word, scope, world, substitute).text).join(' ');
      const before = append ? (scope.variables.get(name) ?? '') : '';
      return [name, text.includes(UNKNOWN) && text === UNKNOWN ? undefined : before + text] as const;
    });
    const input = redirect(node.redirects, scope, node.text, printsNothing(args)) ?? stdin;
    if (args.length === 0) {
      for (const [name, value] of values) scope.variables.set(name, value);
      setEnvironment(values, scope, node.text);
      if (findings.length === at) note(node.text, { class: 'read', reason: 'only sets variables' });
      return undefined;
    }
    // Words that come before a program are in its environment, and in this line's words only after it.
    const inner = values.length > 0 ? copyScope(scope) : scope;
    for (const [name, value] of values) inner.variables.set(name, value);
    setEnvironment(values, inner, node.text);
    const output = runArgs(args, inner, node.text, input);
    // `DIR=/x rm -rf $DIR/y` expands the old DIR, which whoever wrote it may not have meant: both are judged.
    if (
      node.words.some((word) =>
        word.parts.some(
          (part) =>
            part.kind === 'variable' && inner.variables.has(part.name) && values.some(([name]) => name === part.name),
        ),
      )
    ) {
      runArgs(
        node.words.flatMap((word) => expand(word, inner, world, substituter(inner))),
        copyScope(inner),
        node.text,
        input,
      );
    }
    if (values.length > 0) scope.cwd = inner.cwd;
    keep(node.redirects, scope, output?.text, args);
    return written(node.redirects) ? undefined : output;
  }

  /** Some variables make the programs that follow run something. */
  function setEnvironment(
    values: readonly (readonly [string, string | undefined])[],
    scope: Scope,
    text: string,
  ): void {
    const effects = values.flatMap(([name, value]) => environmentEffects(name, value, { scope, world }));
    if (effects.length > 0) note(text, ...effects);
  }

  function runArgs(args: readonly Arg[], scope: Scope, text: string, stdin: Data | undefined): Data | undefined {
    const [program, ...rest] = args;
    if (!program) return undefined;
    if (scope.depth >= MAX_DEPTH) {
      note(text, hidden('nests deeper than can be followed'));
      return undefined;
    }
    const called = scope.dialect === 'powershell' ? program.text.toLowerCase() : program.text;
    const body = scope.functions.get(called);
    if (body) {
      const inner: Scope = { ...scope, depth: scope.depth + 1, positional: rest };
      const output = run(body, inner, stdin);
      scope.cwd = inner.cwd;
      return output;
    }
    const alias = scope.aliases.get(called);
    if (alias !== undefined) {
      const aliases = new Map(scope.aliases);
      aliases.delete(called);
      return runText([alias, ...rest.map(quote)].join(' '), { ...scope, aliases }, stdin, scope.dialect);
    }
    const instead = shadowed(program.text, { scope, world });
    if (instead) return runArgs([instead, ...rest], { ...scope, depth: scope.depth + 1 }, text, stdin);
    if (program.glob) note(text, hidden('runs a program whose name is a pattern'));
    const { effects, output } = judge({ name: program.text, args: rest, scope, world, ...(stdin && { stdin }) });
    if (effects.length > 0) note(text, ...(scope.production ? effects.map(inProduction) : effects));
    return output;
  }

  function substituter(scope: Scope) {
    return (script: ShellScript | undefined, text: string, stdin?: Data): Data | undefined => {
      if (!script) {
        note(text, hidden('can’t be read as shell'));
        return undefined;
      }
      if (scope.depth >= MAX_DEPTH) {
        note(text, hidden('nests deeper than can be followed'));
        return undefined;
      }
      if (!sharesScope(scope)) return run(script.statements, copyScope(scope, { depth: scope.depth + 1 }), stdin);
      const inner: Scope = { ...scope, depth: scope.depth + 1 };
      const output = run(script.statements, inner, stdin);
      scope.cwd = inner.cwd;
      return output;
    };
  }

  /** Judges what redirections write. What the command reads from them, if they give it anything. */
  function redirect(redirects: readonly ShellRedirect[], scope: Scope, text = '', silent = false): Data | undefined {
    let input: Data | undefined;
    for (const { operator, descriptor, target } of redirects) {
      if (!target) continue;
      const substitute = substituter(scope);
      if (operator === '<<' || operator === '<<<') {
        const content = expandHere(target, scope);
        input = isKnown(content)
          ? { text: `${content.text}${operator === '<<<' ? '\n' : ''}`, from: 'line' }
          : { text: content.text, from: 'line' };
        continue;
      }
      const file = expandText(target, scope, world, substitute);
      if (operator === '<' || operator === '<>') {
        input = scope.processes.get(file.text) ?? (file.text === '/dev/null' ? undefined : { from: 'program' });
        if (operator === '<') continue;
      }
      if (operator === '<&') continue;
      if (operator === '>&' && /^(\d+-?|-)$/.test(file.text)) continue;
      if (/^\/dev\/(tcp|udp)\//.test(file.text)) {
        note(text, { class: 'commit', reason: `sends data to ${file.text.slice(9)}`, targets: [file.text] });
        continue;
      }
      if (file.text === '') continue;
      const appends = operator === '>>' || operator === '&>>' || operator === '<>';
      const place = { scope, world };
      const empties = silent && operator === '>' && (descriptor ?? 1) === 1;
      const effect = appends
        ? changed(file, place)
        : operator === '>|' || empties
          ? emptied(file, place, empties ? 'empties' : 'overwrites')
          : overwritten(file, place);
      if (effect.class !== 'read') note(`${operator} ${target.text}`, effect);
    }
    return input;
  }

  /** Remembers what goes into a file, since the line may run it. */
  function keep(
    redirects: readonly ShellRedirect[],
    scope: Scope,
    text: string | undefined,
    args: readonly Arg[],
  ): void {
    for (const { operator, target } of redirects) {
      if (!target || !/^(>|>>|>\||&>|&>>)$/.test(operator)) continue;
      const file = expandText(target, scope, world, () => undefined);
      const path = joinPath(scope.cwd, file.text);
      if (text === undefined) {
        const [program, source, ...more] = args;
        if (program?.text === 'cat' && source && more.length === 0 && !operator.includes('>>'))
          noteCopy(source, file, scope);
        else noteUnknown(file, scope);
        continue;
      }
      scope.written.set(path, operator === '>>' ? `${scope.written.get(path) ?? ''}${text}` : text);
    }
  }

  /** A here-document's or here-string's text isn't split. */
  function expandHere(word: ShellWord, scope: Scope): Arg {
    const parts = word.parts.map((part) =>
      part.kind === 'variable' || part.kind === 'substitution' ? { ...part, quoted: true } : part,
    );
    return expandText({ text: word.text, parts }, scope, world, substituter(scope));
  }
}

/** PowerShell has no subshells: what a block or a subexpression sets and where it goes stays. */
function sharesScope(scope: Scope): boolean {
  return scope.dialect === 'powershell';
}

/** `> file`, `: > file`, `cat /dev/null > file`: what they write is nothing. */
function printsNothing(args: readonly Arg[]): boolean {
  return /^(?:|:|true|cat \/dev\/null|echo -n|printf)\s*$/.test(args.map((arg) => arg.text).join(' '));
}

function inProduction(effect: Effect): Effect {
  if (effect.class === 'read' || effect.class === 'draft') return effect;
  return { ...effect, class: 'deploy', reason: `${effect.reason}, in production` };
}

/** Whether output goes into a file instead of on. */
function written(redirects: readonly ShellRedirect[]): boolean {
  return redirects.some(
    ({ operator, descriptor, target }) =>
      (operator === '>' || operator === '>>' || operator === '>|' || operator.startsWith('&>')) &&
      (descriptor === undefined || descriptor === 1) &&
      !target?.parts.some((part) => part.kind === 'process'),
  );
}

function joined(outputs: readonly (Data | undefined)[]): Data | undefined {
  const some = outputs.filter((each) => each !== undefined);
  const worst = some.find((each) => each.text === undefined) ?? some[0];
  if (!worst) return undefined;
  if (worst.text === undefined || some.length !== outputs.length)
    return some.length === 1 ? worst : { from: worst.from };
  return { text: some.map((each) => each.text ?? '').join(''), from: worst.from };
}

/** Whether a command in the text has a name that isn't known. */
function startsUnknown(text: string): boolean {
  return new RegExp(`(?:^|[;&|\\n({]|&&|\\|\\|)\\s*["']?${UNKNOWN}`).test(text);
}

function quote(arg: Arg): string {
  return arg.glob ? arg.text : `'${arg.text.replaceAll("'", `'\\''`)}'`;
}
