/** The facts: every event as JSON with its digest, and which call it and its names belong to. */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { canonicalEvent } from '../core/ledger/canonicalEvent.ts';
import type {
  DecisionEvent,
  GateEvent,
  LedgerEvent,
  ObservedEvent,
  OutcomeEvent,
  QuotaEvent,
} from '../core/ledger/event.ts';
import { keyOf } from './callTable.ts';
import { type EventBlock, readBlock } from './eventBlock.ts';
import type { NameKey } from './keyMap.ts';
import { damageFound } from './sqlite.ts';

/** Characters of a digest: 96 bits. */
export const DIGEST_LENGTH = 16;

/** An event ready to be written. */
export interface SealedEvent {
  readonly kind: LedgerEvent['kind'];
  readonly digest: string;
  /** Or as UTF-8. */
  readonly body: string | Uint8Array;
}

export interface EventTable {
  /** Writes one event; it must not be there. `writer`: who may still end what it starts. */
  insert(call: number, sealed: SealedEvent, writer: number | null): void;
  /** Writes a block of events of so many new calls, the first of which has this number; one may stand for no call. */
  insertBlock(call: number, calls: number, sealed: Omit<SealedEvent, 'kind'>): void;
  /** The call's events that haven't been erased, in no order. */
  eventsOf(call: number): readonly LedgerEvent[];
  /** The same, and the digests of all. */
  load(call: number): { events: LedgerEvent[]; digests: string[] };
  /** Events of many calls at once, by call, ascending. */
  all(): Iterable<{ readonly call: number; readonly event: LedgerEvent }>;
  /** The id of the row that told first of the call's end; undefined: none has. */
  firstEnd(call: number): number | undefined;
  /** Readings of allowances since an instant, in no order. */
  quotas(since: number): readonly QuotaEvent[];
  /** The names of those in [from, to). */
  quotaNames(from: number, to: number): readonly string[];
  /** Outcomes of [from, to), epoch ms, in no order. */
  outcomes(from: number, to: number): readonly OutcomeEvent[];
  /** Decisions of [from, to), epoch ms, oldest first. */
  decisions(from: number, to: number): readonly DecisionEvent[];
  /** Of a run, or of all; of a run only where it is among the latest few thousand. `cued`: that tells its task's cues. */
  latestDecision(runId?: string, cued?: boolean): DecisionEvent | undefined;
  /** The gate's of [from, to), epoch ms, latest first. */
  gateDecisions(from: number, to: number): readonly GateEvent[];
  /** Who wrote the call's `started` events. */
  writers(call: number): readonly number[];
  /** Blanks what the call's events tell; that they were there stays. */
  blank(call: number): void;
  move(from: number, to: number): void;
}

/** Where a block is. */
interface BlockRow {
  readonly id: number;
  readonly call: number;
  readonly calls: number;
  readonly digest: string;
}

interface EventRow {
  readonly call: number;
  readonly kind: string;
  readonly digest: string;
  readonly body: string;
  readonly calls: number | null;
}

export function sealEvent(event: LedgerEvent): SealedEvent & { readonly body: string } {
  const body = canonicalEvent(event);
  return { kind: event.kind, digest: digestOf(body), body };
}

export function digestOf(body: string | Uint8Array): string {
  return hash('sha256', body, 'base64url').slice(0, DIGEST_LENGTH);
}

/** Every name that an event gives its call. All totals of one run are about the same thing, whoever wrote them. */
export function namesOf(event: LedgerEvent): readonly string[] {
  if (event.kind !== 'settled' && event.kind !== 'witnessed' && event.kind !== 'failed') return [event.callId];
  const names = [event.callId, ...(event.identities ?? [])];
  const total = totalNameOf(event);
  if (total !== undefined) names.push(total);
  return names;
}

/** The name of a run's total. */
export function totalNameOf({ scope, facts }: ObservedEvent): string | undefined {
  return scope === 'run' && facts.runId !== undefined ? `run-total:${facts.runId}` : undefined;
}

/** Every name that an event gives its call, as it stands in the file. */
export function keysOf(event: LedgerEvent): readonly NameKey[] {
  return namesOf(event).map(keyOf);
}

/** A run's decision is looked for among so many. */
const LATEST_DECISIONS = 5000;

export function eventTable(database: DatabaseSync): EventTable {
  const insert = database.prepare(
    'INSERT INTO events (call, kind, writer, digest, body) VALUES (?, ?, ?, ?, CAST(? AS TEXT))',
  );
  const insertBlock = database.prepare(
    `INSERT INTO events (id, call, kind, digest, body, calls)
     VALUES ((SELECT coalesce(max(id), 0) FROM events) + ?1 + 1, ?2, 'block', ?3, CAST(?4 AS TEXT), ?1)`,
  );
  const load = database.prepare(`SELECT digest, body FROM events WHERE call = ? AND kind <> 'block'`);
  load.setReturnArrays(true);
  const all = database.prepare(
    'SELECT call, kind, digest, body, calls FROM events WHERE body IS NOT NULL ORDER BY call',
  );
  const selectBlock = database.prepare(
    `SELECT id, call, calls, digest FROM events WHERE kind = 'block' AND call <= ? ORDER BY call DESC LIMIT 1`,
  );
  selectBlock.setReturnArrays(true);
  const selectBody = database.prepare('SELECT digest, body FROM events WHERE id = ?');
  // Whoever has seen the ones that were taken out before, and not the block yet, must be told of this one.
  const insertTakenOut = database.prepare(
    `INSERT INTO events (id, call, kind, digest, body)
     SELECT coalesce(max(id) + 1, ?1), ?3, ?4, ?5, ?6 FROM events WHERE id >= ?1 AND id < ?2`,
  );
  const update = database.prepare('UPDATE events SET digest = ?, body = ? WHERE id = ?');
  const selectFirstEnd = database.prepare(
    `SELECT min(id) AS id FROM events WHERE call = ? AND kind IN ('settled', 'failed', 'witnessed')`,
  );
  const quotas = database.prepare(
    `SELECT body FROM events WHERE kind = 'quota' AND json_extract(body, '$.at') >= ? AND body IS NOT NULL`,
  );
  const quotaNames = database.prepare(
    `SELECT json_extract(body, '$.callId') AS name FROM events
     WHERE kind = 'quota' AND json_extract(body, '$.at') >= ? AND json_extract(body, '$.at') < ? AND body IS NOT NULL`,
  );
  const outcomes = database.prepare(
    `SELECT body FROM events WHERE kind = 'outcome' AND json_extract(body, '$.at') >= ? AND json_extract(body, '$.at') < ? AND body IS NOT NULL`,
  );
  const decisions = database.prepare(
    `SELECT body FROM events WHERE kind = 'decision' AND json_extract(body, '$.at') >= ? AND json_extract(body, '$.at') < ?
     AND body IS NOT NULL ORDER BY json_extract(body, '$.at'), id`,
  );
  const latestDecision = database.prepare(
    `SELECT body FROM (SELECT body FROM events WHERE kind = 'decision' AND body IS NOT NULL
     ORDER BY json_extract(body, '$.at') DESC, id DESC LIMIT ?1)
     WHERE (?2 IS NULL OR json_extract(body, '$.facts.runId') = ?2)
     AND (?3 = 0 OR json_extract(body, '$.cues') IS NOT NULL) LIMIT 1`,
  );
  const gateDecisions = database.prepare(
    `SELECT body FROM events WHERE kind = 'gate' AND json_extract(body, '$.at') >= ? AND json_extract(body, '$.at') < ?
     AND body IS NOT NULL ORDER BY json_extract(body, '$.at') DESC, id DESC`,
  );
  const writers = database.prepare('SELECT DISTINCT writer FROM events WHERE call = ? AND writer IS NOT NULL');
  const blank = database.prepare(`UPDATE events SET body = NULL WHERE call = ? AND kind NOT IN ('erased', 'block')`);
  const move = database.prepare(`UPDATE events SET call = ? WHERE call = ? AND kind <> 'block'`);
  /** The block that was read last: whoever asks for a call often asks for the next one. */
  let latest: { readonly digest: string; readonly events: EventBlock } | undefined;

  /** The block that has the call's first event. */
  function blockOf(call: number): BlockRow | undefined {
    const row = selectBlock.get(call) as unknown as readonly [number, number, number, string] | undefined;
    if (!row) return undefined;
    const [id, first, calls, digest] = row;
    return call < first + calls ? { id, call: first, calls, digest } : undefined;
  }

  function eventsIn({ id, digest }: BlockRow): EventBlock {
    if (latest?.digest === digest) return latest.events;
    const events = soundBlock(selectBody.get(id) as unknown as Pick<EventRow, 'digest' | 'body'>);
    latest = { digest, events };
    return events;
  }

  /** The call's event that is in a block. */
  function inBlock(call: number): LedgerEvent | undefined {
    const block = blockOf(call);
    return block && eventsIn(block).at(call - block.call);
  }

  /** Gives the event of a call that is in a block a row of its own, which can be changed. `blank`: without what it tells. */
  function takeOut(call: number, blank: boolean): void {
    const block = blockOf(call);
    if (!block) return;
    const events = eventsIn(block);
    const place = call - block.call;
    const event = events.at(place);
    if (!event) return;
    const { kind, digest, body } = sealEvent(event);
    const rest = events.without(place);
    latest = undefined;
    update.run(digestOf(rest), rest, block.id);
    insertTakenOut.run(block.id - block.calls, block.id, call, kind, digest, blank ? null : body);
  }

  function rowsOf(call: number) {
    return load.all(call) as unknown as (readonly [digest: string, body: string | null])[];
  }

  return {
    insert(call, { kind, digest, body }, writer) {
      insert.run(call, kind, kind === 'started' ? writer : null, digest, body);
    },
    insertBlock(call, calls, { digest, body }) {
      insertBlock.run(calls, call, digest, body);
    },
    eventsOf(call) {
      const events = rowsOf(call).flatMap(([, body]) => (body === null ? [] : parseEvent(body)));
      return [inBlock(call) ?? [], events].flat();
    },
    load(call) {
      const first = inBlock(call);
      const events: LedgerEvent[] = first ? [first] : [];
      const digests: string[] = first ? [sealEvent(first).digest] : [];
      for (const [digest, body] of rowsOf(call)) {
        digests.push(digest);
        if (body !== null) events.push(parseEvent(body));
      }
      return { events, digests };
    },
    *all() {
      /** The events of a block that are still to come: other events of its calls come in between. */
      let rest: RestOfBlock | undefined;
      for (const row of all.iterate() as unknown as Iterable<EventRow>) {
        const { call, kind, body, calls } = row;
        if (rest) yield* takeUpTo(rest, kind === 'block' ? rest.end : call + 1);
        if (kind === 'block') rest = { call, end: call + (calls ?? 0), first: call, events: soundBlock(row) };
        else yield { call, event: parseEvent(body) };
      }
      if (rest) yield* takeUpTo(rest, rest.end);
    },
    firstEnd(call) {
      const block = blockOf(call)?.id;
      const row = selectFirstEnd.get(call)?.id as number | null | undefined;
      return row != null && block !== undefined ? Math.min(row, block) : (row ?? block);
    },
    quotas: (since) => quotas.all(since).map((row) => parseEvent(String(row.body)) as QuotaEvent),
    quotaNames: (from, to) => quotaNames.all(from, to).map(({ name }) => String(name)),
    outcomes: (from, to) => outcomes.all(from, to).map((row) => parseEvent(String(row.body)) as OutcomeEvent),
    decisions: (from, to) => decisions.all(from, to).map((row) => parseEvent(String(row.body)) as DecisionEvent),
    latestDecision(runId, cued = false) {
      const row = latestDecision.get(LATEST_DECISIONS, runId ?? null, cued ? 1 : 0);
      return row && (parseEvent(String(row.body)) as DecisionEvent);
    },
    gateDecisions: (from, to) => gateDecisions.all(from, to).map((row) => parseEvent(String(row.body)) as GateEvent),
    writers: (call) => writers.all(call).map((row) => Number(row.writer)),
    blank(call) {
      takeOut(call, true);
      blank.run(call);
    },
    move(from, to) {
      takeOut(from, false);
      move.run(to, from);
    },
  };
}

interface RestOfBlock {
  call: number;
  readonly end: number;
  readonly first: number;
  readonly events: EventBlock;
}

function* takeUpTo(rest: RestOfBlock, end: number): Generator<{ readonly call: number; readonly event: LedgerEvent }> {
  for (; rest.call < Math.min(end, rest.end); rest.call += 1) {
    const event = rest.events.at(rest.call - rest.first);
    if (event) yield { call: rest.call, event };
  }
}

/** What was changed by damage must not be written anew, with a digest that fits it, once one of its events is taken out. */
function soundBlock({ digest, body }: Pick<EventRow, 'digest' | 'body'>): EventBlock {
  if (digestOf(body) !== digest) throw damageFound('a block of events is not what was written');
  return readBlock(body);
}

/** What was written as JSON and isn't any more was damaged in the file. */
export function parseEvent(body: string): LedgerEvent {
  try {
    return JSON.parse(body) as LedgerEvent;
  } catch (cause) {
    throw damageFound('an event is not JSON', cause);
  }
}
