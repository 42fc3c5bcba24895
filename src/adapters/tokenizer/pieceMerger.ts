import { createMergeQueue, type MergeQueue } from './mergeQueue.ts';
import { extendHash, NO_RANK, type RankTable } from './rankTable.ts';

/** Up to this many bytes a scan for the lowest rank beats keeping a queue. */
const SHORT_BYTES = 64;
/**
 * A node stands for the part that begins at its position, in four numbers side by side, since merging touches them
 * together: the rank of this part with the next one, where the next and the previous part begin, and the hash of all
 * bytes before.
 */
const NODE = 4;
const RANK = 0;
const NEXT = 1;
const PREVIOUS = 2;
const HASH = 3;
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
  const { tokenCount, longest, ofPair, ofByte, powers, find } = table;
  let nodes = new Int32Array(NODE * (SHORT_BYTES + 1));
  let queue: MergeQueue | undefined;

  /** Rank of the span between two nodes of the piece that begins at `start`. */
  function rankOf(bytes: Uint8Array, start: number, from: number, to: number): number {
    const length = to - from;
    if (length > longest) return NO_RANK;
    const before = nodes[NODE * from + HASH] as number;
    const hash = ((nodes[NODE * to + HASH] as number) - Math.imul(before, powers[length] as number)) | 0;
    return find(bytes, start + from, start + to, hash);
  }

  /** A node for each byte, and one behind the last for its hash. */
  function layOut(bytes: Uint8Array, start: number, length: number): void {
    let hash = 0;
    for (let position = 0; position < length; position++) {
      const at = NODE * position;
      const byte = bytes[start + position] as number;
      nodes[at + RANK] =
        position + 1 < length ? (ofPair[(byte << 8) | (bytes[start + position + 1] as number)] as number) : NO_RANK;
      nodes[at + NEXT] = position + 1;
      nodes[at + PREVIOUS] = position - 1;
      nodes[at + HASH] = hash;
      hash = extendHash(hash, byte);
    }
    nodes[NODE * length + HASH] = hash;
  }

  /** Merges the pair at `position`; gives its neighbours their new ranks. */
  function mergeAt(bytes: Uint8Array, start: number, length: number, position: number): void {
    const at = NODE * position;
    const right = nodes[at + NEXT] as number;
    const after = nodes[NODE * right + NEXT] as number;
    nodes[at + NEXT] = after;
    nodes[NODE * right + RANK] = NO_RANK;
    if (after < length) {
      nodes[NODE * after + PREVIOUS] = position;
      nodes[at + RANK] = rankOf(bytes, start, position, nodes[NODE * after + NEXT] as number);
    } else nodes[at + RANK] = NO_RANK;
    const before = nodes[at + PREVIOUS] as number;
    if (before >= 0) nodes[NODE * before + RANK] = rankOf(bytes, start, before, after);
  }

  /** Looks through all pairs for the next merge. */
  function mergeShort(bytes: Uint8Array, start: number, length: number): number {
    let parts = length;
    while (true) {
      let lowest = NO_RANK;
      let lowestAt = 0;
      for (let position = 0; position < length; position = nodes[NODE * position + NEXT] as number) {
        const rank = nodes[NODE * position + RANK] as number;
        if (rank < lowest) {
          lowest = rank;
          lowestAt = position;
        }
      }
      if (lowest === NO_RANK) return parts;
      mergeAt(bytes, start, length, lowestAt);
      parts--;
    }
  }

  /** Keeps the merges that wait in a queue. */
  function mergeLong(bytes: Uint8Array, start: number, length: number): number {
    queue ??= createMergeQueue(tokenCount, length);
    for (let position = 0; position < length; position++) {
      const rank = nodes[NODE * position + RANK] as number;
      if (rank !== NO_RANK) queue.add(rank, position);
    }
    let parts = length;
    while (queue.takeLowest()) {
      const position = queue.position();
      // An entry is out of date when its pair has changed since.
      if (nodes[NODE * position + RANK] !== queue.rank()) continue;
      mergeAt(bytes, start, length, position);
      parts--;
      const before = nodes[NODE * position + PREVIOUS] as number;
      if (before >= 0) {
        const rank = nodes[NODE * before + RANK] as number;
        if (rank !== NO_RANK) queue.add(rank, before);
      }
      const rank = nodes[NODE * position + RANK] as number;
      if (rank !== NO_RANK) queue.add(rank, position);
    }
    return parts;
  }

  function appendIds(bytes: Uint8Array, start: number, length: number, ids: number[]): void {
    for (let position = 0; position < length; ) {
      const next = nodes[NODE * position + NEXT] as number;
      const isByte = next - position === 1;
      ids.push(isByte ? (ofByte[bytes[start + position] as number] as number) : rankOf(bytes, start, position, next));
      position = next;
    }
  }

  return {
    merge(bytes, start, end, ids) {
      const length = end - start;
      if (NODE * (length + 1) > nodes.length) nodes = new Int32Array(NODE * (length + 1));
      layOut(bytes, start, length);
      const parts = length <= SHORT_BYTES ? mergeShort(bytes, start, length) : mergeLong(bytes, start, length);
      if (ids) appendIds(bytes, start, length, ids);
      if (length > KEPT_BYTES) {
        nodes = new Int32Array(NODE * (SHORT_BYTES + 1));
        queue = undefined;
      }
      return parts;
    },
  };
}
