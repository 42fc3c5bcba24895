import { createMergeQueue, type MergeQueue } from './mergeQueue.ts';
import { extendHash, NO_RANK, type RankTable } from './rankTable.ts';

/** Up to this many bytes a scan for the lowest rank beats keeping a queue. */
const SHORT_BYTES = 64;
/** Scratch memory of more bytes than this is given back after use. */
const KEPT_BYTES = 1 << 16;

/** Byte-pair merging of one piece. */
export interface PieceMerger {
  /**
   * Merges `bytes[start, end)` in order of rank, leftmost first, until no two neighbours form a token; returns how
   * many tokens remain and, where `ids` is given, appends them to it. Time: linear
   * in the bytes, but for a heap of the distinct ranks that occur.
   */
  merge(bytes: Uint8Array, start: number, end: number, ids: number[] | undefined): number;
}

export function createPieceMerger(table: RankTable): PieceMerger {
  const { longest, ofPair, ofByte, powers, find } = table;
  let scratch = createScratch(SHORT_BYTES);
  let queue: MergeQueue | undefined;

  /** Fills the prefix hashes of a piece: of its first i bytes at i. */
  function hashPrefixes(bytes: Uint8Array, start: number, end: number): void {
    const { prefixes } = scratch;
    let hash = 0;
    prefixes[0] = 0;
    for (let position = start; position < end; position++) {
      hash = extendHash(hash, bytes[position] as number);
      prefixes[position - start + 1] = hash;
    }
  }

  /** Rank of a span; `from` and `to` count from the piece's start. */
  function rankOf(bytes: Uint8Array, start: number, from: number, to: number): number {
    const length = to - from;
    if (length > longest) return NO_RANK;
    const { prefixes } = scratch;
    const hash = ((prefixes[to] as number) - Math.imul(prefixes[from] as number, powers[length] as number)) | 0;
    return find(bytes, start + from, start + to, hash);
  }

  function tokenOf(bytes: Uint8Array, start: number, from: number, to: number): number {
    return to - from === 1 ? (ofByte[bytes[start + from] as number] as number) : rankOf(bytes, start, from, to);
  }

  function mergeShort(bytes: Uint8Array, start: number, end: number, ids: number[] | undefined): number {
    const { ranks, next: starts } = scratch;
    let parts = end - start;
    for (let part = 0; part < parts; part++) {
      starts[part] = part;
      ranks[part] =
        part + 1 < parts
          ? (ofPair[((bytes[start + part] as number) << 8) | (bytes[start + part + 1] as number)] as number)
          : NO_RANK;
    }
    starts[parts] = parts;
    while (true) {
      let lowest = NO_RANK;
      let at = 0;
      for (let part = 0; part < parts - 1; part++) {
        const rank = ranks[part] as number;
        if (rank < lowest) {
          lowest = rank;
          at = part;
        }
      }
      if (lowest === NO_RANK) break;
      parts--;
      for (let part = at + 1; part < parts; part++) {
        starts[part] = starts[part + 1] as number;
        ranks[part] = ranks[part + 1] as number;
      }
      starts[parts] = end - start;
      const own = starts[at] as number;
      ranks[at] = at + 1 < parts ? rankOf(bytes, start, own, starts[at + 2] as number) : NO_RANK;
      if (at > 0) ranks[at - 1] = rankOf(bytes, start, starts[at - 1] as number, starts[at + 1] as number);
    }
    if (ids) {
      for (let part = 0; part < parts; part++) {
        ids.push(tokenOf(bytes, start, starts[part] as number, starts[part + 1] as number));
      }
    }
    return parts;
  }

  function mergeLong(bytes: Uint8Array, start: number, end: number, ids: number[] | undefined): number {
    const length = end - start;
    const { ranks, next, previous } = scratch;
    queue ??= createMergeQueue(table.tokenCount, length);
    for (let position = 0; position < length; position++) {
      next[position] = position + 1;
      previous[position] = position - 1;
      const rank =
        position + 1 < length
          ? (ofPair[((bytes[start + position] as number) << 8) | (bytes[start + position + 1] as number)] as number)
          : NO_RANK;
      ranks[position] = rank;
      if (rank !== NO_RANK) queue.add(rank, position);
    }
    let parts = length;
    while (queue.takeLowest()) {
      const rank = queue.rank();
      const position = queue.position();
      // An entry is out of date when its pair has changed since.
      if (ranks[position] !== rank) continue;
      parts--;
      const right = next[position] as number;
      const after = next[right] as number;
      next[position] = after;
      ranks[right] = NO_RANK;
      const before = previous[position] as number;
      if (before >= 0) {
        const merged = rankOf(bytes, start, before, after);
        ranks[before] = merged;
        if (merged !== NO_RANK) queue.add(merged, before);
      }
      if (after < length) {
        previous[after] = position;
        const merged = rankOf(bytes, start, position, next[after] as number);
        ranks[position] = merged;
        if (merged !== NO_RANK) queue.add(merged, position);
      } else ranks[position] = NO_RANK;
    }
    if (ids) {
      for (let position = 0; position < length; position = next[position] as number) {
        ids.push(tokenOf(bytes, start, position, next[position] as number));
      }
    }
    return parts;
  }

  return {
    merge(bytes, start, end, ids) {
      const length = end - start;
      if (length > scratch.capacity) scratch = createScratch(Math.max(length, 2 * scratch.capacity));
      hashPrefixes(bytes, start, end);
      const parts = length <= SHORT_BYTES ? mergeShort(bytes, start, end, ids) : mergeLong(bytes, start, end, ids);
      if (scratch.capacity > KEPT_BYTES) {
        scratch = createScratch(SHORT_BYTES);
        queue = undefined;
      }
      return parts;
    },
  };
}

function createScratch(capacity: number) {
  return {
    capacity,
    prefixes: new Int32Array(capacity + 1),
    ranks: new Int32Array(capacity + 1),
    next: new Int32Array(capacity + 1),
    previous: new Int32Array(capacity + 1),
  };
}
