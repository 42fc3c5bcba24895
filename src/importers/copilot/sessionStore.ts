import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import { remainder, tokenCount, type Usage } from '../../core/usage.ts';
import type { Cursor, DatabaseImporter, DatabaseResult, ReadonlyDatabase } from '../../ports.ts';
import { compact, instantIn, type JsonObject, listIn, numberIn, objectIn, textIn } from '../line.ts';
import { finishOf } from './finish.ts';
import { callIdentities } from './identities.ts';
import { copilotHomes, isSessionStore } from './paths.ts';
import { isOwnModel } from './vendor.ts';

const COPILOT_STORE_SOURCE = 'copilot-store';

const TABLE = 'assistant_usage_events';
const REQUIRED = ['id', 'session_id', 'model', 'input_tokens', 'output_tokens'];
const OPTIONAL = [
  'turn_index',
  'agent_id',
  'copilot_usage_model',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'total_nano_aiu',
  'duration_ms',
  'time_to_first_token_ms',
  'initiator',
  'finish_reason',
  'token_details_json',
  'created_at',
];

/** Rows of one look: few enough that reading them doesn't hold up the thread. The follower asks again until none come. */
const ROWS_AT_ONCE = 1_000;

/**
 * The Copilot runtime's own record (CLI, and VS Code's sessions that it runs): a row for each model call, with the
 * nano-AIU that GitHub billed (1 nano-AIU = 1 nano-credit). Schema versions 6 to 8 seen; columns that a version lacks
 * stay unknown.
 *
 * Traps: `input_tokens` includes what was read from and written to the cache; `reasoning_tokens` is part of
 * `output_tokens`; rows of a compaction have `cache_write_tokens` 0 while `token_details_json` has the count;
 * `total_nano_aiu` is null where GitHub doesn't bill (own keys), which is not 0.
 *
 * Joins: the row has no id of the request; its tokens and milliseconds within the session are the same in the session's
 * events and traces (see `callIdentities`). VS Code's debug log repeats these calls without any id, and its importer
 * leaves those out.
 */
export const copilotStoreImporter: DatabaseImporter = {
  kind: 'database',
  id: COPILOT_STORE_SOURCE,
  agent: 'copilot',
  roots: copilotHomes,
  matches: isSessionStore,
  descends: () => false,
  read: readSessionStore,
};

function readSessionStore(database: ReadonlyDatabase, cursor: Cursor | undefined): DatabaseResult {
  const columns = new Set(database.all(`PRAGMA table_info(${TABLE})`).map((column) => String(column.name)));
  const missing = REQUIRED.filter((column) => !columns.has(column));
  if (missing.length > 0) {
    if (columns.size === 0 && isBeingMade(database)) return { observations: [], cursor: cursor ?? null, problems: [] };
    const sentence =
      columns.size === 0
        ? "Copilot's session store has no table of model calls; update Copilot CLI, or look for an update of Marginal."
        : "Copilot's session store has a form that this version of Marginal can't read; look for an update of Marginal.";
    return { observations: [], cursor: cursor ?? null, problems: [sentence] };
  }
  const lastId = firstUnread(database, cursor);
  const chosen = [...REQUIRED, ...OPTIONAL.filter((column) => columns.has(column))];
  const rows = database.all(
    `SELECT ${chosen.join(', ')} FROM ${TABLE} WHERE id > ? ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
    lastId,
  );
  const folders = foldersOf(database, rows);
  return {
    observations: rows.flatMap((row) => observation(row, folders) ?? []),
    cursor: { lastId: numberIn(rows.at(-1)?.id) ?? lastId },
    problems: [],
  };
}

/** The runtime makes its tables one after another when it first starts; it is asked again when there are more. */
function isBeingMade(database: ReadonlyDatabase): boolean {
  const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table'");
  if (tables.length === 0) return true;
  // It may have been made between two looks, each of which sees the database as it is by then.
  if (tables.some(({ name }) => name === TABLE)) return true;
  if (!tables.some(({ name }) => name === 'schema_version')) return false;
  return versionOf(database) < FIRST_VERSION || database.all(`PRAGMA table_info(${TABLE})`).length > 0;
}

/** Schema 6 has the table of model calls. */
const FIRST_VERSION = 6;

function versionOf(database: ReadonlyDatabase): number {
  return numberIn(database.all('SELECT max(version) AS version FROM schema_version')[0]?.version) ?? 0;
}

/** Ids only grow in one database; where the last one known is gone, it is another database: begin again. */
function firstUnread(database: ReadonlyDatabase, cursor: Cursor | undefined): number {
  const lastId = numberIn(objectIn(cursor as Json)?.lastId) ?? 0;
  if (lastId === 0) return 0;
  const highest = numberIn(database.all(`SELECT max(id) AS highest FROM ${TABLE}`)[0]?.highest) ?? 0;
  return highest < lastId ? 0 : lastId;
}

function foldersOf(database: ReadonlyDatabase, rows: readonly JsonObject[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  const sessions = new Set(rows.flatMap((row) => textIn(row.session_id) ?? []));
  try {
    for (const session of sessions) {
      const cwd = textIn(database.all('SELECT cwd FROM sessions WHERE id = ?', session)[0]?.cwd);
      if (cwd) folders.set(session, cwd);
    }
  } catch {
    // A version without that table or column: the folder stays unknown.
  }
  return folders;
}

function observation(row: JsonObject, folders: ReadonlyMap<string, string>): Observation | undefined {
  const sessionId = textIn(row.session_id);
  const at = instantIn(row.created_at);
  if (!sessionId || at === undefined) return undefined;
  const model = textIn(row.model);
  // A call that came back to Marginal over the Agent Host's bridge, which the provider meters itself.
  if (model !== undefined && isOwnModel(model)) return undefined;
  const servedModel = textIn(row.copilot_usage_model);
  const billed = tokenCount(row.total_nano_aiu);
  const turn = numberIn(row.turn_index);
  return compact({
    kind: 'settled' as const,
    callId: `copilot-store:${sessionId}:${String(row.id)}`,
    at,
    source: COPILOT_STORE_SOURCE,
    identities: callIdentities({
      sessionId,
      initiator: textIn(row.initiator),
      input: row.input_tokens,
      output: row.output_tokens,
      cacheRead: row.cache_read_tokens,
      durationMs: row.duration_ms,
    }),
    facts: compact({
      agent: 'copilot',
      sessionId,
      runId: turn === undefined ? undefined : `copilot:${sessionId}:turn-${turn}`,
      subagentId: textIn(row.agent_id),
      model,
      servedModel: servedModel === model ? undefined : servedModel,
      // Without a bill it may be anyone's model: Copilot CLI takes own keys.
      provider: billed !== undefined ? 'github-copilot' : undefined,
      folder: folders.get(sessionId),
    }),
    usage: usageOf(row),
    usageBasis: 'reported' as const,
    billedNanoCredits: billed,
    latency: compact({
      firstTokenMs: tokenCount(row.time_to_first_token_ms),
      totalMs: tokenCount(row.duration_ms),
    }),
    finish: finishOf(textIn(row.finish_reason)),
  });
}

function usageOf(row: JsonObject): Usage {
  const details = tokenDetails(row.token_details_json);
  const cacheRead = tokenCount(row.cache_read_tokens) ?? details.get('cache_read');
  const cacheWrite = Math.max(tokenCount(row.cache_write_tokens) ?? -1, details.get('cache_write') ?? -1);
  const written = cacheWrite < 0 ? undefined : cacheWrite;
  const reasoning = tokenCount(row.reasoning_tokens);
  return compact({
    fresh: remainder(tokenCount(row.input_tokens), cacheRead, written),
    cacheRead,
    cacheWrite: written,
    text: remainder(tokenCount(row.output_tokens), reasoning),
    reasoning,
  });
}

/** Counts by token type of the bill's own lines, `[{ tokenType, tokenCount, … }]`. */
function tokenDetails(json: unknown): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  if (typeof json !== 'string') return counts;
  try {
    for (const item of listIn(JSON.parse(json))) {
      const { tokenType, tokenCount: count } = objectIn(item) ?? {};
      const known = tokenCount(count);
      // Spelled `cache_write`, `cacheWrite` or `cache-write` by different versions.
      const type = textIn(tokenType)
        ?.replace(/[- ]/g, '_')
        .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (type && known !== undefined) counts.set(type, (counts.get(type) ?? 0) + known);
    }
  } catch {
    // The columns remain.
  }
  return counts;
}
