import * as z from 'zod/mini';
import type { CacheMarkPart, ChatMessage, ChatPart, ChatRequest, ImagePart, TextPart } from '../../chat.ts';
import { fromDataUrl } from '../base64.ts';
import { type ParsedRequest, requestProblem, toReasoningEffort } from '../parsedRequest.ts';
import { parseToolInput } from '../toolCalls.ts';
import { fromWireSchema } from '../toolSchema.ts';

const jsonObject = z.record(z.string(), z.unknown());

const contentPartSchema = z.object({
  type: z.string(),
  text: z.nullish(z.string()),
  image_url: z.nullish(z.union([z.string(), z.object({ url: z.string() })])),
  cache_control: z.nullish(jsonObject),
});

const messageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.nullish(z.union([z.string(), z.array(contentPartSchema)])),
  name: z.nullish(z.string()),
  tool_call_id: z.nullish(z.string()),
  reasoning_content: z.nullish(z.string()),
  reasoning: z.nullish(z.string()),
  tool_calls: z.nullish(
    z.array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })),
  ),
});

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(messageSchema),
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
  tool_choice: z.nullish(z.union([z.string(), jsonObject])),
  max_tokens: z.nullish(z.number()),
  max_completion_tokens: z.nullish(z.number()),
  temperature: z.nullish(z.number()),
  reasoning_effort: z.nullish(z.string()),
  stream: z.nullish(z.boolean()),
});

type WireMessage = z.infer<typeof messageSchema>;

/** Reads the body of `POST /chat/completions` as a client sends it. Never throws. */
export function parseOpenAiRequest(body: unknown): ParsedRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) return requestProblem(parsed.error);
  const wire = parsed.data;
  const messages: ChatMessage[] = [];
  for (const message of wire.messages) {
    const content = fromMessage(message);
    if (typeof content === 'string') return { ok: false, problem: content };
    const previous = messages.at(-1);
    // Results of parallel calls are one message of ours.
    if (
      message.role === 'tool' &&
      previous?.content.length &&
      previous.content.every((part) => part.kind === 'toolResult')
    ) {
      messages[messages.length - 1] = { ...previous, content: [...previous.content, ...content] };
    } else messages.push({ role: ROLES[message.role], content, ...(message.name ? { name: message.name } : {}) });
  }
  const choice = wire.tool_choice;
  const request: ChatRequest = {
    model: wire.model,
    messages,
    tools:
      choice === 'none'
        ? []
        : (wire.tools ?? []).map((tool) => ({
            name: tool.function.name,
            description: tool.function.description ?? '',
            inputSchema: fromWireSchema(tool.function.parameters),
          })),
    toolMode: choice === 'required' || typeof choice === 'object' ? (choice === null ? 'auto' : 'required') : 'auto',
    maxOutputTokens: wire.max_completion_tokens ?? wire.max_tokens ?? undefined,
    temperature: wire.temperature ?? undefined,
    reasoningEffort: toReasoningEffort(wire.reasoning_effort),
  };
  return { ok: true, request, stream: wire.stream ?? false };
}

const ROLES = { system: 'system', developer: 'system', user: 'user', assistant: 'assistant', tool: 'user' } as const;

/** The parts, or a sentence on what is wrong. */
function fromMessage(message: WireMessage): readonly ChatPart[] | string {
  const content = fromContent(message.content);
  if (typeof content === 'string') return content;
  if (message.role === 'tool') {
    if (!message.tool_call_id) return 'A tool message lacks its tool_call_id.';
    return [{ kind: 'toolResult', callId: message.tool_call_id, content: content.filter(isResultPart) }];
  }
  const parts: ChatPart[] = [];
  const thinking = message.reasoning_content ?? message.reasoning;
  if (message.role === 'assistant' && thinking) parts.push({ kind: 'thinking', text: thinking });
  parts.push(...content);
  for (const call of message.tool_calls ?? []) {
    const input = parseToolInput(call.function.arguments);
    if (input === undefined) return `The arguments of the tool call ${call.function.name} are not a JSON object.`;
    parts.push({ kind: 'toolCall', callId: call.id, name: call.function.name, input });
  }
  return parts;
}

function isResultPart(part: TextPart | ImagePart | CacheMarkPart): part is TextPart | ImagePart {
  return part.kind !== 'cacheMark';
}

function fromContent(content: WireMessage['content']): readonly (TextPart | ImagePart | CacheMarkPart)[] | string {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  const parts: (TextPart | ImagePart | CacheMarkPart)[] = [];
  for (const part of content ?? []) {
    if (part.type === 'text') parts.push({ kind: 'text', text: part.text ?? '' });
    else if (part.type === 'image_url') {
      const url = typeof part.image_url === 'string' ? part.image_url : part.image_url?.url;
      const image = fromDataUrl(url ?? '');
      if (image === undefined) return 'Images are taken as base64 data URLs only.';
      parts.push({ kind: 'image', ...image });
    } else return `Content of the type ${part.type} is not supported.`;
    if (part.cache_control) parts.push({ kind: 'cacheMark' });
  }
  return parts;
}
