import type { ChatMessage, ChatPart, ChatRequest, JsonObject, ToolDefinition } from '../../chat.ts';
import { toBase64 } from '../base64.ts';
import { splitSystem } from '../conversation.ts';
import { withoutUndefined } from '../json.ts';
import { toWireSchema } from '../toolSchema.ts';
import { type Block, CACHE_MARK, type WireTurn } from './block.ts';
import { placeCacheMarks } from './cacheMarks.ts';

/** What a model takes; see its entry in `GET /v1/models`. */
export interface AnthropicDialect {
  /** Output limit where the request sets none; the vendor demands one. */
  readonly maxOutputTokens?: number | undefined;
  /**
   * How the model is asked to think: `adaptive` with an effort, or `budget` in tokens. undefined: it isn't asked.
   */
  readonly thinking?: 'adaptive' | 'budget' | undefined;
  /** The model can be told not to think. */
  readonly canDisableThinking?: boolean | undefined;
}

/** Where neither the request nor the model says. */
export const DEFAULT_OUTPUT_TOKENS = 8192;

/**
 * Body of a streamed `POST /v1/messages`. Messages of one role in a row become one; blank texts, which the vendor
 * refuses, and thinking of other vendors, which lacks a signature, are left out.
 */
export function toAnthropicRequest(request: ChatRequest, dialect: AnthropicDialect = {}): JsonObject {
  const { system, rest } = splitSystem(request.messages);
  const marked = placeCacheMarks({
    tools: request.tools.map(toTool),
    system: toBlocks(system),
    turns: toTurns(rest),
  });
  const maxTokens = request.maxOutputTokens ?? dialect.maxOutputTokens ?? DEFAULT_OUTPUT_TOKENS;
  const forced = marked.tools.length > 0 && request.toolMode === 'required';
  const thinking = toThinking(
    request.reasoningEffort,
    forced || lacksThinking(marked.turns, dialect),
    maxTokens,
    dialect,
  );
  const thinks = thinking.thinking !== undefined && request.reasoningEffort !== 'none';
  return withoutUndefined({
    model: request.model,
    max_tokens: maxTokens,
    system: marked.system.length > 0 ? marked.system : undefined,
    messages: marked.turns,
    tools: marked.tools.length > 0 ? marked.tools : undefined,
    tool_choice: forced ? { type: 'any' } : undefined,
    // With thinking the vendor takes its own temperature only.
    temperature: thinks ? undefined : request.temperature,
    ...thinking,
    stream: true,
  });
}

/** Thinking budgets in tokens for models that take no effort. */
const BUDGETS = { low: 2048, medium: 8192, high: 16_384 };
const SMALLEST_BUDGET = 1024;

function toThinking(
  effort: ChatRequest['reasoningEffort'],
  forced: boolean,
  maxTokens: number,
  dialect: AnthropicDialect,
): { thinking?: JsonObject; output_config?: JsonObject } {
  if (effort === undefined) return {};
  if (effort === 'none') return dialect.canDisableThinking ? { thinking: { type: 'disabled' } } : {};
  // The vendor doesn't let a model think that must call a tool, or that called one without having thought.
  if (forced) return {};
  // Newer models show nothing of their thinking unless asked.
  if (dialect.thinking === 'adaptive')
    return { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort } };
  const budget = Math.min(BUDGETS[effort], Math.floor(maxTokens / 2));
  if (dialect.thinking !== 'budget' || budget < SMALLEST_BUDGET) return {};
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** Results are given back for calls that were made without thinking (by another model, say): budgets aren't taken then. */
function lacksThinking(turns: readonly WireTurn[], { thinking }: AnthropicDialect): boolean {
  const [called, results] = turns.slice(-2);
  if (thinking !== 'budget' || !results?.content.some(({ type }) => type === 'tool_result')) return false;
  const first = called?.content.find((block) => block !== CACHE_MARK)?.type;
  return first !== 'thinking' && first !== 'redacted_thinking';
}

function toTool({ name, description, inputSchema }: ToolDefinition): Block {
  return { type: 'custom', name, description, input_schema: toWireSchema(inputSchema) };
}

function toTurns(messages: readonly ChatMessage[]): readonly WireTurn[] {
  const turns: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = toBlocks(message.content);
    const last = turns.at(-1);
    // A message without content is left out; its mark holds for what stands before it.
    const isEmpty = blocks.every((block) => block === CACHE_MARK);
    if (last !== undefined && (isEmpty || last.role === role)) last.content.push(...blocks);
    else if (!isEmpty) turns.push({ role, content: blocks });
  }
  return turns.map((turn) => (turn.role === 'user' ? { ...turn, content: resultsFirst(turn.content) } : turn));
}

/** The vendor wants results of tools before anything else in their message. A mark keeps to the block before it. */
function resultsFirst(blocks: readonly Block[]): readonly Block[] {
  const results: Block[] = [];
  const others: Block[] = [];
  let list = others;
  for (const block of blocks) {
    if (block !== CACHE_MARK) list = block.type === 'tool_result' ? results : others;
    list.push(block);
  }
  return [...results, ...others];
}

function toBlocks(parts: readonly ChatPart[]): Block[] {
  return parts.flatMap((part) => toBlock(part) ?? []);
}

function toBlock(part: ChatPart): Block | undefined {
  switch (part.kind) {
    case 'text':
      return part.text.trim() === '' ? undefined : { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image',
        source: { type: 'base64', media_type: part.mimeType, data: toBase64(part.data) },
      };
    case 'thinking':
      if (part.redacted !== undefined) return { type: 'redacted_thinking', data: part.redacted };
      if (part.signature === undefined) return undefined;
      return { type: 'thinking', thinking: part.text, signature: part.signature };
    case 'toolCall':
      return { type: 'tool_use', id: toCallId(part.callId), name: part.name, input: part.input };
    case 'toolResult': {
      const content = toBlocks(part.content);
      return {
        type: 'tool_result',
        tool_use_id: toCallId(part.callId),
        ...(content.length > 0 ? { content } : {}),
        ...(part.isError ? { is_error: true } : {}),
      };
    }
    case 'cacheMark':
      return CACHE_MARK;
  }
}

/** Ids of other vendors may hold characters that this one refuses. */
function toCallId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_');
}
