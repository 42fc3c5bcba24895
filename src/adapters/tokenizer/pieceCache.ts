/**
 * Remembers how many tokens a piece has that is not a token itself, so that words which come again (and in scripts
 * without spaces whole clauses) are not merged again. Of fixed size: a piece takes the place of another with the same
 * slot, and when the store of bytes is full all is forgotten.
 */
export interface PieceCache {
  /** Tokens of `bytes[start, end)`, whose hash is `hash`; 0: not known. */
  get(bytes: Uint8Array, start: number, end: number, hash: number): number;
  set(bytes: Uint8Array, start: number, end: number, hash: number, tokens: number): void;
}

const SLOT_FACTOR = 0x9e3779b1;
/** An entry: the hash, where the bytes begin in the store, how many they are, the tokens (0: free). */
const ENTRY = 4;
/** Longer pieces are rare, and would push many others out. */
const LONGEST_KEPT = 1024;

/** @param slotBits 2 to the power of this are the slots. @param storeBytes room for the pieces' bytes. */
export function createPieceCache(slotBits = 16, storeBytes = 1 << 21): PieceCache {
  const entries = new Int32Array(ENTRY * 2 ** slotBits);
  const store = new Uint8Array(storeBytes);
  const shift = 32 - slotBits;
  let used = 0;

  return {
    get(bytes, start, end, hash) {
      const entry = ENTRY * (Math.imul(hash, SLOT_FACTOR) >>> shift);
      if (entries[entry] !== hash || entries[entry + 2] !== end - start) return 0;
      let kept = entries[entry + 1] as number;
      for (let position = start; position < end; position++) if (bytes[position] !== store[kept++]) return 0;
      return entries[entry + 3] as number;
    },
    set(bytes, start, end, hash, tokens) {
      const length = end - start;
      if (length > LONGEST_KEPT || length > storeBytes) return;
      if (used + length > storeBytes) {
        entries.fill(0);
        used = 0;
      }
      const entry = ENTRY * (Math.imul(hash, SLOT_FACTOR) >>> shift);
      entries[entry] = hash;
      entries[entry + 1] = used;
      entries[entry + 2] = length;
      entries[entry + 3] = tokens;
      for (let position = start; position < end; position++) store[used++] = bytes[position] as number;
    },
  };
}
