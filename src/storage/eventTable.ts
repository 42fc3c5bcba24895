/** The facts: every event as JSON with its digest, and which call it and its names belong to. */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { canonicalEvent } from '../core/ledger/canonicalEvent.ts';
import type { DecisionEvent, GateEvent, LedgerEvent, OutcomeEvent, QuotaEvent } from '../core/ledger/event.ts';
import { keyOf } from './callTable.ts';
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
  /** The call's events that haven't been erased, in no order, and the digests of all. */
  load(call: number): { events: LedgerEvent[]; digests: string[] };
  /** Events of many calls at once, by call, ascending. */
  all(): Iterable<{ readonly call: number; readonly event: LedgerEvent }>;
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
  if (event.scope === 'run' && event.facts.runId !== undefined) names.push(`run-total:${event.facts.runId}`);
  return names;
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
  const load = database.prepare('SELECT digest, body FROM events WHERE call = ?');
  const all = database.prepare('SELECT call, body FROM events WHERE body IS NOT NULL ORDER BY call');
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
  const blank = database.prepare(`UPDATE events SET body = NULL WHERE call = ? AND kind <> 'erased'`);
  const move = database.prepare('UPDATE events SET call = ? WHERE call = ?');
  return {
    insert(call, { kind, digest, body }, writer) {
      insert.run(call, kind, kind === 'started' ? writer : null, digest, body);
    },
    load(call) {
      const events: LedgerEvent[] = [];
      const digests: string[] = [];
      for (const { digest, body } of load.all(call) as unknown as { digest: string; body: string | null }[]) {
        digests.push(digest);
        if (body !== null) events.push(parseEvent(body));
      }
      return { events, digests };
    },
    *all() {
      for (const row of all.iterate()) yield { call: Number(row.call), event: parseEvent(String(row.body)) };
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
      blank.run(call);
    },
    move(from, to) {
      move.run(to, from);
    },
  };
}

/** What was written as JSON and isn't any more was damaged in the file. */
export function parseEvent(body: string): LedgerEvent {
  try {
    return JSON.parse(body) as LedgerEvent;
  } catch (cause) {
    throw damageFound('an event is not JSON', cause);
  }
}
