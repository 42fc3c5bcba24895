/**
 * Reads PowerShell as the gate's own tree: statements, pipelines, blocks, expressions with what they call. Whatever it doesn't
 * know to be PowerShell is refused, and the gate then assumes the worst.
 * Source: https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-15 (the grammar)
 */
import type { ShellNode, ShellRedirect, ShellScript, ShellWord, ShellWordPart } from '../../shellTree.ts';
import { UNKNOWN } from '../scope.ts';

const MAX_CHARS = 200_000;
const MAX_DEPTH = 40;
/** Words with commas between them, values with operators. */
const MAX_LIST = 1000;
/** Commands and expressions. */
const MAX_ELEMENTS = 1500;
/** Members of members of one value. */
const MAX_MEMBERS = 200;
/** Before a variable's name: it is no variable of the environment. */
const OWN = 'ps:';
/** The command that an expression is: it writes its value. */
const WRITES = 'write-output';

/** Thrown inside this file only. */
class Unreadable extends Error {}

/** A value of an expression: its parts, and whether they are all of it. */
interface Value {
  readonly parts: readonly ShellWordPart[];
  readonly simple: boolean;
  /** It is no more than this variable. */
  readonly variable?: string;
}

/** Undefined: it isn't valid, or nothing that can be followed. */
export function readPowerShell(text: string): ShellScript | undefined {
  if (text.length > MAX_CHARS) return undefined;
  try {
    return { statements: reader(text.replace(/\r\n?/g, '\n')).whole() };
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const SINGLE = /['‘’‚‛]/;
const DOUBLE = /["“”„]/;
const DASH = /[-–—―]/;
const SPACE = /[ \t\f\v\u00a0\u0085]/;
/** Ends a word of a command. */
const DELIMITER = /[\s;|&<>(){},\u00a0\u0085]/;
const REDIRECT = /(?:[1-6*])?>(?:>|&[12])?/y;
const ASSIGNS = /(?:\?\?|[-+*/%])?=(?!=)/y;
const WORD = /[A-Za-z_][\w]*/y;
const NAME = /[\w?]+/y;
const OPERATOR = /(?:[-–—―](?:[a-z]+)\b|\.\.|\?\?|\+\+|--|[+*/%!?:=]|[-–—―])/iy;
const NUMBER = /0x[0-9a-f]+(?:[kmgtp]b)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?[dl]?(?:[kmgtp]b)?|\.\d+/iy;

function reader(text: string) {
  let at = 0;
  let depth = 0;
  let elements = 0;

  return { whole };

  function whole(): ShellNode[] {
    const nodes = statements('');
    if (at < text.length) throw new Unreadable();
    return nodes;
  }

  function deeper<Result>(read: () => Result): Result {
    if (++depth > MAX_DEPTH) throw new Unreadable();
    const result = read();
    depth--;
    return result;
  }

  function ends(): boolean {
    return at >= text.length;
  }

  function here(): string {
    return text[at] ?? '';
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  }

  function take(pattern: RegExp): string | undefined {
    const found = match(pattern);
    if (found !== undefined) at += found.length;
    return found;
  }

  function expect(character: string): void {
    spaces(true);
    if (here() !== character) throw new Unreadable();
    at++;
  }

  /** Spaces, comments and continued lines; line breaks too where `lines`. */
  function spaces(lines = false): void {
    for (;;) {
      if (SPACE.test(here()) || (lines && here() === '\n')) at++;
      else if (text.startsWith('`\n', at)) at += 2;
      else if (text.startsWith('<#', at)) {
        const end = text.indexOf('#>', at);
        if (end < 0) throw new Unreadable();
        at = end + 2;
      } else if (here() === '#') {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end;
      } else return;
    }
  }

  /** Until `end`, which isn't taken; `''`: the text's. */
  function statements(end: string): ShellNode[] {
    const nodes: ShellNode[] = [];
    for (;;) {
      spaces(true);
      if (here() === ';') at++;
      else if (ends() || here() === end) return nodes;
      else nodes.push(...deeper(statement));
    }
  }

  function block(): ShellNode[] {
    expect('{');
    const nodes = statements('}');
    expect('}');
    return nodes;
  }

  function inParentheses(): ShellNode[] {
    expect('(');
    const nodes = statements(')');
    expect(')');
    return nodes;
  }

  function keyword(): string | undefined {
    const word = match(WORD);
    const next = text[at + (word?.length ?? 0)] ?? '';
    return word !== undefined && (DELIMITER.test(next) || next === '' || next === '[') ? word.toLowerCase() : undefined;
  }

  function statement(): ShellNode[] {
    if (/^:\w+\s/.test(text.slice(at, at + 80))) {
      take(/:\w+/y);
      spaces();
    }
    const word = keyword();
    const skip = () => {
      at += word?.length ?? 0;
      spaces(true);
    };
    switch (word) {
      case 'if': {
        const branches: ShellNode[][] = [];
        skip();
        branches.push([...inParentheses(), ...block()]);
        for (;;) {
          const before = at;
          spaces(true);
          const more = keyword();
          if (more === 'elseif') {
            at += more.length;
            branches.push([...inParentheses(), ...block()]);
          } else if (more === 'else') {
            at += more.length;
            branches.push(block());
            break;
          } else {
            at = before;
            break;
          }
        }
        return [{ kind: 'branch', words: [], branches, redirects: [] }];
      }
      case 'while':
        skip();
        return [{ kind: 'loop', condition: inParentheses(), body: block(), redirects: [] }];
      case 'do': {
        skip();
        const body = block();
        spaces(true);
        const until = keyword();
        if (until !== 'while' && until !== 'until') throw new Unreadable();
        at += until.length;
        return [{ kind: 'loop', condition: inParentheses(), body, redirects: [] }];
      }
      case 'for':
        skip();
        return [{ kind: 'loop', condition: inParentheses(), body: block(), redirects: [] }];
      case 'foreach': {
        skip();
        if (here() !== '(') throw new Unreadable();
        at++;
        spaces(true);
        const { variable } = primary();
        spaces(true);
        if (keyword() !== 'in') throw new Unreadable();
        at += 2;
        const words = [wordOf(scriptPart(statements(')')))];
        expect(')');
        return [
          {
            kind: 'loop',
            ...(variable !== undefined && { variable }),
            words,
            condition: [],
            body: block(),
            redirects: [],
          },
        ];
      }
      case 'switch': {
        skip();
        while (DASH.test(here())) {
          take(/\S+/y);
          spaces(true);
        }
        const value = here() === '(' ? inParentheses() : [outputOf(expression())];
        expect('{');
        const branches: ShellNode[][] = [];
        for (;;) {
          spaces(true);
          if (here() === ';') at++;
          else if (here() === '}') break;
          else {
            const { parts } = here() === '{' || /[$'"([\d]/.test(here()) ? primary() : bare();
            branches.push([testOf(parts), ...block()]);
          }
        }
        at++;
        return [...value, { kind: 'branch', words: [], branches, redirects: [] }];
      }
      case 'try': {
        skip();
        const branches = [block()];
        for (;;) {
          const before = at;
          spaces(true);
          const more = keyword();
          if (more !== 'catch' && more !== 'finally') {
            at = before;
            break;
          }
          at += more.length;
          spaces(true);
          while (here() === '[' || here() === ',') {
            if (here() === ',') at++;
            else typeName();
            spaces(true);
          }
          branches.push(block());
        }
        return [{ kind: 'branch', words: [], branches, redirects: [] }];
      }
      case 'trap': {
        skip();
        if (here() === '[') typeName();
        return [{ kind: 'branch', words: [], branches: [block()], redirects: [] }];
      }
      case 'function':
      case 'filter': {
        skip();
        const name = take(/[\w:-]+/y)?.replace(/^\w+:/, '');
        if (name === undefined) throw new Unreadable();
        spaces(true);
        const parameters = here() === '(' ? [parameterList()] : [];
        return [{ kind: 'function', name: name.toLowerCase(), body: [...parameters, ...block()] }];
      }
      case 'param':
        skip();
        return [parameterList()];
      case 'begin':
      case 'process':
      case 'end':
      case 'clean':
      case 'dynamicparam':
        skip();
        if (here() !== '{') throw new Unreadable();
        return block();
      case 'return':
      case 'throw':
      case 'exit':
      case 'break':
      case 'continue':
        at += word.length;
        spaces();
        return ends() || /[\n;})]/.test(here()) ? [] : chain();
      case 'using': {
        const line = take(/using\s+(?:namespace|module|assembly)\s+[^\n;]+/iy);
        if (line === undefined || !/^using\s+namespace/i.test(line)) throw new Unreadable();
        return [];
      }
      case 'class':
      case 'enum':
      case 'workflow':
      case 'configuration':
      case 'data':
      case 'parallel':
      case 'sequence':
      case 'inlinescript':
        throw new Unreadable();
      default:
        return chain();
    }
  }

  function parameterList(): ShellNode {
    expect('(');
    const { parts } = list(')');
    expect(')');
    return testOf(parts);
  }

  function chain(): ShellNode[] {
    const nodes: ShellNode[] = [];
    for (;;) {
      nodes.push(pipeline());
      spaces();
      if (text.startsWith('&&', at) || text.startsWith('||', at)) {
        at += 2;
        spaces(true);
      } else break;
    }
    const [first] = nodes;
    const node: ShellNode = nodes.length === 1 && first ? first : { kind: 'list', nodes };
    if (here() === '&') {
      at++;
      return [{ kind: 'background', node }];
    }
    if (!ends() && !/[\n;})]/.test(here())) throw new Unreadable();
    return [node];
  }

  function pipeline(): ShellNode {
    const commands = [element(true)];
    for (;;) {
      const before = at;
      spaces(true);
      if (here() !== '|' || text.startsWith('||', at)) {
        at = before;
        break;
      }
      at++;
      spaces(true);
      commands.push(element(false));
    }
    const [only] = commands;
    return commands.length === 1 && only ? only : { kind: 'pipeline', commands };
  }

  function element(first: boolean): ShellNode {
    if (++elements > MAX_ELEMENTS) throw new Unreadable();
    spaces();
    if (!startsExpression()) return command();
    if (!first) throw new Unreadable();
    const start = at;
    const value = expression();
    spaces();
    const assigns = take(ASSIGNS);
    if (assigns === undefined) return outputOf(value, redirects(), text.slice(start, at));
    spaces(true);
    const given = deeper(statement);
    const name = value.variable;
    const word = wordOf(scriptPart(given), text.slice(start, at));
    if (name === undefined) return { kind: 'test', words: [wordOf(value.parts), word], redirects: [] };
    return {
      kind: 'command',
      assignments: [{ name, values: [word], append: assigns === '+=' }],
      words: [],
      redirects: [],
      text: text.slice(start, at),
    };
  }

  function startsExpression(): boolean {
    const now = here();
    if (now === '.') return /\d/.test(text[at + 1] ?? '');
    if (now === '@') return /[({'"]/.test(text[at + 1] ?? '');
    if (DASH.test(now)) return /[\d($-]|not\b/i.test(text.slice(at + 1, at + 5));
    if (/[$([{!+,]/.test(now) || SINGLE.test(now) || DOUBLE.test(now)) return true;
    const number = match(NUMBER);
    // `7z` is a program, `1..9` a value.
    return number !== undefined && !/[\w\\/:-]/.test(text[at + number.length] ?? '');
  }

  /** What a statement writes, as the value of a word. */
  function scriptPart(nodes: readonly ShellNode[]): ShellWordPart[] {
    const [only] = nodes;
    if (
      nodes.length === 1 &&
      only?.kind === 'command' &&
      only.words.length === 2 &&
      only.words[0]?.text === WRITES &&
      only.redirects.length === 0
    )
      return [...(only.words[1]?.parts ?? [])];
    return [{ kind: 'substitution', script: { statements: nodes }, quoted: true, text: '' }];
  }

  /** Primaries and operators until something ends them. */
  function expression(): Value {
    const values: Value[] = [];
    let plain = true;
    for (;;) {
      spaces();
      const now = here();
      if (ends() || /[\n;)}|&\]>]/.test(now)) break;
      if (now === ',') {
        at++;
        plain = false;
        spaces(true);
        continue;
      }
      if (values.length > 0 && match(ASSIGNS) !== undefined) break;
      if (values.length > 0 && match(REDIRECT) !== undefined) break;
      if (/[$([{@]/.test(now) || SINGLE.test(now) || DOUBLE.test(now) || match(NUMBER) !== undefined) {
        if (values.length >= MAX_LIST) throw new Unreadable();
        values.push(deeper(primary));
        continue;
      }
      const operator = take(OPERATOR);
      if (operator === undefined) throw new Unreadable();
      // Only text that is put together stays known.
      if (operator !== '+') plain = false;
      spaces(true);
    }
    const [only] = values;
    if (values.length === 1 && only && plain) return only;
    const simple = plain && values.length > 0 && values.every((value) => value.simple);
    const parts = values.flatMap((value) => value.parts);
    return { parts: simple ? parts : [...parts, literal(UNKNOWN)], simple };
  }

  /** Expressions with commas or semicolons between them, until `end`, which isn't taken: arguments, keys with values. */
  function list(end: string): Value {
    const parts: ShellWordPart[] = [];
    for (;;) {
      spaces(true);
      if (ends()) throw new Unreadable();
      if (here() === end) return { parts, simple: false };
      if (/[,;=]/.test(here())) {
        at++;
        continue;
      }
      const name = /[\w]/.test(here()) && match(NUMBER) === undefined ? take(/[\w-]+/y) : undefined;
      if (name !== undefined) continue;
      const before = at;
      parts.push(...deeper(expression).parts);
      spaces(true);
      if (at === before) throw new Unreadable();
    }
  }

  function primary(): Value {
    const now = here();
    let value: Value;
    if (SINGLE.test(now)) value = { parts: [literal(singleQuoted(), 'single')], simple: true };
    else if (DOUBLE.test(now)) value = { parts: doubleQuoted(), simple: true };
    else if (now === '$') value = variable();
    else if (now === '(') value = { parts: scriptPart(inParentheses()), simple: true };
    else if (now === '{') return postfix({ parts: [...runs(block())], simple: false });
    else if (now === '@') value = special();
    else if (now === '[') value = typed();
    else {
      const number = take(NUMBER);
      if (number === undefined) throw new Unreadable();
      value = { parts: [literal(number)], simple: true };
    }
    return postfix(value);
  }

  /** `.Name`, `.Name(…)`, `[…]` and `++` behind a value. */
  function postfix(first: Value): Value {
    let value = first;
    for (let members = 0; ; members++) {
      if (members > MAX_MEMBERS) throw new Unreadable();
      if (here() === '[') {
        at++;
        const inside = list(']');
        expect(']');
        value = { parts: [...nested(value.parts), ...nested(inside.parts), literal(UNKNOWN)], simple: false };
      } else if (/^\??\.[\w$'"]/.test(text.slice(at, at + 3))) {
        at += here() === '?' ? 2 : 1;
        value = member(value, '.');
      } else if (text.startsWith('::', at)) {
        at += 2;
        value = member(value, '::');
      } else if (text.startsWith('++', at) || text.startsWith('--', at)) at += 2;
      else return value;
    }
  }

  function member(value: Value, operator: '.' | '::'): Value {
    const name = take(NAME);
    const computed = name === undefined ? primary().parts : [];
    if (here() !== '(') {
      return { parts: [...nested(value.parts), ...nested(computed), literal(UNKNOWN)], simple: false };
    }
    at++;
    const given = list(')');
    expect(')');
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
  function typed(): Value {
    const name = typeName();
    if (!text.startsWith('::', at)) {
      spaces();
      // A cast stands before its value.
      if (/[$(['"‘’“”@{\d]/.test(here())) return primary();
      return { parts: [literal(UNKNOWN)], simple: false };
    }
    at += 2;
    const called = take(NAME)?.toLowerCase();
    if (called === undefined) throw new Unreadable();
    if (here() !== '(') return { parts: [literal(UNKNOWN)], simple: false };
    at++;
    const given = list(')');
    expect(')');
    return {
      parts: [...runs([call(`[${name}]::${called}`, given.parts)]), literal(UNKNOWN)],
      simple: false,
    };
  }

  function typeName(): string {
    expect('[');
    const start = at;
    for (let open = 1; open > 0; ) {
      if (ends()) throw new Unreadable();
      if (here() === '(') {
        at++;
        list(')');
        expect(')');
        continue;
      }
      if (here() === '[') open++;
      if (here() === ']') open--;
      at++;
    }
    return text
      .slice(start, at - 1)
      .replace(/\s/g, '')
      .toLowerCase()
      .replace(/^system\./, '');
  }

  /** `@( … )`, `@{ … }`, here-strings. */
  function special(): Value {
    const next = text[at + 1] ?? '';
    if (next === '(') {
      at++;
      const parts = scriptPart(inParentheses());
      return { parts, simple: true };
    }
    if (next === '{') {
      at += 2;
      const parts: ShellWordPart[] = [];
      for (;;) {
        spaces(true);
        if (here() === ';') at++;
        else if (here() === '}') break;
        else {
          const name = take(/[\w-]+/y);
          if (name === undefined) parts.push(...primary().parts);
          expect('=');
          spaces(true);
          parts.push(...scriptPart(deeper(statement)));
        }
      }
      at++;
      return { parts: [...nested(parts), literal(UNKNOWN)], simple: false };
    }
    const single = SINGLE.test(next);
    if (!single && !DOUBLE.test(next)) throw new Unreadable();
    at += 2;
    if (take(/[ \t]*\n/y) === undefined) throw new Unreadable();
    const end = text.indexOf(`\n${single ? "'" : '"'}@`, at - 1);
    if (end < 0) throw new Unreadable();
    const body = text.slice(at, Math.max(end, at));
    at = end + 3;
    return { parts: single ? [literal(body, 'single')] : expandable(body), simple: true };
  }

  function singleQuoted(): string {
    let value = '';
    for (at++; ; at++) {
      if (ends()) throw new Unreadable();
      if (SINGLE.test(here())) {
        if (!SINGLE.test(text[at + 1] ?? '')) break;
        at++;
      }
      value += here();
    }
    at++;
    return value;
  }

  /** What stands in double quotes; each piece is read where it is. */
  function doubleQuoted(): ShellWordPart[] {
    at++;
    const parts: ShellWordPart[] = [];
    let value = '';
    for (;;) {
      if (ends()) throw new Unreadable();
      const now = here();
      if (DOUBLE.test(now)) {
        if (!DOUBLE.test(text[at + 1] ?? '')) break;
        value += '"';
        at += 2;
      } else if (now === '`') value += escaped();
      else if (now === '$' && /[\w({$?^:]/.test(text[at + 1] ?? '')) {
        if (value !== '') parts.push(literal(value, 'double'));
        value = '';
        parts.push(...variable().parts);
      } else {
        value += now;
        at++;
      }
    }
    at++;
    return [...parts, literal(value, 'double')];
  }

  function expandable(body: string): ShellWordPart[] {
    // Quotes mean nothing in a here-string.
    const inner = reader(`"${body.replace(/["“”„]/g, '""')}"`);
    const [node] = inner.whole();
    if (node?.kind !== 'command') throw new Unreadable();
    return [...(node.words[1]?.parts ?? [])];
  }

  function escaped(): string {
    const next = text[at + 1] ?? '';
    at += 2;
    if (next === 'u' && here() === '{') {
      const code = take(/\{[0-9a-f]{1,6}\}/iy);
      if (code === undefined) throw new Unreadable();
      const point = Number.parseInt(code.slice(1, -1), 16);
      if (point > 0x10ffff) throw new Unreadable();
      return String.fromCodePoint(point);
    }
    return { n: '\n', r: '\r', t: '\t', '0': '\0', a: '\u0007', b: '\b', f: '\f', v: '\v', e: '\u001b' }[next] ?? next;
  }

  function variable(): Value {
    at++;
    if (here() === '(') return { parts: runs(inParentheses()), simple: true };
    let name: string | undefined;
    if (here() === '{') {
      name = take(/\{[^}`\n]+\}/y)?.slice(1, -1);
    } else {
      name = take(/(?:\w+:(?!:))?[\w?]+|[$^?]/y);
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

  function command(): ShellNode {
    const start = at;
    const invokes = here() === '&' || (here() === '.' && SPACE.test(text[at + 1] ?? ''));
    if (invokes) {
      const sources = here() === '.';
      at++;
      spaces();
      if (here() === '{') {
        const body = block();
        const words: ShellWord[] = [];
        const own = redirects();
        while (!atEnd()) words.push(argument());
        return {
          kind: 'group',
          subshell: !sources,
          body: [...(words.length > 0 ? [{ kind: 'test', words, redirects: [] } as const] : []), ...body],
          redirects: own,
        };
      }
      if (sources) return finished(start, [plainWord('.')]);
    }
    return finished(start, []);
  }

  function finished(start: number, words: ShellWord[]): ShellNode {
    const found: ShellRedirect[] = [];
    for (;;) {
      spaces();
      found.push(...redirects());
      if (atEnd()) break;
      if (text.startsWith('--%', at) && words.length > 0) {
        at += 3;
        const rest = take(/[^\n|]*/y) ?? '';
        words.push(...(rest.match(/"[^"]*"|\S+/g) ?? []).map((each) => plainWord(each.replace(/^"|"$/g, ''))));
        continue;
      }
      words.push(argument());
    }
    const [name] = words;
    if (!name) throw new Unreadable();
    return { kind: 'command', assignments: [], words, redirects: found, text: text.slice(start, at).trim() };
  }

  function atEnd(): boolean {
    return ends() || /[\n;)}|&]/.test(here());
  }

  function redirects(): ShellRedirect[] {
    const found: ShellRedirect[] = [];
    for (;;) {
      spaces();
      if (here() === '<') throw new Unreadable();
      const operator = take(REDIRECT);
      if (operator === undefined) return found;
      if (operator.includes('&')) continue;
      spaces();
      const target = argument();
      const nothing = /^\$null$|^nul$/i.test(target.text);
      found.push({
        operator: operator.endsWith('>>') ? '>>' : '>',
        ...(/^[2-6]/.test(operator) && { descriptor: Number(operator[0]) }),
        target: nothing ? plainWord('/dev/null') : target,
      });
    }
  }

  /** One argument; several with commas between them are words of their own. */
  function argument(): ShellWord {
    const start = at;
    const words: ShellWord[] = [token()];
    for (;;) {
      const before = at;
      spaces();
      if (here() !== ',') {
        at = before;
        break;
      }
      at++;
      spaces(true);
      if (words.length >= MAX_LIST) throw new Unreadable();
      words.push(token());
    }
    const [only] = words;
    const whole = text.slice(start, at);
    if (words.length === 1 && only) return only;
    return { text: whole, parts: [{ kind: 'brace', text: whole, alternatives: words }] };
  }

  function token(): ShellWord {
    const start = at;
    const parts: ShellWordPart[] = [];
    if (here() === '@' && /\w/.test(text[at + 1] ?? '')) {
      // A variable's members, each an argument.
      take(/@\w+/y);
      return { text: text.slice(start, at), parts: [literal(UNKNOWN)] };
    }
    if (/[$({]/.test(here()) || (here() === '@' && /[({'"]/.test(text[at + 1] ?? ''))) {
      if (here() !== '$' || /[\w({?^$]/.test(text[at + 1] ?? '')) parts.push(...deeper(primary).parts);
    }
    parts.push(...bare(parts.length > 0).parts);
    if (at === start) throw new Unreadable();
    return { text: text.slice(start, at), parts };
  }

  /** A word as it stands, with what is quoted and expanded in it. */
  function bare(goesOn = false): Value {
    const parts: ShellWordPart[] = [];
    let value = '';
    const flush = () => {
      if (value !== '') parts.push(literal(value));
      value = '';
    };
    if (!goesOn && /^~(?:[\\/\s;|)},]|$)/.test(text.slice(at, at + 2))) {
      parts.push({ kind: 'tilde', text: '~' });
      at++;
    }
    while (!ends()) {
      const now = here();
      if (now === '`') {
        if (text[at + 1] === '\n') break;
        value += escaped();
      } else if (SINGLE.test(now)) {
        flush();
        parts.push(literal(singleQuoted(), 'single'));
      } else if (DOUBLE.test(now)) {
        flush();
        parts.push(...doubleQuoted());
      } else if (now === '$' && /[\w({?^$]/.test(text[at + 1] ?? '')) {
        flush();
        parts.push(...variable().parts);
      } else if (DELIMITER.test(now)) break;
      else if (/[*?[]/.test(now)) {
        flush();
        parts.push({ kind: 'glob', text: now });
        at++;
      } else {
        value += now;
        at++;
      }
    }
    flush();
    return { parts, simple: true };
  }
}

function literal(value: string, quotes?: 'single' | 'double'): ShellWordPart {
  return { kind: 'literal', value, ...(quotes && { quotes }) };
}

function plainWord(value: string): ShellWord {
  return { text: value, parts: [literal(value)] };
}

function wordOf(parts: readonly ShellWordPart[], text = ''): ShellWord {
  return { text, parts };
}

/** What runs when the value is needed. */
function runs(nodes: readonly ShellNode[]): ShellWordPart[] {
  return [{ kind: 'substitution', script: { statements: nodes }, quoted: true, text: '' }];
}

/** Of a value that isn't known any more, what it runs. */
function nested(parts: readonly ShellWordPart[]): ShellWordPart[] {
  return parts.filter((part) => part.kind === 'substitution');
}

function call(name: string, given: readonly ShellWordPart[]): ShellNode {
  const words = [plainWord(name), ...given.map((part) => wordOf([part]))];
  return { kind: 'command', assignments: [], words, redirects: [], text: name };
}

function testOf(parts: readonly ShellWordPart[]): ShellNode {
  return { kind: 'test', words: [wordOf(parts)], redirects: [] };
}

function outputOf({ parts }: Value, redirects: readonly ShellRedirect[] = [], text = ''): ShellNode {
  return { kind: 'command', assignments: [], words: [plainWord(WRITES), wordOf(parts, text)], redirects, text };
}
