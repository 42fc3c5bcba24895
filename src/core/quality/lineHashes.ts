/** Text as hashes of its lines: enough to see whether an edit is still there, too little to read it back. */

/** How often each line is in a text, by its salted hash. */
export type Lines = ReadonlyMap<number, number>;

/** Lines of fewer characters than this (a brace, `else {`) are everywhere, and tell nothing. */
const LEAST_CHARACTERS = 8;

const [TAB, NEW_LINE, RETURN, SPACE, QUOTE, DOUBLE_QUOTE, COMMA, SEMICOLON] = [9, 10, 13, 32, 39, 34, 44, 59] as const;

/**
 * Counts the lines that tell something. Spaces, quotes and what a line ends in don't matter: a formatter changes them.
 * One pass over the characters, since it runs beside the editor: some 20 ms for a megabyte.
 */
export function linesOf(text: string, salt: number): Lines {
  const lines = new Map<number, number>();
  const [lowStart, highStart] = [LOW ^ salt, HIGH ^ salt];
  let [low, high, length] = [lowStart, highStart, 0];
  /** The hash as it was before the commas and semicolons that may end the line. */
  let [lowBefore, highBefore, ending] = [low, high, 0];
  for (let index = 0; index <= text.length; index++) {
    let unit = index < text.length ? text.charCodeAt(index) : NEW_LINE;
    if (unit === NEW_LINE) {
      if (length - ending >= LEAST_CHARACTERS) {
        const hash = ending > 0 ? finished(lowBefore, highBefore) : finished(low, high);
        lines.set(hash, (lines.get(hash) ?? 0) + 1);
      }
      [low, high, length, ending] = [lowStart, highStart, 0, 0];
      continue;
    }
    if (unit === SPACE || unit === TAB || unit === RETURN) continue;
    if (unit === COMMA || unit === SEMICOLON) {
      if (ending === 0) [lowBefore, highBefore] = [low, high];
      ending += 1;
    } else ending = 0;
    if (unit === QUOTE) unit = DOUBLE_QUOTE;
    low = Math.imul(low ^ unit, LOW_FACTOR);
    high = Math.imul(high ^ unit, HIGH_FACTOR);
    length += 1;
  }
  return lines;
}

/** What `after` has beyond `before`. */
export function addedLines(before: Lines, after: Lines): Lines {
  const added = new Map<number, number>();
  for (const [hash, count] of after) {
    const more = count - (before.get(hash) ?? 0);
    if (more > 0) added.set(hash, more);
  }
  return added;
}

/** How many lines; and how many of `wanted` a text still has. */
export function countLines(lines: Lines): number {
  let sum = 0;
  for (const count of lines.values()) sum += count;
  return sum;
}

export function keptLines(wanted: Lines, now: Lines): number {
  let kept = 0;
  for (const [hash, count] of wanted) kept += Math.min(count, now.get(hash) ?? 0);
  return kept;
}

const [LOW, HIGH] = [0xdeadbeef, 0x41c6ce57] as const;
const [LOW_FACTOR, HIGH_FACTOR] = [2654435761, 1597334677] as const;

/** 53 bits (cyrb53, as in chain.ts), exact as a number. */
export function hashText(text: string, salt: number): number {
  let low = LOW ^ salt;
  let high = HIGH ^ salt;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, LOW_FACTOR);
    high = Math.imul(high ^ unit, HIGH_FACTOR);
  }
  return finished(low, high);
}

function finished(low: number, high: number): number {
  const lowEnd = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const highEnd = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(lowEnd ^ (lowEnd >>> 13), 3266489909);
  return 4294967296 * (2097151 & highEnd) + (lowEnd >>> 0);
}
