import * as z from 'zod/mini';
import type { Json, ReplyFinished } from '../../chat.ts';
import { tokenCount } from '../../usage.ts';
import { isJsonObject, parseJson } from '../json.ts';
import { createNdjsonReader, garbled, type ReplyReader, type ReplyStep } from '../reply.ts';
import { createCallIds, garbledToolCall, parseToolInput, toolCallStep } from '../toolCalls.ts';
import { readVendorError } from '../vendorError.ts';
import { fromOllamaDoneReason } from './doneReason.ts';

const figure = z.nullish(z.unknown());

const lineSchema = z.object({
  model: z.nullish(z.string()),
  created_at: z.nullish(z.string()),
  message: z.nullish(
    z.object({
      content: z.nullish(z.string()),
      thinking: z.nullish(z.string()),
      tool_calls: z.nullish(
        z.array(
          z.object({
            id: z.nullish(z.string()),
            function: z.object({
              name: z.string(),
              /** An object by the protocol; some proxies send its text. */
              arguments: z.nullish(z.union([z.record(z.string(), z.unknown()), z.string()])),
            }),
          }),
        ),
      ),
    }),
  ),
  done: z.nullish(z.boolean()),
  done_reason: z.nullish(z.string()),
  remote_host: z.nullish(z.string()),
  remote_model: z.nullish(z.string()),
  prompt_eval_count: figure,
  eval_count: figure,
  load_duration: figure,
  prompt_eval_duration: figure,
  eval_duration: figure,
});
type Line = z.infer<typeof lineSchema>;

export interface OllamaReplyOptions {
  /** Makes tool-call ids unique where neither call nor reply has an id; default: the reply's own time stamp. */
  readonly fallbackId?: string | undefined;
}

/** Reads a streamed reply of `/api/chat`; a reply in one piece is a stream of one line. */
export function createOllamaReplyReader({ fallbackId }: OllamaReplyOptions = {}): ReplyReader {
  const callId = createCallIds();
  let replyId: string | undefined;
  let remoteHost: string | undefined;
  let calledTools = false;

  function read(line: Line): ReplyStep[] {
    // The first line's time has nanoseconds: unique enough to keep the calls of several turns apart.
    replyId ??= fallbackId ?? line.created_at ?? '';
    if (line.remote_host) remoteHost = line.remote_host;
    const steps: ReplyStep[] = [];
    const { message } = line;
    if (message?.thinking) steps.push({ kind: 'thinking', text: message.thinking });
    if (message?.content) steps.push({ kind: 'text', text: message.content });
    for (const { id, function: called } of message?.tool_calls ?? []) {
      const { name } = called;
      const given = called.arguments ?? {};
      const input = typeof given === 'string' ? parseToolInput(given) : given;
      if (name === '' || input === undefined) return [...steps, garbledToolCall(name)];
      calledTools = true;
      steps.push(toolCallStep(callId(id ?? undefined, replyId), name, input));
    }
    if (line.done) steps.push(toFinished(line));
    return steps;
  }

  function toFinished(line: Line): ReplyFinished {
    const fresh = tokenCount(line.prompt_eval_count);
    const text = tokenCount(line.eval_count);
    const times = { loadMs: line.load_duration, prefillMs: line.prompt_eval_duration, decodeMs: line.eval_duration };
    const timings = Object.entries(times).flatMap(([name, nanoseconds]) => {
      const count = tokenCount(nanoseconds);
      return count === undefined ? [] : [[name, count / 1e6]];
    });
    return {
      kind: 'finished',
      reason: fromOllamaDoneReason(line.done_reason ?? undefined, calledTools),
      // Ollama tells nothing of its prefix cache and counts thinking as output like any other.
      ...(fresh === undefined && text === undefined ? {} : { usage: { fresh, text } }),
      ...(line.model ? { servedModel: line.model } : {}),
      ...(remoteHost === undefined ? {} : { remoteHost }),
      ...(timings.length > 0 ? { timings: Object.fromEntries(timings) } : {}),
    };
  }

  return createNdjsonReader({
    event(text): readonly ReplyStep[] {
      const value: Json | undefined = parseJson(text);
      if (isJsonObject(value) && value.error) return [readVendorError(value, undefined)];
      const parsed = lineSchema.safeParse(value);
      return parsed.success ? read(parsed.data) : [garbled('a line that is no chat reply')];
    },
    isWhole: (text) => parseJson(text) !== undefined,
    // Only `done` ends a reply, and that ends it at once.
    finish: () => undefined,
  });
}
