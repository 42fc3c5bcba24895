import * as z from 'zod/mini';
import type { ChatMessage, ChatPart, ChatRequest, JsonObject } from '../../chat.ts';
import { fromBase64, imageTypeOf } from '../base64.ts';
import { type ParsedRequest, requestProblem, toReasoningEffort } from '../parsedRequest.ts';
import { fromWireSchema } from '../toolSchema.ts';

const jsonObject = z.record(z.string(), z.unknown());

const messageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.nullish(z.string()),
  thinking: z.nullish(z.string()),
  images: z.nullish(z.array(z.string())),
  tool_calls: z.nullish(
    z.array(z.object({ id: z.nullish(z.string()), function: z.object({ name: z.string(), arguments: jsonObject }) })),
  ),
  tool_name: z.nullish(z.string()),
  tool_call_id: z.nullish(z.string()),
});

const requestSchema = z.object({
  model: z.string(),
  messages: z.nullish(z.array(messageSchema)),
  tools: z.nullish(
    z.array(
      z.object({
        function: z.object({
          name: z.string(),
          description: z.nullish(z.string()),
          parameters: z.nullish(jsonObject),
        }),
      }),
    ),
  ),
  think: z.nullish(z.union([z.boolean(), z.string()])),
  options: z.nullish(z.object({ num_predict: z.nullish(z.number()), temperature: z.nullish(z.number()) })),
  stream: z.nullish(z.boolean()),
});

/** Reads the body of `POST /api/chat` as a client sends it. Ids that the client leaves out are made up from positions. Never throws. */
export function parseOllamaRequest(body: unknown): ParsedRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return requestProblem(parsed.error);
  const wire = parsed.data;
  const messages: ChatMessage[] = [];
  /** Calls without a result yet, for results that name their tool only. */
  const waiting: { callId: string; name: string }[] = [];
  for (const [position, message] of (wire.messages ?? []).entries()) {
    const content: ChatPart[] = [];
    const images = (message.images ?? []).map(fromBase64);
    if (images.includes(undefined)) return { ok: false, problem: 'Images are taken in base64 only.' };
    if (message.role === 'tool') {
      const match = waiting.findIndex(
        (call) =>
          call.callId === message.tool_call_id || (!message.tool_call_id && matches(call.name, message.tool_name)),
      );
      const [call] = match === -1 ? [] : waiting.splice(match, 1);
      const callId = message.tool_call_id ?? call?.callId ?? `call_${position}`;
      const text = message.content ?? '';
      content.push({ kind: 'toolResult', callId, content: text === '' ? [] : [{ kind: 'text', text }] });
    } else {
      if (message.role === 'assistant' && message.thinking) content.push({ kind: 'thinking', text: message.thinking });
      if (message.content) content.push({ kind: 'text', text: message.content });
    }
    for (const data of images) {
      if (data) content.push({ kind: 'image', mimeType: imageTypeOf(data) ?? 'image/png', data });
    }
    for (const [index, call] of (message.tool_calls ?? []).entries()) {
      const callId = call.id || `call_${position}_${index}`;
      const { name } = call.function;
      waiting.push({ callId, name });
      content.push({ kind: 'toolCall', callId, name, input: call.function.arguments as JsonObject });
    }
    const previous = messages.at(-1);
    // Results of parallel calls are one message of ours.
    if (
      message.role === 'tool' &&
      previous?.content.length &&
      previous.content.every((part) => part.kind === 'toolResult')
    ) {
      messages[messages.length - 1] = { ...previous, content: [...previous.content, ...content] };
    } else messages.push({ role: message.role === 'tool' ? 'user' : message.role, content });
  }
  const request: ChatRequest = {
    model: wire.model,
    messages,
    tools: (wire.tools ?? []).map((tool) => ({
      name: tool.function.name,
      description: tool.function.description ?? '',
      inputSchema: fromWireSchema(tool.function.parameters),
    })),
    toolMode: 'auto',
    maxOutputTokens: wire.options?.num_predict ?? undefined,
    temperature: wire.options?.temperature ?? undefined,
    reasoningEffort:
      wire.think === false ? 'none' : toReasoningEffort(typeof wire.think === 'string' ? wire.think : undefined),
  };
  // Ollama streams unless it is told not to.
  return { ok: true, request, stream: wire.stream ?? true };
}

function matches(name: string, toolName: string | null | undefined): boolean {
  return !toolName || toolName === name;
}
