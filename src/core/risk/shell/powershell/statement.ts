/** Statements: keywords with their blocks, functions, and what is neither. */
import type { ShellNode } from '../../shellTree.ts';
import { expression, list, primary, typeName } from './expression.ts';
import { outputOf, scriptPart, testOf, wordOf } from './nodes.ts';
import { chain } from './pipeline.ts';
import { DASH, DELIMITER, type ScriptReading, type Source, Unreadable } from './source.ts';
import { bare } from './word.ts';

const WORD = /[A-Za-z_][\w]*/y;

export const scriptReading: ScriptReading = { statement, statements, block, inParentheses };

/** Until `end`, which isn't taken; `''`: the text's. */
function statements(source: Source, end: string): ShellNode[] {
  const nodes: ShellNode[] = [];
  for (;;) {
    source.spaces(true);
    if (source.here() === ';') source.at++;
    else if (source.ends() || source.here() === end) return nodes;
    else nodes.push(...source.deeper(() => statement(source)));
  }
}

function block(source: Source): ShellNode[] {
  source.expect('{');
  const nodes = statements(source, '}');
  source.expect('}');
  return nodes;
}

function inParentheses(source: Source): ShellNode[] {
  source.expect('(');
  const nodes = statements(source, ')');
  source.expect(')');
  return nodes;
}

function keyword(source: Source): string | undefined {
  const word = source.match(WORD);
  const next = source.text[source.at + (word?.length ?? 0)] ?? '';
  return word !== undefined && (DELIMITER.test(next) || next === '' || next === '[') ? word.toLowerCase() : undefined;
}

function statement(source: Source): ShellNode[] {
  if (/^:\w+\s/.test(source.text.slice(source.at, source.at + 80))) {
    source.take(/:\w+/y);
    source.spaces();
  }
  const word = keyword(source);
  const skip = () => {
    source.at += word?.length ?? 0;
    source.spaces(true);
  };
  switch (word) {
    case 'if':
      skip();
      return [branch(conditions(source))];
    case 'while':
    case 'for':
      skip();
      return [{ kind: 'loop', condition: inParentheses(source), body: block(source), redirects: [] }];
    case 'do':
      skip();
      return [doLoop(source)];
    case 'foreach':
      skip();
      return [foreachLoop(source)];
    case 'switch':
      skip();
      return cases(source);
    case 'try':
      skip();
      return [branch(attempts(source))];
    case 'trap':
      skip();
      if (source.here() === '[') typeName(source);
      return [branch([block(source)])];
    case 'function':
    case 'filter':
      skip();
      return [definition(source)];
    case 'param':
      skip();
      return [parameterList(source)];
    case 'begin':
    case 'process':
    case 'end':
    case 'clean':
    case 'dynamicparam':
      skip();
      if (source.here() !== '{') throw new Unreadable();
      return block(source);
    case 'return':
    case 'throw':
    case 'exit':
    case 'break':
    case 'continue':
      source.at += word.length;
      source.spaces();
      return source.ends() || /[\n;})]/.test(source.here()) ? [] : chain(source);
    case 'using': {
      const line = source.take(/using\s+(?:namespace|module|assembly)\s+[^\n;]+/iy);
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
      return chain(source);
  }
}

function branch(branches: readonly (readonly ShellNode[])[]): ShellNode {
  return { kind: 'branch', words: [], branches, redirects: [] };
}

/** The keyword that goes on with a statement, over line breaks; undefined: another follows, and nothing is taken. */
function goesOnWith<Keyword extends string>(source: Source, keywords: readonly Keyword[]): Keyword | undefined {
  const before = source.at;
  source.spaces(true);
  const word = keyword(source);
  const found = keywords.find((each) => each === word);
  source.at = found === undefined ? before : source.at + found.length;
  return found;
}

/** Behind `if`. */
function conditions(source: Source): ShellNode[][] {
  const branches = [[...inParentheses(source), ...block(source)]];
  for (;;) {
    const more = goesOnWith(source, ['elseif', 'else']);
    if (more === undefined) return branches;
    if (more === 'else') return [...branches, block(source)];
    branches.push([...inParentheses(source), ...block(source)]);
  }
}

function doLoop(source: Source): ShellNode {
  const body = block(source);
  if (goesOnWith(source, ['while', 'until']) === undefined) throw new Unreadable();
  return { kind: 'loop', condition: inParentheses(source), body, redirects: [] };
}

function foreachLoop(source: Source): ShellNode {
  if (source.here() !== '(') throw new Unreadable();
  source.at++;
  source.spaces(true);
  const { variable } = primary(source);
  if (goesOnWith(source, ['in']) === undefined) throw new Unreadable();
  const words = [wordOf(scriptPart(statements(source, ')')))];
  source.expect(')');
  return {
    kind: 'loop',
    ...(variable !== undefined && { variable }),
    words,
    condition: [],
    body: block(source),
    redirects: [],
  };
}

/** Behind `switch`. */
function cases(source: Source): ShellNode[] {
  while (DASH.test(source.here())) {
    source.take(/\S+/y);
    source.spaces(true);
  }
  const value = source.here() === '(' ? inParentheses(source) : [outputOf(expression(source))];
  source.expect('{');
  const branches: ShellNode[][] = [];
  for (;;) {
    source.spaces(true);
    if (source.here() === ';') source.at++;
    else if (source.here() === '}') break;
    else {
      const isValue = source.here() === '{' || /[$'"([\d]/.test(source.here());
      const { parts } = isValue ? primary(source) : bare(source);
      branches.push([testOf(parts), ...block(source)]);
    }
  }
  source.at++;
  return [...value, branch(branches)];
}

/** Behind `try`. */
function attempts(source: Source): ShellNode[][] {
  const branches = [block(source)];
  while (goesOnWith(source, ['catch', 'finally']) !== undefined) {
    source.spaces(true);
    while (source.here() === '[' || source.here() === ',') {
      if (source.here() === ',') source.at++;
      else typeName(source);
      source.spaces(true);
    }
    branches.push(block(source));
  }
  return branches;
}

function definition(source: Source): ShellNode {
  const name = source.take(/[\w:-]+/y)?.replace(/^\w+:/, '');
  if (name === undefined) throw new Unreadable();
  source.spaces(true);
  const parameters = source.here() === '(' ? [parameterList(source)] : [];
  return { kind: 'function', name: name.toLowerCase(), body: [...parameters, ...block(source)] };
}

function parameterList(source: Source): ShellNode {
  source.expect('(');
  const { parts } = list(source, ')');
  source.expect(')');
  return testOf(parts);
}
