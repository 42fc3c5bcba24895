/**
 * The lines of Claude Code's logs (seen: 2.1.197; older ones lack `promptId`) as far as they tell of model calls.
 * Text of prompts, replies and tool results is never taken out of a line.
 */
import { tokenCount, type Usage } from '../../core/usage.ts';
import { compact, type JsonObject, listIn, numberIn, objectIn, textIn } from '../line.ts';
import { picker } from '../pick.ts';

/** A line of a model's reply. A reply of several content blocks has a line for each, all with the same `usage`. */
export interface ReplyLine {
  readonly kind: 'reply';
  readonly messageId: string;
  readonly requestId: string | undefined;
  readonly at: number;
  readonly sessionId: string | undefined;
  readonly folder: string | undefined;
  readonly version: string | undefined;
  readonly subagentId: string | undefined;
  readonly sidechain: boolean;
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  readonly stopReason: string | undefined;
  /** Names of the tools that this line's blocks call. */
  readonly tools: readonly string[];
  /** Claude Code's own word for a failed request; the line is then no reply of a model. */
  readonly fault: string | undefined;
}

/** A user line; what it says is not kept. */
export interface UserLine {
  readonly kind: 'user';
  /** Claude Code's id of the user message that everything until the next one belongs to. */
  readonly promptId: string | undefined;
  readonly uuid: string | undefined;
  /** What a person asked, rather than a tool's result, a note of Claude Code's own or a sub-agent's task. */
  readonly fromPerson: boolean;
}

export const SYNTHETIC_MODEL = '<synthetic>';

const USAGE_SHAPE = {
  input_tokens: true,
  output_tokens: true,
  cache_creation_input_tokens: true,
  cache_read_input_tokens: true,
  cache_creation: { ephemeral_5m_input_tokens: true, ephemeral_1h_input_tokens: true },
} as const;

const LINE_SHAPE = {
  type: true,
  timestamp: 'instant',
  sessionId: true,
  cwd: true,
  version: true,
  agentId: true,
  requestId: true,
  promptId: true,
  uuid: true,
  isSidechain: true,
  isMeta: true,
  isCompactSummary: true,
  isApiErrorMessage: true,
  error: true,
  apiError: true,
  message: { id: true, model: true, stop_reason: true, usage: USAGE_SHAPE, content: [{ type: true, name: true }] },
} as const;

/** What is looked at of a line; undefined: it is not a JSON object. */
export const pickLine = picker({ ...LINE_SHAPE, data: { type: true, agentId: true, message: LINE_SHAPE } });

/** undefined: the line is of neither kind. */
export function readLine(line: JsonObject): ReplyLine | UserLine | undefined {
  if (line.type === 'assistant') return readReply(line);
  if (line.type === 'user') return readUser(line);
  if (line.type === 'progress') return readProgress(line);
  return undefined;
}

/**
 * Some versions repeat a sub-agent's replies in its parent's log. The request id makes them the calls of the sub-agent's
 * own file; without one they couldn't be told from others, and that file has them.
 */
function readProgress(line: JsonObject): ReplyLine | undefined {
  const data = objectIn(line.data);
  const reply = objectIn(data?.message);
  if (data?.type !== 'agent_progress' || reply?.type !== 'assistant' || !textIn(reply.requestId)) return undefined;
  const { timestamp, sessionId, cwd, version } = line;
  return readReply({ timestamp, sessionId, cwd, version, ...compact(reply), agentId: data.agentId, isSidechain: true });
}

function readReply(line: JsonObject): ReplyLine | undefined {
  const message = objectIn(line.message);
  const messageId = textIn(message?.id);
  const at = numberIn(line.timestamp);
  if (!message || !messageId || at === undefined) return undefined;
  const usage = objectIn(message.usage);
  return {
    kind: 'reply',
    messageId,
    requestId: textIn(line.requestId),
    at,
    sessionId: textIn(line.sessionId),
    folder: textIn(line.cwd),
    version: textIn(line.version),
    subagentId: textIn(line.agentId),
    sidechain: line.isSidechain === true,
    model: textIn(message.model),
    usage: usage && readUsage(usage),
    stopReason: textIn(message.stop_reason),
    tools: toolsIn(listIn(message.content)),
    fault: line.isApiErrorMessage === true ? faultWord(textIn(line.error) ?? textIn(line.apiError)) : undefined,
  };
}

const NO_TOOLS: readonly string[] = [];

function toolsIn(blocks: readonly unknown[]): readonly string[] {
  let tools: string[] | undefined;
  for (const block of blocks) {
    const told = objectIn(block);
    const name = told?.type === 'tool_use' || told?.type === 'server_tool_use' ? textIn(told.name) : undefined;
    if (name === undefined) continue;
    tools ??= [];
    tools.push(name);
  }
  return tools ?? NO_TOOLS;
}

/** A word like `overloaded_error`; a sentence could hold text of the request and is not kept. */
function faultWord(word: string | undefined): string {
  return word !== undefined && /^[a-z0-9_-]{1,40}$/i.test(word) ? word : 'api_error';
}

function readUser(line: JsonObject): UserLine {
  const content = objectIn(line.message)?.content;
  const toolResult = Array.isArray(content) && content.some((block) => objectIn(block)?.type === 'tool_result');
  return {
    kind: 'user',
    promptId: textIn(line.promptId),
    uuid: textIn(line.uuid),
    fromPerson:
      !toolResult &&
      line.isMeta !== true &&
      line.isSidechain !== true &&
      line.isCompactSummary !== true &&
      content !== undefined,
  };
}

/**
 * Anthropic's usage object. `input_tokens` excludes the cache. What was written to the cache is split by life in
 * `cache_creation`; endpoints that don't split leave it at 0 or out, and then the total counts, at the default life.
 */
function readUsage(usage: JsonObject): Usage {
  const written = tokenCount(usage.cache_creation_input_tokens);
  const split = objectIn(usage.cache_creation);
  const fiveMinutes = tokenCount(split?.ephemeral_5m_input_tokens);
  const hour = tokenCount(split?.ephemeral_1h_input_tokens);
  const splitSum = (fiveMinutes ?? 0) + (hour ?? 0);
  const splitHolds = splitSum > 0 || (split !== undefined && (written ?? 0) === 0);
  return compact({
    fresh: tokenCount(usage.input_tokens),
    cacheRead: tokenCount(usage.cache_read_input_tokens),
    // A total above the sum of its parts: the rest was written with the default life.
    cacheWrite: splitHolds ? Math.max(fiveMinutes ?? 0, (written ?? 0) - (hour ?? 0)) : written,
    cacheWriteHour: splitHolds ? hour : undefined,
    text: tokenCount(usage.output_tokens),
  });
}
