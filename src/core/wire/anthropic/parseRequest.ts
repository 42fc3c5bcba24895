import * as z from 'zod/mini';
import type { ChatPart, ChatRequest, ImagePart, JsonObject, TextPart } from '../../chat.ts';
import { fromBase64 } from '../base64.ts';
import { type ParsedRequest, requestProblem, toReasoningEffort } from '../parsedRequest.ts';
import { fromWireSchema } from '../toolSchema.ts';

const jsonObject = z.record(z.string(), z.unknown());

const blockFields = {
  type: z.string(),
  text: z.nullish(z.string()),
  source: z.nullish(z.object({ type: z.string(), media_type: z.nullish(z.string()), data: z.nullish(z.string()) })),
  thinking: z.nullish(z.string()),
  signature: z.nullish(z.string()),
  data: z.nullish(z.string()),
  id: z.nullish(z.string()),
  name: z.nullish(z.string()),
  input: z.nullish(jsonObject),
  tool_use_id: z.nullish(z.string()),
  is_error: z.nullish(z.boolean()),
  cache_control: z.nullish(jsonObject),
};
const innerBlockSchema = z.object(blockFields);
const blockSchema = z.object({
  ...blockFields,
  content: z.nullish(z.union([z.string(), z.array(innerBlockSchema)])),
});
type WireBlock = z.infer<typeof blockSchema>;

const requestSchema = z.object({
  model: z.string(),
  max_tokens: z.nullish(z.number()),
  system: z.nullish(z.union([z.string(), z.array(blockSchema)])),
  messages: z.array(
    z.object({
      role: z.enum(['user', 'assistant', 'system']),
      content: z.union([z.string(), z.array(blockSchema)]),
    }),
  ),
  tools: z.nullish(
    z.array(z.object({ name: z.string(), description: z.nullish(z.string()), input_schema: z.nullish(jsonObject) })),
  ),
  tool_choice: z.nullish(z.object({ type: z.string() })),
  temperature: z.nullish(z.number()),
  thinking: z.nullish(z.object({ type: z.string(), budget_tokens: z.nullish(z.number()) })),
  output_config: z.nullish(z.object({ effort: z.nullish(z.string()) })),
  stream: z.nullish(z.boolean()),
});

/** Reads the body of `POST /v1/messages` as a client sends it. Never throws. */
export function parseAnthropicRequest(body: unknown): ParsedRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return requestProblem(parsed.error);
  const wire = parsed.data;
  const messages = [{ role: 'system' as const, content: wire.system ?? [] }, ...wire.messages].map((message) => ({
    role: message.role,
    content: typeof message.content === 'string' ? fromText(message.content) : message.content.map(fromBlock),
  }));
  const flat = messages.map((message) => ({ ...message, content: message.content.flat() }));
  const problem = flat.flatMap((message) => message.content).find((part) => typeof part === 'string');
  if (problem !== undefined) return { ok: false, problem };
  const choice = wire.tool_choice?.type;
  const request: ChatRequest = {
    model: wire.model,
    messages: flat
      .map((message) => ({ ...message, content: message.content.filter((part) => typeof part !== 'string') }))
      .filter((message) => message.role !== 'system' || message.content.length > 0),
    tools:
      choice === 'none'
        ? []
        : (wire.tools ?? []).map((tool) => ({
            name: tool.name,
            description: tool.description ?? '',
            inputSchema: fromWireSchema(tool.input_schema),
          })),
    toolMode: choice === 'any' || choice === 'tool' ? 'required' : 'auto',
    maxOutputTokens: wire.max_tokens ?? undefined,
    temperature: wire.temperature ?? undefined,
    reasoningEffort: fromThinking(wire.thinking, wire.output_config?.effort),
  };
  return { ok: true, request, stream: wire.stream ?? false };
}

function fromThinking(
  thinking: { type: string; budget_tokens?: number | null | undefined } | null | undefined,
  effort: string | null | undefined,
): ChatRequest['reasoningEffort'] {
  if (thinking?.type === 'disabled') return 'none';
  if (thinking?.type !== 'enabled') return toReasoningEffort(effort);
  const budget = thinking.budget_tokens ?? 0;
  if (budget <= 2048) return 'low';
  return budget <= 8192 ? 'medium' : 'high';
}

function fromText(text: string): readonly (readonly (ChatPart | string)[])[] {
  return text === '' ? [] : [[{ kind: 'text', text }]];
}

/** The parts of a block, or a sentence on what is wrong with it. */
function fromBlock(block: WireBlock): readonly (ChatPart | string)[] {
  const part = fromBlockAlone(block);
  return block.cache_control ? [part, { kind: 'cacheMark' }] : [part];
}

function fromBlockAlone(block: WireBlock): ChatPart | string {
  switch (block.type) {
    case 'text':
    case 'image':
      return fromPlainBlock(block);
    case 'thinking':
      return {
        kind: 'thinking',
        text: block.thinking ?? '',
        ...(block.signature ? { signature: block.signature } : {}),
      };
    case 'redacted_thinking':
      return { kind: 'thinking', text: '', redacted: block.data ?? '' };
    case 'tool_use':
      if (!block.id || !block.name) return 'A tool_use block lacks its id or name.';
      return { kind: 'toolCall', callId: block.id, name: block.name, input: (block.input ?? {}) as JsonObject };
    case 'tool_result': {
      if (!block.tool_use_id) return 'A tool_result block lacks its tool_use_id.';
      const content =
        typeof block.content === 'string'
          ? [{ kind: 'text' as const, text: block.content }]
          : (block.content ?? []).map(fromPlainBlock);
      const problem = content.find((part) => typeof part === 'string');
      if (problem !== undefined) return problem;
      return {
        kind: 'toolResult',
        callId: block.tool_use_id,
        content: content.filter((part) => typeof part !== 'string'),
        ...(block.is_error ? { isError: true } : {}),
      };
    }
    default:
      return `Content of the type ${block.type} is not supported.`;
  }
}

function fromPlainBlock(block: z.infer<typeof innerBlockSchema>): TextPart | ImagePart | string {
  if (block.type === 'text') return { kind: 'text', text: block.text ?? '' };
  if (block.type !== 'image') return `Content of the type ${block.type} is not supported.`;
  const data = block.source?.type === 'base64' ? fromBase64(block.source.data ?? '') : undefined;
  if (data === undefined) return 'Images are taken in base64 only.';
  return { kind: 'image', mimeType: block.source?.media_type ?? 'image/png', data };
}
