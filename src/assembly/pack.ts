/**
 * Writes the rows of blocks of events as `JSON.stringify` would (AssemblyScript; see storage/eventBlock.ts). Places are
 * addresses in the memory that storage/rowWriter.ts lays out.
 */

const QUOTE: u8 = 34;
const COMMA: u8 = 44;
const ONE: u8 = 49;
const OPEN: u8 = 91;
const BACKSLASH: u8 = 92;
const CLOSE: u8 = 93;
const SPACE: u8 = 32;
/** `-1`, `null`. */
const NO_TOOLS: u16 = 0x312d;
const NULL: u32 = 0x6c6c_756e;
/** Eight digits 0. */
const ZEROS: u64 = 0x3030_3030 * 0x1_0000_0001;

const REFUSED: i32 = -1;
/** Of one row: names, with their quotes and commas. */
const MOST_NAME_BYTES: usize = 4_000;
const MOST_WHOLE: f64 = 9_007_199_254_740_991;

/**
 * Writes one row to `to` and returns its bytes; REFUSED: a number isn't whole, a name is long or has a character that JSON
 * escapes. The names lie in `words`, each until its end in `ends`, the id at the place `first` and `count` identities behind
 * it (-1: the event has none). `parts`: what the form makes of an id; 0: nothing. A figure that is none is NaN. Up to 16 bytes
 * behind the row are written over, and as many behind a name are read.
 */
export function row(
  to: usize,
  words: usize,
  ends: usize,
  first: u32,
  count: i32,
  parts: usize,
  form: u32,
  facts: u32,
  tools: i32,
  time: f64,
  nano: f64,
  fresh: f64,
  cacheRead: f64,
  cacheWrite: f64,
  cacheWriteHour: f64,
  text: f64,
  reasoning: f64,
): i32 {
  const last = count < 0 ? first : first + count;
  const id = startOf(words, ends, first);
  if (endOf(words, ends, last) - id + 3 * (last - first) > MOST_NAME_BYTES) return REFUSED;
  const known = isFigure(nano) && isFigure(fresh) && isFigure(cacheRead) && isFigure(cacheWrite);
  if (!known || !isWhole(time) || !isFigure(cacheWriteHour) || !isFigure(text) || !isFigure(reasoning)) return REFUSED;
  const idEnd = endOf(words, ends, first);
  if (!isPlain(id, idEnd)) return REFUSED;
  store<u8>(to, OPEN);
  let at = comma(whole(to + 1, form));
  at = comma(whole(at, facts));
  if (tools < 0) {
    store<u16>(at, NO_TOOLS);
    at = comma(at + 2);
  } else {
    at = comma(whole(at, tools));
  }
  at = comma(whole(at, u64(time)));
  at = comma(quoted(at, id, idEnd));
  if (count < 0) {
    store<u32>(at, NULL);
    at = comma(at + 4);
  } else if (parts !== 0 && isMadeOf(parts, words, ends, first, count)) {
    store<u8>(at, ONE);
    at = comma(at + 1);
  } else {
    store<u8>(at, OPEN);
    at += 1;
    for (let name = first + 1; name <= last; name += 1) {
      const start = endOf(words, ends, name - 1);
      const end = endOf(words, ends, name);
      if (!isPlain(start, end)) return REFUSED;
      if (name > first + 1) at = comma(at);
      at = quoted(at, start, end);
    }
    store<u8>(at, CLOSE);
    at = comma(at + 1);
  }
  at = comma(figure(at, nano));
  at = comma(figure(at, fresh));
  at = comma(figure(at, cacheRead));
  at = comma(figure(at, cacheWrite));
  at = comma(figure(at, cacheWriteHour));
  at = comma(figure(at, text));
  at = figure(at, reasoning);
  store<u8>(at, CLOSE);
  return i32(at + 1 - to);
}

function startOf(words: usize, ends: usize, name: u32): usize {
  return name === 0 ? words : endOf(words, ends, name - 1);
}

function endOf(words: usize, ends: usize, name: u32): usize {
  return words + load<u32>(ends + 4 * name);
}

function isWhole(value: f64): bool {
  return value >= 0 && value <= MOST_WHOLE && Math.floor(value) === value;
}

function isFigure(value: f64): bool {
  return Number.isNaN(value) || isWhole(value);
}

function comma(at: usize): usize {
  store<u8>(at, COMMA);
  return at + 1;
}

function figure(at: usize, value: f64): usize {
  if (!Number.isNaN(value)) return whole(at, u64(value));
  store<u32>(at, NULL);
  return at + 4;
}

/** At most MOST_WHOLE. */
function whole(at: usize, value: u64): usize {
  if (value < 100_000_000) return upToEight(at, u32(value));
  const high = value / 100_000_000;
  const end = upToEight(at, u32(high));
  store<u64>(end, digits(u32(value - high * 100_000_000)) | ZEROS);
  return end + 8;
}

function upToEight(at: usize, value: u32): usize {
  const all = digits(value);
  const leading = min<u64>(ctz(all) >> 3, 7);
  store<u64>(at, (all | ZEROS) >> (8 * leading));
  return at + 8 - usize(leading);
}

/** The eight digits of a number, a byte each, the first one lowest: halves are cut in two until each is a digit. */
function digits(value: u32): u64 {
  const high = value / 10_000;
  const fours = u64(high) | (u64(value - high * 10_000) << 32);
  const hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
  const twos = ((fours - 100 * hundreds) << 16) + hundreds;
  const tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
  return ((twos - 10 * tens) << 8) + tens;
}

/** Whether JSON has these bytes as they are. */
function isPlain(start: usize, end: usize): bool {
  const space = i8x16.splat(SPACE);
  const quote = i8x16.splat(QUOTE);
  const backslash = i8x16.splat(BACKSLASH);
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    // As signed numbers, those that aren't ASCII are below a space too.
    const escaped = v128.or(i8x16.lt_s(bytes, space), v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)));
    if ((i8x16.bitmask(escaped) & within(end - at)) !== 0) return false;
  }
  return true;
}

/** A bit for each of the next 16 bytes that lies before an end so far away. */
function within(bytes: usize): i32 {
  return bytes >= 16 ? 0xffff : (1 << i32(bytes)) - 1;
}

function quoted(at: usize, start: usize, end: usize): usize {
  store<u8>(at, QUOTE);
  const shift = at + 1 - start;
  for (let from = start; from < end; from += 16) v128.store(from + shift, v128.load(from));
  store<u8>(end + shift, QUOTE);
  return end + shift + 1;
}

/** Whether the identities are those that a form makes of the id. `parts`: how many; of each its text's place and length, and from where to where the id's part goes. */
function isMadeOf(parts: usize, words: usize, ends: usize, first: u32, count: u32): bool {
  if (load<u32>(parts) !== count) return false;
  const id = startOf(words, ends, first);
  const length = endOf(words, ends, first) - id;
  for (let index: u32 = 0; index < count; index += 1) {
    const part = parts + 4 + 16 * index;
    const before = usize(load<u32>(part, 4));
    const start = usize(load<u32>(part, 8));
    const end = min<usize>(load<u32>(part, 12), length);
    const name = endOf(words, ends, first + index);
    if (start > end || endOf(words, ends, first + index + 1) - name !== before + end - start) return false;
    if (!isSame(name, load<u32>(part), before) || !isSame(name + before, id + start, end - start)) return false;
  }
  return true;
}

function isSame(a: usize, b: usize, bytes: usize): bool {
  for (let at: usize = 0; at < bytes; at += 16) {
    const same = i8x16.bitmask(i8x16.eq(v128.load(a + at), v128.load(b + at)));
    if ((~same & within(bytes - at)) !== 0) return false;
  }
  return true;
}
