/** What a shell does itself. Source: https://www.gnu.org/software/bash/manual/html_node/Shell-Builtin-Commands.html */
import { joinPath } from '../place.ts';
import { environmentEffects } from './environment.ts';
import { decoded, printed } from './knownText.ts';
import { names, readOptions } from './options.ts';
import {
  type Call,
  copyScope,
  type Effect,
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

export const BUILTINS: Readonly<Record<string, Judge>> = {
  cd,
  pushd: cd,
  popd: (call) => {
    call.scope.cwd = UNKNOWN;
    return HARMLESS;
  },
  chdir: cd,
  'set-location': cd,
  export: setVariables,
  declare: setVariables,
  typeset: setVariables,
  local: setVariables,
  readonly: setVariables,
  unset: ({ args, scope }) => {
    for (const { text } of args) scope.variables.set(text, '');
    return HARMLESS;
  },
  read: readVariables,
  mapfile: readVariables,
  readarray: readVariables,
  getopts: readVariables,
  eval: ({ args, scope, world, stdin }) => output(world.runText(args.map((arg) => arg.text).join(' '), scope, stdin)),
  exec: ({ args, scope, world, stdin }) => {
    const { operands } = readOptions(args, { values: new Set(['-a']), stopAtOperand: true });
    return operands.length === 0 ? HARMLESS : output(world.runArgs(operands, scope, stdin));
  },
  trap: ({ args, scope, world }) => {
    const [first] = args;
    if (first && args.length > 1 && first.text !== '-' && first.text !== '' && !first.text.startsWith('-')) {
      world.runText(first.text, copyScope(scope));
      return NOTHING;
    }
    return HARMLESS;
  },
  alias: ({ args, scope }) => {
    for (const { text } of args) {
      const equals = text.indexOf('=');
      if (equals > 0) scope.aliases.set(text.slice(0, equals), text.slice(equals + 1));
    }
    return HARMLESS;
  },
  unalias: ({ args, scope }) => {
    for (const { text } of args) scope.aliases.delete(text);
    return HARMLESS;
  },
  source: sourced,
  '.': sourced,
  command: builtin,
  builtin: builtin,
  set: ({ args, scope }) => {
    const at = args.findIndex((arg) => arg.text === '--');
    if (at >= 0) scope.positional = args.slice(at + 1);
    return HARMLESS;
  },
  shift: ({ scope }) => {
    scope.positional = scope.positional.slice(1);
    return HARMLESS;
  },
  echo: (call) => ({ effects: [READ], output: printed('echo', call.args) }),
  printf: (call) => {
    const { args, scope } = call;
    if (args[0]?.text === '-v' && args[1]) {
      scope.variables.set(args[1].text, printed('printf', args.slice(2)).text);
      return HARMLESS;
    }
    return { effects: [READ], output: printed('printf', args) };
  },
  pwd: ({ scope }) => ({ effects: [READ], output: { text: scope.cwd, from: 'line' } }),
  cat: (call) => {
    const operands = call.args.filter((arg) => !arg.text.startsWith('-') || arg.text === '-');
    const files = operands.filter((arg) => arg.text !== '-' && arg.text !== '/dev/stdin');
    const [only] = files;
    const fromProcess = only && files.length === 1 ? call.scope.processes.get(only.text) : undefined;
    const output = files.length === 0 ? call.stdin : fromProcess;
    return { effects: [READ], output: output ?? { from: 'program' } };
  },
  base64: decoding,
  base32: decoding,
  xxd: decoding,
  rev: decoding,
  tr: decoding,
  openssl: decoding,
  tac: passing,
  head: passing,
  tail: passing,
};

function cd({ args, scope, world }: Call): Judged {
  const [to] = readOptions(args).operands;
  if (!to) scope.cwd = '~';
  else if (to.text === '-') scope.cwd = UNKNOWN;
  else scope.cwd = isKnown(to) ? joinPath(scope.cwd, to.text) : UNKNOWN;
  // Absolute, but the folder that the action starts in: nothing has changed.
  if (world.cwd !== undefined && scope.cwd === world.cwd) scope.cwd = '.';
  return HARMLESS;
}

function setVariables({ args, scope, world }: Call): Judged {
  const effects: Effect[] = [];
  for (const { text } of args) {
    const equals = text.indexOf('=');
    if (equals <= 0 || text.startsWith('-')) continue;
    const value = text.slice(equals + 1);
    scope.variables.set(text.slice(0, equals), value === UNKNOWN ? undefined : value);
    effects.push(...environmentEffects(text.slice(0, equals), value, { scope, world }));
  }
  return effects.length > 0 ? judged(...effects) : HARMLESS;
}

function readVariables({ args, scope, stdin }: Call): Judged {
  const { operands } = readOptions(args, {
    values: new Set(['-d', '-n', '-N', '-p', '-t', '-u', '-a', '-i', '-c', '-C', '-O', '-s']),
  });
  const line = stdin?.text?.split('\n')[0];
  for (const { text } of operands.length > 0 ? operands : [{ text: 'REPLY' }]) {
    scope.variables.set(text, operands.length <= 1 ? line : undefined);
  }
  return HARMLESS;
}

function builtin({ args, scope, world, stdin }: Call): Judged {
  const { operands, has } = readOptions(args, { stopAtOperand: true });
  if (has('-v', '-V')) return HARMLESS;
  return operands.length === 0 ? HARMLESS : output(world.runArgs(operands, scope, stdin));
}

function sourced({ args, scope, world, stdin }: Call): Judged {
  const [file] = args;
  if (!file) return HARMLESS;
  const data = scope.processes.get(file.text) ?? (file.text === '/dev/stdin' ? stdin : undefined);
  if (data) return runData(data, { world, scope }, 'runs');
  if (scope.fetched.has(joinPath(scope.cwd, file.text))) {
    return judged(hidden('runs what it downloads without anyone seeing it'));
  }
  const script = isKnown(file) ? scriptText(file, { scope, world }) : undefined;
  if (script?.kind === 'changed') return judged(hidden('runs a script that it changes itself first'));
  if (script?.kind === 'text') return output(world.runText(script.text, scope));
  // Environments and completions are what people source; what they do can't be seen from here.
  return judged({
    class: 'draft',
    reason: `reads settings of the shell from ${names([file])[0]}`,
    targets: names([file]),
  });
}

/** A shell reads its commands from data. */
export function runData(
  data: NonNullable<Call['stdin']>,
  { world, scope }: Pick<Call, 'world' | 'scope'>,
  verb = 'runs',
): Judged {
  if (data.text !== undefined && data.text !== '') {
    world.runText(data.text, scope);
    return NOTHING;
  }
  if (data.text === '') return HARMLESS;
  switch (data.from) {
    case 'download':
      return judged(hidden(`${verb} what it downloads without anyone seeing it`));
    case 'decoder':
      return judged(hidden(`${verb} a text that is encoded`));
    default:
      return judged(hidden(`${verb} what another program writes`));
  }
}

function output(data: Call['stdin']): Judged {
  return data ? { effects: [], output: data } : NOTHING;
}

function decoding(call: Call): Judged {
  return { effects: [READ], output: decoded(call) };
}

function passing({ args, stdin }: Call): Judged {
  const named = args.some((arg) => !arg.text.startsWith('-') && !/^\d+$/.test(arg.text));
  return {
    effects: [READ],
    output: named || !stdin ? { from: 'program' } : stdin.text === undefined ? stdin : { from: stdin.from },
  };
}
