/**
 * Events made ready for the ledger on another thread, packed into memory that both share: an event's JSON with its digest,
 * the keys of its names, and the row of a call of which nothing else is known. Most calls of months of logs are such.
 * What the ledger then has left to do is to write them and to add them up.
 */
import { Buffer } from 'node:buffer';
import type { Observation, QuotaEvent } from '../core/ledger/event.ts';
import { foldCall } from '../core/ledger/fold.ts';
import type { PackedEvents } from '../ports.ts';
import { keyOf } from './callTable.ts';
import { type EntryRow, toRow } from './entryRow.ts';
import { DIGEST_LENGTH, namesOf, sealEvent } from './eventTable.ts';
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

/** One event as it is unpacked; good until the next one is asked for. */
export interface PackedEvent {
  readonly kind: PackableEvent['kind'];
  readonly digest: string;
  /** UTF-8. */
  readonly body: Buffer;
  /** Its names are so many of the keys, from this byte on. */
  readonly keysStart: number;
  readonly keyCount: number;
  /** As the row of the call of this number; undefined: it makes no entry. */
  row(call: number): EntryRow | undefined;
}

export interface Unpacked {
  /** The keys of all names, 8 bytes each. */
  readonly keys: Buffer;
  events(): Generator<PackedEvent>;
}

const MOST_EVENTS = 768;
const MOST_KEYS = 4 * MOST_EVENTS;
const KEY_BYTES = 8;
const TEXT_BYTES = 900_000;

/**
 * Of each event: where its text begins, its body's length, where its keys begin and how many, its kind, 1 where it has a
 * row; the row.
 */
const HEAD = 6;
const ROW = 24;
const STRIDE = HEAD + ROW;
const NUMBER_BYTES = MOST_EVENTS * STRIDE * 8;

/** Memory for one pack. */
export const PACK_BYTES = NUMBER_BYTES + MOST_KEYS * KEY_BYTES + TEXT_BYTES;

/** Numbers between two threads of one program: free to change. */
const KINDS: readonly PackableEvent['kind'][] = ['settled', 'failed', 'quota'];

/** `memory`: PACK_BYTES. */
export function eventPacker(memory: SharedArrayBuffer | ArrayBuffer): EventPacker {
  const { numbers, keys, texts } = partsOf(memory);
  const names = localNames();
  let count = 0;
  let keyCount = 0;
  let textEnd = 0;

  return {
    get count() {
      return count;
    },
    add(event) {
      if (count === MOST_EVENTS) return false;
      const all = namesOf(event);
      if (keyCount + all.length > MOST_KEYS) return false;
      const { digest, body } = sealEvent(event);
      // As much as it can take at most.
      if (textEnd + DIGEST_LENGTH + body.length * 3 > TEXT_BYTES) return false;
      const start = count * STRIDE;
      numbers[start] = textEnd;
      writeShort(texts, digest, textEnd);
      textEnd += DIGEST_LENGTH;
      const length = texts.write(body, textEnd);
      textEnd += length;
      numbers[start + 1] = length;
      numbers[start + 2] = keyCount * KEY_BYTES;
      numbers[start + 3] = all.length;
      for (const name of all) {
        writeShort(keys, keyOf(name), keyCount * KEY_BYTES);
        keyCount += 1;
      }
      numbers[start + 4] = KINDS.indexOf(event.kind);
      const entry = foldCall([event]);
      numbers[start + 5] = entry ? 1 : 0;
      if (entry) writeRow(numbers, start + HEAD, toRow(0, entry, names));
      count += 1;
      return true;
    },
    take() {
      const packed = { memory, first: 0, count, names: names.take() };
      [count, keyCount, textEnd] = [0, 0, 0];
      return packed;
    },
  };
}

/** `numbers`: the ledger's numbers for the pack's names. Only inside a transaction. */
export function unpack({ memory, first, count, names }: PackedEvents, table: Pick<NameTable, 'put'>): Unpacked {
  const { numbers, keys, texts } = partsOf(memory);
  const known = names.map(([kind, name]) => table.put(kind as NameKind, name));

  return {
    keys,
    *events() {
      for (let start = first * STRIDE; start < (first + count) * STRIDE; start += STRIDE) {
        const textAt = numbers[start] as number;
        const bodyAt = textAt + DIGEST_LENGTH;
        yield {
          kind: KINDS[numbers[start + 4] as number] ?? 'settled',
          digest: texts.toString('latin1', textAt, bodyAt),
          body: texts.subarray(bodyAt, bodyAt + (numbers[start + 1] as number)),
          keysStart: numbers[start + 2] as number,
          keyCount: numbers[start + 3] as number,
          row: (call) => (numbers[start + 5] === 1 ? readRow(numbers, start + HEAD, call, known) : undefined),
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
