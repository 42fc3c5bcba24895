/** Words of a command: bare, quoted, expanded, and several with commas between them. */
import type { ShellWord, ShellWordPart } from '../../shellTree.ts';
import { UNKNOWN } from '../scope.ts';
import { primary } from './expression.ts';
import { literal, type Value } from './nodes.ts';
import { doubleQuoted, escaped, singleQuoted, variable } from './quoted.ts';
import { DELIMITER, DOUBLE, SINGLE, type Source, Unreadable } from './source.ts';

/** Words with commas between them. */
const MAX_LIST = 1000;

/** One argument; several with commas between them are words of their own. */
export function argument(source: Source): ShellWord {
  const start = source.at;
  const words: ShellWord[] = [token(source)];
  for (;;) {
    const before = source.at;
    source.spaces();
    if (source.here() !== ',') {
      source.at = before;
      break;
    }
    source.at++;
    source.spaces(true);
    if (words.length >= MAX_LIST) throw new Unreadable();
    words.push(token(source));
  }
  const [only] = words;
  const whole = source.text.slice(start, source.at);
  if (words.length === 1 && only) return only;
  return { text: whole, parts: [{ kind: 'brace', text: whole, alternatives: words }] };
}

function token(source: Source): ShellWord {
  const start = source.at;
  const parts: ShellWordPart[] = [];
  if (source.here() === '@' && /\w/.test(source.text[source.at + 1] ?? '')) {
    // A variable's members, each an argument.
    source.take(/@\w+/y);
    return { text: source.text.slice(start, source.at), parts: [literal(UNKNOWN)] };
  }
  if (/[$({]/.test(source.here()) || (source.here() === '@' && /[({'"]/.test(source.text[source.at + 1] ?? ''))) {
    if (source.here() !== '$' || /[\w({?^$]/.test(source.text[source.at + 1] ?? ''))
      parts.push(...source.deeper(() => primary(source)).parts);
  }
  parts.push(...bare(source, parts.length > 0).parts);
  if (source.at === start) throw new Unreadable();
  return { text: source.text.slice(start, source.at), parts };
}

/** A word as it stands, with what is quoted and expanded in it. */
export function bare(source: Source, goesOn = false): Value {
  const parts: ShellWordPart[] = [];
  let value = '';
  const flush = () => {
    if (value !== '') parts.push(literal(value));
    value = '';
  };
  if (!goesOn && /^~(?:[\\/\s;|)},]|$)/.test(source.text.slice(source.at, source.at + 2))) {
    parts.push({ kind: 'tilde', text: '~' });
    source.at++;
  }
  while (!source.ends()) {
    const now = source.here();
    if (now === '`') {
      if (source.text[source.at + 1] === '\n') break;
      value += escaped(source);
    } else if (SINGLE.test(now)) {
      flush();
      parts.push(literal(singleQuoted(source), 'single'));
    } else if (DOUBLE.test(now)) {
      flush();
      parts.push(...doubleQuoted(source));
    } else if (now === '$' && /[\w({?^$]/.test(source.text[source.at + 1] ?? '')) {
      flush();
      parts.push(...variable(source).parts);
    } else if (DELIMITER.test(now)) break;
    else if (/[*?[]/.test(now)) {
      flush();
      parts.push({ kind: 'glob', text: now });
      source.at++;
    } else {
      value += now;
      source.at++;
    }
  }
  flush();
  return { parts, simple: true };
}
