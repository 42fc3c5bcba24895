/**
 * Which names mean the same call. A call is a number inside the file only.
 *
 * Names stand as 64 bits of their hash, so they come in random order: in one large table each new name would fall on
 * another page, and a commit writes whole pages. So a commit adds its names as one row of `recentIdentities`, which is
 * kept in memory too; from there they go into `identities` by slices of neighbours, several to a page.
 */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { halfOf, keyMap, type ManyNames, type NameKey, ROW_NAME_BYTES } from './keyMap.ts';

export interface CallTable {
  find(key: NameKey): number | undefined;
  /** For one transaction that deals with these names. */
  begin(keys: readonly NameKey[]): CallNames;
  /** For one transaction with calls that are mostly new. */
  beginNew(): NewCallNames;
  /** Forgets what it remembers, as a transaction was rolled back. */
  forget(): void;
}

/** The names that one transaction deals with. */
export interface CallNames {
  /**
   * The calls that these names are known by so far, ascending. Names that none of them has are given to the first, or to
   * the call `fresh` where no name is known. More than one: they have turned out to be the same call.
   */
  resolve(keys: readonly NameKey[], fresh: number): readonly number[];
  give(call: number, keys: readonly NameKey[]): void;
  /** Gives all names of a call to another; slow, as they are searched for. */
  giveAll(from: number, to: number): void;
  /** Writes what has changed. */
  flush(): void;
}

/** The names of new calls that one transaction adds. */
export interface NewCallNames {
  /** Places are these names' from now on. Throws a RangeError where they are too many: see keyMap.ts. */
  look(names: ManyNames): void;
  /**
   * Gives a call its names where none of them is known; false: one is, and nothing was given. Its names are `count` of those
   * that are looked at, from the one at `place` on.
   */
  give(call: number, place: number, count: number): boolean;
  /** Writes them. */
  flush(): void;
}

/** Bytes of a name's key. */
const KEY_BYTES = 8;

/** Among two million names the chance that any two share their key is one in ten million. */
export function keyOf(name: string): NameKey {
  return hash('sha256', name, 'binary').slice(0, KEY_BYTES);
}

/**
 * Names in memory before they begin to be moved, 12 bytes each; a tenth as many more come meanwhile: together they
 * just fit into a KeyMap of 2^19 places. A first reading of some months' logs has fewer, and moves none.
 */
const MOST_RECENT = 376_832;
const MEANWHILE = 0.1;
/** Slices that they are moved in; a power of two, as a slice is what begins with the same bits. */
const SLICES = 128;
/**
 * Memory for which names were moved: in a ledger that begins, nearly all names are new, and looking each up in the large
 * table would take a good part of a first reading. A power of two; a million names set an eighth of its bits.
 */
const MOVED_BYTES = 1 << 20;
const NONE_MOVED = new Uint8Array(0);
/** Names that one statement looks for. */
const CHUNK = 16;

/** `mostRecent`: names that are kept in memory before they begin to be moved. */
export function callTable(database: DatabaseSync, mostRecent = MOST_RECENT): CallTable {
  /** New names for each slice that is moved. */
  const namesPerSlice = (mostRecent / SLICES) * MEANWHILE;
  const places = Array.from({ length: CHUNK }, () => '?');
  const select = database.prepare(`SELECT ${places.map(() => '(SELECT call FROM identities WHERE name = ?)')}`);
  select.setReturnArrays(true);
  const selectOne = database.prepare('SELECT call FROM identities WHERE name = ?');
  const put = database.prepare('REPLACE INTO identities (name, call) VALUES (?, ?)');
  const putMany = database.prepare(`REPLACE INTO identities (name, call) VALUES ${places.map(() => '(?, ?)')}`);
  const give = database.prepare('UPDATE identities SET call = ? WHERE name = ?');
  const selectNames = database.prepare('SELECT name FROM identities WHERE call = ?');
  selectNames.setReadBigInts(true);
  const addRecent = database.prepare('INSERT INTO recentIdentities (names) VALUES (?)');
  const newRecent = database.prepare('SELECT id, names FROM recentIdentities WHERE id > ? ORDER BY id');
  const dropRecent = database.prepare('DELETE FROM recentIdentities WHERE id <= ?');

  const isLargeEmpty = () => database.prepare('SELECT 1 FROM identities LIMIT 1').get() === undefined;
  /** A bit for each name that may be in the large table, no bytes where it is empty; undefined: what is in it isn't known. */
  let moved: Uint8Array | undefined = isLargeEmpty() ? NONE_MOVED : undefined;

  /** Names that aren't known to be in the large table. */
  let recent = keyMap();
  /** Slices of them that are still to be moved there, and the last row that held any of those. */
  let slices = 0;
  let movingEnd = 0;
  let lastRow = 0;
  let addedCount = 0;

  function forget(): void {
    [recent, slices, lastRow, moved] = [keyMap(), 0, 0, undefined];
  }

  /** Takes in the names that other windows have added. */
  function refresh(): void {
    let rows = newRecent.all(lastRow);
    if (rows[0] && Number(rows[0].id) !== lastRow + 1) {
      // Rows came and went meanwhile: another window has moved their names, some of which may be known here by another call.
      const isFirstLook = lastRow === 0;
      forget();
      if (!isFirstLook) rows = newRecent.all(lastRow);
    }
    for (const row of rows) {
      recent.setRow(row.names as Uint8Array);
      lastRow = Number(row.id);
    }
  }

  /** Looks keys up in the large table. */
  function* lookUp(keys: readonly NameKey[]): Generator<readonly [NameKey, number | undefined]> {
    for (let start = 0; start < keys.length; start += CHUNK) {
      const chunk = keys.slice(start, start + CHUNK);
      const numbers = Array.from({ length: CHUNK }, (_, index) => numberOf(chunk[index] ?? chunk[0] ?? ''));
      const found = select.get(...numbers) as unknown as readonly (number | null)[];
      for (const [index, key] of chunk.entries()) yield [key, found[index] ?? undefined];
    }
  }

  /** `first`: the first half of a key. */
  function mayBeMoved(first: number): boolean {
    return moved === undefined || ((moved[byteOf(first)] ?? 0) & bitOf(first)) !== 0;
  }

  /** Whether any of the names that are looked at is in the large table. */
  function isAnyMoved(place: number, count: number): boolean {
    if (moved === NONE_MOVED) return false;
    for (let at = place; at < place + count; at += 1) {
      if (!mayBeMoved(recent.firstHalfAt(at))) continue;
      if (selectOne.get(numberOf(recent.keyAt(at))) !== undefined) return true;
    }
    return false;
  }

  /** Keeps a row of names that this transaction adds, which are among the recent ones already. */
  function addRow(row: Uint8Array): void {
    lastRow = Number(addRecent.run(row).lastInsertRowid);
    tidy(row.length / ROW_NAME_BYTES);
  }

  function callOf(key: NameKey): number | undefined {
    const known = recent.get(key);
    if (known !== undefined) return known;
    for (const [, call] of lookUp([key])) return call;
  }

  /** Moves recent names to the large table if it is time, as many slices as `added` names ask for. */
  function tidy(added: number): void {
    if (slices === 0) {
      if (recent.size < mostRecent) return;
      [movingEnd, addedCount] = [lastRow, 0];
      slices = SLICES;
    }
    for (addedCount += added; addedCount >= namesPerSlice && slices > 0; addedCount -= namesPerSlice) {
      slices -= 1;
      moveSlice(slices);
    }
    // The latest one stays: by its number windows that looked away see that others came and went.
    if (slices === 0) dropRecent.run(Math.min(movingEnd, lastRow - 1));
  }

  function moveSlice(number: number): void {
    const slice = recent.slice(number, SLICES);
    const rows = slice.map(([key, call]) => [numberOf(key), call] as const);
    let start = 0;
    for (; start + CHUNK <= rows.length; start += CHUNK) putMany.run(...rows.slice(start, start + CHUNK).flat());
    for (const row of rows.slice(start)) put.run(...row);
    if (moved === NONE_MOVED) moved = new Uint8Array(MOVED_BYTES);
    for (const [key] of slice) {
      recent.delete(key);
      const first = halfOf(key, 0);
      if (moved) moved[byteOf(first)] = (moved[byteOf(first)] ?? 0) | bitOf(first);
    }
  }

  return {
    find(key) {
      refresh();
      return callOf(key);
    },
    forget,
    begin(keys) {
      refresh();
      /** As it is before this transaction. */
      const known = new Map<NameKey, number>();
      const changed = new Map<NameKey, number>();
      const elsewhere: NameKey[] = [];
      for (const key of keys) {
        const call = recent.get(key);
        if (call !== undefined) known.set(key, call);
        else if (mayBeMoved(halfOf(key, 0))) elsewhere.push(key);
      }
      for (const [key, call] of lookUp(elsewhere)) if (call !== undefined) known.set(key, call);
      const current = (key: NameKey) => changed.get(key) ?? known.get(key);

      return {
        resolve(given, fresh) {
          const found: number[] = [];
          for (const key of given) {
            const call = current(key);
            if (call !== undefined && !found.includes(call)) found.push(call);
          }
          if (found.length === 0) found.push(fresh);
          else if (found.length > 1) found.sort((a, b) => a - b);
          const first = found[0] as number;
          for (const key of given) if (current(key) === undefined) changed.set(key, first);
          return found;
        },
        give(call, given) {
          for (const key of given) {
            changed.set(key, call);
            give.run(call, numberOf(key));
          }
        },
        giveAll(from, to) {
          // Those of the large table too: other windows may still remember them, and learn of it by a row only.
          const inLarge = selectNames.all(from).map(({ name }) => keyOfNumber(name as bigint));
          for (const key of [...recent.keysOf(from), ...known.keys(), ...changed.keys(), ...inLarge]) {
            if ((current(key) ?? recent.get(key) ?? from) === from) changed.set(key, to);
          }
          for (const key of inLarge) give.run(to, numberOf(key));
        },
        flush() {
          if (changed.size === 0) return;
          const row = Buffer.allocUnsafe(changed.size * ROW_NAME_BYTES);
          let at = 0;
          for (const [key, call] of changed) {
            recent.set(key, call);
            row.write(key, at, 'latin1');
            row.writeDoubleLE(call, at + 8);
            at += ROW_NAME_BYTES;
          }
          changed.clear();
          addRow(row);
        },
      };
    },
    beginNew() {
      refresh();
      function flush(): void {
        const row = recent.takeRow();
        if (row.length > 0) addRow(row);
      }

      return {
        look: (names) => recent.look(names),
        give(call, place, count) {
          if (recent.isAnyKnown(place, count) || isAnyMoved(place, count)) return false;
          if (recent.setAll(place, count, call)) return true;
          flush();
          return recent.setAll(place, count, call);
        },
        flush,
      };
    },
  };
}

/** A name's bit among those of MOVED_BYTES: the first of the hash that its key is, of which `first` is the first half. */
function byteOf(first: number): number {
  return (first >>> 12) & (MOVED_BYTES - 1);
}

function bitOf(first: number): number {
  return 1 << ((first >>> 8) & 7);
}

const scratch = new DataView(new ArrayBuffer(8));

function keyOfNumber(number: bigint): NameKey {
  scratch.setBigInt64(0, number);
  return String.fromCharCode(...new Uint8Array(scratch.buffer));
}

/** A key as the number that it stands as in the large table, in the same order but for its sign. */
function numberOf(key: NameKey): bigint {
  for (let index = 0; index < 8; index += 1) scratch.setUint8(index, key.charCodeAt(index));
  return scratch.getBigInt64(0);
}
