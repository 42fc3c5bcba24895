const LINE_FEED: u8 = 10;

/** The place of the next line break before `end`; `end`: there is none. */
export function lineEnd(start: usize, end: usize): usize {
  const wanted = i8x16.splat(LINE_FEED);
  let at = start;
  for (; at + 64 <= end; at += 64) {
    const first = i8x16.eq(v128.load(at), wanted);
    const second = i8x16.eq(v128.load(at, 16), wanted);
    const third = i8x16.eq(v128.load(at, 32), wanted);
    const fourth = i8x16.eq(v128.load(at, 48), wanted);
    if (v128.any_true(v128.or(v128.or(first, second), v128.or(third, fourth)))) break;
  }
  for (; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found !== 0) {
      const place = at + ctz(found);
      return place < end ? place : end;
    }
  }
  return end;
}

/** Whether the same bytes stand at two places. */
export function same(one: usize, other: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 16 <= length; at += 16)
    if (!i8x16.all_true(i8x16.eq(v128.load(one + at), v128.load(other + at)))) return false;
  const rest = (1 << ((length - at) as i32)) - 1;
  return (i8x16.bitmask(i8x16.eq(v128.load(one + at), v128.load(other + at))) & rest) === rest;
}

/** Copies bytes; up to 15 behind them are written to as well. */
export function copy(to: usize, from: usize, length: usize): void {
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at));
}

/** Whether some bytes, two or more, stand anywhere in a line. */
export function contains(wanted: usize, length: usize, start: usize, end: usize): bool {
  const first = i8x16.splat(load<u8>(wanted));
  const last = i8x16.splat(load<u8>(wanted + length - 1));
  for (let at = start; at + length <= end; at += 16) {
    const firsts = i8x16.eq(v128.load(at), first);
    const lasts = i8x16.eq(v128.load(at + length - 1), last);
    for (let found = i8x16.bitmask(v128.and(firsts, lasts)); found !== 0; found &= found - 1) {
      const place = at + ctz(found);
      if (place + length > end) return false;
      if (same(place, wanted, length)) return true;
    }
  }
  return false;
}
