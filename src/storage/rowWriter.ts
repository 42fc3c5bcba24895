/** Memory in which names of events lie, and rows of their blocks are written from them by src/assembly/pack.ts. */
import { Buffer } from 'node:buffer';
import { wasmInstance } from '../wasm/load.ts';
import { pack } from '../wasm/pack.built.ts';

/** A text, and from where to where the id's part goes that follows it: `anthropic-message:` and the message's. */
export type NamePart = readonly [before: string, start: number, end: number];

export interface RowWriter {
  /** Names, one behind the other, and where each ends. */
  readonly words: Buffer;
  readonly ends: Uint32Array;
  /** The rows of one block. */
  readonly rows: Buffer;
  /** Keeps what a form makes of an id. Returns its place; 0: it has none, and identities are written as they are. */
  putParts(slot: number, parts: readonly NamePart[] | undefined): number;
  /**
   * Writes a row, with names that are ASCII, to a place in `rows` of at most ROW_STARTS, and returns its bytes; less than 0:
   * it must be written in another way. `first`: the place of the id's end in `ends`, those of the identities follow; `count`:
   * how many these are, -1: the event has none. `tools` -1, a figure NaN: none.
   */
  row(
    to: number,
    first: number,
    count: number,
    parts: number,
    form: number,
    facts: number,
    tools: number,
    at: number,
    nano: number,
    fresh: number,
    cacheRead: number,
    cacheWrite: number,
    cacheWriteHour: number,
    text: number,
    reasoning: number,
  ): number;
}

type Row = RowWriter['row'] extends (to: number, ...rest: infer Rest) => number
  ? (to: number, words: number, ends: number, ...rest: Rest) => number
  : never;

/** Rows begin before this place. */
export const ROW_STARTS = 4_096;
/** The module writes no longer one. */
const ROW_BYTES = 4_608;
/** It reads and writes sixteen bytes at a time. */
const BEYOND = 16;

/** Forms that have a place for their parts; one needs 16 bytes for each part, and its text. */
const SLOTS = 32;
const SLOT_BYTES = 256;
const PART_BYTES = 16;

const PAGE_BYTES = 65_536;

/** Room for so many bytes of names, and so many names. */
export function rowWriter(wordBytes: number, names: number): RowWriter {
  // 0 stands for no place.
  const partsAt = SLOT_BYTES;
  const rowsAt = partsAt + SLOTS * SLOT_BYTES;
  const endsAt = rowsAt + ROW_STARTS + ROW_BYTES;
  const wordsAt = endsAt + names * 4;
  const pages = Math.ceil((wordsAt + wordBytes + BEYOND) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { row } = wasmInstance<{ readonly row: Row }>(pack, memory);
  const whole = Buffer.from(memory.buffer);

  return {
    words: whole.subarray(wordsAt, wordsAt + wordBytes),
    ends: new Uint32Array(memory.buffer, endsAt, names),
    rows: whole.subarray(rowsAt, endsAt),
    putParts(slot, parts) {
      if (slot >= SLOTS || !parts) return 0;
      const start = partsAt + slot * SLOT_BYTES;
      let text = start + 4 + parts.length * PART_BYTES;
      const textEnd = text + parts.reduce((bytes, [before]) => bytes + Buffer.byteLength(before), 0);
      if (textEnd > start + SLOT_BYTES) return 0;
      whole.writeUInt32LE(parts.length, start);
      for (const [index, [before, from, to]] of parts.entries()) {
        const length = whole.write(before, text);
        for (const [column, value] of [text, length, from, to].entries())
          whole.writeUInt32LE(value, start + 4 + index * PART_BYTES + column * 4);
        text += length;
      }
      return start;
    },
    row: (to, ...rest) => row(rowsAt + to, wordsAt, endsAt, ...rest),
  };
}
