/**
 * Takes a few fields out of a line of JSON without making anything of the rest: agents' lines hold long texts, and
 * JSON.parse would spend most of its time and memory on them. WebAssembly finds them (src/assembly/scan/pick.ts); what is asked
 * for is made here.
 */
import { instantIn, type JsonObject } from './line.ts';
import { current, edition, keepReader, parsedAt, placeOf } from './scanner.ts';
import { type Fields, type FieldTable, lineTable, type Shape, type ShapeTable } from './shapeTable.ts';

export type { Shape };

/** Takes the object out of a line: the bytes from `start` to `end`, or all of them. */
export type Picker = (bytes: Uint8Array, start?: number, end?: number) => JsonObject | undefined;

/** Kinds of what is found, as WebAssembly writes them. */
const ABSENT = 0;
const PLAIN_TEXT = 1;
const ODD_TEXT = 2;
const NUMBER = 3;
const INSTANT = 4;
const TRUE = 5;
const FALSE = 6;
const NULL = 7;

/** The bits of a text's number that are its place among those that are known. */
const LAST_PLACE = 15;
/** No reply has so many parts. Of a list that has more the first ones are told: a line of 32 MB has room for ten million. */
const MOST_MEMBERS = 100_000;

/** What was found of a line, or of a list's member: where its slots are. */
interface Found {
  place: number;
}

/**
 * What JSON.parse gives of the object in a line, but of `shape` alone, with what the line lacks as undefined; undefined where
 * there is no object, and where what it looks at isn't valid. It steps over other values by their quotes and brackets and
 * doesn't examine them. Throws only where there is no memory for a long line.
 * What it gives is good until the next line, whichever picker takes it.
 */
export function picker(shape: Fields): Picker {
  let known: ReturnType<typeof prepared> | undefined;

  function prepared() {
    const { table, place } = lineTable(shape);
    return { edition, table: table.place, place, view: viewOf(table, { place }) };
  }

  return (line, start = 0, end = line.length) => {
    if (known?.edition !== edition) known = prepared();
    const { table, place, view } = known;
    const at = placeOf(line, start, end);
    try {
      return current.functions.pick(table, place, at, at + end - start) === 0 ? undefined : view;
    } catch {
      return undefined;
    }
  };
}

/** An object that shows what was found last: no line has one made for it. */
function viewOf(shape: ShapeTable, found: Found): JsonObject {
  const getters = shape.fields.map((field) => [field.name, { enumerable: true, get: getterOf(field, found) }]);
  keepReader(shape.place, { fields: placesOf(shape), takeMembers() {} });
  // A name that no other object has: of those that share names with other getters V8 finds each by searching for it.
  return Object.defineProperties(
    Object.defineProperty({}, Symbol('view'), {}),
    Object.fromEntries(getters) as PropertyDescriptorMap,
  );
}

function getterOf(field: FieldTable, found: Found): () => unknown {
  const { slot, shape, wanted } = field;
  if (shape) {
    const inside = wanted === 'list' ? listIn(shape, found, slot) : always(viewOf(shape, found));
    return () => {
      const kind = kindAt(found.place + slot);
      if (kind === ABSENT) return undefined;
      return kind === NULL ? null : inside();
    };
  }
  if (wanted === 'instant') return () => instantAt(field, found.place + slot);
  return () => valueAt(field, found.place + slot);
}

function always<T>(value: T): () => T {
  return () => value;
}

/** Makes a list of the members that were found. */
function listIn(shape: ShapeTable, found: Found, slot: number): () => readonly unknown[] {
  const member: Found = { place: 0 };
  const view = viewOf(shape, member);
  /** Those of which others were written in their place. */
  let taken: unknown[] = [];

  function goTo(index: number): boolean {
    member.place = shape.members + index * shape.memberBytes;
    return kindAt(member.place) !== NULL;
  }

  function members(count: number): unknown[] {
    return Array.from({ length: count }, (_, index) => (goTo(index) ? copyOf(shape, view) : null));
  }

  keepReader(shape.place, {
    fields: placesOf(shape),
    takeMembers(at) {
      const [count, isTaken] = countsAt(at);
      if (!isTaken) taken = [];
      if (taken.length < MOST_MEMBERS) for (const each of members(count)) taken.push(each);
    },
  });
  return () => {
    const [count, isTaken] = countsAt(found.place + slot);
    if (isTaken) return taken.length < MOST_MEMBERS ? taken.concat(members(count)) : taken;
    // Of several members each has its own object, of one it is the one that shows the latest.
    return count === 1 && goTo(0) ? [view] : members(count);
  };
}

/** Of a list: how many members are written down, and whether others were taken before them. */
function countsAt(place: number): readonly [count: number, isTaken: boolean] {
  const { words } = current;
  return [words[(place >> 2) + 1] as number, words[(place >> 2) + 2] !== 0];
}

function copyOf({ fields }: ShapeTable, view: JsonObject): JsonObject {
  const copy: Record<string, unknown> = { ...view };
  for (const { name, shape } of fields) if (shape && copy[name]) copy[name] = copyOf(shape, copy[name] as JsonObject);
  return copy;
}

function placesOf({ fields }: ShapeTable): ReadonlyMap<string, number> {
  return new Map(fields.map(({ name, place }) => [name, place]));
}

function kindAt(place: number): number {
  return current.words[place >> 2] as number;
}

function numberAt(place: number): number {
  return current.doubles[(place >> 3) + 1] as number;
}

function instantAt(field: FieldTable, place: number): number | undefined {
  return kindAt(place) === INSTANT ? numberAt(place) : instantIn(valueAt(field, place));
}

function valueAt(field: FieldTable, place: number): unknown {
  switch (kindAt(place)) {
    case ABSENT:
      return undefined;
    case PLAIN_TEXT:
    case ODD_TEXT:
      return textAt(field, place);
    case NUMBER:
      return numberAt(place);
    case TRUE:
      return true;
    case FALSE:
      return false;
    case NULL:
      return null;
    default:
      return parsedAt(current.words[(place >> 2) + 2] as number, current.words[(place >> 2) + 3] as number);
  }
}

/** A text is made when somebody asks for it, and once: many are the same as in the line before. */
function textAt(field: FieldTable, place: number): string {
  const { words, bytes } = current;
  const slot = place >> 2;
  const number = words[slot + 1] as number;
  const known = number & LAST_PLACE;
  if (field.textNumbers[known] !== number) {
    const start = words[slot + 2] as number;
    const end = words[slot + 3] as number;
    // A plain one is ASCII, which is made into a text twice as fast if taken for UTF-8 as for latin1.
    field.texts[known] =
      words[slot] === PLAIN_TEXT ? bytes.toString('utf8', start + 1, end - 1) : (parsedAt(start, end) as string);
    field.textNumbers[known] = number;
  }
  return field.texts[known] as string;
}
