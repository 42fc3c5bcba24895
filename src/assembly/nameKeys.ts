/** Keys of names (AssemblyScript): the first 64 bits of their SHA-256. Four names of as many blocks are hashed side by side. */
import { addBlocks, BLOCK, begin, HASH_BYTES, LANES } from './sha256';

const VECTOR: usize = 16;
/** A lane: where its name begins and ends, and where its key belongs. */
const LANE: usize = 12;
/** Names of as many blocks that wait until they are four: how many they are, and their lanes. */
const GROUP: usize = 4 + LANES * LANE;
/** Longer names are rare, and hashed one by one: in all four lanes. */
const MOST_BLOCKS: usize = 4;

/** What is worked in: the hash, a block of each lane with a vector that the last one's padding may run over, the groups. */
const HASH: usize = (__heap_base + 15) & ~15;
const BLOCKS: usize = HASH + HASH_BYTES;
const GROUPS: usize = BLOCKS + LANES * BLOCK + VECTOR;
const END: usize = GROUPS + (MOST_BLOCKS + 1) * GROUP;

/** Where the memory begins that may be laid out by others. */
export function memoryStart(): usize {
  return END;
}

/**
 * Puts the keys of `count` names from `keys` on, each as its two halves. The names lie from `words` on, one behind the other;
 * `ends`: where each ends, counted from `before` at `words`. Up to a block behind the last of them is read, but means nothing.
 */
export function hashNames(words: usize, before: u32, ends: usize, count: u32, keys: usize): void {
  memory.fill(GROUPS, 0, (MOST_BLOCKS + 1) * GROUP);
  let start = words;
  for (let name: u32 = 0; name < count; name += 1) {
    const end = words + load<u32>(ends + ((<usize>name) << 2)) - before;
    const blocks = blocksOf(end - start);
    const group = GROUPS + min(blocks - 1, MOST_BLOCKS) * GROUP;
    const waiting = <usize>load<u32>(group);
    const lane = laneAt(group, waiting);
    store<usize>(lane, start);
    store<usize>(lane, end, 4);
    store<usize>(lane, keys + ((<usize>name) << 3), 8);
    if (blocks > MOST_BLOCKS || waiting === LANES - 1) hashLanes(group, waiting + 1, blocks);
    else store<u32>(group, <u32>waiting + 1);
    start = end;
  }
  for (let blocks: usize = 1; blocks <= MOST_BLOCKS; blocks += 1) {
    const group = GROUPS + (blocks - 1) * GROUP;
    const waiting = <usize>load<u32>(group);
    if (waiting > 0) hashLanes(group, waiting, blocks);
  }
}

/** The blocks of a name: behind its bytes stand at least a bit and its length, 9 bytes together. */
function blocksOf(length: usize): usize {
  return ((length + 8) >> 6) + 1;
}

function laneAt(group: usize, lane: usize): usize {
  return group + 4 + lane * LANE;
}

/** Hashes the names of the first `count` lanes, from 1 on. */
function hashLanes(group: usize, count: usize, blocks: usize): void {
  begin(HASH);
  for (let block: usize = 0; block < blocks; block += 1) {
    for (let lane: usize = 0; lane < LANES; lane += 1) {
      const from = laneAt(group, min(lane, count - 1));
      putBlock(load<usize>(from), load<usize>(from, 4), block, blocks, BLOCKS + lane * BLOCK);
    }
    addBlocks(HASH, BLOCKS);
  }
  for (let lane: usize = 0; lane < count; lane += 1) {
    const key = load<usize>(laneAt(group, lane), 8);
    store<u32>(key, load<u32>(HASH + (lane << 2)));
    store<u32>(key, load<u32>(HASH + (lane << 2), VECTOR), 4);
  }
  store<u32>(group, 0);
}

/** Puts a block of a name, padded; what is behind it is overwritten, up to a vector. */
function putBlock(start: usize, end: usize, block: usize, blocks: usize, to: usize): void {
  const from = start + block * BLOCK;
  if (from < end) for (let at: usize = 0; at < BLOCK; at += VECTOR) v128.store(to + at, v128.load(from + at));
  if (from + BLOCK > end) {
    const left = from < end ? end - from : 0;
    for (let at = left; at < BLOCK; at += VECTOR) v128.store(to + at, i32x4.splat(0));
    // The bit behind a message is the first of the block behind it where its last one was full.
    if (from <= end) store<u8>(to + left, 0x80);
  }
  if (block === blocks - 1) store<u64>(to, bswap<u64>((<u64>(end - start)) << 3), BLOCK - 8);
}
