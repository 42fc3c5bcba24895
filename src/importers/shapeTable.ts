/** The tables that tell src/assembly/scan/pick.ts what is wanted of a line; it says how they are laid out. */
import { Buffer } from 'node:buffer';
import { aligned, tableMemory, tableRoom } from './scanner.ts';

/**
 * What is wanted of a value: `true` all of it, `'instant'` the epoch ms of the time that it is (undefined: it is none), an object
 * these fields, a list these fields of each of its members. Where fields are wanted and the value is of another kind (a text in
 * place of a list, say), it is `null`.
 */
export type Shape = true | 'instant' | Fields | readonly [{ readonly [key: string]: InMember }];
export type Fields = { readonly [key: string]: Shape };
type InMember = true | 'instant' | { readonly [key: string]: InMember };

/** An object's fields, or those of a list's members. */
export interface ShapeTable {
  readonly place: number;
  readonly fields: readonly FieldTable[];
  /** Of a list: where its members are written, and the bytes of each. */
  readonly members: number;
  readonly memberBytes: number;
}

export interface FieldTable {
  readonly place: number;
  readonly name: string;
  /** Counted from the record of the line, or of the list's member. */
  readonly slot: number;
  readonly wanted: 'all' | 'instant' | 'object' | 'list';
  /** Of an object or list. */
  readonly shape: ShapeTable | undefined;
  /** Texts that were made, and their numbers, by their places: those that come again and again are made once. */
  readonly texts: string[];
  readonly textNumbers: number[];
}

const SLOT_BYTES = 16;
const FIELD_BYTES = 48 + 256;
/** Of a field of which all is wanted, beside these. */
const TEXTS = 9;
const TEXTS_BYTES = (TEXTS - 1) * (16 + 48) + 16 + 256;
const NAMES = 64;
const SHAPE_BYTES = 32 + 4 * NAMES;
/** Of a list: if it has more than there is room for, they are taken in several parts. */
const MEMBERS_BYTES = 4_096;
const WANTED = { all: 0, object: 1, list: 2, instant: 3 } as const;
const QUOTE = 0x22;

/** What is still free of some room, or of a record's slots. */
interface Free {
  next: number;
}

/** Writes the tables of a line's shape. `place`: where its slots are. */
export function lineTable(shape: Fields): { readonly table: ShapeTable; readonly place: number } {
  const room: Free = { next: tableRoom(bytesOf(shape)) };
  const slots: Free = { next: 0 };
  const table = shapeTable(shape, room, slots);
  return { table, place: taken(room, slots.next) };
}

function shapeTable(shape: Fields, room: Free, slots: Free): ShapeTable {
  const entries = Object.entries(shape);
  if (entries.length >= NAMES) throw new RangeError('A shape has more fields than its table has room for.');
  const place = taken(room, SHAPE_BYTES);
  const firstSlot = taken(slots, SLOT_BYTES * entries.length);
  tableMemory().words.set([entries.length, firstSlot, taken(room, FIELD_BYTES)], place / 4);
  const fields = entries.map(([name, wanted], index) => {
    const field = fieldTable(name, wanted, firstSlot + SLOT_BYTES * index, room, slots);
    keepName(place, field);
    return field;
  });
  return { place, fields, members: 0, memberBytes: 0 };
}

function fieldTable(name: string, shape: Shape, slot: number, room: Free, slots: Free): FieldTable {
  const { words, bytes } = tableMemory();
  const place = taken(room, FIELD_BYTES + (isLeaf(shape) ? TEXTS_BYTES : 0));
  const nameBytes = Buffer.from(name);
  const namePlace = taken(room, nameBytes.length);
  bytes.set(nameBytes, namePlace);
  const wanted = shape === true ? 'all' : shape === 'instant' ? 'instant' : Array.isArray(shape) ? 'list' : 'object';
  const inside = isList(shape)
    ? listTable(shape[0], room)
    : hasFields(shape)
      ? shapeTable(shape, room, slots)
      : undefined;
  words.set([namePlace, nameBytes.length, WANTED[wanted], inside?.place ?? 0, slot], place / 4);
  return { place, name, slot, wanted, shape: inside, ...noTexts() };
}

function noTexts(): Pick<FieldTable, 'texts' | 'textNumbers'> {
  return { texts: Array.from({ length: TEXTS }, () => ''), textNumbers: Array.from({ length: TEXTS }, () => 0) };
}

function listTable(member: Fields, room: Free): ShapeTable {
  // A member begins with a slot that tells whether it is an object.
  const slots: Free = { next: SLOT_BYTES };
  const table = shapeTable(member, room, slots);
  const memberBytes = slots.next;
  const members = taken(room, Math.max(MEMBERS_BYTES, memberBytes));
  tableMemory().words.set([memberBytes, members, room.next], table.place / 4 + 3);
  return { ...table, members, memberBytes };
}

/** Puts a field where a search for its name comes first, or next. */
function keepName(shape: number, { place, name }: FieldTable): void {
  const { words } = tableMemory();
  const bytes = Buffer.from(name);
  const first = bytes[0] ?? QUOTE;
  const last = bytes.at(-1) ?? QUOTE;
  const names = shape / 4 + 8;
  let hash = bytes.length * 7 + first * 5 + last;
  while (words[names + (hash % NAMES)] !== 0) hash += 1;
  words[names + (hash % NAMES)] = place;
}

/** What the tables of a shape take, at most. */
function bytesOf(shape: Shape): number {
  if (isList(shape)) return bytesOf(shape[0]) + MEMBERS_BYTES;
  if (!hasFields(shape)) return TEXTS_BYTES;
  const fields = Object.entries(shape).map(
    ([name, inside]) => FIELD_BYTES + aligned(Buffer.byteLength(name)) + 2 * SLOT_BYTES + bytesOf(inside),
  );
  return fields.reduce((sum, bytes) => sum + bytes, SHAPE_BYTES + FIELD_BYTES + SLOT_BYTES);
}

function isLeaf(shape: Shape): boolean {
  return typeof shape !== 'object';
}

function hasFields(shape: Shape): shape is Fields {
  return typeof shape === 'object' && !isList(shape);
}

function isList(shape: Shape): shape is Extract<Shape, readonly unknown[]> {
  return Array.isArray(shape);
}

function taken(free: Free, bytes: number): number {
  const place = free.next;
  free.next += aligned(bytes);
  return place;
}
