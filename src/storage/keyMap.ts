/**
 * Calls by the keys of their names, in WebAssembly's memory: as a Map of texts they would take several times the memory, and
 * the time of the collector, which copies each text twice and then looks at it again and again.
 */
import { wasmInstance } from '../wasm/load.ts';
import { names as module } from '../wasm/names.built.ts';

/** A name as the ledger knows it: the first 64 bits of its hash, a character for each byte. */
export type NameKey = string;

export interface KeyMap {
  readonly size: number;
  get(key: NameKey): number | undefined;
  set(key: NameKey, call: number): void;
  delete(key: NameKey): void;
  /** The keys of a call; slow, as they are searched for. */
  keysOf(call: number): readonly NameKey[];
  /** The keys whose first bits are those of `slice`, a number below `slices`, ascending, with their calls. `slices`: a power of two, from 2 on. */
  slice(slice: number, slices: number): readonly (readonly [NameKey, number])[];
  /** Sets the names of a row: 16 bytes each, its key and its call as a double. */
  setRow(row: Uint8Array): void;
  /** Makes the keys of names; places are these names', from 0 on, until others are looked at. Throws a RangeError where they are too many. */
  look(names: ManyNames): void;
  keyAt(place: number): NameKey;
  firstHalfAt(place: number): number;
  /** Whether any of the names that are looked at, `count` from a place on, has a call. */
  isAnyKnown(place: number, count: number): boolean;
  /** Sets them, and adds them to a row; false: the row has no room for them. */
  setAll(place: number, count: number, call: number): boolean;
  /** The row of those that were added, good until something else is asked for; the next one begins. */
  takeRow(): Uint8Array;
}

/** Names as UTF-8, one behind the other. */
export interface ManyNames {
  readonly words: Uint8Array;
  /** Where each ends, and where the first one begins, in the same numbers. */
  readonly ends: Uint32Array;
  readonly before: number;
}

/** Names that can be looked at together: so many, with so many bytes. */
export const MOST_NAMES = 8_192;
export const MOST_WORD_BYTES = 512_000;

/** A name in a row. */
export const ROW_NAME_BYTES = 16;

/** See src/assembly/names.ts. Places are addresses; halves are of a key, signed; 0 is no call. */
interface Exports {
  memoryStart(): number;
  beginTable(start: number): void;
  places(): number;
  sizeOfTable(): number;
  find(first: number, second: number): number;
  set(first: number, second: number, call: number): void;
  remove(first: number, second: number): void;
  hashNames(words: number, before: number, ends: number, count: number, keys: number): void;
  isAnyKnown(keys: number, count: number): number;
  setAll(keys: number, count: number, call: number, row: number): void;
  setRow(row: number, count: number): void;
}

/** In each place of the table: a key's first half, its second half, its call. */
const STRIDE = 3;
const FREE = 0;
const KEY_BYTES = 8;
const ROW_BYTES = MOST_NAMES * ROW_NAME_BYTES;
/** Behind the words as many may be read as a hash takes at a time. */
const WORDS_ROOM = MOST_WORD_BYTES + 64;

/** The module, and where its memory has what. */
function tableInMemory() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const wasm = wasmInstance<Exports>(module, memory);
  const keys = wasm.memoryStart();
  const row = keys + MOST_NAMES * KEY_BYTES;
  const ends = row + ROW_BYTES;
  const words = ends + MOST_NAMES * Uint32Array.BYTES_PER_ELEMENT;
  const table = words + WORDS_ROOM;
  // It grows to here at once; what isn't used yet takes none of the machine's memory.
  wasm.beginTable(table);
  return { memory, wasm, keys, row, ends, words, table };
}

/** Its WebAssembly is made when it is first needed: most windows write nothing for long. */
export function keyMap(): KeyMap {
  let made: ReturnType<typeof tableInMemory> | undefined;
  /** Bytes of the row so far. */
  let rowLength = 0;
  /** The halves of the keys of those names that are looked at. */
  let halves: Int32Array<ArrayBufferLike> = new Int32Array(0);

  function inMemory() {
    made ??= tableInMemory();
    return made;
  }

  function halvesOfKeys(): Int32Array {
    // A memory that has grown is another buffer.
    if (halves.length === 0) halves = new Int32Array(inMemory().memory.buffer, inMemory().keys, MOST_NAMES * 2);
    return halves;
  }

  /** The table's numbers, until it grows. */
  function tableNumbers(): Int32Array {
    const { memory, table } = inMemory();
    return new Int32Array(memory.buffer, table);
  }

  return {
    get size() {
      return made?.wasm.sizeOfTable() ?? 0;
    },
    get(key) {
      const call = made?.wasm.find(halfOf(key, 0), halfOf(key, 4)) ?? FREE;
      return call === FREE ? undefined : call;
    },
    set(key, call) {
      inMemory().wasm.set(halfOf(key, 0), halfOf(key, 4), call);
    },
    delete(key) {
      made?.wasm.remove(halfOf(key, 0), halfOf(key, 4));
    },
    keysOf(call) {
      const numbers = tableNumbers();
      const keys: NameKey[] = [];
      for (let index = 0; index < numbers.length; index += STRIDE) {
        if (numbers[index + 2] === call) keys.push(keyIn(numbers, index));
      }
      return keys;
    },
    slice(slice, slices) {
      const shift = 32 - Math.log2(slices);
      const numbers = tableNumbers();
      const perSlice = inMemory().wasm.places() / slices;
      const found: (readonly [NameKey, number])[] = [];
      // From where its first key may stand, to the first free place behind where its last one may.
      const [from, end] = [Math.floor(slice * perSlice), Math.ceil((slice + 1) * perSlice)];
      for (let place = from; place < end || numbers[place * STRIDE + 2] !== FREE; place += 1) {
        const call = numbers[place * STRIDE + 2] as number;
        const isOfSlice = (numbers[place * STRIDE] as number) >>> shift === slice;
        if (call !== FREE && isOfSlice) found.push([keyIn(numbers, place * STRIDE), call]);
      }
      return found.sort(([a], [b]) => (a < b ? -1 : 1));
    },
    setRow(names) {
      const { memory, wasm, words } = inMemory();
      for (let start = 0; start < names.length; start += ROW_BYTES) {
        const part = names.subarray(start, start + ROW_BYTES);
        new Uint8Array(memory.buffer, words, ROW_BYTES).set(part);
        wasm.setRow(words, Math.floor(part.length / ROW_NAME_BYTES));
      }
    },
    look(names) {
      const { memory, wasm, keys, ends, words } = inMemory();
      new Uint8Array(memory.buffer, words, MOST_WORD_BYTES).set(names.words);
      new Uint32Array(memory.buffer, ends, MOST_NAMES).set(names.ends);
      wasm.hashNames(words, names.before, ends, names.ends.length, keys);
    },
    keyAt: (place) => keyIn(halvesOfKeys(), place * 2),
    firstHalfAt: (place) => halvesOfKeys()[place * 2] as number,
    isAnyKnown(place, count) {
      const { wasm, keys } = inMemory();
      return wasm.isAnyKnown(keys + place * KEY_BYTES, count) !== 0;
    },
    setAll(place, count, call) {
      const { wasm, keys, row } = inMemory();
      const length = rowLength + count * ROW_NAME_BYTES;
      if (length > ROW_BYTES) return false;
      wasm.setAll(keys + place * KEY_BYTES, count, call, row + rowLength);
      rowLength = length;
      return true;
    },
    takeRow() {
      const { memory, row } = inMemory();
      const taken = new Uint8Array(memory.buffer, row, rowLength);
      rowLength = 0;
      return taken;
    },
  };
}

/** Four characters of a key, from the first or the fifth on, as a signed number. */
export function halfOf(key: NameKey, at: 0 | 4): number {
  return (
    (key.charCodeAt(at) << 24) | (key.charCodeAt(at + 1) << 16) | (key.charCodeAt(at + 2) << 8) | key.charCodeAt(at + 3)
  );
}

function keyIn(halves: Int32Array, index: number): NameKey {
  return textOf(halves[index] as number) + textOf(halves[index + 1] as number);
}

function textOf(half: number): string {
  return String.fromCharCode(half >>> 24, (half >>> 16) & 0xff, (half >>> 8) & 0xff, half & 0xff);
}
