/**
 * What sources observed of many new calls, one event each, as one text that fills a page of the file. In months of logs
 * most of an event is what its neighbours have too: a block says that once, and leaves out the names of keys.
 */
import { Buffer } from 'node:buffer';
import type { CallFacts, Cost, Observation, SettledEvent } from '../core/ledger/event.ts';
import type { Usage } from '../core/usage.ts';
import type { NamePart, RowWriter } from './rowWriter.ts';
import { damageFound } from './sqlite.ts';

export interface BlockWriter {
  readonly count: number;
  /**
   * false: it doesn't go into this block any more, or is too long for any. `name`: where its id and its identities, all of
   * them ASCII, are among the row writer's names; undefined: they aren't.
   */
  add(event: Observation, name: number | undefined): boolean;
  /** Writes the block's text, at most BLOCK_BYTES, and returns its length; the next one begins. */
  take(to: Buffer, at: number): number;
}

/** How a block's text begins; the number is its version. */
export const BLOCK_BEGINS = '{"block":1';
/** With its row's other columns it lies whole in a page of 4,096 bytes: it is read at once, and found in a damaged file. */
const BLOCK_BYTES = 3_980;
/** Brackets and the keys of the lists. */
const FRAME_BYTES = 60;
const COMMA = 44;

/** What is alike in many events. Of cost, usage and latency: that there is one, without its figures. */
interface Form extends Pick<SettledEvent, 'source' | 'scope' | 'finish' | 'usageBasis'> {
  readonly kind: Observation['kind'];
  readonly fault: string | undefined;
  readonly cost: Omit<Cost, 'nanoCredits'> | undefined;
  readonly usage: true | undefined;
  readonly latency: true | undefined;
  /** The first event's identities that are parts of its id behind words of their own, as those of most events are. */
  readonly names: readonly NamePart[] | undefined;
}

/** The identities are those that the form's `names` make of the id. */
const BY_FORM = 1;

/** One event: the places of its form, facts and tools in the block's lists (-1: none), and what is its own. */
type Row = readonly [
  form: number,
  facts: number,
  tools: number,
  at: number,
  callId: string,
  identities: string[] | typeof BY_FORM | null,
  ...figures: readonly (number | null)[],
];

interface Block {
  readonly forms: readonly Form[];
  readonly facts: readonly CallFacts[];
  readonly tools: readonly (readonly string[])[];
  readonly rows: readonly (Row | null)[];
}

export function blockWriter(writer: RowWriter): BlockWriter {
  const { rows } = writer;
  /** The `names` of the forms, and the row writer's places for them. */
  const names: (readonly NamePart[] | undefined)[] = [];
  const parts: number[] = [];
  const forms = placedTexts<Observation>(isAlike, hasNamesAlike, (event, slot) => {
    const form = formOf(event);
    names[slot] = form.names;
    parts[slot] = writer.putParts(slot, form.names);
    return JSON.stringify(form);
  });
  const facts = placedTexts<CallFacts>(areSameFacts, always, jsonOf);
  const tools = placedTexts<readonly string[]>(isSameList, always, jsonOf);
  let rowsEnd = 0;
  let count = 0;

  /** Writes a row behind the others and the comma; returns its bytes, of which none are written where it is longer than any may be. */
  function write(event: Observation, name: number | undefined, form: number, factsPlace: number, toolsPlace: number) {
    if (name !== undefined && event.billedNanoCredits === undefined && event.latency === undefined) {
      const { usage } = event;
      const bytes = writer.row(
        rowsEnd + 1,
        name,
        event.identities?.length ?? -1,
        parts[forms.slot()] ?? 0,
        form,
        factsPlace,
        toolsPlace,
        event.at,
        event.cost?.nanoCredits ?? NaN,
        usage?.fresh ?? NaN,
        usage?.cacheRead ?? NaN,
        usage?.cacheWrite ?? NaN,
        usage?.cacheWriteHour ?? NaN,
        usage?.text ?? NaN,
        usage?.reasoning ?? NaN,
      );
      if (bytes >= 0) return bytes;
    }
    const identities = identitiesOf(event, names[forms.slot()]);
    const row = JSON.stringify(rowOf(event, form, factsPlace, toolsPlace, identities));
    const bytes = Buffer.byteLength(row);
    if (bytes < BLOCK_BYTES) rows.write(row, rowsEnd + 1);
    return bytes;
  }

  return {
    get count() {
      return count;
    },
    add(event, name) {
      const toolsPlace = event.tools ? tools.put(event.tools) : -1;
      const end = rowsEnd + 1 + write(event, name, forms.put(event), facts.put(event.facts), toolsPlace);
      if (FRAME_BYTES + end + forms.bytes() + facts.bytes() + tools.bytes() > BLOCK_BYTES) {
        forms.takeBack();
        facts.takeBack();
        tools.takeBack();
        return false;
      }
      forms.keep();
      facts.keep();
      tools.keep();
      rows[rowsEnd] = COMMA;
      rowsEnd = end;
      count += 1;
      return true;
    },
    take(to, at) {
      const lists = `"forms":[${forms.take()}],"facts":[${facts.take()}],"tools":[${tools.take()}]`;
      let end = at + to.write(`${BLOCK_BEGINS},${lists},"rows":[`, at);
      // Without the first one's comma.
      end += rows.copy(to, end, 1, rowsEnd);
      end += to.write(']}', end);
      rowsEnd = 0;
      count = 0;
      return end - at;
    },
  };
}

export interface EventBlock {
  readonly count: number;
  /** undefined: it was taken out. */
  at(place: number): Observation | undefined;
  /** The block's text without some of its events, and nothing left in it that only those had; never longer than before. */
  without(...places: readonly number[]): string;
}

/** Throws an error of damage where the text is no block. */
export function readBlock(text: string): EventBlock {
  const { forms, facts, tools, rows } = parseBlock(text);
  return {
    count: rows.length,
    at(place) {
      const row = rows[place];
      if (row === null) return undefined;
      const form = row && forms[row[0]];
      const factsOfRow = row && facts[row[1]];
      if (!form || !factsOfRow) throw damageFound('a block of events lacks one');
      return eventOf(row, form, factsOfRow, tools[row[2]]);
    },
    without(...places) {
      const left = rows.map((row, at) => (places.includes(at) ? null : row));
      const named = new Set(left.map((row) => (row?.[5] === BY_FORM ? row[0] : undefined)));
      const formsLeft = usedOf(forms, left, 0);
      const factsLeft = usedOf(facts, left, 1);
      const toolsLeft = usedOf(tools, left, 2);
      const block: Block = {
        forms: formsLeft.map((at) => ({ ...(forms[at] as Form), ...(named.has(at) ? {} : { names: undefined }) })),
        facts: factsLeft.map((at) => facts[at] as CallFacts),
        tools: toolsLeft.map((at) => tools[at] as readonly string[]),
        rows: left.map((row) => {
          if (row === null) return null;
          const [form, factsOfRow, toolsOfRow, ...own] = row;
          return [
            formsLeft.indexOf(form),
            factsLeft.indexOf(factsOfRow),
            toolsLeft.indexOf(toolsOfRow),
            ...own,
          ] as const satisfies Row;
        }),
      };
      return `${BLOCK_BEGINS},${JSON.stringify(block).slice(1)}`;
    },
  };
}

/** The places of what these rows still use of a list. */
function usedOf(list: readonly unknown[], rows: Block['rows'], column: 0 | 1 | 2): readonly number[] {
  const used = new Set(rows.map((row) => row?.[column]));
  return [...list.keys()].filter((at) => used.has(at));
}

function parseBlock(text: string): Block {
  try {
    return JSON.parse(text) as Block;
  } catch (cause) {
    throw damageFound('a block of events is not JSON', cause);
  }
}

/** One of a list's values. Its text is good for later blocks too. */
interface Placed<Value> {
  readonly value: Value;
  readonly text: string;
  readonly bytes: number;
  /** Its place among those known. */
  readonly slot: number;
  /** Its place in this block's list; -1: it isn't there. */
  place: number;
}

/** Values known from blocks before at most. */
const MOST_KNOWN = 16;

/**
 * Values that have places in a block's list, as texts. What was put last can be taken back until it is kept. `isGood`: whether
 * what was made of one of the same in a block before may serve for another.
 */
function placedTexts<Value>(
  isSame: (a: Value, b: Value) => boolean,
  isGood: (before: Value, value: Value) => boolean,
  toText: (value: Value, slot: number) => string,
) {
  const known: Placed<Value>[] = [];
  let placed: Placed<Value>[] = [];
  let bytes = 0;
  let kept = 0;
  let latest: Placed<Value> | undefined;

  function find(value: Value): Placed<Value> | undefined {
    for (const each of known) if (each.value === value) return each;
    for (const each of known) if (isSame(each.value, value)) return each;
    return undefined;
  }

  function make(value: Value, slot: number): Placed<Value> {
    const text = toText(value, slot);
    const made = { value, text, bytes: Buffer.byteLength(text) + 1, slot, place: -1 };
    known[slot] = made;
    return made;
  }

  /** Only while none has a place. */
  function forget(): void {
    known.length = 0;
    latest = undefined;
  }

  return {
    put(value: Value): number {
      if (!latest || (latest.value !== value && !isSame(latest.value, value)))
        latest = find(value) ?? make(value, known.length);
      if (latest.place >= 0) return latest.place;
      if (!isGood(latest.value, value)) latest = make(value, latest.slot);
      latest.place = placed.push(latest) - 1;
      bytes += latest.bytes;
      return latest.place;
    },
    /** Of what was put last. */
    slot: () => latest?.slot ?? 0,
    bytes: () => bytes,
    keep() {
      kept = placed.length;
    },
    takeBack() {
      for (const each of placed.splice(kept)) {
        each.place = -1;
        bytes -= each.bytes;
      }
      // What doesn't go into an empty block is worth nothing to later ones, and may be as long as a line of a log.
      if (kept === 0) forget();
    },
    take(): string {
      let text = '';
      for (const each of placed) {
        text = each.place === 0 ? each.text : `${text},${each.text}`;
        each.place = -1;
      }
      if (known.length > MOST_KNOWN) forget();
      [placed, bytes, kept] = [[], 0, 0];
      return text;
    },
  };
}

function always(): boolean {
  return true;
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value);
}

/** Whether two events have the same form. */
function isAlike(a: Observation, b: Observation): boolean {
  return (
    a.kind === b.kind &&
    a.finish === b.finish &&
    a.source === b.source &&
    a.scope === b.scope &&
    a.usageBasis === b.usageBasis &&
    (a.usage === undefined) === (b.usage === undefined) &&
    (a.latency === undefined) === (b.latency === undefined) &&
    isAlikeCost(a.cost, b.cost) &&
    (a.kind === 'failed' ? a.fault : undefined) === (b.kind === 'failed' ? b.fault : undefined)
  );
}

function isAlikeCost(a: Cost | undefined, b: Cost | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.pricedAt === b.pricedAt &&
    a.confidence === b.confidence &&
    a.priceBook === b.priceBook &&
    a.priceSource === b.priceSource &&
    a.atListPrice === b.atListPrice
  );
}

/** Whether what one event's identities are of its id is likely to fit the other's. */
function hasNamesAlike({ callId, identities }: Observation, other: Observation): boolean {
  return callId.length === other.callId.length && identities?.length === other.identities?.length;
}

/** Most importers give one run's calls one and the same object. */
function areSameFacts(a: CallFacts, b: CallFacts): boolean {
  if (a === b) return true;
  // As most differ.
  if (a.runId !== b.runId || a.sessionId !== b.sessionId || a.model !== b.model) return false;
  const [keys, count] = [Object.keys(a), Object.keys(b).length] as [(keyof CallFacts)[], number];
  // One may have a key that stands for nothing in the place of one of the other's.
  return keys.length === count && keys.every((key) => a[key] === b[key] && key in b);
}

export function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

function formOf(event: Observation): Form {
  const { kind, source, scope, finish, usageBasis, cost, usage, latency } = event;
  const { confidence, priceBook, priceSource, pricedAt, atListPrice } = cost ?? {};
  return {
    kind,
    source,
    scope,
    finish,
    usageBasis,
    fault: event.kind === 'failed' ? event.fault : undefined,
    cost: confidence && { confidence, priceBook, priceSource, pricedAt, atListPrice },
    usage: usage && true,
    latency: latency && true,
    names: namePartsOf(event),
  };
}

/** undefined: it has none, or one of them is no part of its id. */
function namePartsOf({ callId, identities = [] }: Observation): readonly NamePart[] | undefined {
  const parts: NamePart[] = [];
  for (const identity of identities) {
    const before = identity.slice(0, identity.indexOf(':') + 1);
    const start = callId.indexOf(identity.slice(before.length));
    if (before === '' || start < 0) return undefined;
    parts.push([before, start, start + identity.length - before.length]);
  }
  return parts.length === 0 ? undefined : parts;
}

function namesBy(parts: readonly NamePart[], callId: string): string[] {
  return parts.map(([before, start, end]) => before + callId.slice(start, end));
}

function identitiesOf({ callId, identities }: Observation, parts: readonly NamePart[] | undefined): Row[5] {
  if (!identities || !parts || parts.length !== identities.length) return identities ?? null;
  for (let index = 0; index < parts.length; index += 1) {
    const [before, start, end] = parts[index] as NamePart;
    const identity = identities[index] as string;
    const length = Math.min(end, callId.length) - start;
    const isPart = identity.length === before.length + length && identity.startsWith(before);
    if (!isPart || !endsAs(identity, before.length, callId, start)) return identities;
  }
  return BY_FORM;
}

/** Whether a text from a place on is what stands at a place of another; without a text of its own for each part. */
function endsAs(text: string, place: number, other: string, start: number): boolean {
  for (let at = place; at < text.length; at += 1) {
    if (text.charCodeAt(at) !== other.charCodeAt(start + at - place)) return false;
  }
  return true;
}

/** The order of the figures is that of a version: never change it. */
function rowOf(event: Observation, form: number, facts: number, tools: number, identities: Row[5]): Row {
  const { at, callId, cost, usage, billedNanoCredits, latency } = event;
  const row: Row = [
    form,
    facts,
    tools,
    at,
    callId,
    identities,
    cost?.nanoCredits ?? null,
    usage?.fresh ?? null,
    usage?.cacheRead ?? null,
    usage?.cacheWrite ?? null,
    usage?.cacheWriteHour ?? null,
    usage?.text ?? null,
    usage?.reasoning ?? null,
  ];
  if (billedNanoCredits === undefined && latency === undefined) return row;
  const { queueMs = null, firstTokenMs = null, totalMs = null } = latency ?? {};
  return [...row, billedNanoCredits ?? null, queueMs, firstTokenMs, totalMs];
}

function eventOf(row: Row, form: Form, facts: CallFacts, tools: readonly string[] | undefined): Observation {
  const [, , , at, callId, identities, nano, ...figures] = row;
  const [fresh, cacheRead, cacheWrite, cacheWriteHour, text, reasoning, billed, queueMs, firstTokenMs, totalMs] =
    figures;
  const { kind, source, scope, finish, usageBasis, fault, cost } = form;
  const usage: Usage = known({ fresh, cacheRead, cacheWrite, cacheWriteHour, text, reasoning });
  const common = known({
    at,
    callId,
    source,
    facts,
    identities: identities === BY_FORM ? namesBy(form.names ?? [], callId) : identities,
    scope,
    usage: form.usage && usage,
    usageBasis,
    billedNanoCredits: billed,
    cost: cost && { ...cost, ...known({ nanoCredits: nano }) },
    latency: form.latency && known({ queueMs, firstTokenMs, totalMs }),
    tools: tools && [...tools],
    finish,
  });
  return kind === 'failed' ? { kind, ...common, fault: fault ?? '' } : { kind, ...common };
}

type Known<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], null> };

/** Without the fields that are not known. */
function known<Fields extends object>(fields: Fields): Known<Fields> {
  const some: Partial<Record<keyof Fields, unknown>> = {};
  for (const key in fields) if (fields[key] !== undefined && fields[key] !== null) some[key] = fields[key];
  return some as Known<Fields>;
}
