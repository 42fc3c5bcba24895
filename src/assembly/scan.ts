/** Looks at the bytes of logs (AssemblyScript). Places are addresses in the memory that the importer lays out. */

const LINE_FEED: u8 = 10;

/** The place of the next line break before `end`; `end`: there is none. */
export function lineEnd(start: usize, end: usize): usize {
  const wanted = i8x16.splat(LINE_FEED);
  let at = start;
  for (; at + 16 <= end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found !== 0) return at + ctz(found);
  }
  for (; at < end; at += 1) if (load<u8>(at) === LINE_FEED) return at;
  return end;
}
