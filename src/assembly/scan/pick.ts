/**
 * Finds the values of wanted fields in a line of JSON, and writes where they stand; importers/shapeTable.ts writes the tables that
 * say what is wanted, importers/pick.ts reads what is found. 0 stands for a line that isn't valid.
 */
import { copy, same } from './bytes';
import { instantOf, isTime, NO_INSTANT } from './instant';
import {
  byteAt,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfText,
  endOfValue,
  endsWord,
  isDigit,
  isPlain,
  next,
  OPEN_LIST,
  OPEN_OBJECT,
  oddBytesAt,
  QUOTE,
} from './json';

/** What is seldom met is left to JavaScript, which throws where it isn't valid. The field of a key with escapes; 0: it isn't wanted. */
declare function fieldOfKey(shape: usize, start: usize, end: usize): usize;
/** Sees whether a value is valid. */
declare function examine(start: usize, end: usize): void;
/** Takes the members of a list of which there are more than there is room for. */
declare function takeMembers(shape: usize, slot: usize): void;

/** Of a shape, an object's or that of a list's members: its number of fields and their first slot, counted from its record. */
const FIELDS: usize = 0;
const FIRST_SLOT: usize = 4;
/** A field that stands before the first. */
const BEGINNING: usize = 8;
/** Of a list's members: the bytes of each, and where they are written. */
const MEMBER_BYTES: usize = 12;
const MEMBERS: usize = 16;
const MEMBERS_END: usize = 20;
/** The fields by their names' hashes. */
const NAMES: usize = 32;
const LAST_NAME: u32 = 63;

/** Of a field: its name, what is wanted of it, and its slot, counted from its record. */
const NAME: usize = 0;
const NAME_LENGTH: usize = 4;
const WANTED: usize = 8;
const SHAPE: usize = 12;
const SLOT: usize = 16;
/**
 * What stood between its value and that of the next wanted field: programs write their lines' keys in one order, and one look
 * tells that all is as it was. Length 0: it isn't kept. The field is 0 where the object ended.
 */
const PASSED_LENGTH: usize = 20;
const PASSED_TO: usize = 24;
/** How often it was something else than before, less how often it was the same. */
const CHANGES: usize = 28;
const PASSED: usize = 48;
const MOST_KEPT: usize = 256;
/** What changes so often isn't kept. */
const MOST_CHANGES: u32 = 8;
/** Where all of the value is wanted, some texts that it had: a few short ones, each where its hash says, and the latest long one. */
const TEXTS: usize = PASSED + MOST_KEPT;
const TEXT_NUMBERS: usize = 32;
const SHORT_TEXTS: usize = 8;
const MOST_SHORT: usize = 48;

/** Of such a text: its length with its quotes (0: it isn't kept), its kind, and its number, of which the last four bits are its place. */
const TEXT_LENGTH: usize = 0;
const TEXT_KIND: usize = 4;
const TEXT_NUMBER: usize = 8;
const TEXT: usize = 16;
const TEXT_BYTES: usize = TEXT + MOST_SHORT;

/** What is wanted of a field: all of its value (0), or one of these. */
const AN_OBJECT: u32 = 1;
const A_LIST: u32 = 2;
const AN_INSTANT: u32 = 3;

/** A slot tells of a value what it is, and where it stands; of a text its number, of a number what it says. */
const KIND: usize = 0;
const NUMBER_OF_TEXT: usize = 4;
const START: usize = 8;
const END: usize = 12;
/** Of a list in place of that: how many members are written down, and whether others were taken before. */
const COUNT: usize = 4;
const TAKEN: usize = 8;
const SLOT_BYTES: usize = 16;

const ABSENT: u32 = 0;
const PLAIN_TEXT: u32 = 1;
const ODD_TEXT: u32 = 2;
const NUMBER: u32 = 3;
const INSTANT: u32 = 4;
const TRUE: u32 = 5;
const FALSE: u32 = 6;
const NULL: u32 = 7;
const OBJECT: u32 = 8;
const LIST: u32 = 9;
/** Whatever JSON.parse makes of it. */
const OTHER: u32 = 10;

const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** A one in each of eight bytes. */
const EACH_BYTE: u64 = ((0x1010101 as u64) << 32) | 0x1010101;
/** A number of so many digits is held exactly. */
const MOST_DIGITS: usize = 15;

/** Takes the object out of a line; false: there is none. */
export function pick(shape: usize, record: usize, start: usize, end: usize): bool {
  const first = next(start, end);
  if (byteAt(first, end) !== OPEN_OBJECT) return false;
  const behind = objectAt(shape, record, first, end);
  return behind !== 0 && next(behind, end) === end;
}

/** From an opening brace to behind the one that closes it. */
function objectAt(shape: usize, record: usize, start: usize, end: usize): usize {
  const slots = record + load<usize>(shape, FIRST_SLOT);
  const slotsEnd = slots + load<usize>(shape, FIELDS) * SLOT_BYTES;
  for (let slot = slots; slot < slotsEnd; slot += SLOT_BYTES) store<u32>(slot, ABSENT, KIND);
  let at = start + 1;
  let field = load<usize>(shape, BEGINNING);
  let isFirst = true;
  while (true) {
    const length = load<usize>(field, PASSED_LENGTH);
    if (length !== 0 && at + length <= end && same(at, field + PASSED, length)) {
      at += length;
      const changes = load<u32>(field, CHANGES);
      if (changes > 0) store<u32>(field, changes - 1, CHANGES);
      field = load<usize>(field, PASSED_TO);
    } else {
      const behind = passOver(shape, isFirst, at, end);
      if (behind === 0) return 0;
      keepPassed(field, at, behind);
      at = behind;
      field = reached;
    }
    if (field === 0) return at;
    isFirst = false;
    at = valueAt(field, record, at, end);
    if (at === 0) return 0;
  }
}

/** The field that `passOver` came to; 0: the object ended. */
let reached: usize = 0;

/** From a value, or an object's brace, to behind the colon of the next wanted field, or behind the closing brace. */
function passOver(shape: usize, isFirst: bool, start: usize, end: usize): usize {
  let isBeginning = isFirst;
  let at = start;
  while (true) {
    at = next(at, end);
    let byte = byteAt(at, end);
    if (byte === CLOSE_OBJECT) {
      reached = 0;
      return at + 1;
    }
    if (!isBeginning) {
      if (byte !== COMMA) return 0;
      at = next(at + 1, end);
      byte = byteAt(at, end);
    }
    isBeginning = false;
    if (byte !== QUOTE) return 0;
    const name = at + 1;
    at = endOfText(name, end);
    if (at === 0) return 0;
    const length = at - name - 1;
    const isUsual = length <= 16 ? plainOf(name, length) : isPlain(name, at - 1);
    const found = isUsual ? fieldNamed(shape, name, length) : fieldOfKey(shape, name - 1, at);
    at = next(at, end);
    if (byteAt(at, end) !== COLON) return 0;
    at += 1;
    if (found !== 0) {
      reached = found;
      return at;
    }
    at = endOfValue(at, end);
    if (at === 0) return 0;
  }
}

/** `isPlain` of a short text. */
function plainOf(start: usize, length: usize): bool {
  return (oddBytesAt(start) & ((1 << (length as i32)) - 1)) === 0;
}

/** importers/shapeTable.ts has the same hash. */
function fieldNamed(shape: usize, name: usize, length: usize): usize {
  const first: u32 = load<u8>(name);
  const last: u32 = load<u8>(name + length - 1);
  let hash: u32 = (length as u32) * 7 + first * 5 + last;
  while (true) {
    const field = load<usize>(shape + ((hash & LAST_NAME) << 2), NAMES);
    if (field === 0) return 0;
    if (load<usize>(field, NAME_LENGTH) === length && same(load<usize>(field, NAME), name, length)) return field;
    hash += 1;
  }
}

function keepPassed(field: usize, start: usize, end: usize): void {
  const length = end - start;
  const changes = load<u32>(field, CHANGES) + 1;
  store<u32>(field, changes, CHANGES);
  const isKept = changes < MOST_CHANGES && length <= MOST_KEPT;
  store<usize>(field, isKept ? length : 0, PASSED_LENGTH);
  if (!isKept) return;
  store<usize>(field, reached, PASSED_TO);
  copy(field + PASSED, start, length);
}

/** Writes down a field's value; returns what is behind it. */
function valueAt(field: usize, record: usize, start: usize, end: usize): usize {
  const slot = record + load<usize>(field, SLOT);
  const wanted = load<u32>(field, WANTED);
  const at = next(start, end);
  const byte = byteAt(at, end);
  if (wanted === AN_OBJECT || wanted === A_LIST) {
    const shape = load<usize>(field, SHAPE);
    if (wanted === AN_OBJECT && byte === OPEN_OBJECT) {
      store<u32>(slot, OBJECT, KIND);
      return objectAt(shape, record, at, end);
    }
    if (wanted === A_LIST && byte === OPEN_LIST) return listAt(shape, slot, at, end);
    store<u32>(slot, NULL, KIND);
    return endOfValue(at, end);
  }
  if (byte === QUOTE) return textAt(field, wanted, slot, at, end);
  const behind = isDigit(byte) ? numberAt(slot, at, end) : wordAt(slot, at, end);
  if (behind !== 0) return behind;
  const after = endOfValue(at, end);
  if (after === 0) return 0;
  examine(at, after);
  write(slot, OTHER, at, after);
  return after;
}

function write(slot: usize, kind: u32, start: usize, end: usize): void {
  store<u32>(slot, kind, KIND);
  store<usize>(slot, start, START);
  store<usize>(slot, end, END);
}

function textAt(field: usize, wanted: u32, slot: usize, start: usize, end: usize): usize {
  const behind = endOfText(start + 1, end);
  if (behind === 0) return 0;
  const length = behind - start;
  if (wanted === AN_INSTANT && isTime(start + 1, length - 2)) {
    const instant = instantOf(start + 1);
    if (instant !== NO_INSTANT) {
      store<u32>(slot, INSTANT, KIND);
      store<f64>(slot, instant, START);
      return behind;
    }
  }
  const place = length > MOST_SHORT ? SHORT_TEXTS : shortPlace(start, length);
  const text = field + TEXTS + place * TEXT_BYTES;
  if (load<usize>(text, TEXT_LENGTH) !== length || !same(start, text + TEXT, length))
    keepText(field, text, place, start, length);
  write(slot, load<u32>(text, TEXT_KIND), start, behind);
  store<u32>(slot, load<u32>(text, TEXT_NUMBER), NUMBER_OF_TEXT);
  return behind;
}

/** Where a short text is kept. */
function shortPlace(start: usize, length: usize): usize {
  const first: usize = load<u8>(start + 1);
  const last: usize = load<u8>(start + length - 2);
  return (length * 5 + first + last * 3) % SHORT_TEXTS;
}

/** A text that may be the same in a later line, as most name the same session, folder, version and model. */
function keepText(field: usize, text: usize, place: usize, start: usize, length: usize): void {
  const kind = isPlain(start + 1, start + length - 1) ? PLAIN_TEXT : ODD_TEXT;
  if (kind === ODD_TEXT) examine(start, start + length);
  const number = load<u32>(field, TEXT_NUMBERS) + 16;
  store<u32>(field, number, TEXT_NUMBERS);
  store<u32>(text, kind, TEXT_KIND);
  store<u32>(text, number + (place as u32), TEXT_NUMBER);
  const isKept = length <= MOST_KEPT;
  store<usize>(text, isKept ? length : 0, TEXT_LENGTH);
  if (isKept) copy(text + TEXT, start, length);
}

/** A number of few digits, as most are; 0: it is something else. */
function numberAt(slot: usize, start: usize, end: usize): usize {
  // Whole ones of up to seven digits eight bytes at a time: of these the first that is no digit has its highest bit set.
  const bytes = load<u64>(start) ^ (EACH_BYTE * ZERO);
  const others = (bytes | (bytes + EACH_BYTE * (0x80 - 10))) & (EACH_BYTE * 0x80);
  const digits = (ctz(others) >> 3) as usize;
  if (digits > 7 || !endsWord(byteAt(start + digits, end))) return longNumberAt(slot, start, end);
  if (start + digits >= end || (digits > 1 && load<u8>(start) === ZERO)) return 0;
  store<u32>(slot, NUMBER, KIND);
  store<f64>(slot, numberOf(bytes << ((8 - digits) << 3)) as f64, START);
  return start + digits;
}

/** Of eight digits, the first of them in the lowest byte. */
function numberOf(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8);
  const odd = (pairs & 0xff000000ff) * 0xf424000000064;
  const even = ((pairs >> 16) & 0xff000000ff) * 0x271000000001;
  return (odd + even) >> 32;
}

/** As `numberAt`, digit by digit. */
function longNumberAt(slot: usize, start: usize, end: usize): usize {
  let value: f64 = 0;
  let scale: f64 = 0;
  for (let at = start; at < end; at += 1) {
    const byte = load<u8>(at);
    if (isDigit(byte)) {
      value = value * 10 + ((byte - ZERO) as f64);
      scale *= 10;
      continue;
    }
    if (byte === POINT && scale === 0) {
      scale = 1;
      continue;
    }
    const second = byteAt(start + 1, end);
    const isOfJson = load<u8>(start) !== ZERO || second === POINT || at === start + 1;
    if (!endsWord(byte) || !isOfJson || at - start > MOST_DIGITS || load<u8>(at - 1) === POINT) return 0;
    store<u32>(slot, NUMBER, KIND);
    // Both are exact, and so the quotient is the nearest number to it, as JSON.parse gives.
    store<f64>(slot, scale > 1 ? value / scale : value, START);
    return at;
  }
  return 0;
}

/** True, false or null. */
function wordAt(slot: usize, start: usize, end: usize): usize {
  if (start + 4 > end) return 0;
  const letters = load<u32>(start);
  let behind = start + 4;
  let kind = NULL;
  if (letters === 0x65757274) kind = TRUE;
  else if (letters === 0x736c6166) {
    kind = FALSE;
    if (byteAt(behind, end) !== 0x65) return 0;
    behind += 1;
  } else if (letters !== 0x6c6c756e) return 0;
  if (!endsWord(byteAt(behind, end))) return 0;
  store<u32>(slot, kind, KIND);
  return behind;
}

function listAt(shape: usize, slot: usize, start: usize, end: usize): usize {
  const members = load<usize>(shape, MEMBERS);
  const bytes = load<usize>(shape, MEMBER_BYTES);
  const last = load<usize>(shape, MEMBERS_END) - bytes;
  store<u32>(slot, LIST, KIND);
  store<u32>(slot, 0, COUNT);
  store<u32>(slot, 0, TAKEN);
  let at = next(start + 1, end);
  if (byteAt(at, end) === CLOSE_LIST) return at + 1;
  let count: u32 = 0;
  let member = members;
  while (true) {
    if (member > last) {
      store<u32>(slot, count, COUNT);
      takeMembers(shape, slot);
      store<u32>(slot, 1, TAKEN);
      member = members;
      count = 0;
    }
    // A member begins with a slot that tells whether it is an object.
    const isObject = byteAt(at, end) === OPEN_OBJECT;
    store<u32>(member, isObject ? OBJECT : NULL, KIND);
    at = isObject ? objectAt(shape, member, at, end) : endOfValue(at, end);
    if (at === 0) return 0;
    count += 1;
    member += bytes;
    at = next(at, end);
    const byte = byteAt(at, end);
    if (byte === CLOSE_LIST) {
      store<u32>(slot, count, COUNT);
      return at + 1;
    }
    if (byte !== COMMA) return 0;
    at = next(at + 1, end);
  }
}
