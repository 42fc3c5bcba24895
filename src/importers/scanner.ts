/**
 * Where WebAssembly looks at lines (src/assembly/scan.ts): one memory for each thread, made when the first line is looked at. It
 * holds the tables that say what is looked for, room for a line that lies elsewhere, and a chunk of a file, whose lines needn't
 * be copied. It never grows, for others hold parts of it: a line that has no room gets a memory of its own.
 */
import { Buffer } from 'node:buffer';
import { wasmInstance } from '../wasm/load.ts';
import { scan } from '../wasm/scan.built.ts';

/** Places are addresses in the memory. */
interface Functions {
  readonly heapBase: { readonly value: number };
  lineEnd(start: number, end: number): number;
  contains(wanted: number, length: number, start: number, end: number): number;
  beginningOf(steps: number, start: number, end: number): number;
  pick(shape: number, record: number, start: number, end: number): number;
}

/** A memory, as bytes and as numbers, and the functions that work on it. */
export interface Scanner {
  readonly functions: Functions;
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

/** What a shape's reader does where WebAssembly asks for it. */
export interface ShapeReader {
  /** The places of the fields by their names. */
  readonly fields: ReadonlyMap<string, number>;
  /** Makes what is needed of the members of a list that are written down: others will be written in their place. */
  takeMembers(slot: number): void;
}

const PAGE_BYTES = 64 * 1024;
/** For the module's own constants. */
const MODULE_BYTES = 4 * 1024;
const TABLE_BYTES = 176 * 1024;
const LINE_BYTES = 90 * 1024;
/** As many as are read at a time. */
const CHUNK_BYTES = 256 * 1024;
/** Sixteen bytes are loaded at a time, from any place in a line. */
const SPARE_BYTES = 64;
/** A memory for long lines that is no larger than this is used again for the next one. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 10;

let own: Scanner | undefined;
let forLong: Scanner | undefined;
/** Where the tables are, the line that was copied, and the chunk. */
let [tables, line, chunk] = [0, 0, 0];
let free = 0;
const readers = new Map<number, ShapeReader>();

/** Which tables those are that are there: it changes when they are written anew. */
export let edition = 0;

/** The memory in which the latest line lies. */
export let current: Scanner;

function ownScanner(): Scanner {
  if (own) return own;
  own = scannerOf(MODULE_BYTES + TABLE_BYTES + LINE_BYTES + CHUNK_BYTES + 2 * SPARE_BYTES);
  tables = free = aligned(own.functions.heapBase.value);
  line = tables + TABLE_BYTES;
  chunk = line + LINE_BYTES + SPARE_BYTES;
  current = own;
  return own;
}

function scannerOf(bytes: number): Scanner {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  const functions = wasmInstance<Functions>(scan, memory, { pick: { fieldOfKey, examine, takeMembers } });
  const { buffer } = memory;
  return {
    functions,
    bytes: Buffer.from(buffer),
    words: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
  };
}

/** Memory for a chunk of a file, so many bytes; all who ask have the same. */
export function chunkMemory(bytes: number): Buffer {
  const whole = ownScanner().bytes;
  if (bytes > CHUNK_BYTES) throw new RangeError('A chunk is larger than the room for it.');
  return whole.subarray(chunk, chunk + bytes);
}

/** The place of the next line feed in some bytes; -1: there is none. */
export function lineFeed(bytes: Buffer, start: number): number {
  const offset = offsetOf(bytes);
  if (offset < 0) return bytes.indexOf(LINE_FEED, start);
  const end = offset + bytes.length;
  const place = ownScanner().functions.lineEnd(offset + start, end);
  return place === end ? -1 : place - offset;
}

/** Room for a table, all zeros. Where there is too little, all other tables are forgotten. */
export function tableRoom(bytes: number): number {
  goToOwn();
  const { words } = current;
  if (bytes > TABLE_BYTES) throw new RangeError('A table is larger than the room for all of them.');
  if (edition === 0 || free + bytes > tables + TABLE_BYTES) {
    free = tables;
    edition += 1;
    readers.clear();
  }
  const place = free;
  free = aligned(place + bytes);
  words.fill(0, place / 4, free / 4);
  return place;
}

/** To write tables. */
export function tableMemory(): Scanner {
  return ownScanner();
}

export function keepReader(shape: number, reader: ShapeReader): void {
  readers.set(shape, reader);
}

let latest: Uint8Array | undefined;
let latestOffset = -1;

/** Where some bytes begin in the thread's own memory; -1: they lie elsewhere. */
export function offsetOf(bytes: Uint8Array): number {
  if (bytes !== latest) {
    latestOffset = own && bytes.buffer === own.bytes.buffer ? bytes.byteOffset : -1;
    latest = bytes;
  }
  return latestOffset;
}

/** The place of a line in the memory that is `current` from now on. */
export function placeOf(bytes: Uint8Array, start: number, end: number): number {
  goToOwn();
  const offset = offsetOf(bytes);
  if (offset >= 0) return offset + start;
  const length = end - start;
  if (length > LINE_BYTES) current = scannerForLong(current, length);
  current.bytes.set(bytes.subarray(start, end), line);
  return line;
}

function goToOwn(): void {
  const before = current;
  current = ownScanner();
  // What was learned of a long line's texts and keys.
  if (before && before !== current) before.bytes.copy(current.bytes, tables, tables, line);
}

/** A memory with the same tables, and room for a line of that length. */
function scannerForLong({ bytes }: Scanner, length: number): Scanner {
  const needed = line + length + SPARE_BYTES;
  const scanner = forLong && forLong.bytes.length >= needed ? forLong : scannerOf(needed);
  forLong = scanner.bytes.length > MOST_KEPT_BYTES ? undefined : scanner;
  bytes.copy(scanner.bytes, tables, tables, line);
  return scanner;
}

/** Where sixteen bytes can begin, at the place or behind it. */
export function aligned(place: number): number {
  return Math.ceil(place / 16) * 16;
}

function fieldOfKey(shape: number, start: number, end: number): number {
  return readers.get(shape)?.fields.get(parsedAt(start, end) as string) ?? 0;
}

function examine(start: number, end: number): undefined {
  parsedAt(start, end);
}

function takeMembers(shape: number, slot: number): undefined {
  readers.get(shape)?.takeMembers(slot);
}

/** What JSON stands there. Throws where it is none. */
export function parsedAt(start: number, end: number): unknown {
  return JSON.parse(current.bytes.toString('utf8', start, end));
}
