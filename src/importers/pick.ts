/**
 * Takes a few fields out of a line of JSON without making anything of the rest: agents' lines hold long texts, and
 * JSON.parse would spend most of its time and memory on them.
 */
import { Buffer } from 'node:buffer';
import type { JsonObject } from './line.ts';

/**
 * What is wanted of a value: `true` all of it, an object these fields, a list these fields of each of its members. Where
 * fields are wanted and the value is of another kind (a text in place of a list, say), it is `null`.
 */
export type Shape = true | { readonly [key: string]: Shape } | readonly [{ readonly [key: string]: Shape }];

/** A shape made ready: the fields that are wanted, by the length of their names in bytes. */
interface Fields {
  readonly kind: 'object' | 'list';
  readonly byLength: readonly (readonly Field[] | undefined)[];
  /** All of them, undefined: an object that has its fields from the start is filled several times faster. */
  readonly empty: JsonObject;
}

interface Field {
  readonly name: string;
  readonly bytes: Buffer;
  /** undefined: all of the value. */
  readonly wanted: Fields | undefined;
  /**
   * The text that it had last. Most lines of a log name the same session, folder, version and model as the one before:
   * these are told by looking at their bytes, and all lines share one text.
   */
  latest: string | undefined;
}

/** Texts are looked through so far byte by byte; beyond, the system's own search is faster than the calls to it cost. */
const SHORT_TEXT = 48;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;

/**
 * What JSON.parse gives of the object in a line, but of `shape` alone, with what the line lacks as undefined; undefined where there is no object, and where what
 * it looks at isn't valid. It steps over other values by their quotes and brackets and doesn't examine them. Never throws.
 */
export function picker(shape: { readonly [key: string]: Shape }): (line: Uint8Array) => JsonObject | undefined {
  const wanted = prepare(shape);
  let bytes: Buffer = Buffer.alloc(0);
  let end = 0;
  let at = 0;

  return (line) => {
    bytes = Buffer.isBuffer(line) ? line : Buffer.from(line.buffer, line.byteOffset, line.byteLength);
    end = bytes.length;
    at = 0;
    try {
      if (next() !== OPEN_OBJECT) return undefined;
      const object = readObject(wanted);
      return next() === -1 ? object : undefined;
    } catch {
      return undefined;
    }
  };

  /** The byte after white space; -1 at the end. It stays where it is. */
  function next(): number {
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte > SPACE) return byte;
      if (byte !== SPACE && byte !== 9 && byte !== 10 && byte !== 13) throw invalid();
    }
    return -1;
  }

  function readObject({ byLength, empty }: Fields): JsonObject {
    const object: Record<string, unknown> = { ...empty };
    at += 1;
    if (next() === CLOSE_OBJECT) {
      at += 1;
      return object;
    }
    for (;;) {
      if (next() !== QUOTE) throw invalid();
      const field = readKey(byLength);
      if (next() !== COLON) throw invalid();
      at += 1;
      if (field) object[field.name] = readValue(field);
      else skipValue();
      const byte = next();
      at += 1;
      if (byte === CLOSE_OBJECT) return object;
      if (byte !== COMMA) throw invalid();
    }
  }

  function readList(members: Fields): readonly unknown[] {
    const list: unknown[] = [];
    at += 1;
    if (next() === CLOSE_LIST) {
      at += 1;
      return list;
    }
    for (;;) {
      if (next() === OPEN_OBJECT) list.push(readObject(members));
      else {
        skipValue();
        list.push(null);
      }
      const byte = next();
      at += 1;
      if (byte === CLOSE_LIST) return list;
      if (byte !== COMMA) throw invalid();
    }
  }

  function readValue(field: Field): unknown {
    const byte = next();
    const inside = field.wanted;
    if (!inside) return byte === QUOTE ? readText(field) : readWhole(byte);
    if (byte === OPEN_OBJECT && inside.kind === 'object') return readObject(inside);
    if (byte === OPEN_LIST && inside.kind === 'list') return readList(inside);
    skipValue();
    return null;
  }

  function readText(field: Field): string {
    const { latest } = field;
    if (latest !== undefined && isNext(latest)) {
      at += latest.length + 2;
      return latest;
    }
    const start = at;
    if (!isPlainText()) return JSON.parse(bytes.toString('utf8', start, at)) as string;
    const text = bytes.toString('latin1', start + 1, at - 1);
    field.latest = text;
    return text;
  }

  /** Whether a text of these characters, ASCII without escapes, stands here. */
  function isNext(text: string): boolean {
    const { length } = text;
    const start = at + 1;
    if (start + length >= end || bytes[start + length] !== QUOTE) return false;
    for (let index = 0; index < length; index += 1) {
      if (text.charCodeAt(index) !== bytes[start + index]) return false;
    }
    return true;
  }

  function readWhole(first: number): unknown {
    const start = at;
    if (first >= ZERO && first <= NINE) {
      const count = readDigits();
      if (count !== undefined) return count;
      at = start;
    }
    skipValue();
    return JSON.parse(bytes.toString('utf8', start, at));
  }

  /** A whole number of few digits, as most are; undefined: it is something else. */
  function readDigits(): number | undefined {
    const start = at;
    let value = 0;
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte < ZERO || byte > NINE) {
        const isWhole = byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte === SPACE;
        const isPlain = at - start === 1 || (bytes[start] !== ZERO && at - start <= 15);
        return isWhole && isPlain ? value : undefined;
      }
      value = value * 10 + byte - ZERO;
    }
    return undefined;
  }

  /** The field that a key names; undefined: none that is wanted. */
  function readKey(byLength: Fields['byLength']): Field | undefined {
    const start = at + 1;
    for (at = start; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        const candidates = byLength[at - start];
        at += 1;
        return candidates && named(candidates, start);
      }
      if (byte === BACKSLASH) {
        at = start - 1;
        return readEscapedKey(byLength);
      }
    }
    throw invalid();
  }

  function readEscapedKey(byLength: Fields['byLength']): Field | undefined {
    const start = at;
    skipText();
    const name = String(JSON.parse(bytes.toString('utf8', start, at)));
    return byLength[Buffer.byteLength(name)]?.find((field) => field.name === name);
  }

  /** No closure in `readKey`: one would be made, with all it can see, for each of millions of keys. */
  function named(candidates: readonly Field[], start: number): Field | undefined {
    for (const field of candidates) if (isSame(field.bytes, start)) return field;
    return undefined;
  }

  function isSame(name: Buffer, start: number): boolean {
    for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false;
    return true;
  }

  /** Over a text; true where it is ASCII without escapes or control characters. */
  function isPlainText(): boolean {
    const start = at;
    for (at += 1; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        at += 1;
        return true;
      }
      if (byte === BACKSLASH || byte > 0x7e || byte < SPACE) break;
    }
    at = start;
    skipText();
    return false;
  }

  /** Over a text, whatever is in it. */
  function skipText(): void {
    const short = Math.min(end, at + SHORT_TEXT);
    for (at += 1; at < short; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        at += 1;
        return;
      }
      if (byte === BACKSLASH) at += 1;
    }
    skipLongText();
  }

  /** Over the rest of a text, of which no escape is cut in two here. */
  function skipLongText(): void {
    const start = at;
    for (let quote = bytes.indexOf(QUOTE, at); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
      let escapes = quote;
      while (escapes > start && bytes[escapes - 1] === BACKSLASH) escapes -= 1;
      if ((quote - escapes) % 2 === 1) continue;
      at = quote + 1;
      return;
    }
    throw invalid();
  }

  function skipValue(): void {
    const first = next();
    if (first === QUOTE) skipText();
    else if (first === OPEN_OBJECT || first === OPEN_LIST) skipNested();
    else skipWord(first);
  }

  function skipNested(): void {
    let depth = 0;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        skipText();
        continue;
      }
      at += 1;
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth -= 1;
        if (depth === 0) return;
      }
    }
    throw invalid();
  }

  /** Over a number, true, false or null. */
  function skipWord(first: number): void {
    const isWord = (first >= ZERO && first <= NINE) || first === MINUS || (first > 0x60 && first < 0x7b);
    if (!isWord) throw invalid();
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= SPACE) return;
    }
  }
}

function prepare(shape: Exclude<Shape, true>): Fields {
  const isList = Array.isArray(shape);
  const own = (isList ? shape[0] : shape) as { readonly [key: string]: Shape };
  const fields = Object.entries(own).map(([name, inside]) => ({
    name,
    bytes: Buffer.from(name),
    wanted: inside === true ? undefined : prepare(inside),
    latest: undefined,
  }));
  const byLength: Field[][] = [];
  for (const field of fields) {
    byLength[field.bytes.length] ??= [];
    byLength[field.bytes.length]?.push(field);
  }
  const empty = Object.fromEntries(fields.map(({ name }) => [name, undefined]));
  return { kind: isList ? 'list' : 'object', byLength, empty };
}

function invalid(): Error {
  return new SyntaxError('not JSON');
}
