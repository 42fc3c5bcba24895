import type { ChatMessage, ChatPart, ChatRequest, ImagePart, JsonObject, ToolDefinition } from '../../chat.ts';
import { toBase64 } from '../base64.ts';
import { imagesBesideResults, imagesOf, resultsOf, splitSystem, textsOf } from '../conversation.ts';
import { withoutUndefined } from '../json.ts';
import { toWireSchema } from '../toolSchema.ts';

export interface OllamaDialect {
  /** Tokens of context to load the model with; undefined: the server's default, which cuts longer prompts in silence. */
  readonly contextTokens?: number | undefined;
  /** The model can think; others refuse a request that says anything about it. */
  readonly canThink?: boolean | undefined;
  /** It knows how much to think, and always does; others refuse anything but yes and no. */
  readonly thinkingLevels?: boolean | undefined;
}

/**
 * Body of a streamed `POST /api/chat`. The protocol has no way to demand a tool call, so `toolMode: required` is not
 * passed on. Texts of one message become one string.
 */
export function toOllamaRequest(request: ChatRequest, dialect: OllamaDialect = {}): JsonObject {
  const { system, rest } = splitSystem(request.messages);
  const options = withoutUndefined({
    num_ctx: dialect.contextTokens,
    num_predict: request.maxOutputTokens,
    temperature: request.temperature,
  });
  const systemText = joinTexts(system);
  return withoutUndefined({
    model: request.model,
    messages: [...(systemText === '' ? [] : [{ role: 'system', content: systemText }]), ...toMessages(rest)],
    tools: request.tools.length > 0 ? request.tools.map(toTool) : undefined,
    think: dialect.canThink ? toThink(request.reasoningEffort, dialect.thinkingLevels ?? false) : undefined,
    options: Object.keys(options).length > 0 ? options : undefined,
    stream: true,
  });
}

function toThink(effort: ChatRequest['reasoningEffort'], levels: boolean): boolean | string | undefined {
  if (effort === undefined) return undefined;
  if (levels) return effort === 'none' ? 'low' : effort;
  return effort !== 'none';
}

function toTool({ name, description, inputSchema }: ToolDefinition): JsonObject {
  return { type: 'function', function: { name, description, parameters: toWireSchema(inputSchema) } };
}

function toMessages(messages: readonly ChatMessage[]): JsonObject[] {
  const out: JsonObject[] = [];
  const toolNames = new Map<string, string>();
  let waiting: JsonObject[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      for (const part of message.content) if (part.kind === 'toolCall') toolNames.set(part.callId, part.name);
      out.push(...waiting, toAssistantMessage(message));
      waiting = [];
      continue;
    }
    const results = resultsOf(message.content);
    for (const { callId, content } of results) {
      const texts = textsOf(content);
      const onlyImages = texts.length === 0 && content.length > 0;
      out.push(
        withoutUndefined({
          role: 'tool',
          content: onlyImages ? 'The result is the image below.' : texts.join('\n'),
          tool_name: toolNames.get(callId),
          tool_call_id: callId,
        }),
      );
    }
    const beside = imagesBesideResults(results);
    if (beside.length > 0) waiting.push(toUserMessage(beside));
    const own = message.content.filter((part) => part.kind !== 'toolResult' && part.kind !== 'cacheMark');
    if (own.length > 0 || results.length === 0) waiting.push(toUserMessage(own));
  }
  return [...out, ...waiting];
}

function toUserMessage(parts: readonly ChatPart[]): JsonObject {
  return withoutUndefined({ role: 'user', content: joinTexts(parts), images: toImages(imagesOf(parts)) });
}

function joinTexts(parts: readonly ChatPart[]): string {
  return textsOf(parts)
    .filter((text) => text !== '')
    .join('\n\n');
}

function toImages(images: readonly ImagePart[]): readonly string[] | undefined {
  return images.length > 0 ? images.map((image) => toBase64(image.data)) : undefined;
}

function toAssistantMessage({ content }: ChatMessage): JsonObject {
  const calls = content.filter((part) => part.kind === 'toolCall');
  const thinking = content
    .filter((part) => part.kind === 'thinking')
    .map((part) => part.text)
    .join('');
  return withoutUndefined({
    role: 'assistant',
    content: textsOf(content).join(''),
    thinking: thinking === '' ? undefined : thinking,
    tool_calls:
      calls.length > 0
        ? calls.map(({ callId, name, input }, index) => ({ id: callId, function: { index, name, arguments: input } }))
        : undefined,
  });
}
