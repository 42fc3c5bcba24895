/** Text as hashes of its lines: enough to see whether an edit is still there, too little to read it back. */

/** How often each line is in a text, by its salted hash. */
export type Lines = ReadonlyMap<number, number>;

/** Lines of fewer characters than this (a brace, `else {`) are everywhere, and tell nothing. */
const LEAST_CHARACTERS = 8;

/** Counts the lines that tell something. Spaces, quotes and what a line ends in don't matter: a formatter changes them. */
export function linesOf(text: string, salt: number): Lines {
  const lines = new Map<number, number>();
  for (const raw of text.split('\n')) {
    const line = raw
      .replaceAll(/\s+/g, '')
      .replaceAll("'", '"')
      .replace(/[,;]+$/, '');
    if (line.length < LEAST_CHARACTERS) continue;
    const hash = hashText(line, salt);
    lines.set(hash, (lines.get(hash) ?? 0) + 1);
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

/** 53 bits (cyrb53, as in chain.ts), exact as a number. */
export function hashText(text: string, salt: number): number {
  let low = 0xdeadbeef ^ salt;
  let high = 0x41c6ce57 ^ salt;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 2654435761);
    high = Math.imul(high ^ unit, 1597334677);
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return 4294967296 * (2097151 & high) + (low >>> 0);
}
