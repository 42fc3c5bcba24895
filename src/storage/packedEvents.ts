/**
 * Events made ready for the ledger on another thread, packed into memory that both share: blocks of observations (see
 * eventBlock.ts), their names, and the rows of calls of which nothing else is known. Most calls of months of logs are such.
 * What the ledger then has left to do is to look the names up, to write the rows and to add them up. Hashes are its part
 * too: it has the time while more is read.
 */
import { Buffer } from 'node:buffer';
import { canonicalEvent } from '../core/ledger/canonicalEvent.ts';
import type { CallFacts, Observation, QuotaEvent } from '../core/ledger/event.ts';
import { costOf } from '../core/ledger/fold.ts';
import { namedRunOf } from '../core/ledger/runs.ts';
import { modelOf } from '../core/ledger/sums.ts';
import { tokenCount, type Usage } from '../core/usage.ts';
import type { PackedEvents } from '../ports.ts';
import { CONFIDENCES, type EntryRow, FAILED, SETTLED } from './entryRow.ts';
import { blockWriter, isSameList } from './eventBlock.ts';
import { namesOf, totalNameOf } from './eventTable.ts';
import { type ManyNames, MOST_NAMES, MOST_WORD_BYTES } from './keyMap.ts';
import type { NameKind, NameTable } from './nameTable.ts';
import { rowWriter } from './rowWriter.ts';

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
  /** The ledger's number for one of the pack's names, which are counted from 1; null: there is none, as NaN says. */
  numberOf(name: number): number | null;
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

/** Writes into these memories, PACK_BYTES each, in turns: a `take` is followed by the next one. */
export function eventPacker(memories: readonly (SharedArrayBuffer | ArrayBuffer)[]): EventPacker {
  const packs = memories.map((memory) => ({ memory, ...partsOf(memory) }));
  let turn = 0;
  let { numbers, texts } = packs[turn] as (typeof packs)[number];
  /** Where names lie until the pack is full. */
  const writer = rowWriter(MOST_WORD_BYTES, MOST_NAMES);
  const { words, ends } = writer;
  const block = blockWriter(writer);
  const rows = loneRows();
  /** How many events each item is. */
  let items: number[] = [];
  /** Events of blocks lie from the memory's beginning on, others from its end on: those of a block lie side by side. */
  let inBlocks = 0;
  let alone = 0;
  let nameCount = 0;
  let wordEnd = 0;
  let textEnd = 0;
  /** Whether the names written last are. */
  let areAscii = true;

  function putItem(kind: PackedItem['kind'], length: number, first: number, count: number): void {
    const start = ITEMS_START + items.length * ITEM;
    numbers[start] = textEnd;
    numbers[start + 1] = length;
    numbers[start + 2] = KINDS.indexOf(kind);
    numbers[start + 3] = first;
    numbers[start + 4] = count;
    textEnd += length;
    items.push(count);
  }

  function putEvent(slot: number, event: PackableEvent, names: number): void {
    const start = slot * STRIDE;
    numbers[start] = nameCount;
    numbers[start + 1] = names;
    numbers[start + 2] = event.kind === 'quota' ? 0 : 1;
    nameCount += names;
    wordEnd = ends[nameCount - 1] as number;
    if (event.kind !== 'quota') rows.write(event, numbers, start + HEAD);
  }

  function endBlock(): void {
    const { count } = block;
    if (count > 0) putItem('block', block.take(texts, textEnd), inBlocks - count, count);
  }

  /** As a part of a block; false: it is too long for one. */
  function addToBlock(event: Observation, name: number | undefined): boolean {
    if (block.add(event, name)) return true;
    endBlock();
    return block.add(event, name);
  }

  /** Writes an event's names behind the others, and where they end. Returns how many; 0: there is no room. */
  function writeNames(event: PackableEvent): number {
    // All at once: each by itself takes as long as these together, and a list of them would be one more thing to throw away.
    let all = event.callId;
    let count = 1;
    ends[nameCount] = wordEnd + all.length;
    if (event.kind !== 'quota') {
      const { identities = NO_NAMES } = event;
      const total = totalNameOf(event);
      for (let index = 0; index < identities.length; index += 1) {
        all += identities[index];
        ends[nameCount + count] = wordEnd + all.length;
        count += 1;
      }
      if (total !== undefined) {
        all += total;
        ends[nameCount + count] = wordEnd + all.length;
        count += 1;
      }
    }
    if (nameCount + count > MOST_NAMES || wordEnd + 3 * all.length > MOST_WORD_BYTES) return 0;
    areAscii = words.write(all, wordEnd) === all.length;
    if (!areAscii) {
      let end = wordEnd;
      for (const [index, name] of namesOf(event).entries()) {
        end += words.write(name, end);
        ends[nameCount + index] = end;
      }
    }
    return count;
  }

  return {
    get count() {
      return inBlocks + alone;
    },
    add(event) {
      if (inBlocks + alone === MOST_EVENTS) return false;
      // The block that is being written must always have room.
      if (textEnd + 2 * BLOCK_ROOM > TEXT_BYTES) return false;
      const names = writeNames(event);
      if (names === 0) return false;
      if (event.kind !== 'quota' && addToBlock(event, areAscii ? nameCount : undefined)) {
        putEvent(inBlocks, event, names);
        inBlocks += 1;
        return true;
      }
      const body = canonicalEvent(event);
      if (textEnd + BLOCK_ROOM + body.length * 3 > TEXT_BYTES) return false;
      alone += 1;
      putEvent(MOST_EVENTS - alone, event, names);
      putItem(event.kind, texts.write(body, textEnd), MOST_EVENTS - alone, 1);
      return true;
    },
    take() {
      endBlock();
      const pack = packs[turn] as (typeof packs)[number];
      pack.words.set(words.subarray(0, wordEnd));
      pack.wordEnds.set(ends.subarray(0, nameCount));
      const packed = { memory: pack.memory, items, first: 0, names: rows.takeNames() };
      items = [];
      [inBlocks, alone, nameCount, wordEnd, textEnd] = [0, 0, 0, 0, 0];
      turn = (turn + 1) % packs.length;
      ({ numbers, texts } = packs[turn] as (typeof packs)[number]);
      return packed;
    },
  };
}

/** `table`: gives the pack's names their numbers in the ledger. Only inside a transaction. */
export function unpack({ memory, names }: PackedEvents, table: Pick<NameTable, 'put'>): Pack {
  /** 0: it wasn't asked for yet. */
  const known = new Float64Array(names.length + 1);
  return {
    ...partsOf(memory),
    numberOf(name) {
      // NaN isn't looked for in the list: that takes ten times as long.
      if (Number.isNaN(name)) return null;
      if (known[name] === 0) {
        // Not before a row has it: what was forgotten must not be written anew for calls that were erased.
        const [kind, text] = names[name - 1] as PackedEvents['names'][number];
        known[name] = table.put(kind as NameKind, text) ?? 0;
      }
      return known[name] as number;
    },
  };
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

/** What stands for null. */
const NONE = Number.NaN;

/**
 * Rows of calls of which one observation tells all, with numbers for the names of their pack, from 1: what `toRow` makes of
 * its fold, without the entry in between. Most have the facts of the one before, whose names are not looked up again.
 */
function loneRows() {
  let all: [NameKind, string][] = [];
  /** What these numbers stand for. */
  let facts: CallFacts | undefined;
  let source: string | undefined;
  let tools: readonly string[] = [];
  let [agent, model, run, session, folder, task, subagent] = [0, 0, 0, 0, 0, 0, 0];
  let sourceName = 0;
  let toolsName = NONE;
  /** Most replies call one. */
  const ofOneTool = new Map<string, number>();
  const agents = numbered('agent');
  const models = numbered('model');
  const sources = numbered('source');
  const runs = numbered('run');
  const sessions = numbered('session');
  const folders = numbered('folder');
  const subagents = numbered('subagent');
  const lists = numbered('tools');

  function numbered(kind: NameKind) {
    const known = new Map<string, number>();
    return {
      put(name: string | undefined): number {
        if (name === undefined) return NONE;
        let number = known.get(name);
        if (number === undefined) {
          number = all.push([kind, name]);
          known.set(name, number);
        }
        return number;
      },
      clear: () => known.clear(),
    };
  }

  function nameOfTools(called: readonly string[]): number {
    const [first] = called;
    if (first === undefined) return NONE;
    if (called.length > 1) return lists.put(JSON.stringify(called));
    let number = ofOneTool.get(first);
    if (number === undefined) {
      number = lists.put(JSON.stringify(called));
      ofOneTool.set(first, number);
    }
    return number;
  }

  return {
    write(event: Observation, numbers: Float64Array, at: number): void {
      if (event.facts !== facts) {
        facts = event.facts;
        agent = agents.put(facts.agent);
        model = models.put(modelOf(event));
        run = runs.put(namedRunOf(event));
        session = sessions.put(facts.sessionId);
        folder = folders.put(facts.folder);
        task = runs.put(facts.taskId);
        subagent = subagents.put(facts.subagentId);
      }
      if (event.source !== source) {
        source = event.source;
        sourceName = sources.put(source);
      }
      const called = event.tools ?? NO_NAMES;
      if (!isSameList(called, tools)) {
        tools = called;
        toolsName = nameOfTools(called);
      }
      const { nanoCredits, confidence } = costOf(event);
      numbers[at] = Math.floor(event.at);
      numbers[at + 1] = Math.floor(event.at);
      numbers[at + 2] = event.kind === 'failed' ? FAILED : SETTLED;
      numbers[at + 3] = event.scope === 'run' ? 1 : 0;
      numbers[at + 4] = 0;
      numbers[at + 5] = facts.billable === false ? 0 : 1;
      numbers[at + 6] = agent;
      numbers[at + 7] = model;
      numbers[at + 8] = sourceName;
      numbers[at + 9] = run;
      numbers[at + 10] = session;
      numbers[at + 11] = folder;
      numbers[at + 12] = confidence === 'priced' ? PRICED : CONFIDENCES.indexOf(confidence);
      numbers[at + 13] = nanoCredits ?? NONE;
      numbers[at + 14] = writeUsage(event.usage ?? NO_USAGE, numbers, at + 15);
      numbers[at + 21] = task;
      numbers[at + 22] = subagent;
      numbers[at + 23] = toolsName;
    },
    takeNames(): PackedEvents['names'] {
      const taken = all;
      all = [];
      for (const each of [agents, models, sources, runs, sessions, folders, subagents, lists]) each.clear();
      ofOneTool.clear();
      [facts, source, tools, toolsName] = [undefined, undefined, NO_NAMES, NONE];
      return taken;
    },
  };
}

const PRICED = CONFIDENCES.indexOf('priced');
/** Of tools, of identities. */
const NO_NAMES: readonly string[] = [];
const NO_USAGE: Usage = {};

/** Writes counts in the order of USAGE_KINDS, and returns which are known; written out, since it is asked for each of years of calls. */
function writeUsage(usage: Usage, numbers: Float64Array, at: number): number {
  return (
    writeCount(usage.fresh, numbers, at, 1) |
    writeCount(usage.cacheRead, numbers, at + 1, 2) |
    writeCount(usage.cacheWrite, numbers, at + 2, 4) |
    writeCount(usage.cacheWriteHour, numbers, at + 3, 8) |
    writeCount(usage.text, numbers, at + 4, 16) |
    writeCount(usage.reasoning, numbers, at + 5, 32)
  );
}

function writeCount(count: number | undefined, numbers: Float64Array, at: number, bit: number): number {
  const tokens = tokenCount(count);
  numbers[at] = tokens ?? 0;
  return tokens === undefined ? 0 : bit;
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

function readRow(pack: Pack, start: number, call: number): EntryRow {
  const { numbers } = pack;
  row.call = call;
  row.at = numberAt(numbers, start);
  row.ended = figureAt(numbers, start + 1);
  row.state = numberAt(numbers, start + 2);
  row.scope = numberAt(numbers, start + 3);
  row.covered = numberAt(numbers, start + 4);
  row.billable = numberAt(numbers, start + 5);
  row.agent = pack.numberOf(numberAt(numbers, start + 6)) ?? 0;
  row.model = pack.numberOf(numberAt(numbers, start + 7)) ?? 0;
  row.source = pack.numberOf(numberAt(numbers, start + 8)) ?? 0;
  row.run = pack.numberOf(numberAt(numbers, start + 9));
  row.session = pack.numberOf(numberAt(numbers, start + 10));
  row.folder = pack.numberOf(numberAt(numbers, start + 11));
  row.confidence = numberAt(numbers, start + 12);
  row.nano = figureAt(numbers, start + 13);
  row.known = numberAt(numbers, start + 14);
  row.fresh = numberAt(numbers, start + 15);
  row.cacheRead = numberAt(numbers, start + 16);
  row.cacheWrite = numberAt(numbers, start + 17);
  row.cacheWriteHour = numberAt(numbers, start + 18);
  row.text = numberAt(numbers, start + 19);
  row.reasoning = numberAt(numbers, start + 20);
  row.task = pack.numberOf(numberAt(numbers, start + 21));
  row.subagent = pack.numberOf(numberAt(numbers, start + 22));
  row.tools = pack.numberOf(numberAt(numbers, start + 23));
  return row;
}

function numberAt(numbers: Float64Array, place: number): number {
  return numbers[place] as number;
}

function figureAt(numbers: Float64Array, place: number): number | null {
  const figure = numbers[place] as number;
  return Number.isNaN(figure) ? null : figure;
}
