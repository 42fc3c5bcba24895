import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import { remainder, tokenCount } from '../../core/usage.ts';
import type { LineImporter, LineReader, LineResult } from '../../ports.ts';
import {
  compact,
  contains,
  type JsonObject,
  NOTHING,
  needle,
  numberIn,
  objectIn,
  parseObject,
  textIn,
} from '../line.ts';
import { callIdentities } from './identities.ts';
import { debugLogIdentity, debugLogRoots, folderOfWindow, isDebugLog, leadsToDebugLogs } from './paths.ts';
import { billableOf, isSubagentLabel } from './vendor.ts';

const DEBUG_LOG_SOURCE = 'copilot-debug-log';

/**
 * The debug log that VS Code's Copilot Chat writes where its file logging is on: an `llm_request` line for each model
 * call, with tokens and the nano-AIU that GitHub billed for exactly this call. Seen: Copilot Chat 0.67; the name
 * `copilotUsageNanoAiu` from its code only, as a file with it needs a signed-in Copilot.
 *
 * Traps: `inputTokens` includes `cachedTokens`; what was written to the cache isn't told; ids of spans are counters
 * that start again with each window (`rIdx` counts the restarts); the file is cut at its beginning when it grows large.
 *
 * Joins: `user_message` lines part the log into runs. The chat session of the same id tells the total of each run; no id
 * of a run is in both, so they are matched by session and time (see `alignRuns`). Calls that VS Code has the Copilot
 * runtime make are repeated here at the end of a turn without an id, and are left out: `session-store.db` has them.
 * Calls to models of other extensions, Marginal's among them, are not in this log at all. Calls of a sub-agent stand in
 * a file of their own, without the run that they belong to: they are their session's, and a run of their own.
 */
export const copilotDebugLogImporter: LineImporter = {
  kind: 'lines',
  id: DEBUG_LOG_SOURCE,
  agent: 'copilot',
  roots: debugLogRoots,
  matches: isDebugLog,
  descends: leadsToDebugLogs,
  reader: debugLogReader,
};

const REQUEST = needle('"llm_request"');
const USER_MESSAGE = needle('"user_message"');
const START = needle('"session_start"');

function debugLogReader(path: string, saved: Json | undefined): LineReader {
  const { sessionId: folderSession, child } = debugLogIdentity(path);
  const state = objectIn(saved);
  let run = textIn(state?.run);
  let version = textIn(state?.version);
  let cwd = textIn(state?.cwd);
  let folder: string | undefined;
  let folderKnown = false;

  return {
    line(bytes): LineResult {
      // Within a text the words stand as \"…\", so only a line of that type has them with bare quotes.
      if (!contains(bytes, REQUEST) && !contains(bytes, USER_MESSAGE) && !contains(bytes, START)) return NOTHING;
      const entry = parseObject(bytes);
      if (!entry)
        return { observations: [], problem: 'A line of a Copilot debug log is not valid JSON and was skipped.' };
      const attributes = objectIn(entry.attrs) ?? {};
      switch (entry.type) {
        case 'session_start':
          version = textIn(attributes.copilotVersion) ?? version;
          cwd = textIn(attributes.cwd) ?? cwd;
          return NOTHING;
        case 'user_message':
          run = `${numberIn(entry.rIdx) ?? 0}-${textIn(entry.spanId) ?? numberIn(entry.ts) ?? 'first'}`;
          return NOTHING;
        case 'llm_request':
          return { observations: observation(entry, attributes) };
        default:
          return NOTHING;
      }
    },
    state: () => compact({ run: run ?? null, version: version ?? null, cwd: cwd ?? null }),
  };

  function observation(entry: JsonObject, attributes: JsonObject): readonly Observation[] {
    const start = numberIn(entry.ts);
    const session = folderSession ?? textIn(entry.sid);
    const fromRuntime = textIn(attributes.responseId) === undefined && textIn(attributes.debugName) === undefined;
    if (start === undefined || !session || fromRuntime) return [];
    const durationMs = Math.max(0, numberIn(entry.dur) ?? 0);
    const billed = tokenCount(attributes.copilotUsageNanoAiu);
    const helper = textIn(attributes.debugName);
    const input = tokenCount(attributes.inputTokens);
    const output = tokenCount(attributes.outputTokens);
    const cacheRead = tokenCount(attributes.cachedTokens);
    const usage = compact({ fresh: remainder(input, cacheRead), cacheRead, text: output });
    const restart = numberIn(entry.rIdx) ?? 0;
    const file = child ? `${child}:` : '';
    const common = compact({
      callId: `copilot-debug:${session}:${file}${restart}-${textIn(entry.spanId) ?? ''}-${start}`,
      at: start + durationMs,
      source: DEBUG_LOG_SOURCE,
      identities: callIdentities({
        responseId: textIn(attributes.responseId),
        spanId: textIn(entry.spanId),
      }),
      facts: compact({
        agent: 'copilot',
        agentVersion: version,
        sessionId: session,
        runId: runIdOf(session, child, run),
        subagentId: isSubagentLabel(child) ? child : undefined,
        model: textIn(attributes.model),
        provider: billed !== undefined ? 'github-copilot' : undefined,
        folder: cwd ?? windowFolder(),
        billable: billableOf(helper, billed),
      }),
      usage: Object.keys(usage).length > 0 ? usage : undefined,
      usageBasis: 'reported' as const,
      billedNanoCredits: billed,
      latency: compact({ firstTokenMs: tokenCount(attributes.ttft), totalMs: durationMs }),
    });
    // What went wrong may quote the request: only that it did is kept.
    if (entry.status === 'error') return [{ kind: 'failed', ...common, fault: 'error' }];
    return [{ kind: 'settled', ...common }];
  }

  function windowFolder(): string | undefined {
    if (!folderKnown) {
      folder = folderOfWindow(path);
      folderKnown = true;
    }
    return folder;
  }
}

/** A sub-agent's file holds one run; a helper's (`title-…`) none. */
function runIdOf(session: string, child: string | undefined, run: string | undefined): string | undefined {
  if (child !== undefined) return isSubagentLabel(child) ? `copilot:${session}:run-${child}` : undefined;
  return run === undefined ? undefined : `copilot:${session}:run-${run}`;
}
