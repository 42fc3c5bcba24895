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

/** A shape made ready: the fields that are wanted, by their names. */
interface Fields {
  readonly kind: 'object' | 'list';
  readonly fields: readonly Field[];
  /** Of the latest object of this shape, by the fields' numbers. */
  readonly values: unknown[];
  /** That object: it shows the values by their names, and no line has one made for it. */
  readonly view: JsonObject;
  /** Stands before an object's first key. */
  readonly beginning: Key;
}

/**
 * A key, and those that came after it so far. Programs write their lines' keys in one order: where a key comes after
 * another as it did before, one look at its bytes tells it and whether it is wanted.
 */
interface Key {
  /** As it stands in the line, with its quotes and the colon. */
  readonly bytes: Uint8Array;
  /** undefined: it isn't wanted. */
  readonly field: Field | undefined;
  readonly next: Key[];
}

interface Field {
  readonly number: number;
  readonly name: string;
  /** undefined: all of the value. */
  readonly wanted: Fields | undefined;
  /**
   * The text that it had last. Most lines of a log name the same session, folder, version and model as the one before:
   * these are told by looking at their bytes, and all lines share one text.
   */
  latest: string | undefined;
}

/** Keys that are remembered to come after another one. */
const MOST_NEXT = 6;
/** Of a text so much is looked through byte by byte; where that has no escapes, the system's own search does the rest. */
const FIRST_BYTES = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
/** A number of so many digits is held exactly. */
const MOST_DIGITS = 15;

/**
 * What JSON.parse gives of the object in a line, but of `shape` alone, with what the line lacks as undefined; undefined where there is no object, and where what
 * it looks at isn't valid. It steps over other values by their quotes and brackets and doesn't examine them. Never throws.
 * What it gives is good until the next line.
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

  function readObject(fields: Fields): JsonObject {
    const { values, view } = fields;
    for (let number = 0; number < values.length; number += 1) values[number] = undefined;
    at += 1;
    if (next() === CLOSE_OBJECT) {
      at += 1;
      return view;
    }
    for (let before = fields.beginning; ; ) {
      const key = knownAfter(before) ?? readKey(before, fields);
      before = key;
      const { field } = key;
      if (field) values[field.number] = readValue(field);
      else skipValue();
      const byte = next();
      at += 1;
      if (byte === CLOSE_OBJECT) return view;
      if (byte !== COMMA) throw invalid();
    }
  }

  /** The key that stands here, and behind it; undefined: it hasn't come after this one so far. */
  function knownAfter({ next }: Key): Key | undefined {
    for (const key of next) {
      if (!stands(bytes, at, key.bytes)) continue;
      at += key.bytes.length;
      return key;
    }
    return undefined;
  }

  /** The key that stands here, whatever it is, and behind it and its colon. */
  function readKey(before: Key, { fields }: Fields): Key {
    if (next() !== QUOTE) throw invalid();
    const start = at;
    at = endOfText(bytes, at, end);
    if (at < 0) throw invalid();
    const name = textOf(start, at);
    if (next() !== COLON) throw invalid();
    at += 1;
    // A copy: a line's memory is used again.
    const key = {
      bytes: new Uint8Array(bytes.subarray(start, at)),
      field: fields.find((field) => field.name === name),
      next: [],
    };
    if (before.next.length < MOST_NEXT) before.next.push(key);
    return key;
  }

  function readList(members: Fields): readonly unknown[] {
    const list: unknown[] = [];
    at += 1;
    if (next() === CLOSE_LIST) {
      at += 1;
      return list;
    }
    for (;;) {
      if (next() === OPEN_OBJECT) list.push({ ...readObject(members) });
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
    if (latest !== undefined && isText(bytes, at, end, latest)) {
      at += latest.length + 2;
      return latest;
    }
    const start = at;
    at = endOfText(bytes, at, end);
    if (at < 0) throw invalid();
    const text = textOf(start, at);
    field.latest = text;
    return text;
  }

  /** The text between `start` and `stop`, its quotes among it. */
  function textOf(start: number, stop: number): string {
    for (let place = start + 1; place < stop - 1; place += 1) {
      const byte = bytes[place] as number;
      if (byte === BACKSLASH || byte > 0x7e || byte < SPACE)
        return JSON.parse(bytes.toString('utf8', start, stop)) as string;
    }
    return bytes.toString('latin1', start + 1, stop - 1);
  }

  function readWhole(first: number): unknown {
    const start = at;
    if (first >= ZERO && first <= NINE) {
      const number = readNumber();
      if (number !== undefined) return number;
      at = start;
    }
    skipValue();
    return JSON.parse(bytes.toString('utf8', start, at));
  }

  /** A number of few digits, as most are; undefined: it is something else. */
  function readNumber(): number | undefined {
    const start = at;
    let value = 0;
    let point = -1;
    for (; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte >= ZERO && byte <= NINE) {
        value = value * 10 + byte - ZERO;
        continue;
      }
      if (byte === POINT && point < 0 && at > start) {
        point = at;
        continue;
      }
      const isWhole = byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte === SPACE;
      const whole = (point < 0 ? at : point) - start;
      const isPlain = whole === 1 || bytes[start] !== ZERO;
      if (!isWhole || !isPlain || at - start > MOST_DIGITS) return undefined;
      if (point < 0) return value;
      // Both are exact, and so the quotient is the nearest number to it, as JSON.parse gives.
      return at - point === 1 ? undefined : value / 10 ** (at - point - 1);
    }
    return undefined;
  }

  function skipValue(): void {
    const first = next();
    if (first === QUOTE) at = endOfText(bytes, at, end);
    else if (first === OPEN_OBJECT || first === OPEN_LIST) at = endOfNested(bytes, at, end);
    else skipWord(first);
    if (at < 0) throw invalid();
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

/** Whether these bytes stand at a place. */
function stands(bytes: Buffer, at: number, wanted: Uint8Array): boolean {
  const { length } = wanted;
  if (at + length > bytes.length) return false;
  for (let index = 0; index < length; index += 1) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** Whether a text of these characters, ASCII without escapes, stands at a place. */
function isText(bytes: Buffer, at: number, end: number, text: string): boolean {
  const { length } = text;
  const start = at + 1;
  if (start + length >= end || bytes[start + length] !== QUOTE) return false;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code !== bytes[start + index] || code === QUOTE || code === BACKSLASH || code > 0x7e) return false;
  }
  return true;
}

/** Behind the text that begins at a place, whatever is in it; -1: it has no end. */
function endOfText(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  for (let stop = Math.min(end, at + FIRST_BYTES); at < stop; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) return endOfEscaped(bytes, at, end);
  }
  return endOfLong(bytes, at, end);
}

/** As `endOfText`, from an escape in it on. */
function endOfEscaped(bytes: Buffer, start: number, end: number): number {
  let at = start;
  for (; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  return -1;
}

/** As `endOfText`, from a place on before which there is no escape. */
function endOfLong(bytes: Buffer, start: number, end: number): number {
  const quote = bytes.indexOf(QUOTE, start);
  if (quote < 0 || quote >= end) return -1;
  if (bytes[quote - 1] !== BACKSLASH) return quote + 1;
  return endOfEscaped(bytes, start, end);
}

/** Behind the object or list that begins at a place; -1: it has no end. */
function endOfNested(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfText(bytes, at, end);
      if (at < 0) return -1;
      continue;
    }
    at += 1;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function prepare(shape: Exclude<Shape, true>): Fields {
  const isList = Array.isArray(shape);
  const own = (isList ? shape[0] : shape) as { readonly [key: string]: Shape };
  const fields = Object.entries(own).map(([name, inside], number) => ({
    number,
    name,
    wanted: inside === true ? undefined : prepare(inside),
    latest: undefined,
  }));
  const values: unknown[] = fields.map(() => undefined);
  const view = Object.defineProperties(
    {},
    Object.fromEntries(fields.map(({ number, name }) => [name, { enumerable: true, get: () => values[number] }])),
  );
  return {
    kind: isList ? 'list' : 'object',
    fields,
    values,
    view,
    beginning: { bytes: new Uint8Array(), field: undefined, next: [] },
  };
}

function invalid(): Error {
  return new SyntaxError('not JSON');
}
