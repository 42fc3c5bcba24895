/**
 * Merges that wait, taken by rank and within a rank from left to right. One list per rank and a small heap of the
 * ranks that have one: many neighbours share a rank where it matters (unbroken runs), so taking one costs far less than
 * in a heap of them all.
 */
export interface MergeQueue {
  add(rank: number, position: number): void;
  /** Moves to the next merge; false: none is left, and the queue is as new. */
  takeLowest(): boolean;
  /** Of the merge last taken. */
  rank(): number;
  position(): number;
}

const NONE = -1;

/** @param rankCount ranks lie below this. @param capacity merges to make room for at first; it grows. */
export function createMergeQueue(rankCount: number, capacity: number): MergeQueue {
  /** By rank: the first and last entry of its list; the list is rank's own while NONE. */
  const heads = new Int32Array(rankCount).fill(NONE);
  const tails = new Int32Array(rankCount);
  /** By rank: 1 where the list isn't ascending and must be put in order first. */
  const disordered = new Uint8Array(rankCount);
  let positions = new Int32Array(capacity);
  let nexts = new Int32Array(capacity);
  let entryCount = 0;
  const waiting = createRankHeap();
  let currentRank = NONE;
  let currentEntry = NONE;
  let currentPosition = NONE;

  function grow(): void {
    const size = 2 * positions.length + 16;
    const [oldPositions, oldNexts] = [positions, nexts];
    positions = new Int32Array(size);
    positions.set(oldPositions);
    nexts = new Int32Array(size);
    nexts.set(oldNexts);
  }

  function putInOrder(rank: number): void {
    const sorted: number[] = [];
    for (let entry = heads[rank] as number; entry !== NONE; entry = nexts[entry] as number) {
      sorted.push(positions[entry] as number);
    }
    const ascending = Int32Array.from(sorted).sort();
    let index = 0;
    for (let entry = heads[rank] as number; entry !== NONE; entry = nexts[entry] as number) {
      positions[entry] = ascending[index++] as number;
    }
    disordered[rank] = 0;
  }

  return {
    add(rank, position) {
      if (entryCount === positions.length) grow();
      const entry = entryCount++;
      positions[entry] = position;
      nexts[entry] = NONE;
      if (heads[rank] === NONE) {
        heads[rank] = entry;
        waiting.add(rank);
      } else {
        const last = tails[rank] as number;
        nexts[last] = entry;
        if ((positions[last] as number) > position) disordered[rank] = 1;
      }
      tails[rank] = entry;
    },
    takeLowest() {
      // A merge may have added a lower rank than the one being worked off, or more to that one: always ask again.
      if (waiting.size() === 0) {
        entryCount = 0;
        return false;
      }
      currentRank = waiting.lowest();
      if (disordered[currentRank] === 1) putInOrder(currentRank);
      currentEntry = heads[currentRank] as number;
      currentPosition = positions[currentEntry] as number;
      const following = nexts[currentEntry] as number;
      heads[currentRank] = following;
      if (following === NONE) waiting.removeLowest();
      return true;
    },
    rank: () => currentRank,
    position: () => currentPosition,
  };
}

/** A binary heap of distinct small integers. */
function createRankHeap() {
  const entries: number[] = [];
  return {
    size: () => entries.length,
    lowest: () => entries[0] as number,
    add(rank: number): void {
      let node = entries.length;
      entries.push(rank);
      while (node > 0) {
        const parent = (node - 1) >> 1;
        const above = entries[parent] as number;
        if (above <= rank) break;
        entries[node] = above;
        node = parent;
      }
      entries[node] = rank;
    },
    removeLowest(): void {
      const value = entries.pop() as number;
      const size = entries.length;
      if (size === 0) return;
      let node = 0;
      while (true) {
        let child = 2 * node + 1;
        if (child >= size) break;
        if (child + 1 < size && (entries[child + 1] as number) < (entries[child] as number)) child++;
        if ((entries[child] as number) >= value) break;
        entries[node] = entries[child] as number;
        node = child;
      }
      entries[node] = value;
    },
  };
}
