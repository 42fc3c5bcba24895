/**
 * The character classes that o200k's splitting rule speaks of, as bits. The classes come from this runtime's own
 * Unicode tables, so they agree with the rule's regular expression in the same runtime; each is looked up once.
 */

/** May stand in the first half of a word: Lu, Lt, Lm, Lo, M. */
export const WORD_HEAD = 1;
/** May stand in the second half of a word: Ll, Lm, Lo, M. */
export const WORD_TAIL = 2;
/** \p{L} */
export const LETTER = 4;
/** \p{N} */
export const NUMBER = 8;
/** \s, line breaks included. */
export const SPACE = 16;
/** \r and \n. */
export const LINE_BREAK = 32;
/** [^\s\p{L}\p{N}]: punctuation, symbols, marks, controls, unassigned. */
export const SYMBOL = 64;

const CODE_POINTS = 0x110000;
const UPPER = /[\p{Lu}\p{Lt}]/u;
const LOWER = /\p{Ll}/u;
const OTHER_LETTER = /[\p{Lm}\p{Lo}]/u;
const MARK = /\p{M}/u;
const DIGIT = /\p{N}/u;
const WHITE = /\s/u;

/** Class by code point; 0: not looked up yet (no class is 0). Its memory is only touched where text has been. */
const known = new Uint8Array(CODE_POINTS);
for (let code = 0; code < 0x80; code++) classOf(code);

/** The bits of one code point. */
export function classOf(codePoint: number): number {
  const seen = known[codePoint] as number;
  if (seen !== 0) return seen;
  const kind = lookUp(String.fromCodePoint(codePoint));
  known[codePoint] = kind;
  return kind;
}

function lookUp(character: string): number {
  if (UPPER.test(character)) return LETTER | WORD_HEAD;
  if (LOWER.test(character)) return LETTER | WORD_TAIL;
  if (OTHER_LETTER.test(character)) return LETTER | WORD_HEAD | WORD_TAIL;
  if (MARK.test(character)) return SYMBOL | WORD_HEAD | WORD_TAIL;
  if (DIGIT.test(character)) return NUMBER;
  if (character === '\r' || character === '\n') return SPACE | LINE_BREAK;
  return WHITE.test(character) ? SPACE : SYMBOL;
}

/** The bits of the character whose first byte is at `position` in well-formed UTF-8. */
export function classAt(bytes: Uint8Array, position: number): number {
  const first = bytes[position] as number;
  if (first < 0x80) return known[first] as number;
  let codePoint: number;
  if (first < 0xe0) codePoint = ((first & 0x1f) << 6) | continuation(bytes, position + 1);
  else if (first < 0xf0) {
    codePoint = ((first & 0x0f) << 12) | (continuation(bytes, position + 1) << 6) | continuation(bytes, position + 2);
  } else {
    codePoint =
      ((first & 0x07) << 18) |
      (continuation(bytes, position + 1) << 12) |
      (continuation(bytes, position + 2) << 6) |
      continuation(bytes, position + 3);
  }
  return classOf(codePoint);
}

function continuation(bytes: Uint8Array, position: number): number {
  return (bytes[position] as number) & 0x3f;
}

/** Bytes of a character in UTF-8, by its first byte. */
export function widthOf(firstByte: number): number {
  return firstByte < 0x80 ? 1 : firstByte < 0xe0 ? 2 : firstByte < 0xf0 ? 3 : 4;
}
