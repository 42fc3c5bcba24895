/**
 * Calls by the keys of their names (AssemblyScript). In each place of the table: a key's first half, its second half, its
 * call. Side by side, as a search needs all three.
 *
 * A key is a hash, so its first bits spread well; by them it is placed, so that neighbours of the ledger's large table are
 * neighbours here. Nothing lies behind the table: keys that find the last places taken stand behind these. So nothing wraps
 * around, and a search ends at the free place that is behind all others.
 */

const PLACE: usize = 12;
/** Where the call is in a place. */
const CALL: usize = 8;
/** No call has this number: they are counted from 1. */
const FREE: i32 = 0;
const FIRST_BITS: u32 = 10;
/** A row of names in the ledger's file: each name's key, and its call as a double. */
const ROW_NAME: usize = 16;

let table: usize = 0;
let bits: u32 = FIRST_BITS;
let size: u32 = 0;
/** Behind the last place that was taken at any time. */
let tableEnd: usize = 0;

/** Begins an empty table, in memory that nothing else is in from there on. */
export function beginTable(start: usize): void {
  table = start;
  tableEnd = start;
  makeRoom(start + places() * PLACE);
}

/** How many places there are by the keys' first bits: a power of two. */
export function places(): usize {
  return (<usize>1) << bits;
}

export function sizeOfTable(): u32 {
  return size;
}

/** 0: it isn't known. */
export function find(first: i32, second: i32): i32 {
  return load<i32>(placeOf(first, second), CALL);
}

/** Whether any of `count` keys is known. */
export function isAnyKnown(keys: usize, count: u32): bool {
  const end = keys + ((<usize>count) << 3);
  // Whatever stands where they wish to: these places are asked of the memory at once, not each after what the last one told.
  let calls = FREE;
  for (let key = keys; key < end; key += 8) calls |= load<i32>(wishOf(load<i32>(key)), CALL);
  if (calls === FREE) return false;
  for (let key = keys; key < end; key += 8) if (find(load<i32>(key), load<i32>(key, 4)) !== FREE) return true;
  return false;
}

export function set(first: i32, second: i32, call: i32): void {
  // In a damaged row.
  if (call === FREE) return;
  const place = placeOf(first, second);
  const isNew = load<i32>(place, CALL) === FREE;
  put(place, first, second, call);
  if (isNew) added(place + PLACE);
}

/** Gives a call `count` keys, and puts these as names into a row that begins at `row`. */
export function setAll(keys: usize, count: u32, call: i32, row: usize): void {
  for (const end = keys + ((<usize>count) << 3); keys < end; keys += 8) {
    const first = load<i32>(keys);
    const second = load<i32>(keys, 4);
    set(first, second, call);
    store<i32>(row, bswap<i32>(first));
    store<i32>(row, bswap<i32>(second), 4);
    store<f64>(row, <f64>call, 8);
    row += ROW_NAME;
  }
}

/** Takes in the names of a row. */
export function setRow(row: usize, count: u32): void {
  for (const end = row + <usize>count * ROW_NAME; row < end; row += ROW_NAME) {
    set(bswap<i32>(load<i32>(row)), bswap<i32>(load<i32>(row, 4)), <i32>load<f64>(row, 8));
  }
}

export function remove(first: i32, second: i32): void {
  let gap = placeOf(first, second);
  if (load<i32>(gap, CALL) === FREE) return;
  size -= 1;
  // What stands behind it and would have liked this place, or one before it, moves up: a search ends at a free one.
  for (let place = gap + PLACE; load<i32>(place, CALL) !== FREE; place += PLACE) {
    if (wishOf(load<i32>(place)) > gap) continue;
    put(gap, load<i32>(place), load<i32>(place, 4), load<i32>(place, CALL));
    gap = place;
  }
  store<i32>(gap, FREE, CALL);
}

/** Where a key would stand if nothing else did. */
function wishOf(first: i32): usize {
  return table + <usize>(<u32>first >> (32 - bits)) * PLACE;
}

/** Where a key stands, or the free place where it would. */
function placeOf(first: i32, second: i32): usize {
  let place = wishOf(first);
  while (load<i32>(place, CALL) !== FREE && (load<i32>(place) !== first || load<i32>(place, 4) !== second)) {
    place += PLACE;
  }
  return place;
}

function put(place: usize, first: i32, second: i32, call: i32): void {
  store<i32>(place, first);
  store<i32>(place, second, 4);
  store<i32>(place, call, CALL);
}

/** A place was taken, which ends at `end`. Beyond four fifths of the places there are twice as many. */
function added(end: usize): void {
  size += 1;
  if (end > tableEnd) {
    tableEnd = end;
    makeRoom(end);
  }
  if (<usize>size * 5 > places() * 4) grow();
}

/**
 * Doubles the places where they are. All that is in them moves up by half of the new ones, and then from the first on each
 * to its new place, which is never behind where it was read: the n keys whose wishes lie between w and p and that were read
 * up to place p are p - w + 1 at most. They now wish for 2w or more, so that the last of them stands up to 2w + n, and that
 * is no more than p + w + 1.
 */
function grow(): void {
  const shift = places() * PLACE;
  makeRoom(max(table + shift, tableEnd) + shift);
  memory.copy(table + shift, table, tableEnd - table);
  memory.fill(table, 0, shift);
  const end = tableEnd + shift;
  tableEnd = table;
  bits += 1;
  for (let old = table + shift; old < end; old += PLACE) {
    const call = load<i32>(old, CALL);
    if (call === FREE) continue;
    const first = load<i32>(old);
    const second = load<i32>(old, 4);
    store<i32>(old, FREE, CALL);
    const place = placeOf(first, second);
    put(place, first, second, call);
    if (place + PLACE > tableEnd) tableEnd = place + PLACE;
  }
}

/** Makes the memory reach to a free place behind `end`. Where there is none left, the program can't go on. */
function makeRoom(end: usize): void {
  const pages = <i32>((end + PLACE + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) unreachable();
}
