/** The parts of the gate's tree that PowerShell is read as. */
import type { ShellNode, ShellRedirect, ShellWord, ShellWordPart } from '../../shellTree.ts';

/** Before a variable's name: it is no variable of the environment. */
export const OWN = 'ps:';
/** The command that an expression is: it writes its value. */
const WRITES = 'write-output';

/** A value of an expression: its parts, and whether they are all of it. */
export interface Value {
  readonly parts: readonly ShellWordPart[];
  readonly simple: boolean;
  /** It is no more than this variable. */
  readonly variable?: string;
}

export function literal(value: string, quotes?: 'single' | 'double'): ShellWordPart {
  return { kind: 'literal', value, ...(quotes && { quotes }) };
}

export function plainWord(value: string): ShellWord {
  return { text: value, parts: [literal(value)] };
}

export function wordOf(parts: readonly ShellWordPart[], text = ''): ShellWord {
  return { text, parts };
}

/** What runs when the value is needed. */
export function runs(nodes: readonly ShellNode[]): ShellWordPart[] {
  return [{ kind: 'substitution', script: { statements: nodes }, quoted: true, text: '' }];
}

/** Of a value that isn't known any more, what it runs. */
export function nested(parts: readonly ShellWordPart[]): ShellWordPart[] {
  return parts.filter((part) => part.kind === 'substitution');
}

export function call(name: string, given: readonly ShellWordPart[]): ShellNode {
  const words = [plainWord(name), ...given.map((part) => wordOf([part]))];
  return { kind: 'command', assignments: [], words, redirects: [], text: name };
}

export function testOf(parts: readonly ShellWordPart[]): ShellNode {
  return { kind: 'test', words: [wordOf(parts)], redirects: [] };
}

export function outputOf({ parts }: Value, redirects: readonly ShellRedirect[] = [], text = ''): ShellNode {
  return { kind: 'command', assignments: [], words: [plainWord(WRITES), wordOf(parts, text)], redirects, text };
}

/** What a statement writes, as the value of a word. */
export function scriptPart(nodes: readonly ShellNode[]): ShellWordPart[] {
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
