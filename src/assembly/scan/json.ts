/** Steps over JSON without making anything of it. 0 stands for a place that there isn't. */

export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
export const OPEN_LIST: u8 = 0x5b;
export const CLOSE_LIST: u8 = 0x5d;
export const SPACE: u8 = 0x20;
const MINUS: u8 = 0x2d;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
/** The bit in which what opens and closes an object differs from what opens and closes a list. */
const EITHER: u8 = 0x20;

export function byteAt(at: usize, end: usize): u8 {
  return at < end ? load<u8>(at) : 0;
}

export function isDigit(byte: u8): bool {
  return byte >= ZERO && byte <= NINE;
}

/** The place of what comes after white space; `end`: nothing does. */
export function next(start: usize, end: usize): usize {
  let at = start;
  for (; at < end; at += 1) {
    const byte = load<u8>(at);
    if (byte !== SPACE && byte !== 9 && byte !== 10 && byte !== 13) break;
  }
  return at;
}

/** Whether a byte ends a number, or a word like true. */
export function endsWord(byte: u8): bool {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= SPACE;
}

/** Behind the text whose first quote is before `start`, whatever is in it. */
export function endOfText(start: usize, end: usize): usize {
  const wanted = i8x16.splat(QUOTE);
  for (let at = start; at < end; at += 16) {
    for (let quotes = i8x16.bitmask(i8x16.eq(v128.load(at), wanted)); quotes !== 0; quotes &= quotes - 1) {
      const quote = at + ctz(quotes);
      if (quote >= end) return 0;
      if (load<u8>(quote - 1) !== BACKSLASH || !isEscaped(quote, start)) return quote + 1;
    }
  }
  return 0;
}

/** Whether an odd number of backslashes stands before a place in the text that begins at `start`. */
function isEscaped(at: usize, start: usize): bool {
  let before = at;
  while (before > start && load<u8>(before - 1) === BACKSLASH) before -= 1;
  return ((at - before) & 1) === 1;
}

/** Whether a text is ASCII alone, without escapes and what JSON has only as escapes. */
export function isPlain(start: usize, end: usize): bool {
  for (let at = start; at < end; at += 16) {
    const odd = oddBytesAt(at);
    if (odd !== 0) return at + ctz(odd) >= end;
  }
  return true;
}

/** Which of 16 bytes aren't plain, by their bits. */
export function oddBytesAt(start: usize): i32 {
  const bytes = v128.load(start);
  const isOutside = i8x16.lt_s(bytes, i8x16.splat(SPACE));
  return i8x16.bitmask(v128.or(isOutside, i8x16.eq(bytes, i8x16.splat(BACKSLASH))));
}

/** Behind the object or list that begins at a place. */
export function endOfNested(start: usize, end: usize): usize {
  let depth = 0;
  let at = start;
  while (at < end) {
    const bytes = v128.load(at);
    const brackets = v128.or(bytes, i8x16.splat(EITHER));
    const opening = i8x16.bitmask(i8x16.eq(brackets, i8x16.splat(OPEN_OBJECT)));
    const closing = i8x16.bitmask(i8x16.eq(brackets, i8x16.splat(CLOSE_OBJECT)));
    const quotes = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(QUOTE)));
    let after = at + 16;
    for (let marks = opening | closing | quotes; marks !== 0; marks &= marks - 1) {
      const mark = marks & -marks;
      const place = at + ctz(marks);
      if (place >= end) return 0;
      if ((quotes & mark) !== 0) {
        after = endOfText(place + 1, end);
        if (after === 0) return 0;
        break;
      }
      depth += (opening & mark) !== 0 ? 1 : -1;
      if (depth === 0) return place + 1;
    }
    at = after;
  }
  return 0;
}

/** Behind the value that stands there, whatever is in it. */
export function endOfValue(start: usize, end: usize): usize {
  const at = next(start, end);
  const first = byteAt(at, end);
  if (first === QUOTE) return endOfText(at + 1, end);
  if (first === OPEN_OBJECT || first === OPEN_LIST) return endOfNested(at, end);
  return isDigit(first) || first === MINUS || (first > 0x60 && first < 0x7b) ? endOfWord(at, end) : 0;
}

/** Behind a number, true, false or null. */
function endOfWord(start: usize, end: usize): usize {
  let at = start;
  while (at < end && !endsWord(load<u8>(at))) at += 1;
  return at;
}
