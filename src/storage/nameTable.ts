/** Short numbers for the texts that recur in many rows: agents, models, runs, folders … */
import type { DatabaseSync } from 'node:sqlite';

/** Numbers as they stand in the file: never renumber. */
export const NAME_KINDS = {
  agent: 1,
  model: 2,
  source: 3,
  /** Tasks too: a run that nothing retries is a task by itself. */
  run: 4,
  session: 5,
  folder: 6,
  writer: 7,
  subagent: 8,
  /** The tools that a reply called, as a JSON list. */
  tools: 9,
} as const;
export type NameKind = keyof typeof NAME_KINDS;

export interface NameTable {
  /** The number of a name, given one if it has none; null for undefined. Only inside a transaction. */
  put(kind: NameKind, name: string | undefined): number | null;
  /** The number of a name; undefined: it has none. */
  find(kind: NameKind, name: string): number | undefined;
  name(id: number): string;
  all(kind: NameKind): readonly { readonly id: number; readonly name: string }[];
  /** To be called when a transaction begins: another window may have overwritten names, whose numbers then stand for nothing. */
  begin(): void;
  /** Forgets what it remembers: after a rollback the numbers that it gave are void. */
  forget(): void;
}

/** Names of a kind kept in memory at most, so that years of run ids don't pile up. */
const REMEMBERED = 20_000;

export function nameTable(database: DatabaseSync): NameTable {
  const select = database.prepare('SELECT id FROM names WHERE kind = ? AND name = ?');
  const insert = database.prepare('INSERT INTO names (kind, name) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const selectName = database.prepare('SELECT name FROM names WHERE id = ?');
  /** Another number after each commit of another connection. */
  const selectVersion = database.prepare('PRAGMA data_version');
  const selectAll = database.prepare('SELECT id, name FROM names WHERE kind = ?');
  const ids = Object.fromEntries(Object.keys(NAME_KINDS).map((kind) => [kind, new Map()])) as Record<
    NameKind,
    Map<string, number>
  >;
  const names = new Map<number, string>();
  let version: unknown;

  function forget(): void {
    for (const known of Object.values(ids)) known.clear();
    names.clear();
  }

  function find(kind: NameKind, name: string): number | undefined {
    const known = ids[kind].get(name);
    if (known !== undefined) return known;
    const id = select.get(NAME_KINDS[kind], name)?.id as number | undefined;
    if (id !== undefined) remember(kind, name, id);
    return id;
  }

  function remember(kind: NameKind, name: string, id: number): void {
    if (ids[kind].size >= REMEMBERED) ids[kind].clear();
    ids[kind].set(name, id);
  }

  return {
    find,
    put(kind, name) {
      if (name === undefined) return null;
      const known = ids[kind].get(name);
      if (known !== undefined) return known;
      // Most that aren't remembered are new: what is asked for first is to write it.
      const { changes, lastInsertRowid } = insert.run(NAME_KINDS[kind], name);
      if (changes === 0) return find(kind, name) ?? null;
      const made = Number(lastInsertRowid);
      remember(kind, name, made);
      return made;
    },
    name(id) {
      let name = names.get(id);
      if (name === undefined) {
        name = String(selectName.get(id)?.name ?? '');
        if (names.size >= REMEMBERED) names.clear();
        names.set(id, name);
      }
      return name;
    },
    all: (kind) => selectAll.all(NAME_KINDS[kind]) as unknown as { id: number; name: string }[],
    begin() {
      const now = selectVersion.get()?.data_version;
      if (now !== version) forget();
      version = now;
    },
    forget,
  };
}
