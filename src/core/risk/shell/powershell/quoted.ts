/** Text in quotes, and variables, which stand in words, in values and in text alike. */
import type { ShellWordPart } from '../../shellTree.ts';
import { UNKNOWN } from '../scope.ts';
import { literal, OWN, runs, type Value } from './nodes.ts';
import { DOUBLE, SINGLE, type Source, Unreadable } from './source.ts';

export function singleQuoted(source: Source): string {
  let value = '';
  for (source.at++; ; source.at++) {
    if (source.ends()) throw new Unreadable();
    if (SINGLE.test(source.here())) {
      if (!SINGLE.test(source.text[source.at + 1] ?? '')) break;
      source.at++;
    }
    value += source.here();
  }
  source.at++;
  return value;
}

/** What stands in double quotes; each piece is read where it is. */
export function doubleQuoted(source: Source): ShellWordPart[] {
  source.at++;
  const parts: ShellWordPart[] = [];
  let value = '';
  for (;;) {
    if (source.ends()) throw new Unreadable();
    const now = source.here();
    if (DOUBLE.test(now)) {
      if (!DOUBLE.test(source.text[source.at + 1] ?? '')) break;
      value += '"';
      source.at += 2;
    } else if (now === '`') value += escaped(source);
    else if (now === '$' && /[\w({$?^:]/.test(source.text[source.at + 1] ?? '')) {
      if (value !== '') parts.push(literal(value, 'double'));
      value = '';
      parts.push(...variable(source).parts);
    } else {
      value += now;
      source.at++;
    }
  }
  source.at++;
  return [...parts, literal(value, 'double')];
}

export function escaped(source: Source): string {
  const next = source.text[source.at + 1] ?? '';
  source.at += 2;
  if (next === 'u' && source.here() === '{') {
    const code = source.take(/\{[0-9a-f]{1,6}\}/iy);
    if (code === undefined) throw new Unreadable();
    const point = Number.parseInt(code.slice(1, -1), 16);
    if (point > 0x10ffff) throw new Unreadable();
    return String.fromCodePoint(point);
  }
  return { n: '\n', r: '\r', t: '\t', '0': '\0', a: '\u0007', b: '\b', f: '\f', v: '\v', e: '\u001b' }[next] ?? next;
}

export function variable(source: Source): Value {
  source.at++;
  if (source.here() === '(') return { parts: runs(source.script.inParentheses(source)), simple: true };
  let name: string | undefined;
  if (source.here() === '{') {
    name = source.take(/\{[^}`\n]+\}/y)?.slice(1, -1);
  } else {
    name = source.take(/(?:\w+:(?!:))?[\w?]+|[$^?]/y);
  }
  if (name === undefined) throw new Unreadable();
  const lower = name.toLowerCase().replace(/^(?:global|script|local|private|using|variable):/, '');
  if (/^(?:function|alias):/.test(lower)) throw new Unreadable();
  switch (lower) {
    case 'true':
    case 'false':
      return { parts: [literal(lower)], simple: true };
    case 'null':
      return { parts: [literal('')], simple: true };
    case '_':
    case 'psitem':
    case 'input':
    case 'args':
    case 'this':
    case '$':
    case '^':
    case '?':
      return { parts: [literal(UNKNOWN)], simple: true };
    default: {
      const own = { home: 'HOME', 'env:userprofile': 'HOME', pwd: 'PWD', psscriptroot: 'PWD' }[lower];
      const known = own ?? (lower.startsWith('env:') ? lower.slice(4).toUpperCase() : `${OWN}${lower}`);
      const part: ShellWordPart = { kind: 'variable', name: known, quoted: true, operands: [], text: `$${name}` };
      return { parts: [part], simple: true, variable: known };
    }
  }
}
