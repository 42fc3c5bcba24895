/**
 * Takes a few fields out of a line of JSON without making anything of the rest: agents' lines hold long texts, and
 * JSON.parse would spend most of its time and memory on them.
 */
import { Buffer } from 'node:buffer';
import { endOfNested, endOfText, type Seen, stands, textSeen, viewOf } from './bytes.ts';
import { asBuffer, type JsonObject } from './line.ts';

/**
 * What is wanted of a value: `true` all of it, an object these fields, a list these fields of each of its members. Where
 * fields are wanted and the value is of another kind (a text in place of a list, say), it is `null`.
 */
export type Shape = true | { readonly [key: string]: Shape } | readonly [{ readonly [key: string]: Shape }];

/** Takes the object out of a line: the bytes from `start` to `end`, or all of them. */
export type Picker = (bytes: Uint8Array, start?: number, end?: number) => JsonObject | undefined;

/** What a picker has come to know of its lines. */
interface Known {
  readonly wanted: Fields;
  /**
   * Bytes that are to be known again, four a word, the last word of each its last four. All side by side: what lies about in
   * many objects is never where the processor looks first.
   */
  words: Int32Array;
  wordsUsed: number;
}

/** A shape made ready: the fields that are wanted, by their names. */
interface Fields {
  readonly kind: 'object' | 'list';
  readonly fields: readonly Field[];
  /** Of the latest object of this shape, by the fields' numbers. */
  readonly values: unknown[];
  /**
   * By the same numbers: where a text stands that is made when somebody asks for it, as most of a line's never are, and
   * where it ends; 0: it is among the values.
   */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
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
  /** As it stands in a line, from the brace or comma before it to its colon: its place among the kept words. */
  readonly place: number;
  readonly length: number;
  /** undefined: it isn't wanted. */
  readonly field: Field | undefined;
  /** The one that came after it first, and others. */
  first: Key | undefined;
  readonly others: Key[];
  /**
   * The keys after it that aren't wanted, with their values, as they stood there last: most stay the same, and one look is
   * enough for all of them. Length 0: none are kept.
   */
  passedPlace: number;
  passedLength: number;
  lastPassed: Key | undefined;
  /** How often those were others than before, less how often they were the same. */
  changes: number;
}

interface Field {
  readonly number: number;
  readonly name: string;
  /** undefined: all of the value. */
  readonly wanted: Fields | undefined;
  /** What tells the text of the line before, roughly. */
  mark: number;
  /**
   * A text that it had twice in turn, as it stands in a line. Most lines of a log name the same session, folder, version
   * and model as the one before: these are told by looking at their bytes, and all lines share one text. Length 0: none.
   */
  knownPlace: number;
  knownLength: number;
  known: string;
}

/** Keys that are remembered to come after another one, beside the first of them. */
const MOST_OTHERS = 5;
/** What is longer isn't known again, nor what changes so often. */
const MOST_KNOWN_BYTES = 256;
const MOST_CHANGES = 8;
/** Lines whose keys come in ever new orders aren't known better and better: then all is forgotten. */
const MOST_WORDS = 1 << 16;

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
const TRUE = textSeen('true');
const FALSE = textSeen('false');
const NULL = textSeen('null');
/** A number of so many digits is held exactly. */
const MOST_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MOST_DIGITS + 1 }, (_, digits) => 10 ** digits);

/*
 * The line that is read, and where. All pickers share this: one reads a line at a time, and a program that is compiled for
 * one of them needn't be compiled anew for the next.
 */
let bytes: Buffer = Buffer.alloc(0);
let view = viewOf(bytes);
let end = 0;
/** Behind what was read last. */
let behind = 0;
/** What is known of lines of the shape that is read. */
let known: Known;

/**
 * What JSON.parse gives of the object in a line, but of `shape` alone, with what the line lacks as undefined; undefined where
 * there is no object, and where what it looks at isn't valid. It steps over other values by their quotes and brackets and
 * doesn't examine them. Never throws.
 * What it gives is good until the next line, whichever picker takes it.
 */
export function picker(shape: { readonly [key: string]: Shape }): Picker {
  let own: Known | undefined;
  return (line, start = 0, stop = line.length) => {
    if (!own || own.wordsUsed > MOST_WORDS)
      own = { wanted: prepare(shape), words: new Int32Array(1_024), wordsUsed: 0 };
    known = own;
    const { wanted } = own;
    bytes = asBuffer(line);
    view = viewOf(bytes);
    end = stop;
    try {
      const first = next(start);
      if (byteAt(first) !== OPEN_OBJECT) return undefined;
      readObject(wanted, first);
      return next(behind) === end ? wanted.view : undefined;
    } catch {
      return undefined;
    }
  };
}

/** The place of what comes after white space; `end`: nothing does. */
function next(start: number): number {
  let at = start;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte > SPACE) break;
    if (byte !== SPACE && byte !== 9 && byte !== 10 && byte !== 13) throw invalid();
  }
  return at;
}

function byteAt(at: number): number {
  return at < end ? (bytes[at] as number) : -1;
}

/** From an opening brace on. */
function readObject(fields: Fields, start: number): void {
  const { values, starts } = fields;
  for (let number = 0; number < values.length; number += 1) {
    values[number] = undefined;
    starts[number] = 0;
  }
  let at = start;
  for (let before = fields.beginning; ; ) {
    const from = at;
    at = behindPassed(before, from);
    let last = at === from ? before : (before.lastPassed ?? before);
    let key = keyAfter(last, at, fields);
    if (key && !key.field) {
      while (key && !key.field) {
        at = skipValue(behind);
        last = key;
        key = keyAfter(last, at, fields);
      }
      keepPassed(before, last, from, at);
    }
    if (!key?.field) return;
    readField(fields, key.field, behind);
    at = behind;
    before = key;
  }
}

/** Whether what is kept there stands at a place of the line. */
function standsKept(at: number, place: number, length: number): boolean {
  const stop = at + length - 4;
  if (stop + 4 > end) return false;
  // What all functions share would be looked up anew for each word.
  const line = view;
  const { words } = known;
  let word = place;
  for (let each = at; each < stop; each += 4, word += 1) if (line.getInt32(each, true) !== words[word]) return false;
  return line.getInt32(stop, true) === words[word];
}

/** Room among the words for so many bytes. */
function roomFor(length: number): number {
  const place = known.wordsUsed;
  known.wordsUsed += Math.ceil(length / 4);
  if (known.wordsUsed > known.words.length) {
    const more = new Int32Array(2 * known.wordsUsed);
    more.set(known.words);
    known.words = more;
  }
  return place;
}

/** Keeps bytes of the line, four or more. */
function keep(place: number, start: number, stop: number): void {
  const { words } = known;
  let word = place;
  for (let each = start; each < stop - 4; each += 4, word += 1) words[word] = view.getInt32(each, true);
  words[word] = view.getInt32(stop - 4, true);
}

/** Behind what isn't wanted, where it is what came after this key before; else the same place. */
function behindPassed(key: Key, at: number): number {
  const { passedLength } = key;
  if (passedLength === 0 || !standsKept(at, key.passedPlace, passedLength)) return at;
  const stop = at + passedLength;
  const byte = byteAt(stop);
  if (byte !== COMMA && byte !== CLOSE_OBJECT) return at;
  if (key.changes > 0) key.changes -= 1;
  return stop;
}

function keepPassed(key: Key, last: Key, start: number, stop: number): void {
  key.changes += 1;
  key.passedLength = 0;
  if (key.changes >= MOST_CHANGES || stop - start > MOST_KNOWN_BYTES) return;
  if (key.passedPlace < 0) key.passedPlace = roomFor(MOST_KNOWN_BYTES);
  keep(key.passedPlace, start, stop);
  key.passedLength = stop - start;
  key.lastPassed = last;
}

/** The key that comes next, to behind its colon; undefined: the object ends. */
function keyAfter(before: Key, at: number, fields: Fields): Key | undefined {
  if (byteAt(at) === CLOSE_OBJECT) {
    behind = at + 1;
    return undefined;
  }
  const { first } = before;
  if (first && standsKept(at, first.place, first.length)) {
    behind = at + first.length;
    return first;
  }
  for (const key of before.others) {
    if (!standsKept(at, key.place, key.length)) continue;
    behind = at + key.length;
    return key;
  }
  return readKey(before, at, fields);
}

/** As `keyAfter`, of a key that hasn't come after this one so far. */
function readKey(before: Key, start: number, fields: Fields): Key | undefined {
  let at = next(start);
  const isFirst = before === fields.beginning;
  if (isFirst) at = next(at + 1);
  if (byteAt(at) === CLOSE_OBJECT) {
    behind = at + 1;
    return undefined;
  }
  if (!isFirst) {
    if (byteAt(at) !== COMMA) throw invalid();
    at = next(at + 1);
  }
  if (byteAt(at) !== QUOTE) throw invalid();
  const name = wholeText(at);
  at = next(behind);
  if (byteAt(at) !== COLON) throw invalid();
  behind = at + 1;
  const field = fields.fields.find((each) => each.name === name);
  const isKept = before.others.length < MOST_OTHERS;
  const key = keyOf(isKept ? roomFor(behind - start) : 0, behind - start, field);
  if (!isKept) return key;
  keep(key.place, start, behind);
  if (before.first) before.others.push(key);
  else before.first = key;
  return key;
}

function readList(members: Fields, start: number): readonly unknown[] {
  let at = next(start + 1);
  const list: unknown[] = [];
  if (byteAt(at) === CLOSE_LIST) {
    behind = at + 1;
    return list;
  }
  for (;;) {
    const isObject = byteAt(at) === OPEN_OBJECT;
    if (isObject) readObject(members, at);
    else behind = skipValue(at);
    at = next(behind);
    behind = at + 1;
    const byte = byteAt(at);
    // Of several members each has its own object, of one it is the one that shows the latest.
    if (!isObject) list.push(null);
    else list.push(list.length === 0 && byte === CLOSE_LIST ? members.view : { ...members.view });
    if (byte === CLOSE_LIST) return list;
    if (byte !== COMMA) throw invalid();
    at = next(at + 1);
  }
}

function readField(fields: Fields, field: Field, start: number): void {
  const { number, wanted } = field;
  const at = next(start);
  const byte = byteAt(at);
  fields.starts[number] = 0;
  if (!wanted) {
    if (byte === QUOTE) readText(fields, field, at);
    else fields.values[number] = readWhole(byte, at);
  } else if (byte === OPEN_LIST && wanted.kind === 'list') {
    fields.values[number] = readList(wanted, at);
  } else if (byte === OPEN_OBJECT && wanted.kind === 'object') {
    readObject(wanted, at);
    fields.values[number] = wanted.view;
  } else {
    behind = skipValue(at);
    fields.values[number] = null;
  }
}

function readText({ values, starts, ends }: Fields, field: Field, start: number): void {
  const { number, knownLength } = field;
  if (knownLength > 0 && standsKept(start, field.knownPlace, knownLength)) {
    behind = start + knownLength;
    values[number] = field.known;
    return;
  }
  behind = endOfPlain(start);
  if (behind < 0) {
    behind = orInvalid(endOfText(bytes, view, start, end));
    values[number] = JSON.parse(bytes.toString('utf8', start, behind));
  } else {
    starts[number] = start + 1;
    ends[number] = behind - 1;
  }
  const length = behind - start;
  if (length < 4 || length > MOST_KNOWN_BYTES) return;
  const mark = view.getInt32(behind - 4, true) ^ view.getInt32(start, true) ^ length;
  if (mark === field.mark) {
    const text = valueAt(values, starts, ends, number) as string;
    keepText(field, start, text);
    values[number] = text;
    starts[number] = 0;
  }
  field.mark = mark;
}

/** A text that may be the same as in the line before: whatever it is, it is known from now on. */
function keepText(field: Field, start: number, text: string): void {
  if (field.knownPlace < 0) field.knownPlace = roomFor(MOST_KNOWN_BYTES);
  keep(field.knownPlace, start, behind);
  field.knownLength = behind - start;
  field.known = text;
}

function valueAt(values: readonly unknown[], starts: Int32Array, ends: Int32Array, number: number): unknown {
  const start = starts[number] as number;
  // It is ASCII, which is made into a text twice as fast if taken for UTF-8 as for latin1.
  return start === 0 ? values[number] : bytes.toString('utf8', start, ends[number]);
}

/** Behind the text that begins at a quote; -1: it is none, or has other characters than ASCII's, or escapes. */
function endOfPlain(start: number): number {
  const line = bytes;
  const stop = end;
  for (let at = start + 1; at < stop; at += 1) {
    const byte = line[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH || byte > 0x7e || byte < SPACE) return -1;
  }
  return -1;
}

/** The text that begins at a quote. */
function wholeText(start: number): string {
  behind = orInvalid(endOfText(bytes, view, start, end));
  return JSON.parse(bytes.toString('utf8', start, behind)) as string;
}

function readWhole(first: number, start: number): unknown {
  const number = first >= ZERO && first <= NINE ? readNumber(start) : undefined;
  if (number !== undefined) return number;
  if (isWord(FALSE, start)) return false;
  if (isWord(NULL, start)) return null;
  if (isWord(TRUE, start)) return true;
  behind = skipValue(start);
  return JSON.parse(bytes.toString('utf8', start, behind));
}

function isWord(word: Seen, start: number): boolean {
  if (!stands(view, start, end, word)) return false;
  behind = start + word.length;
  const byte = byteAt(behind);
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= SPACE;
}

/** A number of few digits, as most are; undefined: it is something else. */
function readNumber(start: number): number | undefined {
  const line = bytes;
  const stop = end;
  let value = 0;
  let point = -1;
  for (let at = start; at < stop; at += 1) {
    const byte = line[at] as number;
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
    behind = at;
    if (point < 0) return value;
    // Both are exact, and so the quotient is the nearest number to it, as JSON.parse gives.
    return at - point === 1 ? undefined : value / (POWERS_OF_TEN[at - point - 1] as number);
  }
  return undefined;
}

/** Behind the value that stands there, whatever is in it. */
function skipValue(start: number): number {
  const at = next(start);
  const first = byteAt(at);
  if (first === QUOTE) return orInvalid(endOfText(bytes, view, at, end));
  if (first === OPEN_OBJECT || first === OPEN_LIST) return orInvalid(endOfNested(bytes, view, at, end));
  return endOfWord(at, first);
}

/** Behind a number, true, false or null. */
function endOfWord(start: number, first: number): number {
  const isWord = (first >= ZERO && first <= NINE) || first === MINUS || (first > 0x60 && first < 0x7b);
  if (!isWord) throw invalid();
  let at = start;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= SPACE) break;
  }
  return at;
}

function prepare(shape: Exclude<Shape, true>): Fields {
  const isList = Array.isArray(shape);
  const own = (isList ? shape[0] : shape) as { readonly [key: string]: Shape };
  const fields = Object.entries(own).map(([name, inside], number) => ({
    number,
    name,
    wanted: inside === true ? undefined : prepare(inside),
    mark: 0,
    knownPlace: -1,
    knownLength: 0,
    known: '',
  }));
  const values: unknown[] = fields.map(() => undefined);
  const starts = new Int32Array(fields.length);
  const ends = new Int32Array(fields.length);
  const view = Object.defineProperties(
    // A name that no other object has: of those that share names with other getters V8 finds each by searching for it.
    Object.defineProperty({}, Symbol('view'), {}),
    Object.fromEntries(
      fields.map(({ number, name }) => [name, { enumerable: true, get: () => valueAt(values, starts, ends, number) }]),
    ),
  );
  return { kind: isList ? 'list' : 'object', fields, values, starts, ends, view, beginning: keyOf(0, 0, undefined) };
}

function orInvalid(at: number): number {
  if (at < 0) throw invalid();
  return at;
}

function keyOf(place: number, length: number, field: Field | undefined): Key {
  return {
    place,
    length,
    field,
    first: undefined,
    others: [],
    passedPlace: -1,
    passedLength: 0,
    lastPassed: undefined,
    changes: 0,
  };
}

function invalid(): Error {
  return new SyntaxError('not JSON');
}
