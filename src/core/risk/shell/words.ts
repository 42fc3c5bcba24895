/** Expands a word of the tree into the arguments that the program gets, as far as they can be known beforehand. */
import type { ShellScript, ShellWord, ShellWordPart } from '../shellTree.ts';
import { type Arg, type Data, type Scope, UNKNOWN, type World } from './scope.ts';

/** Judges a substitution; what it writes, where that is known. */
export type Substitute = (script: ShellScript | undefined, text: string, stdin?: Data) => Data | undefined;

/** More words than this from one word: the rest is left out. */
const MAX_WORDS = 64;
/** A value longer than this is not carried along. */
const MAX_VALUE = 64_000;

/** Variables that every shell has. `~` and `.` are read by `placeOf`. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  HOME: '~',
  PWD: '.',
  TMPDIR: '/tmp',
  TEMP: '/tmp',
  TMP: '/tmp',
  RUNNER_TEMP: '/tmp/runner',
  SHELL: '/bin/sh',
  BASH: '/bin/bash',
  USER: 'user',
  LOGNAME: 'user',
  IFS: ' ',
  RANDOM: '1',
  SECONDS: '1',
  '?': '0',
  $: '1',
  '#': '1',
};

export function expand(word: ShellWord, scope: Scope, world: World, substitute: Substitute): Arg[] {
  let fields: { text: string; glob: boolean; some: boolean }[] = [{ text: '', glob: false, some: false }];
  const append = (text: string, some = true, glob = false) => {
    for (const field of fields) {
      if (field.text.length < MAX_VALUE) field.text += text;
      field.some ||= some;
      field.glob ||= glob;
    }
  };
  const split = (value: string) => {
    if (value.length > MAX_VALUE) {
      append(UNKNOWN);
      return;
    }
    const separators = scope.variables.get('IFS') ?? ' \t\n';
    const pieces = value.split(
      separators === ' \t\n' ? /[ \t\n]+/ : new RegExp(`[${separators.replace(/[\]\\^-]/g, '\\$&') || ' '}]`),
    );
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && fields.length < MAX_WORDS) fields.push({ text: '', glob: false, some: false });
      const last = fields.at(-1);
      if (!last || piece === '') continue;
      last.text = last.text.length > MAX_VALUE ? UNKNOWN : last.text + piece;
      last.some = true;
      last.glob ||= /[*?]/.test(piece);
    }
  };
  for (const part of word.parts) {
    switch (part.kind) {
      case 'literal':
        append(part.value);
        break;
      case 'tilde':
        append(part.text === '~+' ? '.' : part.text);
        break;
      case 'glob':
        append(part.text, true, true);
        break;
      case 'brace': {
        const alternatives = part.alternatives.flatMap((each) => expand(each, scope, world, substitute));
        if (alternatives.length === 0) {
          append(UNKNOWN);
          break;
        }
        fields = fields
          .flatMap((field) =>
            alternatives.map((each) => ({
              text: field.text + each.text,
              glob: field.glob || each.glob === true,
              some: true,
            })),
          )
          .slice(0, MAX_WORDS);
        break;
      }
      case 'arithmetic':
        for (const each of part.words) expand(each, scope, world, substitute);
        append('0');
        break;
      case 'process': {
        const data = substitute(part.script, part.text, part.output ? { from: 'program' } : undefined);
        const file = `/dev/fd/${63 - scope.processes.size}`;
        scope.processes.set(file, data ?? { from: 'program' });
        append(file);
        break;
      }
      case 'substitution': {
        const value = substitute(part.script, part.text)?.text?.replace(/\n+$/, '');
        if (value === undefined) append(UNKNOWN);
        else if (part.quoted) append(value);
        else split(value);
        break;
      }
      case 'variable': {
        if ((part.name === '@' || part.name === '*') && !part.operator) {
          const { positional } = scope;
          for (const [index, each] of positional.entries()) {
            if (index > 0) fields.push({ text: '', glob: false, some: false });
            const last = fields.at(-1);
            if (last) {
              last.text += each.text;
              last.some = true;
            }
          }
          break;
        }
        const value = variable(part, scope, world, substitute);
        const list = !part.operator && /^[@*]$/.test(part.operands[0]?.text ?? '');
        if (value === undefined) append(UNKNOWN);
        else if (part.quoted && !list) append(value);
        else split(value);
        break;
      }
    }
  }
  return fields
    .filter((field) => field.some || field.text !== '')
    .map(({ text, glob }) => (glob ? { text, glob } : { text }));
}

/** The word as one text, as in an assignment or a redirection. */
export function expandText(word: ShellWord, scope: Scope, world: World, substitute: Substitute): Arg {
  const args = expand(word, scope, world, substitute);
  const text = args.map((arg) => arg.text).join(' ');
  return args.some((arg) => arg.glob) ? { text, glob: true } : { text };
}

function variable(
  part: Extract<ShellWordPart, { kind: 'variable' }>,
  scope: Scope,
  world: World,
  substitute: Substitute,
): string | undefined {
  const { name, operator } = part;
  const operands = part.operands.map((each) => expandText(each, scope, world, substitute).text);
  let value = lookUp(name, scope, world);
  if (!operator) return value;
  if (operator.startsWith('#') && operator.length === 1 && operands.length === 0) return '1';
  if (operator === '!') return value === undefined ? undefined : lookUp(value, scope, world);
  const [first = '', second = ''] = operands;
  switch (operator) {
    case '-':
    case ':-':
    case '=':
    case ':=':
      if (value === undefined || value === UNKNOWN) return scope.variables.has(name) ? undefined : first;
      return value === '' && operator.startsWith(':') ? first : value;
    case '+':
    case ':+':
      return value === undefined || value === '' ? (scope.variables.has(name) ? undefined : '') : first;
    case '?':
    case ':?':
      return value;
  }
  if (value === undefined || first.includes(UNKNOWN) || second.includes(UNKNOWN)) return undefined;
  switch (operator) {
    case '#':
    case '##':
      return cut(value, first, 'start', operator === '##');
    case '%':
    case '%%':
      return cut(value, first, 'end', operator === '%%');
    case '/':
    case '//':
      return /[*?[]/.test(first)
        ? undefined
        : operator === '/'
          ? value.replace(first, () => second)
          : value.replaceAll(first, () => second);
    case ':': {
      const from = Number(first);
      const length = second === '' ? value.length : Number(second);
      if (!Number.isInteger(from) || !Number.isInteger(length)) return undefined;
      value = value.slice(from);
      return value.slice(0, length);
    }
    case '^^':
      return value.toUpperCase();
    case ',,':
      return value.toLowerCase();
    default:
      return undefined;
  }
}

function lookUp(name: string, scope: Scope, world: World): string | undefined {
  if (scope.variables.has(name)) return scope.variables.get(name);
  if (/^[1-9]\d*$/.test(name)) {
    const arg = scope.positional[Number(name) - 1];
    return arg?.text;
  }
  if (name === '!' && scope.startedProcess) return '%1';
  const known = ENVIRONMENT[name];
  if (known !== undefined) return name === 'PWD' ? scope.cwd : known;
  if (!/^\w+$/.test(name)) return undefined;
  const answer = world.ask({ kind: 'env', name });
  return answer?.kind === 'text' ? (answer.text ?? '') : undefined;
}

/** `${value#pattern}` and its like, for patterns of `*` and plain text. */
function cut(value: string, pattern: string, side: 'start' | 'end', longest: boolean): string | undefined {
  if (value.length > 500 || pattern.split('*').length > 3 || /[?[\]]/.test(pattern)) return undefined;
  const star = longest ? '.*' : '.*?';
  const body = pattern
    .slice(0, 200)
    .split('*')
    .map((each) => each.replace(/[.+^${}()|\\/-]/g, '\\$&'))
    .join(star);
  if (side === 'start') return value.replace(new RegExp(`^${body}`, 's'), '');
  if (!pattern.includes('*')) return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) : value;
  // The shortest match at the end is the last place where it can start.
  const matcher = new RegExp(`^${body}$`, 's');
  const starts = Array.from({ length: Math.min(value.length, 500) + 1 }, (_, index) => index);
  for (const start of longest ? starts : starts.reverse()) {
    if (matcher.test(value.slice(start))) return value.slice(0, start);
  }
  return value;
}
