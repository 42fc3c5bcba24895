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
  find(name: string): number | undefined;
  /** For one transaction that will ask for these names, and perhaps for others. */
  begin(names: readonly string[]): CallNames;
}

/** The names that one transaction deals with. */
export interface CallNames {
  /**
   * The calls that these names are known by so far, ascending. Names that none of them has are given to the first, or to
   * the call `fresh` where no name is known. More than one: they have turned out to be the same call.
   */
  resolve(names: readonly string[], fresh: number): readonly number[];
  give(call: number, names: readonly string[]): void;
  /** Gives all names of a call to another; slow, as they are searched for. */
  giveAll(from: number, to: number): void;
  /** Writes what has changed. */
  flush(): void;
}

/** About 150 pages. */
const MOST_RECENT = 32_768;
/** Neighbours that are moved at once, after half as many new names. */
const SLICE = 2048;
const SMALLEST_KEY = -(2n ** 63n);

/** Names that one statement deals with: half the time of one statement each. */
const CHUNK = 16;

export function callTable(database: DatabaseSync): CallTable {
  const select = database.prepare(
    'SELECT call FROM recentIdentities WHERE name = ?1 UNION ALL SELECT call FROM identities WHERE name = ?1',
  );
  const places = Array.from({ length: CHUNK }, (_, index) => `?${index + 1}`);
  const selectMany = database.prepare(
    `SELECT ${places.map((place) => `coalesce((SELECT call FROM recentIdentities WHERE name = ${place}), (SELECT call FROM identities WHERE name = ${place}))`)}`,
  );
  selectMany.setReturnArrays(true);
  const insert = database.prepare('INSERT INTO recentIdentities (name, call) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const insertMany = database.prepare(
    `INSERT INTO recentIdentities (name, call) VALUES ${places.map(() => '(?, ?)').join(', ')} ON CONFLICT DO NOTHING`,
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
  let addedCount = 0;

  function find(name: string): number | undefined {
    return select.get(keyOf(name))?.call as number | undefined;
  }

  /** Moves a slice of names to the large table if it is time. */
  function tidy(): void {
    if (addedCount < SLICE / 2) return;
    addedCount = 0;
    if (Number(countRecent.get()?.count) <= MOST_RECENT) return;
    const end = sliceEnd.get(sliceStart, SLICE)?.name as bigint | undefined;
    // The last few before the end of the key space wait for the next time round.
    if (end !== undefined) {
      copySlice.run(sliceStart, end);
      dropSlice.run(sliceStart, end);
    }
    sliceStart = end ?? SMALLEST_KEY;
  }

  return {
    find,
    begin(names) {
      const keys = new Map<string, bigint>();
      for (const name of names) if (!keys.has(name)) keys.set(name, keyOf(name));
      /** undefined: looked for, and not there. */
      const calls = new Map<string, number | undefined>();
      const added = new Set<string>();
      const wanted = [...keys];
      for (let start = 0; start < wanted.length; start += CHUNK) {
        const chunk = wanted.slice(start, start + CHUNK);
        const chunkKeys = Array.from({ length: CHUNK }, (_, index) => chunk[index]?.[1] ?? SMALLEST_KEY);
        const found = selectMany.get(...chunkKeys) as unknown as readonly (number | null)[];
        for (const [index, [name]] of chunk.entries()) calls.set(name, found[index] ?? undefined);
      }

      const callOf = (name: string) => {
        if (!calls.has(name)) calls.set(name, find(name));
        return calls.get(name);
      };

      return {
        resolve(given, fresh) {
          const known = new Set<number>();
          const unknown: string[] = [];
          for (const name of given) {
            const call = callOf(name);
            if (call === undefined) unknown.push(name);
            else known.add(call);
          }
          const result = known.size < 2 ? [...known] : [...known].sort((a, b) => a - b);
          const call = result[0] ?? fresh;
          for (const name of unknown) {
            calls.set(name, call);
            added.add(name);
          }
          return result.length === 0 ? [fresh] : result;
        },
        give(call, given) {
          for (const name of given) {
            calls.set(name, call);
            if (added.has(name)) continue;
            const key = keyOf(name);
            if (giveRecent.run(call, key).changes === 0) give.run(call, key);
          }
        },
        giveAll(from, to) {
          for (const [name, call] of calls) if (call === from) calls.set(name, to);
          giveAllRecent.run(to, from);
          giveAll.run(to, from);
        },
        flush() {
          const rows = [...added].map((name) => [keys.get(name) ?? keyOf(name), calls.get(name) ?? 0] as const);
          let start = 0;
          for (; start + CHUNK <= rows.length; start += CHUNK)
            insertMany.run(...rows.slice(start, start + CHUNK).flat());
          for (const row of rows.slice(start)) insert.run(...row);
          addedCount += rows.length;
          added.clear();
          tidy();
        },
      };
    },
  };
}

/** 64 bits of a hash: among two million names the chance that any two share them is one in ten million. */
function keyOf(name: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', name, 'hex').slice(0, 16)}`));
}
