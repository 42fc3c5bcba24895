/**
 * The lines of Codex's logs (seen: 0.169.0; older shapes as others describe them) as far as they tell of model calls.
 * Text of prompts, replies and tool results is never taken out of a line.
 */
import { remainder, tokenCount, type Usage } from '../../core/usage.ts';
import { compact, type JsonObject, numberIn, objectIn, textIn } from '../line.ts';
import { picker } from '../pick.ts';
import { type RateLimit, rateLimitsOf } from './rateLimits.ts';

interface Told {
  /** Epoch ms. */
  readonly at: number;
}

/** A thread's head. A copy of its parent's history brings the parent's head with it, as a second one. */
interface HeadLine extends Told {
  readonly kind: 'head';
  readonly threadId: string | undefined;
  /** The thread that began it all: a sub-agent's is its main agent's. */
  readonly sessionId: string | undefined;
  readonly parentThreadId: string | undefined;
  readonly subagent: boolean;
  /** The file may begin with what happened in another thread. */
  readonly copies: boolean;
  readonly version: string | undefined;
  readonly folder: string | undefined;
  readonly provider: string | undefined;
}

/** A turn's settings, or its beginning: what holds for the calls after it. Absent: as before. */
interface TurnLine extends Told {
  readonly kind: 'turn';
  readonly turnId: string | undefined;
  readonly rootTurnId: string | undefined;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly folder: string | undefined;
}

/** A person's message, in logs whose turns have no ids. */
interface UserLine extends Told {
  readonly kind: 'user';
}

/** A tool that the reply in progress calls. */
interface ToolLine extends Told {
  readonly kind: 'tool';
  readonly name: string;
}

/** One call, with the vendor's id of its response: newer versions write it as each call ends. */
interface RecordLine extends Told {
  readonly kind: 'record';
  readonly threadId: string | undefined;
  readonly responseId: string | undefined;
  readonly turnId: string | undefined;
  readonly rootTurnId: string | undefined;
  readonly usage: CodexUsage;
}

/** The latest call and the sum so far, written again whenever something about them or the plan's limits changed. */
interface CountLine extends Told {
  readonly kind: 'count';
  readonly last: CodexUsage | undefined;
  readonly total: CodexUsage | undefined;
  readonly limits: readonly RateLimit[];
}

export type CodexLine = HeadLine | TurnLine | UserLine | ToolLine | RecordLine | CountLine;

/** As OpenAI counts: what was cached or written to the cache is part of the input, reasoning is part of the output. */
export interface CodexUsage {
  readonly input: number | undefined;
  readonly cached: number | undefined;
  readonly written: number | undefined;
  readonly output: number | undefined;
  readonly reasoning: number | undefined;
}

const USAGE_SHAPE = {
  input_tokens: true,
  cached_input_tokens: true,
  cache_read_input_tokens: true,
  cache_write_input_tokens: true,
  output_tokens: true,
  reasoning_output_tokens: true,
} as const;

const WINDOW_SHAPE = { used_percent: true, window_minutes: true, resets_at: true, resets_in_seconds: true } as const;

/** What is looked at of a line; undefined: it is not a JSON object. */
export const pickLine = picker({
  timestamp: 'instant',
  type: true,
  payload: {
    type: true,
    id: true,
    session_id: true,
    source: true,
    thread_source: true,
    parent_thread_id: true,
    forked_from_id: true,
    cli_version: true,
    cwd: true,
    model: true,
    model_provider: true,
    turn_id: true,
    root_turn_id: true,
    thread_id: true,
    response_id: true,
    usage: USAGE_SHAPE,
    name: true,
    thread_settings: { model: true, cwd: true, model_provider_id: true },
    info: { last_token_usage: USAGE_SHAPE, total_token_usage: USAGE_SHAPE },
    rate_limits: { limit_id: true, plan_type: true, primary: WINDOW_SHAPE, secondary: WINDOW_SHAPE },
  },
});

/** undefined: the line tells nothing of model calls. */
export function readLine(line: JsonObject): CodexLine | undefined {
  const at = numberIn(line.timestamp);
  const payload = objectIn(line.payload);
  if (at === undefined || !payload) return undefined;
  switch (line.type) {
    case 'session_meta':
      return readHead(payload, at);
    case 'turn_context':
      return readTurn(payload, at);
    case 'token_usage_record':
      return readRecord(payload, at);
    case 'response_item':
      return readItem(payload, at);
    case 'event_msg':
      return readEvent(payload, at);
    default:
      return undefined;
  }
}

function readHead(payload: JsonObject, at: number): HeadLine {
  const subagent = objectIn(payload.source)?.subagent;
  const spawn = objectIn(objectIn(subagent)?.thread_spawn);
  const parentThreadId = textIn(payload.parent_thread_id) ?? textIn(spawn?.parent_thread_id);
  const forked = textIn(payload.forked_from_id);
  return {
    kind: 'head',
    at,
    threadId: textIn(payload.id),
    sessionId: textIn(payload.session_id),
    parentThreadId,
    subagent: subagent !== undefined || payload.thread_source === 'subagent',
    copies: forked !== undefined || parentThreadId !== undefined || subagent !== undefined,
    version: textIn(payload.cli_version),
    folder: textIn(payload.cwd),
    provider: textIn(payload.model_provider),
  };
}

function readTurn(payload: JsonObject, at: number): TurnLine {
  return {
    kind: 'turn',
    at,
    turnId: textIn(payload.turn_id),
    rootTurnId: textIn(payload.root_turn_id),
    model: textIn(payload.model),
    provider: undefined,
    folder: textIn(payload.cwd),
  };
}

function readRecord(payload: JsonObject, at: number): RecordLine | undefined {
  const usage = objectIn(payload.usage);
  return (
    usage && {
      kind: 'record',
      at,
      threadId: textIn(payload.thread_id),
      responseId: textIn(payload.response_id),
      turnId: textIn(payload.turn_id),
      rootTurnId: textIn(payload.root_turn_id),
      usage: readUsage(usage),
    }
  );
}

function readItem(payload: JsonObject, at: number): ToolLine | undefined {
  switch (payload.type) {
    case 'function_call':
    case 'custom_tool_call':
      return { kind: 'tool', at, name: textIn(payload.name) ?? 'unnamed' };
    case 'local_shell_call':
      return { kind: 'tool', at, name: 'local_shell' };
    case 'web_search_call':
      return { kind: 'tool', at, name: 'web_search' };
    default:
      return undefined;
  }
}

function readEvent(payload: JsonObject, at: number): TurnLine | UserLine | CountLine | undefined {
  switch (payload.type) {
    case 'task_started':
      return readTurn({ turn_id: payload.turn_id, root_turn_id: payload.root_turn_id }, at);
    case 'thread_settings_applied': {
      const settings = objectIn(payload.thread_settings);
      const { model, cwd } = settings ?? {};
      return settings && { ...readTurn({ model, cwd }, at), provider: textIn(settings.model_provider_id) };
    }
    case 'user_message':
      return { kind: 'user', at };
    case 'token_count': {
      // Absent where only the plan's limits are told.
      const info = objectIn(payload.info);
      const last = objectIn(info?.last_token_usage);
      const total = objectIn(info?.total_token_usage);
      const limits = rateLimitsOf(payload, at);
      if (!info && limits.length === 0) return undefined;
      return { kind: 'count', at, last: last && readUsage(last), total: total && readUsage(total), limits };
    }
    default:
      return undefined;
  }
}

function readUsage(usage: JsonObject): CodexUsage {
  return {
    input: tokenCount(usage.input_tokens),
    cached: tokenCount(usage.cached_input_tokens) ?? tokenCount(usage.cache_read_input_tokens),
    written: tokenCount(usage.cache_write_input_tokens),
    output: tokenCount(usage.output_tokens),
    reasoning: tokenCount(usage.reasoning_output_tokens),
  };
}

/** Each kind apart. */
export function usageOf({ input, cached, written, output, reasoning }: CodexUsage): Usage {
  return compact({
    fresh: remainder(input, cached, written),
    cacheRead: cached,
    cacheWrite: written,
    text: remainder(output, reasoning),
    reasoning,
  });
}
