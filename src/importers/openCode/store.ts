import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import type { Cursor, DatabaseResult, ReadonlyDatabase } from '../../ports.ts';
import { compact, type JsonObject, listIn, numberIn, objectIn, parseValue, textIn } from '../line.ts';
import { type EndedCall, readMessage } from './message.ts';

/** Rows of one look: few enough that reading them doesn't hold up the thread. The follower asks again until none come. */
const ROWS_AT_ONCE = 100;
/** Calls that go on while later ones began: several sessions at once, and calls whose OpenCode was killed. */
const MOST_OPEN = 64;
/** A message is small, but that of a user may carry the session's changes, and that of a failed call its answer. */
const MOST_CHARACTERS = 100_000;
/** Sub-agents of sub-agents. */
const MOST_PARENTS = 8;

interface StoreCursor {
  /** The row up to which messages were read, and its message: another one there means that rows have moved. */
  readonly row: number;
  readonly id: string;
  /** Messages before it whose calls hadn't ended. */
  readonly open: readonly string[];
}

const BEGINNING: StoreCursor = { row: 0, id: '', open: [] };

export interface StoreNames {
  /** As people know it. */
  readonly label: string;
  readonly agent: string;
  readonly source: string;
}

/** Reads what is new in the database of OpenCode, or of an agent built on it. */
export function readStore(names: StoreNames, database: ReadonlyDatabase, saved: Cursor | undefined): DatabaseResult {
  const columns = new Set(database.all('PRAGMA table_info(message)').map(({ name }) => String(name)));
  if (!['id', 'session_id', 'data'].every((column) => columns.has(column))) {
    if (isInTheMaking(database)) return { observations: [], cursor: saved ?? null, problems: [] };
    const sentence = `${names.label}'s database has a form that this version of Marginal can't read; look for an update of Marginal.`;
    return { observations: [], cursor: saved ?? null, problems: [sentence] };
  }
  const cursor = whereToGoOn(database, saved);
  const again = rowsOf(database, `id IN (${cursor.open.map(() => '?').join(', ')})`, ...cursor.open);
  const fresh = rowsOf(database, 'rowid > ?', cursor.row);
  const open: string[] = [];
  const problems: string[] = [];
  const sessions = sessionReader(database);
  const observations = [...again, ...fresh].flatMap((row) => {
    const message = parsed(row.data);
    if (!message) {
      problems.push(`A message in ${names.label}'s database is not valid JSON and was skipped.`);
      return [];
    }
    const call = readMessage(message);
    if (call === 'open') open.push(String(row.id));
    return call === undefined || call === 'open' ? [] : [observationOf(names, database, row, call, sessions)];
  });
  const last = fresh.at(-1);
  return {
    observations,
    cursor: {
      row: numberIn(last?.row) ?? cursor.row,
      id: textIn(last?.id) ?? cursor.id,
      open: open.slice(-MOST_OPEN),
    },
    problems,
  };
}

/** At its first start the agent makes its tables one after another, that of messages before that of sessions. */
function isInTheMaking(database: ReadonlyDatabase): boolean {
  const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name));
  const isMigrating = tables.some((name) => /migration/.test(name));
  return tables.length === 0 || (isMigrating && !tables.includes('message') && !tables.includes('session'));
}

function rowsOf(
  database: ReadonlyDatabase,
  condition: string,
  ...parameters: readonly (string | number)[]
): readonly JsonObject[] {
  return database.all(
    `SELECT rowid AS row, id, session_id, CASE WHEN length(data) <= ${MOST_CHARACTERS} THEN data
       WHEN json_valid(data) THEN json_remove(data, '$.summary', '$.error.data') END AS data
     FROM message WHERE ${condition} ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`,
    ...parameters,
  );
}

/** After a deleted session, or when the database was made anew, rows may have other numbers: then from the beginning. */
function whereToGoOn(database: ReadonlyDatabase, saved: Cursor | undefined): StoreCursor {
  const { row, id, open } = objectIn(saved as Json) ?? {};
  if (typeof row !== 'number' || !Number.isSafeInteger(row) || typeof id !== 'string') return BEGINNING;
  const isThere = row > 0 && database.all('SELECT 1 FROM message WHERE rowid = ? AND id = ?', row, id).length > 0;
  return isThere
    ? {
        row,
        id,
        open: listIn(open)
          .flatMap((each) => textIn(each) ?? [])
          .slice(-MOST_OPEN),
      }
    : BEGINNING;
}

function observationOf(
  names: StoreNames,
  database: ReadonlyDatabase,
  row: JsonObject,
  call: EndedCall,
  sessions: SessionReader,
): Observation {
  const id = String(row.id);
  const session = String(row.session_id);
  const tools = toolsOf(database, id);
  const { sessionId, promptId } = sessions.caller(session, call);
  const subagent = sessionId === session ? undefined : session;
  const first = tools[0];
  const common = compact({
    callId: `${names.agent}:${id}`,
    // With tools it is completed when they have run.
    at: first?.at ?? call.completedAt,
    source: names.source,
    facts: compact({
      agent: names.agent,
      agentVersion: sessions.version(session),
      sessionId,
      runId: promptId === undefined ? undefined : `${names.agent}:${promptId}`,
      subagentId: subagent,
      ...call.facts,
      folder: call.facts.folder ?? sessions.folder(session),
    }),
    ...call.observation,
    latency: first ? undefined : { totalMs: Math.max(0, call.completedAt - call.createdAt) },
    tools: first ? tools.map(({ name }) => name) : undefined,
  });
  return call.fault === undefined ? { kind: 'settled', ...common } : { kind: 'failed', ...common, fault: call.fault };
}

/** The tools that a reply called, in order, and when. None where the table of parts has another form. */
function toolsOf(database: ReadonlyDatabase, message: string): readonly { name: string; at: number | undefined }[] {
  try {
    return database
      .all(
        `SELECT json_extract(data, '$.tool') AS name, time_created AS at FROM part
         WHERE message_id = ? AND json_valid(data) AND json_extract(data, '$.type') = 'tool' ORDER BY id`,
        message,
      )
      .flatMap(({ name, at }) => (textIn(name) === undefined ? [] : [{ name: String(name), at: numberIn(at) }]));
  } catch {
    return [];
  }
}

interface SessionReader {
  /** The session of the developer, and the user message, that a call belongs to: of a sub-agent's those of its caller. */
  caller(session: string, call: EndedCall): { readonly sessionId: string; readonly promptId: string | undefined };
  folder(session: string): string | undefined;
  version(session: string): string | undefined;
}

function sessionReader(database: ReadonlyDatabase): SessionReader {
  const known = new Map<string, JsonObject>();

  function sessionOf(id: string): JsonObject {
    const session = known.get(id) ?? lookUp(id);
    known.set(id, session);
    return session;
  }

  function lookUp(id: string): JsonObject {
    try {
      return database.all('SELECT parent_id, directory, version FROM session WHERE id = ?', id)[0] ?? {};
    } catch {
      return {};
    }
  }

  /** The call that was going on in a session at that time: the one whose tool a sub-agent is. */
  function callAt(session: string, at: number): EndedCall | undefined {
    try {
      const [row] = database.all(
        `SELECT data FROM message WHERE session_id = ? AND time_created <= ? AND json_valid(data)
           AND json_extract(data, '$.role') = 'assistant' ORDER BY time_created DESC, id DESC LIMIT 1`,
        session,
        at,
      );
      const message = parsed(row?.data);
      // It has not ended while its tools run; for its prompt it may be taken as ended.
      const call = message && readMessage({ ...message, time: { completed: at, ...objectIn(message.time) } });
      return typeof call === 'object' && call.completedAt >= at ? call : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    caller(session, call) {
      let place = { sessionId: session, promptId: call.promptId };
      for (let level = 0; level < MOST_PARENTS; level += 1) {
        const parent = textIn(sessionOf(place.sessionId).parent_id);
        if (parent === undefined) break;
        // Where nobody called it at that time, a person did, in the sub-agent's own session.
        const promptId = callAt(parent, call.createdAt)?.promptId ?? place.promptId;
        place = { sessionId: parent, promptId };
      }
      return place;
    },
    folder: (session) => textIn(sessionOf(session).directory),
    version: (session) => textIn(sessionOf(session).version),
  };
}

function parsed(data: unknown): JsonObject | undefined {
  return typeof data === 'string' ? objectIn(parseValue(data)) : undefined;
}
