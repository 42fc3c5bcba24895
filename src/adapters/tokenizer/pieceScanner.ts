import { classAt, LETTER, LINE_BREAK, NUMBER, SPACE, SYMBOL, WORD_HEAD, WORD_TAIL, widthOf } from './characterClass.ts';

const SPACE_BYTE = 0x20;
const SLASH = 0x2f;
const APOSTROPHE = 0x27;
const LOWER_CASE = 0x20;
const MAXIMUM_DIGITS = 3;

/**
 * Where the piece that begins at `start` ends, by o200k's splitting rule (js-tiktoken's `pat_str`) on well-formed
 * UTF-8. It takes what the regular expression takes, backtracking included, in time linear in the text:
 *
 *     1  [^\r\n\p{L}\p{N}]? HEAD* TAIL+ contraction?
 *     2  [^\r\n\p{L}\p{N}]? HEAD+ TAIL* contraction?
 *     3  \p{N}{1,3}
 *     4  ' '? [^\s\p{L}\p{N}]+ [\r\n/]*
 *     5  \s* [\r\n]+
 *     6  \s+(?!\S)
 *     7  \s+
 */
export function pieceEnd(bytes: Uint8Array, start: number, end: number): number {
  const firstByte = bytes[start] as number;
  const first = classAt(bytes, start);
  if (first & LETTER) return contractionEnd(bytes, wordEnd(bytes, start, end), end);
  const next = start + widthOf(firstByte);
  if (first & NUMBER) return numberEnd(bytes, next, end);
  const second = next < end ? classAt(bytes, next) : 0;
  const isMark = (first & (SYMBOL | WORD_TAIL)) === (SYMBOL | WORD_TAIL);
  if (second & (WORD_HEAD | WORD_TAIL) && !(first & LINE_BREAK)) {
    // The first character is the optional prefix. A mark is also a word by itself, which rule 1 prefers to rule 2.
    if (!isMark || followsRuleOne(bytes, next, end)) return contractionEnd(bytes, wordEnd(bytes, next, end), end);
  }
  if (isMark) return contractionEnd(bytes, next, end);
  if (first & SYMBOL) return symbolsEnd(bytes, next, end);
  if (firstByte === SPACE_BYTE && second & SYMBOL) return symbolsEnd(bytes, next, end);
  return spacesEnd(bytes, start, end);
}

/** The end of HEAD* TAIL+, or else of HEAD+; at `start` stands a HEAD or a TAIL. */
function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  // Where HEAD* gives characters back so that TAIL+ gets one: behind the last character that is both.
  let lastBothEnd = -1;
  while (position < end) {
    const kind = classAt(bytes, position);
    if (!(kind & WORD_HEAD)) {
      return kind & WORD_TAIL ? tailEnd(bytes, position, end) : lastBothEnd < 0 ? position : lastBothEnd;
    }
    position += widthOf(bytes[position] as number);
    if (kind & WORD_TAIL) lastBothEnd = position;
  }
  return lastBothEnd < 0 ? position : lastBothEnd;
}

function tailEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && classAt(bytes, position) & WORD_TAIL) position += widthOf(bytes[position] as number);
  return position;
}

/** Whether HEAD* TAIL+ matches at `start`: whether a TAIL follows before anything that is neither. */
function followsRuleOne(bytes: Uint8Array, start: number, end: number): boolean {
  let position = start;
  while (position < end) {
    const kind = classAt(bytes, position);
    if (kind & WORD_TAIL) return true;
    if (!(kind & WORD_HEAD)) return false;
    position += widthOf(bytes[position] as number);
  }
  return false;
}

/** Takes 's, 't, 'm, 'd, 're, 've, 'll in any case, if one stands at `start`. */
function contractionEnd(bytes: Uint8Array, start: number, end: number): number {
  if (start + 1 >= end || bytes[start] !== APOSTROPHE) return start;
  const first = (bytes[start + 1] as number) | LOWER_CASE;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2;
  if (start + 2 >= end) return start;
  const second = (bytes[start + 2] as number) | LOWER_CASE;
  const isPair = ((first === 0x72 || first === 0x76) && second === 0x65) || (first === 0x6c && second === 0x6c);
  return isPair ? start + 3 : start;
}

function numberEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  for (let digits = 1; digits < MAXIMUM_DIGITS && position < end; digits++) {
    if (!(classAt(bytes, position) & NUMBER)) break;
    position += widthOf(bytes[position] as number);
  }
  return position;
}

function symbolsEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && classAt(bytes, position) & SYMBOL) position += widthOf(bytes[position] as number);
  while (position < end) {
    const byte = bytes[position] as number;
    if (byte !== 0x0d && byte !== 0x0a && byte !== SLASH) break;
    position++;
  }
  return position;
}

/** Rules 5 to 7: up to the last line break; else all but the last space before a word; else all. */
function spacesEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let lastStart = start;
  let lastBreakEnd = -1;
  while (position < end) {
    const kind = classAt(bytes, position);
    if (!(kind & SPACE)) break;
    lastStart = position;
    position += widthOf(bytes[position] as number);
    if (kind & LINE_BREAK) lastBreakEnd = position;
  }
  if (lastBreakEnd >= 0) return lastBreakEnd;
  return position < end && lastStart > start ? lastStart : position;
}
