import type { Cursor, DatabaseImporter, DatabaseResult, ReadonlyDatabase } from '../../ports.ts';
import type { JsonObject } from '../line.ts';
import { numberIn, objectIn, textIn } from '../line.ts';
import { isTraceDatabase, traceDatabaseRoots } from './paths.ts';
import { traceCall } from './trace.ts';

const COPILOT_TRACE_DATABASE_SOURCE = 'copilot-traces-db';

/** Rows of one look: few enough that reading them doesn't hold up the thread. The follower asks again until none come. */
const ROWS_AT_ONCE = 250;

const REQUIRED = ['span_id', 'trace_id', 'operation_name', 'start_time_ms', 'end_time_ms'];

/**
 * The databases in which VS Code keeps traces where a setting is on: the Agent Host's `agent-host-traces.db`, Copilot
 * Chat's `spans.db`. Read about only (both have schema 1): a row of `spans` for each span, its attributes as text in
 * `span_attributes`; spans of a week are kept.
 *
 * Traps: the Agent Host's has Claude's and Codex's spans as well, which their own logs tell; a span that is written
 * again gets a new rowid.
 */
export const copilotTraceDatabaseImporter: DatabaseImporter = {
  kind: 'database',
  id: COPILOT_TRACE_DATABASE_SOURCE,
  agent: 'copilot',
  roots: traceDatabaseRoots,
  matches: isTraceDatabase,
  descends: () => false,
  read: readTraces,
};

function readTraces(database: ReadonlyDatabase, cursor: Cursor | undefined): DatabaseResult {
  const columns = new Set(database.all('PRAGMA table_info(spans)').map((column) => String(column.name)));
  const attributes = database.all('PRAGMA table_info(span_attributes)');
  if (REQUIRED.some((column) => !columns.has(column)) || attributes.length === 0) {
    const sentence =
      "A database of Copilot's traces has a form that this version of Marginal can't read; look for an update of Marginal.";
    return { observations: [], cursor: cursor ?? null, problems: [sentence] };
  }
  const lastRow = firstUnread(database, cursor);
  const status = columns.has('status_code') ? 'status_code' : '0 AS status_code';
  const parent = columns.has('parent_span_id') ? 'parent_span_id' : 'NULL AS parent_span_id';
  const rows = database.all(
    `SELECT rowid AS place, ${REQUIRED.join(', ')}, ${status}, ${parent} FROM spans
     WHERE rowid > ? AND operation_name = 'chat' ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`,
    lastRow,
  );
  return {
    observations: rows.flatMap((row) => {
      const call = traceCall(
        {
          kind: 'span',
          traceId: textIn(row.trace_id),
          spanId: textIn(row.span_id),
          parentSpanId: textIn(row.parent_span_id),
          startedAt: numberIn(row.start_time_ms),
          endedAt: numberIn(row.end_time_ms),
          failed: row.status_code === ERROR,
          attributes: attributesOf(database, String(row.span_id)),
        },
        COPILOT_TRACE_DATABASE_SOURCE,
      );
      return call ?? [];
    }),
    cursor: { lastRow: numberIn(rows.at(-1)?.place) ?? lastRow },
    problems: [],
  };
}

const ERROR = 2;

/** Old spans are deleted at the beginning of the table; where the newest are gone, it is another database: begin again. */
function firstUnread(database: ReadonlyDatabase, cursor: Cursor | undefined): number {
  const lastRow = numberIn(objectIn(cursor)?.lastRow) ?? 0;
  if (lastRow === 0) return 0;
  const highest = numberIn(database.all('SELECT max(rowid) AS highest FROM spans')[0]?.highest) ?? 0;
  return highest < lastRow ? 0 : lastRow;
}

/** Figures, names and ids; what may hold text of prompts and replies is not fetched. */
function attributesOf(database: ReadonlyDatabase, spanId: string): JsonObject {
  const rows = database.all(
    `SELECT key, value FROM span_attributes WHERE span_id = ? AND length(value) <= ${LONGEST_VALUE} AND (
       key GLOB 'gen_ai.usage.*' OR key GLOB 'gen_ai.re[qs]*' OR key GLOB 'github.copilot.*' OR key GLOB 'copilot_chat.*'
       OR key GLOB 'service.*' OR key IN ('gen_ai.operation.name', 'gen_ai.conversation.id'))`,
    spanId,
  );
  return Object.fromEntries(rows.map(({ key, value }) => [String(key), value]));
}

/** Longer than any id or name. */
const LONGEST_VALUE = 300;
