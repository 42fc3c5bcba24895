/** Pipelines of commands and expressions, with `&&` and `||` between them, assignments included. */
import type { ShellNode } from '../../shellTree.ts';
import { command, redirects } from './command.ts';
import { expression } from './expression.ts';
import { outputOf, scriptPart, wordOf } from './nodes.ts';
import { ASSIGNS, DASH, DOUBLE, NUMBER, SINGLE, type Source, Unreadable } from './source.ts';

export function chain(source: Source): ShellNode[] {
  const nodes: ShellNode[] = [];
  for (;;) {
    nodes.push(pipeline(source));
    source.spaces();
    if (source.text.startsWith('&&', source.at) || source.text.startsWith('||', source.at)) {
      source.at += 2;
      source.spaces(true);
    } else break;
  }
  const [first] = nodes;
  const node: ShellNode = nodes.length === 1 && first ? first : { kind: 'list', nodes };
  if (source.here() === '&') {
    source.at++;
    return [{ kind: 'background', node }];
  }
  if (!source.ends() && !/[\n;})]/.test(source.here())) throw new Unreadable();
  return [node];
}

function pipeline(source: Source): ShellNode {
  const commands = [element(source, true)];
  for (;;) {
    const before = source.at;
    source.spaces(true);
    if (source.here() !== '|' || source.text.startsWith('||', source.at)) {
      source.at = before;
      break;
    }
    source.at++;
    source.spaces(true);
    commands.push(element(source, false));
  }
  const [only] = commands;
  return commands.length === 1 && only ? only : { kind: 'pipeline', commands };
}

function element(source: Source, first: boolean): ShellNode {
  source.element();
  source.spaces();
  if (!startsExpression(source)) return command(source);
  if (!first) throw new Unreadable();
  const start = source.at;
  const value = expression(source);
  source.spaces();
  const assigns = source.take(ASSIGNS);
  if (assigns === undefined) return outputOf(value, redirects(source), source.text.slice(start, source.at));
  source.spaces(true);
  const given = source.deeper(() => source.script.statement(source));
  const name = value.variable;
  const word = wordOf(scriptPart(given), source.text.slice(start, source.at));
  if (name === undefined) return { kind: 'test', words: [wordOf(value.parts), word], redirects: [] };
  return {
    kind: 'command',
    assignments: [{ name, values: [word], append: assigns === '+=' }],
    words: [],
    redirects: [],
    text: source.text.slice(start, source.at),
  };
}

function startsExpression(source: Source): boolean {
  const now = source.here();
  if (now === '.') return /\d/.test(source.text[source.at + 1] ?? '');
  if (now === '@') return /[({'"]/.test(source.text[source.at + 1] ?? '');
  if (DASH.test(now)) return /[\d($-]|not\b/i.test(source.text.slice(source.at + 1, source.at + 5));
  if (/[$([{!+,]/.test(now) || SINGLE.test(now) || DOUBLE.test(now)) return true;
  const number = source.match(NUMBER);
  // `7z` is a program, `1..9` a value.
  return number !== undefined && !/[\w\\/:-]/.test(source.text[source.at + number.length] ?? '');
}
