/** Values: what is quoted, variables, numbers, casts, members, hash tables, and operators between them. */
import type { ShellWordPart } from '../../shellTree.ts';
import { UNKNOWN } from '../scope.ts';
import { hereString } from './hereString.ts';
import { call, literal, nested, runs, scriptPart, type Value } from './nodes.ts';
import { doubleQuoted, singleQuoted, variable } from './quoted.ts';
import { ASSIGNS, DOUBLE, NUMBER, REDIRECT, SINGLE, type Source, Unreadable } from './source.ts';

/** Values with operators between them. */
const MAX_LIST = 1000;
/** Members of members of one value. */
const MAX_MEMBERS = 200;
const NAME = /[\w?]+/y;
const OPERATOR = /(?:[-–—―](?:[a-z]+)\b|\.\.|\?\?|\+\+|--|[+*/%!?:=]|[-–—―])/iy;

/** Primaries and operators until something ends them. */
export function expression(source: Source): Value {
  const values: Value[] = [];
  let plain = true;
  for (;;) {
    source.spaces();
    const now = source.here();
    if (source.ends() || /[\n;)}|&\]>]/.test(now)) break;
    if (now === ',') {
      source.at++;
      plain = false;
      source.spaces(true);
      continue;
    }
    if (values.length > 0 && source.match(ASSIGNS) !== undefined) break;
    if (values.length > 0 && source.match(REDIRECT) !== undefined) break;
    if (/[$([{@]/.test(now) || SINGLE.test(now) || DOUBLE.test(now) || source.match(NUMBER) !== undefined) {
      if (values.length >= MAX_LIST) throw new Unreadable();
      values.push(source.deeper(() => primary(source)));
      continue;
    }
    const operator = source.take(OPERATOR);
    if (operator === undefined) throw new Unreadable();
    // Only text that is put together stays known.
    if (operator !== '+') plain = false;
    source.spaces(true);
  }
  const [only] = values;
  if (values.length === 1 && only && plain) return only;
  const simple = plain && values.length > 0 && values.every((value) => value.simple);
  const parts = values.flatMap((value) => value.parts);
  return { parts: simple ? parts : [...parts, literal(UNKNOWN)], simple };
}

/** Expressions with commas or semicolons between them, until `end`, which isn't taken: arguments, keys with values. */
export function list(source: Source, end: string): Value {
  const parts: ShellWordPart[] = [];
  for (;;) {
    source.spaces(true);
    if (source.ends()) throw new Unreadable();
    if (source.here() === end) return { parts, simple: false };
    if (/[,;=]/.test(source.here())) {
      source.at++;
      continue;
    }
    const name = /[\w]/.test(source.here()) && source.match(NUMBER) === undefined ? source.take(/[\w-]+/y) : undefined;
    if (name !== undefined) continue;
    const before = source.at;
    parts.push(...source.deeper(() => expression(source)).parts);
    source.spaces(true);
    if (source.at === before) throw new Unreadable();
  }
}

export function primary(source: Source): Value {
  const now = source.here();
  let value: Value;
  if (SINGLE.test(now)) value = { parts: [literal(singleQuoted(source), 'single')], simple: true };
  else if (DOUBLE.test(now)) value = { parts: doubleQuoted(source), simple: true };
  else if (now === '$') value = variable(source);
  else if (now === '(') value = { parts: scriptPart(source.script.inParentheses(source)), simple: true };
  else if (now === '{') return postfix(source, { parts: [...runs(source.script.block(source))], simple: false });
  else if (now === '@') value = special(source);
  else if (now === '[') value = typed(source);
  else {
    const number = source.take(NUMBER);
    if (number === undefined) throw new Unreadable();
    value = { parts: [literal(number)], simple: true };
  }
  return postfix(source, value);
}

/** `.Name`, `.Name(…)`, `[…]` and `++` behind a value. */
function postfix(source: Source, first: Value): Value {
  let value = first;
  for (let members = 0; ; members++) {
    if (members > MAX_MEMBERS) throw new Unreadable();
    if (source.here() === '[') {
      source.at++;
      const inside = list(source, ']');
      source.expect(']');
      value = { parts: [...nested(value.parts), ...nested(inside.parts), literal(UNKNOWN)], simple: false };
    } else if (/^\??\.[\w$'"]/.test(source.text.slice(source.at, source.at + 3))) {
      source.at += source.here() === '?' ? 2 : 1;
      value = member(source, value, '.');
    } else if (source.text.startsWith('::', source.at)) {
      source.at += 2;
      value = member(source, value, '::');
    } else if (source.text.startsWith('++', source.at) || source.text.startsWith('--', source.at)) source.at += 2;
    else return value;
  }
}

function member(source: Source, value: Value, operator: '.' | '::'): Value {
  const name = source.take(NAME);
  const computed = name === undefined ? primary(source).parts : [];
  if (source.here() !== '(') {
    return { parts: [...nested(value.parts), ...nested(computed), literal(UNKNOWN)], simple: false };
  }
  source.at++;
  const given = list(source, ')');
  source.expect(')');
  const called = name === undefined ? UNKNOWN : name.toLowerCase();
  return {
    parts: [
      ...nested(value.parts),
      ...runs([call(`${operator}${called}`, [...nested(computed), ...given.parts])]),
      literal(UNKNOWN),
    ],
    simple: false,
  };
}

/** `[int]$x`, `[IO.File]::Delete('x')`, `[Parameter(Mandatory)]`. */
function typed(source: Source): Value {
  const name = typeName(source);
  if (!source.text.startsWith('::', source.at)) {
    source.spaces();
    // A cast stands before its value.
    if (/[$(['"‘’“”@{\d]/.test(source.here())) return primary(source);
    return { parts: [literal(UNKNOWN)], simple: false };
  }
  source.at += 2;
  const called = source.take(NAME)?.toLowerCase();
  if (called === undefined) throw new Unreadable();
  if (source.here() !== '(') return { parts: [literal(UNKNOWN)], simple: false };
  source.at++;
  const given = list(source, ')');
  source.expect(')');
  return {
    parts: [...runs([call(`[${name}]::${called}`, given.parts)]), literal(UNKNOWN)],
    simple: false,
  };
}

export function typeName(source: Source): string {
  source.expect('[');
  const start = source.at;
  for (let open = 1; open > 0; ) {
    if (source.ends()) throw new Unreadable();
    if (source.here() === '(') {
      source.at++;
      list(source, ')');
      source.expect(')');
      continue;
    }
    if (source.here() === '[') open++;
    if (source.here() === ']') open--;
    source.at++;
  }
  return source.text
    .slice(start, source.at - 1)
    .replace(/\s/g, '')
    .toLowerCase()
    .replace(/^system\./, '');
}

/** `@( … )`, `@{ … }`, here-strings. */
function special(source: Source): Value {
  const next = source.text[source.at + 1] ?? '';
  if (next === '(') {
    source.at++;
    const parts = scriptPart(source.script.inParentheses(source));
    return { parts, simple: true };
  }
  if (next === '{') {
    source.at += 2;
    const parts: ShellWordPart[] = [];
    for (;;) {
      source.spaces(true);
      if (source.here() === ';') source.at++;
      else if (source.here() === '}') break;
      else {
        const name = source.take(/[\w-]+/y);
        if (name === undefined) parts.push(...primary(source).parts);
        source.expect('=');
        source.spaces(true);
        parts.push(...scriptPart(source.deeper(() => source.script.statement(source))));
      }
    }
    source.at++;
    return { parts: [...nested(parts), literal(UNKNOWN)], simple: false };
  }
  return hereString(source);
}
