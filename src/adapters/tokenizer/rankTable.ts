/** A token's rank is its id: the lower, the sooner its bytes are merged. */
export const NO_RANK = 0x7fffffff;

/**
 * Finds the rank of any span of bytes without copying it: an open-addressed hash table over the vocabulary, keyed by a
 * polynomial hash whose value for a span follows from two prefix hashes. A hit is compared byte by byte.
 */
export interface RankTable {
  /** Ranks lie below this. */
  readonly tokenCount: number;
  /** Bytes of the longest token. */
  readonly longest: number;
  /** Rank of the two bytes a, b at `a << 8 | b`. */
  readonly ofPair: Int32Array;
  /** Rank of one byte. */
  readonly ofByte: Int32Array;
  /** HASH_FACTOR to the power of the index, modulo 2³²; up to `longest`. */
  readonly powers: Int32Array;
  /** Rank of `bytes[start, end)`, whose hash is `hash`, or NO_RANK. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number;
}

/** Multiplier of the polynomial hash: odd, so that no power of it vanishes modulo 2³². */
export const HASH_FACTOR = 0x2c9277b5;
const SLOT_FACTOR = 0x9e3779b1;
const HEADER_BYTES = 4;
/** A slot holds the rank in its lower bits and the hash's lower bits above them. */
const RANK_BITS = 18;
const RANK_MASK = 2 ** RANK_BITS - 1;
const TAG_MASK = ~RANK_MASK;

/** The hash after one more byte. */
export function extendHash(hash: number, byte: number): number {
  return (Math.imul(hash, HASH_FACTOR) + byte + 1) | 0;
}

/**
 * Reads a packed vocabulary (scripts/make-ranks.mjs): the number of tokens (32 bits, little endian), a byte for each
 * token's length, then all their bytes, in order of rank. Throws where the data are cut short or lack a byte's token.
 */
export function readRanks(packed: Uint8Array): RankTable {
  if (packed.length < HEADER_BYTES) throw damaged();
  const tokenCount = new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0, true);
  const lengths = packed.subarray(HEADER_BYTES, HEADER_BYTES + tokenCount);
  const vocabulary = packed.subarray(HEADER_BYTES + tokenCount);
  if (
    tokenCount === 0 ||
    lengths.includes(0) ||
    lengths.reduce((sum, length) => sum + length, 0) !== vocabulary.length
  ) {
    throw damaged();
  }
  const slotBits = Math.max(4, Math.ceil(Math.log2(tokenCount + 1)) + 1);
  const slotShift = 32 - slotBits;
  const slotMask = 2 ** slotBits - 1;
  /** Rank + 1 and some bits of the hash, which keep most other spans from being compared; 0: free. */
  const slots = new Int32Array(2 ** slotBits);
  const starts = new Int32Array(tokenCount + 1);
  const ofPair = new Int32Array(0x10000).fill(NO_RANK);
  const ofByte = new Int32Array(0x100).fill(NO_RANK);
  let longest = 0;
  let position = 0;
  for (let rank = 0; rank < tokenCount; rank++) {
    starts[rank] = position;
    const length = lengths[rank] as number;
    if (length > longest) longest = length;
    const end = position + length;
    if (length === 1) ofByte[vocabulary[position] as number] = rank;
    if (length === 2) ofPair[((vocabulary[position] as number) << 8) | (vocabulary[position + 1] as number)] = rank;
    let hash = 0;
    for (; position < end; position++) {
      hash = (Math.imul(hash, HASH_FACTOR) + (vocabulary[position] as number) + 1) | 0;
    }
    let slot = Math.imul(hash, SLOT_FACTOR) >>> slotShift;
    while (slots[slot] !== 0) slot = (slot + 1) & slotMask;
    slots[slot] = (hash << RANK_BITS) | (rank + 1);
  }
  starts[tokenCount] = position;
  if (ofByte.includes(NO_RANK)) throw damaged();

  const powers = new Int32Array(longest + 1);
  powers[0] = 1;
  for (let power = 1; power <= longest; power++) powers[power] = Math.imul(powers[power - 1] as number, HASH_FACTOR);

  function find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    let slot = Math.imul(hash, SLOT_FACTOR) >>> slotShift;
    const tag = hash << RANK_BITS;
    while (true) {
      const slotted = slots[slot] as number;
      if (slotted === 0) return NO_RANK;
      if ((slotted & TAG_MASK) === tag) {
        const entry = slotted & RANK_MASK;
        let own = starts[entry - 1] as number;
        if ((starts[entry] as number) - own === end - start) {
          let position = start;
          while (position < end && bytes[position] === vocabulary[own]) {
            position++;
            own++;
          }
          if (position === end) return entry - 1;
        }
      }
      slot = (slot + 1) & slotMask;
    }
  }

  return { tokenCount, longest, ofPair, ofByte, powers, find };
}

function damaged(): Error {
  return new Error('The rank table is damaged.');
}
