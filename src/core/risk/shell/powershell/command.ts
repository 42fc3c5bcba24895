/** A command with its words and redirections. */
import type { ShellNode, ShellRedirect, ShellWord } from '../../shellTree.ts';
import { plainWord } from './nodes.ts';
import { REDIRECT, type Source, SPACE, Unreadable } from './source.ts';
import { argument } from './word.ts';

export function command(source: Source): ShellNode {
  const start = source.at;
  const invokes = source.here() === '&' || (source.here() === '.' && SPACE.test(source.text[source.at + 1] ?? ''));
  if (invokes) {
    const sources = source.here() === '.';
    source.at++;
    source.spaces();
    if (source.here() === '{') {
      const body = source.script.block(source);
      const words: ShellWord[] = [];
      const own = redirects(source);
      while (!atEnd(source)) words.push(argument(source));
      return {
        kind: 'group',
        subshell: !sources,
        body: [...(words.length > 0 ? [{ kind: 'test', words, redirects: [] } as const] : []), ...body],
        redirects: own,
      };
    }
    if (sources) return finished(source, start, [plainWord('.')]);
  }
  return finished(source, start, []);
}

function finished(source: Source, start: number, words: ShellWord[]): ShellNode {
  const found: ShellRedirect[] = [];
  for (;;) {
    source.spaces();
    found.push(...redirects(source));
    if (atEnd(source)) break;
    if (source.text.startsWith('--%', source.at) && words.length > 0) {
      source.at += 3;
      const rest = source.take(/[^\n|]*/y) ?? '';
      words.push(...(rest.match(/"[^"]*"|\S+/g) ?? []).map((each) => plainWord(each.replace(/^"|"$/g, ''))));
      continue;
    }
    words.push(argument(source));
  }
  const [name] = words;
  if (!name) throw new Unreadable();
  return {
    kind: 'command',
    assignments: [],
    words,
    redirects: found,
    text: source.text.slice(start, source.at).trim(),
  };
}

function atEnd(source: Source): boolean {
  return source.ends() || /[\n;)}|&]/.test(source.here());
}

export function redirects(source: Source): ShellRedirect[] {
  const found: ShellRedirect[] = [];
  for (;;) {
    source.spaces();
    if (source.here() === '<') throw new Unreadable();
    const operator = source.take(REDIRECT);
    if (operator === undefined) return found;
    if (operator.includes('&')) continue;
    source.spaces();
    const target = argument(source);
    const nothing = /^\$null$|^nul$/i.test(target.text);
    found.push({
      operator: operator.endsWith('>>') ? '>>' : '>',
      ...(/^[2-6]/.test(operator) && { descriptor: Number(operator[0]) }),
      target: nothing ? plainWord('/dev/null') : target,
    });
  }
}
