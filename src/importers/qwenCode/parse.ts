import type { Json } from '../../core/chat.ts';
import type { Observation } from '../../core/ledger/event.ts';
import type { LineReader, LineResult } from '../../ports.ts';
import { compact, contains, listIn, NOTHING, needle, objectIn, parseObject, textIn } from '../line.ts';
import { type MeasuredLine, type ReplyLine, readLine } from './schema.ts';

export const QWEN_CODE_SOURCE = 'qwen-code-log';

const MEASURED = needle('qwen-code.api_response');
const ASSISTANT = needle('"assistant"');
const USER = needle('"user"');
const TOOL_RESULT = needle('"tool_result"');

/** Calls that one of their two lines has told and the other still may. */
const OPEN_CALLS = 16;

/** A call that one line told. */
interface OpenCall {
  readonly callId: string;
  readonly by: 'measured' | 'reply';
  /** Equal in both lines of a call. */
  readonly mark: string;
  /** What only the measurement tells. */
  readonly durationMs?: number | undefined;
  /** What only the reply tells. */
  readonly tools?: readonly string[] | undefined;
}

/**
 * Reads one log of Qwen Code. A call of the conversation has two lines, its measurement and its reply, with the same
 * counts: it is told at the first and again, with what the other adds, at the second. Calls of sub-agents and of helpers
 * in the background are only measured.
 */
export function qwenCodeReader(_path: string, saved: Json | undefined): LineReader {
  let { runId, open } = savedState(saved);

  return {
    line(bytes): LineResult {
      if (!isWorthParsing(bytes)) return NOTHING;
      const parsed = parseObject(bytes);
      if (!parsed) return { observations: [], problem: 'A line of a Qwen Code log is not valid JSON and was skipped.' };
      const line = readLine(parsed);
      if (!line) return NOTHING;
      if (line.kind === 'user') {
        runId = line.uuid;
        return NOTHING;
      }
      return { observations: [call(line)] };
    },
    state: () => ({ runId: runId ?? null, open: open.map(compact) as unknown as Json }),
  };

  function call(line: MeasuredLine | ReplyLine): Observation {
    const mark = JSON.stringify([line.model, line.usage]);
    if (line.kind === 'measured' && line.subagent !== undefined) {
      return observed(line, { callId: callIdOf(line), by: 'measured', mark, durationMs: line.durationMs });
    }
    const other = open.find((candidate) => candidate.by !== line.kind && candidate.mark === mark);
    const known: OpenCall = {
      callId: other?.callId ?? callIdOf(line),
      by: line.kind,
      mark,
      durationMs: line.kind === 'measured' ? line.durationMs : other?.durationMs,
      tools: line.kind === 'reply' ? line.tools : other?.tools,
    };
    open = other ? open.filter((candidate) => candidate !== other) : [...open, known].slice(-OPEN_CALLS);
    return observed(line, known);
  }

  function observed(line: MeasuredLine | ReplyLine, { callId, durationMs, tools = [] }: OpenCall): Observation {
    return compact({
      kind: 'settled' as const,
      callId,
      at: line.at,
      source: QWEN_CODE_SOURCE,
      facts: compact({
        agent: 'qwen-code',
        agentVersion: line.version,
        sessionId: line.sessionId,
        runId: runId === undefined ? undefined : `qwen-code:${runId}`,
        subagentId: line.kind === 'measured' ? line.subagent : undefined,
        model: line.model,
        folder: line.folder,
      }),
      usage: line.usage,
      usageBasis: 'reported' as const,
      latency: durationMs === undefined ? undefined : { totalMs: durationMs },
      tools: tools.length > 0 ? [...tools] : undefined,
      finish: tools.length > 0 ? ('toolCalls' as const) : undefined,
    });
  }
}

/** A line keeps its id where a session is copied. */
function callIdOf({ uuid }: { readonly uuid: string }): string {
  return `qwen-code:${uuid}`;
}

/** Few lines tell of calls: tools' results, most of a log's bytes, are never parsed. */
function isWorthParsing(line: Uint8Array): boolean {
  if (contains(line, MEASURED) || contains(line, ASSISTANT)) return true;
  return contains(line, USER) && !contains(line, TOOL_RESULT);
}

/** A state of another version, or a damaged one, counts as none. */
function savedState(saved: Json | undefined): { runId: string | undefined; open: readonly OpenCall[] } {
  const kept = objectIn(saved);
  const calls = listIn(kept?.open) as readonly OpenCall[];
  return {
    runId: textIn(kept?.runId),
    open: calls.filter((call) => typeof call?.callId === 'string' && typeof call.mark === 'string'),
  };
}
