/**
 * Which names mean the same call. A call is a number inside the file only.
 *
 * Names stand as 64 bits of their hash, in random order: each new one falls on another page of the table, and all of
 * these pages would go into the log with every commit. So new names go into a small table first, and from there into the
 * large one by slices of neighbours.
 */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

export interface CallTable {
  /**
   * The calls that these names are known by so far, ascending; names that none of them has are given to one of these, or
   * to the call `fresh` where no name is known. More than one: they have turned out to be the same call.
   */
  resolve(names: readonly string[], fresh: number): readonly number[];
  find(name: string): number | undefined;
  give(call: number, names: readonly string[]): void;
  /** Gives all names of a call to another; slow, as they are searched for. */
  giveAll(from: number, to: number): void;
  /** Moves a slice of names to the large table if it is time; once per transaction. */
  tidy(): void;
}

/** About 150 pages. */
const MOST_RECENT = 32_768;
/** Neighbours that are moved at once, after half as many new names. */
const SLICE = 2048;
const SMALLEST_KEY = -(2n ** 63n);

export function callTable(database: DatabaseSync): CallTable {
  const claim = database.prepare('INSERT INTO recentIdentities (name, call) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const select = database.prepare(
    'SELECT call FROM recentIdentities WHERE name = ?1 UNION ALL SELECT call FROM identities WHERE name = ?1',
  );
  const giveRecent = database.prepare('UPDATE recentIdentities SET call = ? WHERE name = ?');
  const give = database.prepare('UPDATE identities SET call = ? WHERE name = ?');
  const giveAllRecent = database.prepare('UPDATE recentIdentities SET call = ? WHERE call = ?');
  const giveAll = database.prepare('UPDATE identities SET call = ? WHERE call = ?');
  const countRecent = database.prepare('SELECT count(*) AS count FROM recentIdentities');
  const sliceEnd = database.prepare('SELECT name FROM recentIdentities WHERE name >= ? ORDER BY name LIMIT 1 OFFSET ?');
  sliceEnd.setReadBigInts(true);
  const copySlice = database.prepare(
    'INSERT INTO identities (name, call) SELECT name, call FROM recentIdentities WHERE name >= ?1 AND name < ?2 ORDER BY name',
  );
  const dropSlice = database.prepare('DELETE FROM recentIdentities WHERE name >= ?1 AND name < ?2');
  let sliceStart = SMALLEST_KEY;
  let claimedCount = 0;

  function findKey(key: bigint): number | undefined {
    return select.get(key)?.call as number | undefined;
  }

  function giveKey(call: number, key: bigint): void {
    if (giveRecent.run(call, key).changes === 0) give.run(call, key);
  }

  return {
    find: (name) => findKey(keyOf(name)),
    resolve(names, fresh) {
      const found = new Set<number>();
      const unknown: bigint[] = [];
      for (const name of names) {
        const key = keyOf(name);
        const call = findKey(key);
        if (call === undefined) unknown.push(key);
        else found.add(call);
      }
      const calls = found.size === 0 ? [fresh] : [...found].sort((a, b) => a - b);
      for (const key of unknown) claim.run(key, calls[0] ?? fresh);
      claimedCount += unknown.length;
      return calls;
    },
    give(call, names) {
      for (const name of names) giveKey(call, keyOf(name));
    },
    giveAll(from, to) {
      giveAllRecent.run(to, from);
      giveAll.run(to, from);
    },
    tidy() {
      if (claimedCount < SLICE / 2) return;
      claimedCount = 0;
      if (Number(countRecent.get()?.count) <= MOST_RECENT) return;
      const end = sliceEnd.get(sliceStart, SLICE)?.name as bigint | undefined;
      // The last few before the end of the key space wait for the next time round.
      if (end !== undefined) {
        copySlice.run(sliceStart, end);
        dropSlice.run(sliceStart, end);
      }
      sliceStart = end ?? SMALLEST_KEY;
    },
  };
}

/** 64 bits of a hash: among two million names the chance that any two share them is one in ten million. */
function keyOf(name: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', name, 'hex').slice(0, 16)}`));
}
