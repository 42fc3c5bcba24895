import type { ChatMessage, ChatPart, ChatRequest, Json, JsonObject, TextPart, ToolDefinition } from '../../chat.ts';
import { toDataUrl } from '../base64.ts';
import { imagesBesideResults, resultsOf, splitSystem, textsOf } from '../conversation.ts';
import { withoutUndefined } from '../json.ts';
import { toWireSchema } from '../toolSchema.ts';
import { toOpenAiEffort } from './effort.ts';

/** What differs between the vendors that speak chat completions. */
export interface OpenAiDialect {
  /** Whose server it is; undefined: not known. Decides how a model is told how much to think. */
  readonly provider?: string | undefined;
  /** OpenAI's own models refuse `max_tokens`; most other servers know only that. */
  readonly outputLimitField?: 'max_tokens' | 'max_completion_tokens' | undefined;
  /** Where thinking of earlier turns is given back; undefined: not sent, as OpenAI and Mistral refuse unknown fields. */
  readonly thinkingField?: 'reasoning_content' | 'reasoning' | undefined;
  /** OpenRouter passes cache marks on to vendors that need them. */
  readonly cacheMarks?: boolean | undefined;
}

/** Body of a streamed `POST /chat/completions`. System messages come first, wherever they stood. */
export function toOpenAiRequest(request: ChatRequest, dialect: OpenAiDialect = {}): JsonObject {
  const { system, rest } = splitSystem(request.messages);
  const offersTools = request.tools.length > 0;
  const systemContent = toContent(system, dialect);
  return withoutUndefined({
    model: request.model,
    messages: [
      ...(systemContent === '' ? [] : [{ role: 'system', content: systemContent }]),
      ...toMessages(rest, dialect),
    ],
    tools: offersTools ? request.tools.map(toTool) : undefined,
    tool_choice: offersTools && request.toolMode === 'required' ? 'required' : undefined,
    [dialect.outputLimitField ?? 'max_tokens']: request.maxOutputTokens,
    temperature: request.temperature,
    reasoning_effort: toOpenAiEffort(dialect.provider, request.model, request.reasoningEffort, offersTools),
    stream: true,
    stream_options: { include_usage: true },
  });
}

function toTool({ name, description, inputSchema }: ToolDefinition): JsonObject {
  return { type: 'function', function: { name, description, parameters: toWireSchema(inputSchema) } };
}

/** Tool results must follow their calls at once, so they go before what else the user's messages of a turn hold. */
function toMessages(messages: readonly ChatMessage[], dialect: OpenAiDialect): JsonObject[] {
  const out: JsonObject[] = [];
  let waiting: JsonObject[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      out.push(...waiting, toAssistantMessage(message, dialect));
      waiting = [];
      continue;
    }
    const results = resultsOf(message.content);
    out.push(...results.map((result) => toToolMessage(result.callId, result.content, dialect)));
    const beside = imagesBesideResults(results);
    if (beside.length > 0) waiting.push({ role: 'user', content: toContent(beside, dialect) });
    const own = message.content.filter((part) => part.kind !== 'toolResult');
    const onlyMarks = own.every((part) => part.kind === 'cacheMark');
    if (!(onlyMarks && results.length > 0)) {
      waiting.push(withoutUndefined({ role: 'user', content: toContent(own, dialect), name: toName(message.name) }));
    }
  }
  return [...out, ...waiting];
}

function toToolMessage(callId: string, content: readonly ChatPart[], dialect: OpenAiDialect): JsonObject {
  const texts = content.filter((part) => part.kind === 'text');
  const onlyImages = texts.length === 0 && content.length > 0;
  const said: readonly TextPart[] = onlyImages ? [{ kind: 'text', text: 'The result is the image below.' }] : texts;
  return { role: 'tool', tool_call_id: callId, content: toContent(said, dialect) };
}

function toAssistantMessage({ content, name }: ChatMessage, dialect: OpenAiDialect): JsonObject {
  const text = textsOf(content).join('');
  const calls = content.filter((part) => part.kind === 'toolCall');
  const thinking = content
    .filter((part) => part.kind === 'thinking')
    .map((part) => part.text)
    .join('');
  const { thinkingField } = dialect;
  return withoutUndefined({
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    name: toName(name),
    ...(thinkingField !== undefined && thinking !== '' ? { [thinkingField]: thinking } : {}),
    tool_calls:
      calls.length > 0
        ? calls.map((call) => ({
            id: call.callId,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.input) },
          }))
        : undefined,
  });
}

/** A lone text is a string, which every server takes; several parts are a list. */
function toContent(parts: readonly ChatPart[], dialect: OpenAiDialect): Json {
  const list: { type: string; [field: string]: Json }[] = [];
  for (const part of parts) {
    if (part.kind === 'text' && part.text !== '') list.push({ type: 'text', text: part.text });
    if (part.kind === 'image')
      list.push({ type: 'image_url', image_url: { url: toDataUrl(part.mimeType, part.data) } });
    const last = list.at(-1);
    if (part.kind === 'cacheMark' && dialect.cacheMarks && last) last.cache_control = { type: 'ephemeral' };
  }
  const [only] = list;
  if (only === undefined) return '';
  return list.length === 1 && only.type === 'text' && !only.cache_control ? (only.text ?? '') : list;
}

/** OpenAI takes no spaces and no `<|\/>` in names. */
function toName(name: string | undefined): string | undefined {
  return name?.replace(/[\s<|\\/>]/g, '_').slice(0, 64) || undefined;
}
