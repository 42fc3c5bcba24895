/**
 * SHA-256 of four messages at once (AssemblyScript): each word is a vector of the four messages' words. They are given block
 * by block, padded. Functions and letters are those of FIPS 180-4, https://csrc.nist.gov/pubs/fips/180-4/upd1/final.
 */

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

export const LANES: usize = 4;
/** Bytes of a message that are hashed at a time. */
export const BLOCK: usize = 64;

const VECTOR: usize = 16;
const WORDS: usize = 64 * VECTOR;
/** Of what a hash works in, the first part: in the end its first vectors are the first words of the messages' hashes. */
const STATE: usize = 8 * VECTOR;

/** Bytes that a hash works in, from `state` on. */
export const HASH_BYTES: usize = STATE + WORDS;

/** Begins four messages. */
export function begin(state: usize): void {
  v128.store(state, i32x4.splat(0x6a09e667));
  v128.store(state, i32x4.splat(0xbb67ae85), 16);
  v128.store(state, i32x4.splat(0x3c6ef372), 32);
  v128.store(state, i32x4.splat(0xa54ff53a), 48);
  v128.store(state, i32x4.splat(0x510e527f), 64);
  v128.store(state, i32x4.splat(0x9b05688c), 80);
  v128.store(state, i32x4.splat(0x1f83d9ab), 96);
  v128.store(state, i32x4.splat(0x5be0cd19), 112);
}

/** Takes in the next block of each message, which lie side by side. */
export function addBlocks(state: usize, blocks: usize): void {
  const words = state + STATE;
  for (let at: usize = 0; at < BLOCK; at += VECTOR) gather(blocks + at, words + at * LANES);
  for (let to = words + 16 * VECTOR; to < words + WORDS; to += VECTOR) {
    const from = to - 16 * VECTOR;
    const old = i32x4.add(v128.load(from), v128.load(from, 9 * VECTOR));
    const mixed = i32x4.add(sigma0(v128.load(from, VECTOR)), sigma1(v128.load(from, 14 * VECTOR)));
    v128.store(to, i32x4.add(old, mixed));
  }

  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  let e = v128.load(state, 64);
  let f = v128.load(state, 80);
  let g = v128.load(state, 96);
  let h = v128.load(state, 112);
  // Eight rounds, so that the letters have their places again.
  for (let round: usize = 0; round < 64; round += 8) {
    const word = words + round * VECTOR;
    const k = K + (round << 2);
    h = i32x4.add(first(e, f, g, h), i32x4.add(v128.load(word), v128.load32_splat(k)));
    d = i32x4.add(d, h);
    h = i32x4.add(h, second(a, b, c));
    g = i32x4.add(first(d, e, f, g), i32x4.add(v128.load(word, 16), v128.load32_splat(k, 4)));
    c = i32x4.add(c, g);
    g = i32x4.add(g, second(h, a, b));
    f = i32x4.add(first(c, d, e, f), i32x4.add(v128.load(word, 32), v128.load32_splat(k, 8)));
    b = i32x4.add(b, f);
    f = i32x4.add(f, second(g, h, a));
    e = i32x4.add(first(b, c, d, e), i32x4.add(v128.load(word, 48), v128.load32_splat(k, 12)));
    a = i32x4.add(a, e);
    e = i32x4.add(e, second(f, g, h));
    d = i32x4.add(first(a, b, c, d), i32x4.add(v128.load(word, 64), v128.load32_splat(k, 16)));
    h = i32x4.add(h, d);
    d = i32x4.add(d, second(e, f, g));
    c = i32x4.add(first(h, a, b, c), i32x4.add(v128.load(word, 80), v128.load32_splat(k, 20)));
    g = i32x4.add(g, c);
    c = i32x4.add(c, second(d, e, f));
    b = i32x4.add(first(g, h, a, b), i32x4.add(v128.load(word, 96), v128.load32_splat(k, 24)));
    f = i32x4.add(f, b);
    b = i32x4.add(b, second(c, d, e));
    a = i32x4.add(first(f, g, h, a), i32x4.add(v128.load(word, 112), v128.load32_splat(k, 28)));
    e = i32x4.add(e, a);
    a = i32x4.add(a, second(b, c, d));
  }
  v128.store(state, i32x4.add(a, v128.load(state)));
  v128.store(state, i32x4.add(b, v128.load(state, 16)), 16);
  v128.store(state, i32x4.add(c, v128.load(state, 32)), 32);
  v128.store(state, i32x4.add(d, v128.load(state, 48)), 48);
  v128.store(state, i32x4.add(e, v128.load(state, 64)), 64);
  v128.store(state, i32x4.add(f, v128.load(state, 80)), 80);
  v128.store(state, i32x4.add(g, v128.load(state, 96)), 96);
  v128.store(state, i32x4.add(h, v128.load(state, 112)), 112);
}

/** Makes vectors of four words of each block: their first ones, their second ones and so on. */
function gather(blocks: usize, to: usize): void {
  const p = bigEndian(v128.load(blocks));
  const q = bigEndian(v128.load(blocks, BLOCK));
  const r = bigEndian(v128.load(blocks, 2 * BLOCK));
  const s = bigEndian(v128.load(blocks, 3 * BLOCK));
  const pqLow = v128.shuffle<i32>(p, q, 0, 4, 1, 5);
  const pqHigh = v128.shuffle<i32>(p, q, 2, 6, 3, 7);
  const rsLow = v128.shuffle<i32>(r, s, 0, 4, 1, 5);
  const rsHigh = v128.shuffle<i32>(r, s, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(pqLow, rsLow, 0, 2));
  v128.store(to, v128.shuffle<i64>(pqLow, rsLow, 1, 3), VECTOR);
  v128.store(to, v128.shuffle<i64>(pqHigh, rsHigh, 0, 2), 2 * VECTOR);
  v128.store(to, v128.shuffle<i64>(pqHigh, rsHigh, 1, 3), 3 * VECTOR);
}

function bigEndian(words: v128): v128 {
  return v128.shuffle<i8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** T1 without the message's word and the constant. */
function first(e: v128, f: v128, g: v128, h: v128): v128 {
  const mixed = v128.xor(v128.xor(turned(e, 6), turned(e, 11)), turned(e, 25));
  return i32x4.add(i32x4.add(h, v128.xor(g, v128.and(e, v128.xor(f, g)))), mixed);
}

/** T2. */
function second(a: v128, b: v128, c: v128): v128 {
  const mixed = v128.xor(v128.xor(turned(a, 2), turned(a, 13)), turned(a, 22));
  return i32x4.add(mixed, v128.xor(b, v128.and(v128.xor(a, b), v128.xor(b, c))));
}

function sigma0(x: v128): v128 {
  return v128.xor(v128.xor(turned(x, 7), turned(x, 18)), i32x4.shr_u(x, 3));
}

function sigma1(x: v128): v128 {
  return v128.xor(v128.xor(turned(x, 17), turned(x, 19)), i32x4.shr_u(x, 10));
}

/** Each word rotated to the right. */
function turned(x: v128, places: i32): v128 {
  return v128.or(i32x4.shr_u(x, places), i32x4.shl(x, 32 - places));
}
