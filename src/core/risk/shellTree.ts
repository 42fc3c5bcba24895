/** A shell command line as a tree that no parser owns: adapters translate into it, the gate reads it. */
import type { ShellDialect } from './action.ts';

/** Undefined: the text is not valid in this dialect, or nests too deep. Never throws. */
export type ShellParser = (text: string, dialect: ShellDialect) => ShellScript | undefined;

export interface ShellScript {
  readonly statements: readonly ShellNode[];
}

export type ShellNode =
  | ShellCommand
  /** `a | b`: each reads what the one before it writes. */
  | { readonly kind: 'pipeline'; readonly commands: readonly ShellNode[] }
  /** `a && b || c; d &`: all of them may run. */
  | { readonly kind: 'list'; readonly nodes: readonly ShellNode[] }
  /** `a &`: it goes on beside what follows. */
  | { readonly kind: 'background'; readonly node: ShellNode }
  /** `( … )` in a shell of its own, or `{ …; }`. */
  | {
      readonly kind: 'group';
      readonly subshell: boolean;
      readonly body: readonly ShellNode[];
      readonly redirects: readonly ShellRedirect[];
    }
  /** for, select (`variable` takes each of `words`), while, until (`condition` runs too). */
  | {
      readonly kind: 'loop';
      readonly variable?: string;
      readonly words?: readonly ShellWord[];
      readonly condition: readonly ShellNode[];
      readonly body: readonly ShellNode[];
      readonly redirects: readonly ShellRedirect[];
    }
  /** if, case: every branch may run. `words` are expanded too. */
  | {
      readonly kind: 'branch';
      readonly words: readonly ShellWord[];
      readonly branches: readonly (readonly ShellNode[])[];
      readonly redirects: readonly ShellRedirect[];
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly ShellNode[] }
  /** `[[ … ]]` and `(( … ))`: they only expand their words. */
  | { readonly kind: 'test'; readonly words: readonly ShellWord[]; readonly redirects: readonly ShellRedirect[] };

export interface ShellCommand {
  readonly kind: 'command';
  readonly assignments: readonly ShellAssignment[];
  /** The program's name first; empty where the line only assigns or redirects. */
  readonly words: readonly ShellWord[];
  readonly redirects: readonly ShellRedirect[];
  readonly text: string;
}

export interface ShellAssignment {
  readonly name: string;
  /** An array has several. */
  readonly values: readonly ShellWord[];
  readonly append: boolean;
}

export interface ShellRedirect {
  readonly operator: '>' | '>>' | '>|' | '<' | '<>' | '>&' | '<&' | '&>' | '&>>' | '<<' | '<<<';
  /** Undefined: the operator's own (0 for input, 1 for output). */
  readonly descriptor?: number;
  /** File or descriptor; of `<<` its body, of `<<<` its string. Undefined where the text has none. */
  readonly target?: ShellWord;
}

export interface ShellWord {
  /** As written. */
  readonly text: string;
  readonly parts: readonly ShellWordPart[];
}

/** `quoted`: inside double quotes, so that it isn't split or globbed. */
export type ShellWordPart =
  /** Unescaped, without its quotes. `ansi` is `$'…'`. */
  | { readonly kind: 'literal'; readonly value: string; readonly quotes?: 'single' | 'double' | 'ansi' }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly quoted: boolean;
      /** `${name:-operand}`; `text` is the whole expansion. */
      readonly operator?: string;
      readonly operands: readonly ShellWord[];
      readonly text: string;
    }
  /** `$( … )` and back-ticks. */
  | {
      readonly kind: 'substitution';
      readonly script: ShellScript | undefined;
      readonly quoted: boolean;
      readonly text: string;
    }
  /** `<( … )` and `>( … )`. */
  | {
      readonly kind: 'process';
      readonly script: ShellScript | undefined;
      readonly output: boolean;
      readonly text: string;
    }
  /** `$(( … ))`, with what it substitutes. */
  | { readonly kind: 'arithmetic'; readonly words: readonly ShellWord[]; readonly text: string }
  /** `*`, `?`, `[a-z]`, `@(a|b)`. */
  | { readonly kind: 'glob'; readonly text: string }
  /** `~` or `~user` at the word's start. */
  | { readonly kind: 'tilde'; readonly text: string }
  /** `{a,b}`, `{1..3}`: the words that it becomes, as far as they are few; empty: too many to list. */
  | { readonly kind: 'brace'; readonly text: string; readonly alternatives: readonly ShellWord[] };
