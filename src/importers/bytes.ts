/** Looks at the bytes of JSON, several at a time, without making anything of them. */
import { Buffer } from 'node:buffer';

/** Some bytes, to be known where they stand. */
export interface Seen {
  readonly length: number;
  /** Four bytes each, the last of them the last four, whether these overlap others or not. */
  readonly words: Int32Array;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** What opens and closes objects and lists, with the bit set in which the two differ. */
const OPENING = 0x7b;
const CLOSING = 0x7d;
const EITHER = 0x20;
/** So far a quote is looked for here; from there on the system's own search is faster. */
const NEAR_BYTES = 96;

let latest: Uint8Array = new Uint8Array();
let latestView = new DataView(latest.buffer);

/** To read words from some bytes; a file's lines lie in one piece of memory, and share it. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== latest) {
    latest = bytes;
    latestView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return latestView;
}

/** The bytes of a text, four or more, to be known where they stand. */
export function textSeen(text: string): Seen {
  const bytes = Buffer.from(text);
  const { length } = bytes;
  const words = new Int32Array(Math.ceil(length / 4));
  for (let index = 0; index < words.length; index += 1)
    words[index] = bytes.readInt32LE(Math.min(4 * index, length - 4));
  return { length, words };
}

/** Whether these bytes stand at a place, before `end`. */
export function stands(view: DataView, at: number, end: number, { length, words }: Seen): boolean {
  if (at + length > end) return false;
  const last = words.length - 1;
  for (let index = 0; index < last; index += 1) if (view.getInt32(at + 4 * index, true) !== words[index]) return false;
  return view.getInt32(at + length - 4, true) === words[last];
}

/** Behind these bytes; undefined: they don't stand there. */
export function behindSeen(view: DataView, at: number, end: number, wanted: Seen): number | undefined {
  return stands(view, at, end, wanted) ? at + wanted.length : undefined;
}

/** Behind a key, a text without escapes as its value, and a comma; `at` where these don't stand there. `key`: with its colon. */
export function behindField(bytes: Buffer, view: DataView, at: number, end: number, key: Seen): number {
  const text = at + key.length;
  if (!stands(view, at, end, key) || bytes[text] !== QUOTE) return at;
  for (let each = text + 1; each < end - 1; each += 1) {
    const byte = bytes[each];
    if (byte === BACKSLASH) return at;
    if (byte === QUOTE) return bytes[each + 1] === COMMA ? each + 2 : at;
  }
  return at;
}

/** As `behindField`, of a whole number. */
export function behindNumber(bytes: Buffer, view: DataView, at: number, end: number, key: Seen): number {
  if (!stands(view, at, end, key)) return at;
  let behind = at + key.length;
  while (behind < end && isDigit(bytes[behind] as number)) behind += 1;
  return behind < end && bytes[behind] === COMMA ? behind + 1 : at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Behind the text that begins at a place, whatever is in it; -1: it has no end. */
export function endOfText(bytes: Buffer, view: DataView, start: number, end: number): number {
  let at = start + 1;
  let near = at + NEAR_BYTES;
  while (at + 4 <= end) {
    // A byte of it is 0 where a quote stands; of the bits that are left the lowest tells the first such byte.
    const word = view.getInt32(at, true) ^ 0x22222222;
    const zeros = (word - 0x01010101) & ~word & 0x80808080;
    if (zeros === 0) at += 4;
    else at += (31 - Math.clz32(zeros & -zeros)) >> 3;
    if (zeros === 0 && at < near) continue;
    if (zeros === 0) at = bytes.indexOf(QUOTE, at);
    if (at < 0 || at >= end) return -1;
    if (bytes[at - 1] !== BACKSLASH || !isEscaped(bytes, at, start)) return at + 1;
    at += 1;
    near = at + NEAR_BYTES;
  }
  for (; at < end; at += 1) if (bytes[at] === QUOTE && !isEscaped(bytes, at, start)) return at + 1;
  return -1;
}

/** Whether an odd number of backslashes stands before a place in the text that begins at `start`. */
function isEscaped(bytes: Buffer, at: number, start: number): boolean {
  let before = at - 1;
  while (before > start && bytes[before] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}

/** Behind the object or list that begins at a place; -1: it has no end. */
export function endOfNested(bytes: Buffer, view: DataView, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfText(bytes, view, at, end);
      if (at < 0) return -1;
      continue;
    }
    at += 1;
    const bracket = byte | EITHER;
    if (bracket === OPENING) depth += 1;
    else if (bracket === CLOSING) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
