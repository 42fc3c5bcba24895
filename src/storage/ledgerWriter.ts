/** Writes events and keeps what is derived from them in step, inside the caller's transaction. */
import type { DatabaseSync } from 'node:sqlite';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { foldCall } from '../core/ledger/fold.ts';
import { isKnownPricing } from '../core/ledger/pricing.ts';
import { givesWay } from '../core/ledger/runs.ts';
import type { PackedEvents } from '../ports.ts';
import { bulkInsert } from './bulkInsert.ts';
import type { CallNames, CallTable } from './callTable.ts';
import { ENTRY_COLUMNS, type EntryRow, partOf, putValues, rowOf, toRow } from './entryRow.ts';
import { readBlock } from './eventBlock.ts';
import { digestOf, eventTable, keysOf, namesOf, parseEvent, sealEvent } from './eventTable.ts';
import type { NameKey } from './keyMap.ts';
import { NAME_KINDS, type NameTable } from './nameTable.ts';
import { itemOf, nameCount, nameStart, namesOfItems, type PackedItem, packedRow, unpack } from './packedEvents.ts';
import { type RollupChanges, rollup } from './rollup.ts';
import { runRollup } from './runRollup.ts';

export interface LedgerWriter {
  /**
   * Returns how many of the events were new. `writer`: see `isGone`. `inAnyOrder`: pricings of one
   * observation don't come in the order of time, so that none can be left out for telling the same as the last.
   */
  write(events: readonly LedgerEvent[], writer: string, inAnyOrder?: boolean): number;
  /** As `write`, of events that were made ready on another thread. */
  writePacked(events: PackedEvents, writer: string): number;
  /** Makes all derived rows anew from the events. */
  rebuild(): void;
  /** Overwrites the names of folders, tools and sub-agents that no call is left of. */
  forgetNames(): void;
}

/** What one transaction is about. */
interface Batch {
  readonly names: CallNames;
  readonly touched: Map<number, Touched>;
  readonly changes: RollupChanges;
  /** Runs whose coverage may have changed, and whether they had a total before. */
  readonly runs: Map<number, boolean>;
}

/** A call that this transaction touches. */
interface Touched {
  events: LedgerEvent[];
  digests: string[];
  /** It wasn't in the file before, so it has no row to take back. */
  fresh: boolean;
  changed: boolean;
  /** Names that events gave which weren't kept, since the call is erased. */
  lateNames: string[];
}

export function ledgerWriter(database: DatabaseSync, names: NameTable, calls: CallTable): LedgerWriter {
  const events = eventTable(database);
  const rollups = [rollup(database), runRollup(database)];
  const state = database.prepare('SELECT calls FROM state');
  const advance = database.prepare('UPDATE state SET revision = revision + ?, calls = ?');
  const selectRow = database.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE call = ?`);
  selectRow.setReturnArrays(true);
  const places = ENTRY_COLUMNS.map(() => '?');
  // Most calls are new, and have no row to look for.
  const insertRow = database.prepare(`INSERT INTO entries (${ENTRY_COLUMNS}) VALUES (${places})`);
  const inserter = bulkInsert(database, 'entries', ENTRY_COLUMNS);
  /** Of one row, in the order of ENTRY_COLUMNS. */
  const values: (number | null)[] = [];
  const replaceRow = database.prepare(`REPLACE INTO entries (${ENTRY_COLUMNS}) VALUES (${places})`);
  const deleteRow = database.prepare('DELETE FROM entries WHERE call = ?');
  const deleteRows = database.prepare('DELETE FROM entries');
  const hasTotal = database.prepare('SELECT 1 FROM entries WHERE run = ? AND scope = 1 LIMIT 1');
  const hasTotals = database.prepare('SELECT 1 FROM entries WHERE scope = 1 LIMIT 1');
  const selectRun = database.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE run = ?`);
  selectRun.setReturnArrays(true);
  const setCovered = database.prepare('UPDATE entries SET covered = ? WHERE call = ?');
  // Another window may still remember the number of a forgotten folder: it stays, and stands for no place any more.
  const overwrites = (['folder', 'subagent', 'tools'] as const).map((kind) =>
    database.prepare(
      `UPDATE names SET name = ${kind === 'tools' ? `'["forgotten-' || id || '"]'` : `'forgotten-' || id`}
       WHERE kind = ${NAME_KINDS[kind]} AND id NOT IN (SELECT DISTINCT ${kind} FROM entries WHERE ${kind} IS NOT NULL)`,
    ),
  );
  const runsWithTotal = database.prepare('SELECT DISTINCT run FROM entries WHERE scope = 1 AND run IS NOT NULL');

  /** The changes of one transaction to every table of sums. */
  function changesOfSums(): RollupChanges {
    const all = rollups.map((each) => each.changes());
    return {
      apply(row, sign) {
        for (const changes of all) changes.apply(row, sign);
      },
      flush() {
        for (const changes of all) changes.flush();
      },
    };
  }

  function put(row: EntryRow, isNew: boolean): void {
    putValues(row, values, 0);
    (isNew ? insertRow : replaceRow).run(...values);
  }

  /** Takes back what a call's row contributes; undefined: it has none. */
  function take(call: number, { changes, runs }: Pick<Batch, 'changes' | 'runs'>): EntryRow | undefined {
    const found = selectRow.get(call) as unknown as readonly (number | null)[] | undefined;
    if (!found) return undefined;
    const row = rowOf(found);
    changes.apply(row, -1);
    if (row.run !== null) runs.set(row.run, row.scope === 1 || runs.get(row.run) === true);
    return row;
  }

  /** Two calls turned out to be one: everything of `from` goes to `to`. */
  function join(from: number, to: number, batch: Batch): void {
    const source = open(from, batch);
    const target = open(to, batch);
    const erased = source.events.some((event) => event.kind === 'erased');
    // What an erased call was also known by stands in no event any more.
    if (erased) batch.names.giveAll(from, to);
    else batch.names.give(to, source.events.flatMap(keysOf));
    events.move(from, to);
    if (take(from, batch)) deleteRow.run(from);
    target.events.push(...source.events);
    target.lateNames.push(...source.lateNames);
    target.digests.push(...source.digests);
    target.changed = true;
    batch.touched.delete(from);
  }

  function open(call: number, { touched }: Batch): Touched {
    let known = touched.get(call);
    if (!known) {
      known = { ...events.load(call), fresh: false, changed: false, lateNames: [] };
      touched.set(call, known);
    }
    return known;
  }

  /** The call that an event belongs to; joins calls where it shows them to be one. */
  function callOf(keys: readonly NameKey[], fresh: number, batch: Batch): number {
    const [call = fresh, ...same] = batch.names.resolve(keys, fresh);
    for (const other of same) join(other, call, batch);
    if (same.length > 0) batch.names.give(call, keys);
    return call;
  }

  /** Folds a call and puts its row in step. */
  function settle(call: number, { events: known, fresh }: Touched, batch: Batch): void {
    const old = fresh ? undefined : take(call, batch);
    const entry = foldCall(known);
    if (!entry) {
      if (old) deleteRow.run(call);
      return;
    }
    const row = toRow(call, entry, names);
    if (row.run !== null && !batch.runs.has(row.run)) batch.runs.set(row.run, false);
    put(row, fresh);
    batch.changes.apply(row, 1);
  }

  /** Marks what gives way in a run as it is now. Most runs have no total, and their steps needn't be read. */
  function cover(run: number, changes: RollupChanges, hadTotal = false): void {
    if (!hadTotal && !hasTotal.get(run)) return;
    const rows = (selectRun.all(run) as unknown as readonly (number | null)[][]).map(rowOf);
    const scope = givesWay(rows.map(partOf));
    for (const row of rows) {
      const covered = scope === 'run' ? row.scope : scope === 'step' && row.scope === 0 ? row.billable : 0;
      if (row.covered === covered) continue;
      changes.apply(row, -1);
      row.covered = covered;
      changes.apply(row, 1);
      setCovered.run(covered, row.call);
    }
  }

  /**
   * Removes what was erased. Every name of the call is noted as erased, so that neither another source nor a salvaged
   * ledger brings the call back.
   */
  function erase(call: number, known: Touched): number {
    const erased = known.events.find((event) => event.kind === 'erased');
    if (!erased) return 0;
    const noted = new Set(known.events.filter((event) => event.kind === 'erased').map((event) => event.callId));
    let added = 0;
    for (const name of new Set([...known.events.flatMap(namesOf), ...known.lateNames])) {
      if (noted.has(name)) continue;
      const sealed = sealEvent({ ...erased, callId: name });
      if (known.digests.includes(sealed.digest)) continue;
      events.insert(call, sealed, null);
      added += 1;
    }
    events.blank(call);
    return added;
  }

  /** Writes the events of new calls, which have numbers from `call` on by their places, and returns those of the others. */
  function insertItem({ kind, body, count }: PackedItem, call: number, isNew: readonly boolean[]): LedgerEvent[] {
    if (kind !== 'block') {
      if (!isNew[0]) return [parseEvent(body.toString())];
      events.insert(call, { kind, digest: digestOf(body), body }, null);
      return [];
    }
    if (!isNew.includes(false)) {
      events.insertBlock(call, count, { digest: digestOf(body), body });
      return [];
    }
    const block = readBlock(body.toString());
    const places = [...isNew.keys()].filter((place) => !isNew[place]);
    if (places.length < count) {
      const rest = block.without(...places);
      events.insertBlock(call, count, { digest: digestOf(rest), body: rest });
    }
    return places.flatMap((place) => block.at(place) ?? []);
  }

  /** Writes the calls of which nothing is known yet, and gives the others back. Most of what is packed are such. */
  function writeNew(packed: PackedEvents): { readonly added: number; readonly others: readonly LedgerEvent[] } {
    const pack = unpack(packed, names);
    const given = calls.beginNew();
    const looked = namesOfItems(pack, packed);
    given.look(looked);
    const rows = inserter.begin();
    const changes = changesOfSums();
    const runs = new Set<number>();
    const others: LedgerEvent[] = [];
    let call = Number(state.get()?.calls);
    let count = 0;
    for (let place = packed.first; place < packed.first + packed.items.length; place += 1) {
      const item = itemOf(pack, place);
      // The calls of a block have numbers side by side: those of its events that belong to other calls stay free.
      const first = call + 1;
      const isNew: boolean[] = [];
      for (let event = item.first; event < item.first + item.count; event += 1) {
        const number = first + event - item.first;
        const added = given.give(number, nameStart(pack, event) - looked.first, nameCount(pack, event));
        isNew.push(added);
        if (!added) continue;
        count += 1;
        call = number;
        const row = packedRow(pack, event, number);
        if (!row) continue;
        putValues(row, rows.values, rows.next());
        changes.apply(row, 1);
        if (row.run !== null) runs.add(row.run);
      }
      others.push(...insertItem(item, first, isNew));
      // Those at a block's end too.
      if (call >= first) call = first + item.count - 1;
    }
    rows.flush();
    if (hasTotals.get()) for (const run of runs) cover(run, changes);
    changes.flush();
    given.flush();
    advance.run(count, call);
    return { added: count, others };
  }

  function write(written: readonly LedgerEvent[], writer: string, inAnyOrder = false): number {
    const keys = written.map(keysOf);
    const batch: Batch = {
      names: calls.begin(keys.flat()),
      touched: new Map(),
      changes: changesOfSums(),
      runs: new Map(),
    };
    const starts = written.some(({ kind }) => kind === 'started');
    const writerNumber = starts ? names.put('writer', writer) : null;
    let callCount = Number(state.get()?.calls);
    let added = 0;
    for (const [index, event] of written.entries()) {
      const call = callOf(keys[index] ?? [], callCount + 1, batch);
      // Sealed one by one: the texts of a whole batch at once would have to be copied by the collector.
      const sealed = sealEvent(event);
      if (call > callCount) {
        callCount = call;
        const known = { events: [event], digests: [sealed.digest], fresh: true, changed: true, lateNames: [] };
        batch.touched.set(call, known);
        events.insert(call, sealed, writerNumber);
        added += 1;
        continue;
      }
      const known = open(call, batch);
      if (known.digests.includes(sealed.digest)) continue;
      if (!inAnyOrder && isKnownPricing(known.events, event)) continue;
      known.changed = true;
      if (event.kind !== 'erased' && known.events.some((event) => event.kind === 'erased')) {
        known.lateNames.push(...namesOf(event));
        continue;
      }
      events.insert(call, sealed, writerNumber);
      known.events.push(event);
      known.digests.push(sealed.digest);
      added += 1;
    }
    for (const [call, known] of batch.touched) {
      if (!known.changed) continue;
      settle(call, known, batch);
      added += erase(call, known);
    }
    for (const [run, hadTotal] of batch.runs) cover(run, batch.changes, hadTotal);
    batch.changes.flush();
    batch.names.flush();
    advance.run(added, callCount);
    return added;
  }

  return {
    write,
    writePacked(packed, writer) {
      const { added, others } = writeNew(packed);
      return others.length === 0 ? added : added + write(others, writer);
    },
    rebuild() {
      deleteRows.run();
      for (const sums of rollups) sums.clear();
      const rows = inserter.begin();
      const changes = changesOfSums();
      for (const [call, known] of byCall(events.all())) {
        const entry = foldCall(known);
        if (!entry) continue;
        const row = toRow(call, entry, names);
        putValues(row, rows.values, rows.next());
        changes.apply(row, 1);
      }
      rows.flush();
      for (const { run } of runsWithTotal.all()) cover(Number(run), changes);
      changes.flush();
      advance.run(1, Number(state.get()?.calls));
    },
    forgetNames() {
      for (const overwrite of overwrites) overwrite.run();
      names.forget();
    },
  };
}

function* byCall(rows: Iterable<{ call: number; event: LedgerEvent }>): Generator<[number, LedgerEvent[]]> {
  let current: [number, LedgerEvent[]] | undefined;
  for (const { call, event } of rows) {
    if (current?.[0] !== call) {
      if (current) yield current;
      current = [call, []];
    }
    current[1].push(event);
  }
  if (current) yield current;
}
