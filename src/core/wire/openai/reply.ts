import * as z from 'zod/mini';
import type { Json, ReplyFinished } from '../../chat.ts';
import { isJsonObject, parseJson } from '../json.ts';
import { createSseReader, garbled, type ReplyReader, type ReplyStep } from '../reply.ts';
import type { ServerSentEvent } from '../sse.ts';
import {
  createCallIds,
  createJsonCollector,
  endlessToolCall,
  garbledToolCall,
  type JsonCollector,
  MOST_CALLS,
  MOST_OPEN_CHARACTERS,
  parseToolInput,
  TOO_MANY_CALLS,
  toolCallStep,
} from '../toolCalls.ts';
import { readVendorError } from '../vendorError.ts';
import { fromOpenAiFinishReason } from './finishReason.ts';
import { billedByOpenRouter, fromOpenAiUsage, openAiUsageSchema } from './usage.ts';

const toolCallSchema = z.object({
  index: z.nullish(z.number()),
  id: z.nullish(z.string()),
  function: z.nullish(
    z.object({
      name: z.nullish(z.string()),
      /** Text by the protocol; some servers send the object itself. */
      arguments: z.nullish(z.union([z.string(), z.record(z.string(), z.unknown())])),
    }),
  ),
});

const deltaSchema = z.object({
  content: z.nullish(z.string()),
  reasoning_content: z.nullish(z.string()),
  reasoning: z.nullish(z.string()),
  refusal: z.nullish(z.string()),
  tool_calls: z.nullish(z.array(toolCallSchema)),
});

const chunkSchema = z.object({
  id: z.nullish(z.string()),
  model: z.nullish(z.string()),
  /** OpenRouter: who ran the model. */
  provider: z.nullish(z.string()),
  choices: z.nullish(
    z.array(
      z.object({
        index: z.nullish(z.number()),
        delta: z.nullish(deltaSchema),
        /** In a reply that isn't streamed. */
        message: z.nullish(deltaSchema),
        finish_reason: z.nullish(z.string()),
      }),
    ),
  ),
  usage: z.nullish(openAiUsageSchema),
  /** llama-server's own times. */
  timings: z.nullish(z.object({ prompt_ms: z.nullish(z.number()), predicted_ms: z.nullish(z.number()) })),
});
type Chunk = z.infer<typeof chunkSchema>;
type Delta = z.infer<typeof deltaSchema>;
type ToolCallDelta = z.infer<typeof toolCallSchema>;

export interface OpenAiReplyOptions {
  /** `usage.cost` is a bill (OpenRouter); elsewhere such a field is nobody's bill and is left out. */
  readonly costIsBilled?: boolean | undefined;
  /** Makes tool-call ids unique where neither call nor reply has an id. */
  readonly fallbackId?: string | undefined;
}

/** Reads a streamed chat completion. A tool call is told as soon as its arguments are whole. */
export function createOpenAiReplyReader(options: OpenAiReplyOptions = {}): ReplyReader {
  const decoder = createChunkDecoder(options);
  return createSseReader({
    event: (event: ServerSentEvent) =>
      event.data === '[DONE]' ? decoder.done() : decoder.chunk(parseJson(event.data)),
    isWhole: (event) => event.data === '[DONE]' || parseJson(event.data) !== undefined,
    finish: decoder.finish,
  });
}

/** Reads a chat completion that came in one piece; ends in `finished` or a fault. */
export function readOpenAiReply(body: unknown, options: OpenAiReplyOptions = {}): readonly ReplyStep[] {
  const decoder = createChunkDecoder(options);
  const steps = decoder.chunk(body as Json);
  return steps.some((step) => step.kind === 'fault') ? steps : [...steps, ...decoder.done()];
}

interface OpenCall {
  readonly index: number | undefined;
  readonly vendorId: string | undefined;
  json: JsonCollector;
  name: string;
  told: boolean;
}

function createChunkDecoder({ costIsBilled = false, fallbackId = '' }: OpenAiReplyOptions) {
  const calls: OpenCall[] = [];
  const callId = createCallIds();
  let reason: string | undefined;
  let facts: Omit<ReplyFinished, 'kind' | 'reason'> = {};
  /** Characters of ids, names and arguments that calls hold. */
  let held = 0;

  /** Which call a delta belongs to: by index, but servers that give every call index 0 or none tell them apart by id. */
  function callOf(delta: ToolCallDelta, position: number, whole: boolean): OpenCall {
    const index = delta.index ?? (whole ? position : undefined);
    const known = index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index);
    const otherId = Boolean(delta.id) && known?.vendorId !== undefined && known.vendorId !== delta.id;
    const sameId = Boolean(delta.id) && known?.vendorId === delta.id;
    const begunAnew = known?.told === true && !sameId && Boolean(delta.function?.name && delta.function.arguments);
    if (known !== undefined && !otherId && !begunAnew) return known;
    const call = { index, vendorId: delta.id || undefined, json: createJsonCollector(), name: '', told: false };
    calls.push(call);
    held += delta.id?.length ?? 0;
    return call;
  }

  function tell(call: OpenCall): ReplyStep {
    call.told = true;
    const text = call.json.text();
    held -= text.length;
    call.json = createJsonCollector();
    const input = parseToolInput(text);
    if (input === undefined || call.name === '') return garbledToolCall(call.name);
    return toolCallStep(callId(call.vendorId, facts.responseId ?? fallbackId), call.name, input);
  }

  function toolCalls(delta: Delta, whole: boolean): ReplyStep[] {
    const steps: ReplyStep[] = [];
    for (const [position, piece] of (delta.tool_calls ?? []).entries()) {
      const call = callOf(piece, position, whole);
      // A name comes whole; servers that repeat it with each piece mean the same call.
      if (piece.function?.name) {
        held += piece.function.name.length - call.name.length;
        call.name = piece.function.name;
      }
      if (calls.length > MOST_CALLS) return [...steps, TOO_MANY_CALLS];
      if (call.told) continue;
      const given = piece.function?.arguments ?? '';
      const text = typeof given === 'string' ? given : JSON.stringify(given);
      held += text.length;
      call.json.push(text);
      if (call.json.isTooLong() || held > MOST_OPEN_CHARACTERS) return [...steps, endlessToolCall(call.name)];
      if (call.json.isComplete() && call.name !== '') steps.push(tell(call));
    }
    return steps;
  }

  function content(delta: Delta, whole: boolean): ReplyStep[] {
    const steps: ReplyStep[] = [];
    const thinking = delta.reasoning_content || delta.reasoning;
    if (thinking) steps.push({ kind: 'thinking', text: thinking });
    const text = delta.content || delta.refusal;
    if (text) steps.push({ kind: 'text', text });
    steps.push(...toolCalls(delta, whole));
    return steps;
  }

  function note(chunk: Chunk): void {
    const { id, model, provider, usage, timings } = chunk;
    const billed = usage && costIsBilled ? billedByOpenRouter(usage) : undefined;
    facts = {
      ...facts,
      ...(id ? { responseId: id } : {}),
      ...(model ? { servedModel: model } : {}),
      ...(provider ? { servedBy: provider } : {}),
      ...(usage ? { usage: fromOpenAiUsage(usage) } : {}),
      ...(billed === undefined ? {} : { billedNanoCredits: billed }),
      ...(timings ? { timings: toTimings(timings) } : {}),
    };
  }

  /** Calls still open when the reply ends: without input if they have no text, cut off if the length was reached. */
  function openCalls(): ReplyStep[] {
    const open = calls.filter((call) => !call.told);
    const cut = reason === 'length' || reason === 'content_filter';
    const usable = cut ? open.filter((call) => call.name !== '' && call.json.isComplete()) : open;
    return usable.map(tell);
  }

  function finish(): ReplyStep[] | undefined {
    if (reason === undefined) return undefined;
    const calledTools = calls.some((call) => call.told);
    return [{ kind: 'finished', reason: fromOpenAiFinishReason(reason, calledTools), ...facts }];
  }

  return {
    chunk(value: Json | undefined): readonly ReplyStep[] {
      if (isJsonObject(value) && value.error) return [readVendorError(value, undefined)];
      const parsed = chunkSchema.safeParse(value);
      if (!parsed.success) return [garbled('an event that is no chat completion')];
      note(parsed.data);
      const choice = parsed.data.choices?.find((candidate) => (candidate.index ?? 0) === 0);
      if (choice === undefined) return [];
      const delta = choice.delta ?? choice.message;
      const steps = delta ? content(delta, !choice.delta) : [];
      if (choice.finish_reason) {
        reason = choice.finish_reason;
        steps.push(...openCalls());
      }
      return steps;
    },
    /** `[DONE]` without a reason before it: the reply is not whole. */
    done: (): readonly ReplyStep[] => finish() ?? [{ kind: 'fault', fault: 'brokenOff' }],
    finish,
  };
}

function toTimings(timings: NonNullable<Chunk['timings']>): NonNullable<ReplyFinished['timings']> {
  return {
    ...(typeof timings.prompt_ms === 'number' ? { prefillMs: timings.prompt_ms } : {}),
    ...(typeof timings.predicted_ms === 'number' ? { decodeMs: timings.predicted_ms } : {}),
  };
}
