/**
 * Events made ready for the ledger on another thread, packed into memory that both share: blocks of observations (see
 * eventBlock.ts), their names, and the rows of calls of which nothing else is known. Most calls of months of logs are such.
 * What the ledger then has left to do is to look the names up, to write the rows and to add them up. Hashes are its part
 * too: it has the time while more is read.
 */
import { Buffer } from 'node:buffer';
import { canonicalEvent } from '../core/ledger/canonicalEvent.ts';
import type { Observation, QuotaEvent } from '../core/ledger/event.ts';
import { foldCall } from '../core/ledger/fold.ts';
import type { PackedEvents } from '../ports.ts';
import { type EntryRow, toRow } from './entryRow.ts';
import { blockWriter } from './eventBlock.ts';
import { namesOf } from './eventTable.ts';
import { type ManyNames, MOST_NAMES, MOST_WORD_BYTES } from './keyMap.ts';
import { NAME_KINDS, type NameKind, type NameTable } from './nameTable.ts';

/** An event that can be packed: of one that was begun or erased, other events of its call decide what it means. */
export type PackableEvent = Observation | QuotaEvent;

export interface EventPacker {
  /** false: there is no room for it. */
  add(event: PackableEvent): boolean;
  readonly count: number;
  /** What was added since the last time. The memory must be left alone until it has been written. */
  take(): PackedEvents;
}

/** A pack that is being written. Its readers are functions by themselves: years of calls pass through them. */
export interface Pack {
  readonly numbers: Float64Array;
  /** All names, one behind the other, as UTF-8, and where each ends. */
  readonly words: Buffer;
  readonly wordEnds: Uint32Array;
  readonly texts: Buffer;
  /** The ledger's numbers for the pack's names. */
  readonly known: readonly (number | null)[];
}

/** A block of events, or one event. */
export interface PackedItem {
  readonly kind: PackableEvent['kind'] | 'block';
  /** UTF-8. */
  readonly body: Buffer;
  /** The place of its first event among the pack's. */
  readonly first: number;
  /** How many events it is, each of another call. */
  readonly count: number;
}

const MOST_EVENTS = 2_048;
const TEXT_BYTES = 640_000;
/** A block takes less. */
const BLOCK_ROOM = 4_096;

/** Of each event: its first name and how many, 1 where it has a row; the row. */
const HEAD = 3;
const ROW = 24;
const STRIDE = HEAD + ROW;
/** Of each item: where its text begins, its body's length, its kind, its first event, how many. */
const ITEM = 5;
const ITEMS_START = MOST_EVENTS * STRIDE;
const NUMBER_BYTES = (ITEMS_START + MOST_EVENTS * ITEM) * 8;

const ENDS_BYTES = MOST_NAMES * 4;

/** Memory for one pack. */
export const PACK_BYTES = NUMBER_BYTES + ENDS_BYTES + MOST_WORD_BYTES + TEXT_BYTES;

/** Numbers between two threads of one program: free to change. */
const KINDS: readonly PackedItem['kind'][] = ['settled', 'failed', 'quota', 'block'];

/** `memory`: PACK_BYTES. */
export function eventPacker(memory: SharedArrayBuffer | ArrayBuffer): EventPacker {
  const { numbers, words, wordEnds, texts } = partsOf(memory);
  const names = localNames();
  const block = blockWriter();
  /** How many events each item is. */
  let items: number[] = [];
  /** Events of blocks lie from the memory's beginning on, others from its end on: those of a block lie side by side. */
  let inBlocks = 0;
  let alone = 0;
  let nameCount = 0;
  let wordEnd = 0;
  let textEnd = 0;

  function writeItem(kind: PackedItem['kind'], body: string, first: number, count: number): void {
    const start = ITEMS_START + items.length * ITEM;
    numbers[start] = textEnd;
    const length = texts.write(body, textEnd);
    textEnd += length;
    numbers[start + 1] = length;
    numbers[start + 2] = KINDS.indexOf(kind);
    numbers[start + 3] = first;
    numbers[start + 4] = count;
    items.push(count);
  }

  function writeEvent(slot: number, event: PackableEvent, all: readonly string[]): void {
    const start = slot * STRIDE;
    numbers[start] = nameCount;
    numbers[start + 1] = all.length;
    for (const name of all) {
      wordEnd += words.write(name, wordEnd);
      wordEnds[nameCount] = wordEnd;
      nameCount += 1;
    }
    const entry = foldCall([event]);
    numbers[start + 2] = entry ? 1 : 0;
    if (entry) writeRow(numbers, start + HEAD, toRow(0, entry, names));
  }

  function endBlock(): void {
    const { count } = block;
    if (count === 0) return;
    writeItem('block', block.take(), inBlocks - count, count);
  }

  /** As a part of a block; false: it is too long for one. */
  function addToBlock(event: Observation): boolean {
    if (block.add(event)) return true;
    endBlock();
    return block.add(event);
  }

  function hasRoomFor(all: readonly string[]): boolean {
    let most = wordEnd;
    for (const name of all) most += 3 * name.length;
    return inBlocks + alone < MOST_EVENTS && nameCount + all.length <= MOST_NAMES && most <= MOST_WORD_BYTES;
  }

  return {
    get count() {
      return inBlocks + alone;
    },
    add(event) {
      const all = namesOf(event);
      if (!hasRoomFor(all)) return false;
      // The block that is being written must always have room.
      if (textEnd + 2 * BLOCK_ROOM > TEXT_BYTES) return false;
      if (event.kind !== 'quota' && addToBlock(event)) {
        writeEvent(inBlocks, event, all);
        inBlocks += 1;
        return true;
      }
      const body = canonicalEvent(event);
      if (textEnd + BLOCK_ROOM + body.length * 3 > TEXT_BYTES) return false;
      alone += 1;
      writeEvent(MOST_EVENTS - alone, event, all);
      writeItem(event.kind, body, MOST_EVENTS - alone, 1);
      return true;
    },
    take() {
      endBlock();
      const packed = { memory, items, first: 0, names: names.take() };
      items = [];
      [inBlocks, alone, nameCount, wordEnd, textEnd] = [0, 0, 0, 0, 0];
      return packed;
    },
  };
}

/** `table`: the ledger's numbers for the pack's names. Only inside a transaction. */
export function unpack({ memory, names }: PackedEvents, table: Pick<NameTable, 'put'>): Pack {
  return { ...partsOf(memory), known: names.map(([kind, name]) => table.put(kind as NameKind, name)) };
}

/** The item at a place among those in the memory. */
export function itemOf({ numbers, texts }: Pack, place: number): PackedItem {
  const start = ITEMS_START + place * ITEM;
  const read = (column: number) => numbers[start + column] as number;
  const bodyAt = read(0);
  return {
    kind: KINDS[read(2)] ?? 'settled',
    body: texts.subarray(bodyAt, bodyAt + read(1)),
    first: read(3),
    count: read(4),
  };
}

/** The names of some items' events; those of others may lie between them. `first`: the first one's place in the pack. */
export function namesOfItems(pack: Pack, { first, items }: PackedEvents): ManyNames & { readonly first: number } {
  let [start, end] = [MOST_NAMES, 0];
  for (let place = first; place < first + items.length; place += 1) {
    const firstEvent = pack.numbers[ITEMS_START + place * ITEM + 3] as number;
    const lastEvent = firstEvent + (items[place - first] as number) - 1;
    start = Math.min(start, nameStart(pack, firstEvent));
    end = Math.max(end, nameStart(pack, lastEvent) + nameCount(pack, lastEvent));
  }
  const { words, wordEnds } = pack;
  const before = start === 0 ? 0 : (wordEnds[start - 1] as number);
  const ends = wordEnds.subarray(start, end);
  return { first: start, words: words.subarray(before, ends.at(-1)), ends, before };
}

/** The place of an event's first name in the pack. */
export function nameStart({ numbers }: Pack, event: number): number {
  return numbers[event * STRIDE] as number;
}

export function nameCount({ numbers }: Pack, event: number): number {
  return numbers[event * STRIDE + 1] as number;
}

/** An event as the row of the call of this number, good until the next is asked for; undefined: it makes no entry. */
export function packedRow(pack: Pack, event: number, call: number): EntryRow | undefined {
  const start = event * STRIDE;
  return pack.numbers[start + 2] === 1 ? readRow(pack, start + HEAD, call) : undefined;
}

function partsOf(memory: SharedArrayBuffer | ArrayBuffer) {
  const wordsAt = NUMBER_BYTES + ENDS_BYTES;
  return {
    numbers: new Float64Array(memory, 0, NUMBER_BYTES / 8),
    wordEnds: new Uint32Array(memory, NUMBER_BYTES, MOST_NAMES),
    words: Buffer.from(memory, wordsAt, MOST_WORD_BYTES),
    texts: Buffer.from(memory, wordsAt + MOST_WORD_BYTES, TEXT_BYTES),
  };
}

/** Numbers for the names of one pack, from 1. */
function localNames(): Pick<NameTable, 'put'> & { take(): PackedEvents['names'] } {
  const kinds = Object.keys(NAME_KINDS) as readonly NameKind[];
  const numbers = Object.fromEntries(kinds.map((kind) => [kind, new Map()])) as Record<NameKind, Map<string, number>>;
  let all: [NameKind, string][] = [];

  return {
    put(kind, name) {
      if (name === undefined) return null;
      let number = numbers[kind].get(name);
      if (number === undefined) {
        number = all.push([kind, name]);
        numbers[kind].set(name, number);
      }
      return number;
    },
    take() {
      const taken = all;
      all = [];
      for (const kind of kinds) numbers[kind].clear();
      return taken;
    },
  };
}

/** What stands for null. */
const NONE = Number.NaN;

function writeRow(numbers: Float64Array, at: number, row: EntryRow): void {
  numbers[at] = row.at;
  numbers[at + 1] = row.ended ?? NONE;
  numbers[at + 2] = row.state;
  numbers[at + 3] = row.scope;
  numbers[at + 4] = row.covered;
  numbers[at + 5] = row.billable;
  numbers[at + 6] = row.agent;
  numbers[at + 7] = row.model;
  numbers[at + 8] = row.source;
  numbers[at + 9] = row.run ?? NONE;
  numbers[at + 10] = row.session ?? NONE;
  numbers[at + 11] = row.folder ?? NONE;
  numbers[at + 12] = row.confidence;
  numbers[at + 13] = row.nano ?? NONE;
  numbers[at + 14] = row.known;
  numbers[at + 15] = row.fresh;
  numbers[at + 16] = row.cacheRead;
  numbers[at + 17] = row.cacheWrite;
  numbers[at + 18] = row.cacheWriteHour;
  numbers[at + 19] = row.text;
  numbers[at + 20] = row.reasoning;
  numbers[at + 21] = row.task ?? NONE;
  numbers[at + 22] = row.subagent ?? NONE;
  numbers[at + 23] = row.tools ?? NONE;
}

type MutableRow = { -readonly [Key in keyof EntryRow]: EntryRow[Key] };

/** One for all: each event's own would be as many objects of a few hundred bytes. */
const row: MutableRow = {
  call: 0,
  at: 0,
  ended: null,
  state: 0,
  scope: 0,
  covered: 0,
  billable: 0,
  agent: 0,
  model: 0,
  source: 0,
  run: null,
  session: null,
  folder: null,
  confidence: 0,
  nano: null,
  known: 0,
  fresh: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteHour: 0,
  text: 0,
  reasoning: 0,
  task: null,
  subagent: null,
  tools: null,
};

function readRow({ numbers, known }: Pack, start: number, call: number): EntryRow {
  row.call = call;
  row.at = numberAt(numbers, start);
  row.ended = figureAt(numbers, start + 1);
  row.state = numberAt(numbers, start + 2);
  row.scope = numberAt(numbers, start + 3);
  row.covered = numberAt(numbers, start + 4);
  row.billable = numberAt(numbers, start + 5);
  row.agent = nameAt(numbers, start + 6, known) ?? 0;
  row.model = nameAt(numbers, start + 7, known) ?? 0;
  row.source = nameAt(numbers, start + 8, known) ?? 0;
  row.run = nameAt(numbers, start + 9, known);
  row.session = nameAt(numbers, start + 10, known);
  row.folder = nameAt(numbers, start + 11, known);
  row.confidence = numberAt(numbers, start + 12);
  row.nano = figureAt(numbers, start + 13);
  row.known = numberAt(numbers, start + 14);
  row.fresh = numberAt(numbers, start + 15);
  row.cacheRead = numberAt(numbers, start + 16);
  row.cacheWrite = numberAt(numbers, start + 17);
  row.cacheWriteHour = numberAt(numbers, start + 18);
  row.text = numberAt(numbers, start + 19);
  row.reasoning = numberAt(numbers, start + 20);
  row.task = nameAt(numbers, start + 21, known);
  row.subagent = nameAt(numbers, start + 22, known);
  row.tools = nameAt(numbers, start + 23, known);
  return row;
}

function numberAt(numbers: Float64Array, place: number): number {
  return numbers[place] as number;
}

function figureAt(numbers: Float64Array, place: number): number | null {
  const figure = numbers[place] as number;
  return Number.isNaN(figure) ? null : figure;
}

/** A name that isn't there is NaN, which is no place in the list. */
function nameAt(numbers: Float64Array, place: number, known: readonly (number | null)[]): number | null {
  return known[(numbers[place] as number) - 1] ?? null;
}
