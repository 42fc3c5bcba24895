import * as z from 'zod/mini';
import type { JsonObject, ReplyFinished } from '../../chat.ts';
import { createTextPieces, type TextPieces } from '../../textPieces.ts';
import { isJsonObject, parseJson } from '../json.ts';
import { createSseReader, garbled, type ReplyReader, type ReplyStep } from '../reply.ts';
import type { ServerSentEvent } from '../sse.ts';
import {
  createCallIds,
  endlessToolCall,
  garbledToolCall,
  MOST_CALLS,
  MOST_INPUT_CHARACTERS,
  MOST_OPEN_CHARACTERS,
  parseToolInput,
  TOO_MANY_CALLS,
  toolCallStep,
} from '../toolCalls.ts';
import { readVendorError } from '../vendorError.ts';
import { fromAnthropicStopReason } from './stopReason.ts';
import { type AnthropicUsage, anthropicUsageSchema, fromAnthropicUsage, mergeAnthropicUsage } from './usage.ts';

const messageStart = z.object({
  message: z.object({
    id: z.nullish(z.string()),
    model: z.nullish(z.string()),
    usage: z.nullish(anthropicUsageSchema),
  }),
});
const blockSchema = z.object({
  type: z.string(),
  text: z.nullish(z.string()),
  thinking: z.nullish(z.string()),
  signature: z.nullish(z.string()),
  data: z.nullish(z.string()),
  id: z.nullish(z.string()),
  name: z.nullish(z.string()),
  input: z.nullish(z.record(z.string(), z.unknown())),
});
const blockStart = z.object({ index: z.number(), content_block: blockSchema });
const blockDelta = z.object({
  index: z.number(),
  delta: z.object({
    type: z.string(),
    text: z.nullish(z.string()),
    thinking: z.nullish(z.string()),
    signature: z.nullish(z.string()),
    partial_json: z.nullish(z.string()),
  }),
});
const blockStop = z.object({ index: z.number() });
const messageDelta = z.object({
  delta: z.nullish(z.object({ stop_reason: z.nullish(z.string()) })),
  usage: z.nullish(anthropicUsageSchema),
});
const wholeMessage = z.object({
  id: z.nullish(z.string()),
  model: z.nullish(z.string()),
  content: z.array(blockSchema),
  stop_reason: z.string(),
  usage: z.nullish(anthropicUsageSchema),
});
type Block = z.infer<typeof blockSchema>;

export interface AnthropicReplyOptions {
  /** Makes tool-call ids unique where neither call nor reply has an id. */
  readonly fallbackId?: string | undefined;
}

/** Reads a streamed message. A signature of thinking comes as a part of its own, with empty text, after that text. */
export function createAnthropicReplyReader(options: AnthropicReplyOptions = {}): ReplyReader {
  const decoder = createEventDecoder(options);
  return createSseReader({
    event: (event: ServerSentEvent) => decoder.event(event.event, parseJson(event.data)),
    isWhole: (event) => parseJson(event.data) !== undefined,
    finish: decoder.finish,
  });
}

/** Reads a message that came in one piece; ends in `finished` or a fault. */
export function readAnthropicReply(body: unknown, options: AnthropicReplyOptions = {}): readonly ReplyStep[] {
  if (isJsonObject(body) && body.error) return [readVendorError(body, undefined)];
  const parsed = wholeMessage.safeParse(body);
  if (!parsed.success) return [garbled('a reply that is no message')];
  const { content, stop_reason, ...message } = parsed.data;
  const decoder = createEventDecoder(options);
  const events: JsonObject[] = [
    { type: 'message_start', message: message as JsonObject },
    ...content.flatMap((block, index): JsonObject[] => [
      { type: 'content_block_start', index, content_block: block as JsonObject },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason } },
    { type: 'message_stop' },
  ];
  const steps: ReplyStep[] = [];
  for (const event of events) {
    steps.push(...decoder.event(undefined, event));
    if (steps.at(-1)?.kind === 'fault') break;
  }
  return steps;
}

/** A tool call whose input is still coming. */
interface OpenCall {
  readonly block: Pick<Block, 'id' | 'name' | 'input'>;
  readonly input: TextPieces;
}

function createEventDecoder({ fallbackId = '' }: AnthropicReplyOptions) {
  const open = new Map<number, OpenCall>();
  let begun = 0;
  /** Characters that calls hold. */
  let held = 0;
  const callId = createCallIds();
  /** Tools whose arguments don't parse: a fault unless the reply turns out to be cut off by its length. */
  const broken: string[] = [];
  let reason: string | undefined;
  let usage: AnthropicUsage | undefined;
  let facts: Omit<ReplyFinished, 'kind' | 'reason' | 'usage'> = {};

  function begin(index: number, block: Block): ReplyStep[] {
    if (block.type === 'tool_use') {
      const { id, name, input } = block;
      begun += 1;
      held += (id?.length ?? 0) + (name?.length ?? 0) + JSON.stringify(input ?? null).length;
      if (begun > MOST_CALLS) return [TOO_MANY_CALLS];
      if (held > MOST_OPEN_CHARACTERS) return [endlessToolCall(name ?? '')];
      open.set(index, { block: { id, name, input }, input: createTextPieces(MOST_INPUT_CHARACTERS) });
      return [];
    }
    if (block.type === 'text' && block.text) return [{ kind: 'text', text: block.text }];
    if (block.type === 'redacted_thinking') return [{ kind: 'thinking', text: '', redacted: block.data ?? '' }];
    if (block.type !== 'thinking') return [];
    const steps: ReplyStep[] = block.thinking ? [{ kind: 'thinking', text: block.thinking }] : [];
    if (block.signature) steps.push({ kind: 'thinking', text: '', signature: block.signature });
    return steps;
  }

  function grow({ index, delta }: z.infer<typeof blockDelta>): ReplyStep[] {
    if (delta.type === 'text_delta' && delta.text) return [{ kind: 'text', text: delta.text }];
    if (delta.type === 'thinking_delta' && delta.thinking) return [{ kind: 'thinking', text: delta.thinking }];
    if (delta.type === 'signature_delta' && delta.signature) {
      return [{ kind: 'thinking', text: '', signature: delta.signature }];
    }
    const call = open.get(index);
    if (delta.type !== 'input_json_delta' || !call || !delta.partial_json) return [];
    call.input.push(delta.partial_json);
    held += delta.partial_json.length;
    const endless = call.input.length() > MOST_INPUT_CHARACTERS || held > MOST_OPEN_CHARACTERS;
    return endless ? [endlessToolCall(call.block.name ?? '')] : [];
  }

  function close(index: number): ReplyStep[] {
    const closed = open.get(index);
    open.delete(index);
    if (!closed) return [];
    const name = closed.block.name ?? '';
    const text = closed.input.text();
    held -= text.length;
    const input = text.trim() === '' ? (closed.block.input ?? {}) : parseToolInput(text);
    if (input === undefined || name === '') {
      broken.push(name);
      return [];
    }
    return [toolCallStep(callId(closed.block.id ?? undefined, facts.responseId ?? fallbackId), name, input)];
  }

  function stop(stopReason: string): ReplyStep[] {
    reason = stopReason;
    const [name] = broken;
    return name === undefined || fromAnthropicStopReason(stopReason) === 'length' ? [] : [garbledToolCall(name)];
  }

  function finish(): ReplyStep[] | undefined {
    if (reason === undefined) return undefined;
    const told = usage === undefined ? {} : { usage: fromAnthropicUsage(usage) };
    return [{ kind: 'finished', reason: fromAnthropicStopReason(reason), ...told, ...facts }];
  }

  function report(later: AnthropicUsage | null | undefined): void {
    if (later) usage = mergeAnthropicUsage(usage ?? {}, later);
  }

  /** undefined: the event isn't shaped as its type says. */
  function read(type: unknown, value: unknown): ReplyStep[] | undefined {
    switch (type) {
      case 'message_start': {
        const parsed = messageStart.safeParse(value);
        if (!parsed.success) return undefined;
        const { id, model, usage: first } = parsed.data.message;
        facts = { ...(id ? { responseId: id } : {}), ...(model ? { servedModel: model } : {}) };
        report(first);
        return [];
      }
      case 'content_block_start': {
        const parsed = blockStart.safeParse(value);
        return parsed.success ? begin(parsed.data.index, parsed.data.content_block) : undefined;
      }
      case 'content_block_delta': {
        const parsed = blockDelta.safeParse(value);
        return parsed.success ? grow(parsed.data) : undefined;
      }
      case 'content_block_stop': {
        const parsed = blockStop.safeParse(value);
        return parsed.success ? close(parsed.data.index) : undefined;
      }
      case 'message_delta': {
        const parsed = messageDelta.safeParse(value);
        if (!parsed.success) return undefined;
        report(parsed.data.usage);
        const stopReason = parsed.data.delta?.stop_reason;
        return stopReason ? stop(stopReason) : [];
      }
      case 'message_stop':
        return finish() ?? [{ kind: 'fault', fault: 'brokenOff' }];
      case 'error':
        return [readVendorError(value, undefined)];
      // `ping`, and what the vendor may add.
      default:
        return [];
    }
  }

  return {
    /** `name` is the event's own; llama-server's errors have no other type. */
    event(name: string | undefined, value: unknown): readonly ReplyStep[] {
      if (!isJsonObject(value)) return [garbled('an event that is not JSON')];
      const steps = read(name === 'error' ? name : value.type, value);
      return steps ?? [garbled('an event that is not of the Messages protocol')];
    },
    finish,
  };
}
