import type { ShellWordPart } from '../../shellTree.ts';
import { literal, type Value } from './nodes.ts';
import { createSource, DOUBLE, SINGLE, type Source, Unreadable } from './source.ts';

/** Text over several lines, with what it expands: `@' … '@`, `@" … "@`. */
export function hereString(source: Source): Value {
  const next = source.text[source.at + 1] ?? '';
  const single = SINGLE.test(next);
  if (!single && !DOUBLE.test(next)) throw new Unreadable();
  source.at += 2;
  if (source.take(/[ \t]*\n/y) === undefined) throw new Unreadable();
  const end = source.text.indexOf(`\n${single ? "'" : '"'}@`, source.at - 1);
  if (end < 0) throw new Unreadable();
  const body = source.text.slice(source.at, Math.max(end, source.at));
  source.at = end + 3;
  return { parts: single ? [literal(body, 'single')] : expandable(body, source), simple: true };
}

function expandable(body: string, { script }: Source): ShellWordPart[] {
  // Quotes mean nothing in a here-string.
  const inner = createSource(`"${body.replace(/["“”„]/g, '""')}"`, script);
  const [node] = script.statements(inner, '');
  if (!inner.ends() || node?.kind !== 'command') throw new Unreadable();
  return [...(node.words[1]?.parts ?? [])];
}
