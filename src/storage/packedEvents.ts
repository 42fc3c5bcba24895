/**
 * Events made ready for the ledger on another thread, packed into memory that both share: blocks of observations (see
 * eventBlock.ts) with their digests, the keys of their names, and the rows of calls of which nothing else is known. Most
 * calls of months of logs are such. What the ledger then has left to do is to write them and to add them up.
 */
import { Buffer } from 'node:buffer';
import type { Observation, QuotaEvent } from '../core/ledger/event.ts';
import { foldCall } from '../core/ledger/fold.ts';
import type { PackedEvents } from '../ports.ts';
import { keyOf } from './callTable.ts';
import { type EntryRow, toRow } from './entryRow.ts';
import { blockWriter } from './eventBlock.ts';
import { DIGEST_LENGTH, digestOf, namesOf, type SealedEvent, sealEvent } from './eventTable.ts';
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

/** A block of events, or one event, as it is unpacked. */
export interface PackedItem {
  readonly kind: PackableEvent['kind'] | 'block';
  readonly digest: string;
  /** UTF-8. */
  readonly body: Buffer;
  /** How many events it is, each of another call. */
  readonly count: number;
  /** The names of one of its events are so many of the keys, from this byte on. */
  keysStart(place: number): number;
  keyCount(place: number): number;
  /** One of its events as the row of the call of this number; undefined: it makes no entry. */
  row(place: number, call: number): EntryRow | undefined;
}

export interface Unpacked {
  /** The keys of all names, 8 bytes each. */
  readonly keys: Buffer;
  items(): Generator<PackedItem>;
}

const MOST_EVENTS = 2_048;
const MOST_KEYS = 4 * MOST_EVENTS;
const KEY_BYTES = 8;
const TEXT_BYTES = 640_000;
/** A block, and as much as its digest and text can take at most. */
const BLOCK_ROOM = 3 * 4_096;

/** Of each event: where its keys begin and how many, 1 where it has a row; the row. */
const HEAD = 3;
const ROW = 24;
const STRIDE = HEAD + ROW;
/** Of each item: where its text begins, its body's length, its kind, its first event, how many. */
const ITEM = 5;
const ITEMS_START = MOST_EVENTS * STRIDE;
const NUMBER_BYTES = (ITEMS_START + MOST_EVENTS * ITEM) * 8;

/** Memory for one pack. */
export const PACK_BYTES = NUMBER_BYTES + MOST_KEYS * KEY_BYTES + TEXT_BYTES;

/** Numbers between two threads of one program: free to change. */
const KINDS: readonly PackedItem['kind'][] = ['settled', 'failed', 'quota', 'block'];

/** `memory`: PACK_BYTES. */
export function eventPacker(memory: SharedArrayBuffer | ArrayBuffer): EventPacker {
  const { numbers, keys, texts } = partsOf(memory);
  const names = localNames();
  const block = blockWriter();
  /** How many events each item is. */
  let items: number[] = [];
  /** Events of blocks lie from the memory's beginning on, others from its end on: those of a block lie side by side. */
  let inBlocks = 0;
  let alone = 0;
  let keyCount = 0;
  let textEnd = 0;

  function writeItem(
    { kind, digest, body }: Omit<SealedEvent, 'kind'> & { kind: PackedItem['kind']; body: string },
    first: number,
    count: number,
  ): void {
    const start = ITEMS_START + items.length * ITEM;
    numbers[start] = textEnd;
    writeShort(texts, digest, textEnd);
    textEnd += DIGEST_LENGTH;
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
    numbers[start] = keyCount * KEY_BYTES;
    numbers[start + 1] = all.length;
    for (const name of all) {
      writeShort(keys, keyOf(name), keyCount * KEY_BYTES);
      keyCount += 1;
    }
    const entry = foldCall([event]);
    numbers[start + 2] = entry ? 1 : 0;
    if (entry) writeRow(numbers, start + HEAD, toRow(0, entry, names));
  }

  function endBlock(): void {
    const { count } = block;
    if (count === 0) return;
    const body = block.take();
    writeItem({ kind: 'block', digest: digestOf(body), body }, inBlocks - count, count);
  }

  /** As a part of a block; false: it is too long for one. */
  function addToBlock(event: Observation): boolean {
    if (block.add(event)) return true;
    endBlock();
    return block.add(event);
  }

  return {
    get count() {
      return inBlocks + alone;
    },
    add(event) {
      const all = namesOf(event);
      if (inBlocks + alone === MOST_EVENTS || keyCount + all.length > MOST_KEYS) return false;
      // The block that is being written must always have room.
      if (textEnd + 2 * BLOCK_ROOM > TEXT_BYTES) return false;
      if (event.kind !== 'quota' && addToBlock(event)) {
        writeEvent(inBlocks, event, all);
        inBlocks += 1;
        return true;
      }
      const sealed = sealEvent(event);
      if (textEnd + BLOCK_ROOM + DIGEST_LENGTH + sealed.body.length * 3 > TEXT_BYTES) return false;
      alone += 1;
      writeEvent(MOST_EVENTS - alone, event, all);
      writeItem({ ...sealed, kind: event.kind }, MOST_EVENTS - alone, 1);
      return true;
    },
    take() {
      endBlock();
      const packed = { memory, items, first: 0, names: names.take() };
      items = [];
      [inBlocks, alone, keyCount, textEnd] = [0, 0, 0, 0];
      return packed;
    },
  };
}

/** `numbers`: the ledger's numbers for the pack's names. Only inside a transaction. */
export function unpack({ memory, items, first, names }: PackedEvents, table: Pick<NameTable, 'put'>): Unpacked {
  const { numbers, keys, texts } = partsOf(memory);
  const known = names.map(([kind, name]) => table.put(kind as NameKind, name));

  return {
    keys,
    *items() {
      for (let item = first; item < first + items.length; item += 1) {
        const start = ITEMS_START + item * ITEM;
        const textAt = numbers[start] as number;
        const bodyAt = textAt + DIGEST_LENGTH;
        const firstEvent = numbers[start + 3] as number;
        const eventAt = (place: number) => (firstEvent + place) * STRIDE;
        yield {
          kind: KINDS[numbers[start + 2] as number] ?? 'settled',
          digest: texts.toString('latin1', textAt, bodyAt),
          body: texts.subarray(bodyAt, bodyAt + (numbers[start + 1] as number)),
          count: numbers[start + 4] as number,
          keysStart: (place) => numbers[eventAt(place)] as number,
          keyCount: (place) => numbers[eventAt(place) + 1] as number,
          row: (place, call) =>
            numbers[eventAt(place) + 2] === 1 ? readRow(numbers, eventAt(place) + HEAD, call, known) : undefined,
        };
      }
    },
  };
}

/** A short text of characters below 256; for such the way into the system's own copying is longer than the copying. */
function writeShort(bytes: Buffer, text: string, at: number): void {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
}

function partsOf(memory: SharedArrayBuffer | ArrayBuffer) {
  return {
    numbers: new Float64Array(memory, 0, NUMBER_BYTES / 8),
    keys: Buffer.from(memory, NUMBER_BYTES, MOST_KEYS * KEY_BYTES),
    texts: Buffer.from(memory, NUMBER_BYTES + MOST_KEYS * KEY_BYTES, TEXT_BYTES),
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

/** `known`: the ledger's numbers for the pack's names. */
function readRow(numbers: Float64Array, start: number, call: number, known: readonly (number | null)[]): EntryRow {
  const read = (column: number) => numbers[start + column] as number;
  const readNumber = (column: number) => {
    const number = read(column);
    return Number.isNaN(number) ? null : number;
  };
  const readName = (column: number) => known[read(column) - 1] ?? null;
  return {
    call,
    at: read(0),
    ended: readNumber(1),
    state: read(2),
    scope: read(3),
    covered: read(4),
    billable: read(5),
    agent: readName(6) ?? 0,
    model: readName(7) ?? 0,
    source: readName(8) ?? 0,
    run: readName(9),
    session: readName(10),
    folder: readName(11),
    confidence: read(12),
    nano: readNumber(13),
    known: read(14),
    fresh: read(15),
    cacheRead: read(16),
    cacheWrite: read(17),
    cacheWriteHour: read(18),
    text: read(19),
    reasoning: read(20),
    task: readName(21),
    subagent: readName(22),
    tools: readName(23),
  };
}
