/** A text of PowerShell that is being read, and where. */
import type { ShellNode } from '../../shellTree.ts';

const MAX_DEPTH = 40;
/** Commands and expressions. */
const MAX_ELEMENTS = 1500;

/** It isn't PowerShell, or nothing that can be followed. Thrown inside this folder only. */
export class Unreadable extends Error {}

export interface Source {
  readonly text: string;
  /** Where the next character stands. */
  at: number;
  /** What words and values hold statements of. */
  readonly script: ScriptReading;
  ends(): boolean;
  /** The next character; `''`: it ends. */
  here(): string;
  /** What stands here; the pattern is sticky. */
  match(pattern: RegExp): string | undefined;
  /** The same, and goes on behind it. */
  take(pattern: RegExp): string | undefined;
  /** Goes on behind the character, which may come after spaces and line breaks, or throws. */
  expect(character: string): void;
  /** Goes on behind spaces, comments and continued lines; line breaks too where `lines`. */
  spaces(lines?: boolean): void;
  /** Reads what is nested in something, or throws where that is too deep. */
  deeper<Result>(read: () => Result): Result;
  /** Begins one command or expression more, or throws where there are too many. */
  element(): void;
}

/** How statements are read that stand in something smaller. */
export interface ScriptReading {
  statement(source: Source): ShellNode[];
  /** Until `end`, which isn't taken; `''`: the text's. */
  statements(source: Source, end: string): ShellNode[];
  block(source: Source): ShellNode[];
  inParentheses(source: Source): ShellNode[];
}

export const SINGLE = /['‘’‚‛]/;
export const DOUBLE = /["“”„]/;
export const DASH = /[-–—―]/;
export const SPACE = /[ \t\f\v\u00a0\u0085]/;
/** Ends a word of a command. */
export const DELIMITER = /[\s;|&<>(){},\u00a0\u0085]/;
export const REDIRECT = /(?:[1-6*])?>(?:>|&[12])?/y;
export const ASSIGNS = /(?:\?\?|[-+*/%])?=(?!=)/y;
export const NUMBER = /0x[0-9a-f]+(?:[kmgtp]b)?|\d+(?:\.\d+)?(?:e[+-]?\d+)?[dl]?(?:[kmgtp]b)?|\.\d+/iy;

export function createSource(text: string, script: ScriptReading): Source {
  let depth = 0;
  let elements = 0;
  const source: Source = {
    text,
    at: 0,
    script,
    ends: () => source.at >= text.length,
    here: () => text[source.at] ?? '',
    match(pattern) {
      pattern.lastIndex = source.at;
      return pattern.exec(text)?.[0];
    },
    take(pattern) {
      const found = source.match(pattern);
      if (found !== undefined) source.at += found.length;
      return found;
    },
    expect(character) {
      source.spaces(true);
      if (source.here() !== character) throw new Unreadable();
      source.at++;
    },
    spaces(lines = false) {
      for (;;) {
        if (SPACE.test(source.here()) || (lines && source.here() === '\n')) source.at++;
        else if (text.startsWith('`\n', source.at)) source.at += 2;
        else if (text.startsWith('<#', source.at)) {
          const end = text.indexOf('#>', source.at);
          if (end < 0) throw new Unreadable();
          source.at = end + 2;
        } else if (source.here() === '#') {
          const end = text.indexOf('\n', source.at);
          source.at = end < 0 ? text.length : end;
        } else return;
      }
    },
    deeper(read) {
      if (++depth > MAX_DEPTH) throw new Unreadable();
      const result = read();
      depth--;
      return result;
    },
    element() {
      if (++elements > MAX_ELEMENTS) throw new Unreadable();
    },
  };
  return source;
}
