/**
 * The lines of Qwen Code's logs (seen: 0.15.10) as far as they tell of model calls. Text of prompts, replies and tool
 * results is never taken out of a line.
 */
import { remainder, tokenCount, type Usage } from '../../core/usage.ts';
import { compact, instantIn, type JsonObject, listIn, numberIn, objectIn, textIn } from '../line.ts';

interface Line {
  readonly uuid: string;
  readonly at: number;
  readonly sessionId: string | undefined;
  readonly version: string | undefined;
  readonly folder: string | undefined;
}

/** Qwen Code's own measurement of a call. */
export interface MeasuredLine extends Line {
  readonly kind: 'measured';
  readonly model: string | undefined;
  readonly usage: Usage;
  readonly durationMs: number | undefined;
  /** The sub-agent or helper that made the call. */
  readonly subagent: string | undefined;
}

/** A reply of the conversation. */
export interface ReplyLine extends Line {
  readonly kind: 'reply';
  readonly model: string | undefined;
  readonly usage: Usage;
  readonly tools: readonly string[];
}

/** What a person asked; what it says is not kept. */
export interface UserLine extends Line {
  readonly kind: 'user';
}

export type QwenCodeLine = MeasuredLine | ReplyLine | UserLine;

/** undefined: the line tells nothing of model calls. */
export function readLine(line: JsonObject): QwenCodeLine | undefined {
  const uuid = textIn(line.uuid);
  const at = instantIn(line.timestamp);
  if (!uuid || at === undefined) return undefined;
  const head: Line = {
    uuid,
    at,
    sessionId: textIn(line.sessionId),
    version: textIn(line.version),
    folder: textIn(line.cwd),
  };
  if (line.type === 'user') return { kind: 'user', ...head };
  if (line.type === 'assistant') return readReply(head, line);
  if (line.type === 'system' && line.subtype === 'ui_telemetry') return readMeasured(head, line);
  return undefined;
}

function readReply(head: Line, line: JsonObject): ReplyLine | undefined {
  const counts = objectIn(line.usageMetadata);
  if (!counts) return undefined;
  return {
    kind: 'reply',
    ...head,
    model: textIn(line.model),
    usage: usageOf(
      counts.promptTokenCount,
      counts.cachedContentTokenCount,
      counts.candidatesTokenCount,
      counts.thoughtsTokenCount,
      counts.totalTokenCount,
    ),
    tools: listIn(objectIn(line.message)?.parts).flatMap(
      (part) => textIn(objectIn(objectIn(part)?.functionCall)?.name) ?? [],
    ),
  };
}

function readMeasured(head: Line, line: JsonObject): MeasuredLine | undefined {
  const event = objectIn(objectIn(line.systemPayload)?.uiEvent);
  if (event?.['event.name'] !== 'qwen-code.api_response') return undefined;
  return {
    kind: 'measured',
    ...head,
    model: textIn(event.model),
    usage: usageOf(
      event.input_token_count,
      event.cached_content_token_count,
      event.output_token_count,
      event.thoughts_token_count,
      event.total_token_count,
    ),
    durationMs: numberIn(event.duration_ms),
    subagent: textIn(event.subagent_name),
  };
}

/**
 * Names as Google's, numbers as the endpoint counts: what was cached is part of the input; thoughts are part of the
 * output unless the total has room for both.
 */
function usageOf(input: unknown, cached: unknown, output: unknown, thoughts: unknown, total: unknown): Usage {
  const [inputTokens, cacheRead, outputTokens, reasoning] = [input, cached, output, thoughts].map(tokenCount);
  const both = (inputTokens ?? 0) + (outputTokens ?? 0);
  const apart = (reasoning ?? 0) > 0 && (tokenCount(total) ?? 0) >= both + (reasoning ?? 0);
  return compact({
    fresh: remainder(inputTokens, cacheRead),
    cacheRead,
    text: apart ? outputTokens : remainder(outputTokens, reasoning),
    reasoning,
  });
}
