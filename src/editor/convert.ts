/** VS Code's chat messages to ours and back. Small total functions: an unknown part is skipped, never an error. */
import * as vscode from 'vscode';
import type { ChatMessage, ChatPart, ImagePart, Json, JsonObject, TextPart, ToolDefinition } from '../core/chat.ts';
import { readThinking } from '../core/thinking.ts';
import { readThinkingPart, SYSTEM_ROLE } from './greyApi.ts';

export function toChatMessages(messages: readonly vscode.LanguageModelChatRequestMessage[]): ChatMessage[] {
  return messages.map((message) => ({
    role: roleOf(message.role),
    content: toChatParts(message.content),
    ...(message.name ? { name: message.name } : {}),
  }));
}

export function toToolDefinitions(tools: readonly vscode.LanguageModelChatTool[] | undefined): ToolDefinition[] {
  return (tools ?? []).map((tool) => ({
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema as JsonObject | undefined,
  }));
}

/** Our messages for a model that VS Code offers. System text goes into a user message: the stable API has no such role. */
export function fromChatMessages(messages: readonly ChatMessage[]): vscode.LanguageModelChatMessage[] {
  return messages.flatMap((message) => {
    const content = message.content.flatMap(fromChatPart);
    if (content.length === 0) return [];
    return message.role === 'assistant'
      ? [vscode.LanguageModelChatMessage.Assistant(content as vscode.LanguageModelTextPart[], message.name)]
      : [vscode.LanguageModelChatMessage.User(content as vscode.LanguageModelTextPart[], message.name)];
  });
}

/** The text of a message or of a bare string, for counting. */
export function textOf(text: string | vscode.LanguageModelChatRequestMessage): string {
  if (typeof text === 'string') return text;
  return toChatParts(text.content).map(partText).join('');
}

/** The text of what a tool returned; a picture is only named. */
export function toolResultText(content: readonly unknown[]): string {
  return content
    .flatMap(toResultPart)
    .map((part) => (part.kind === 'text' ? part.text : `[a picture, ${part.mimeType}]`))
    .join('\n');
}

function roleOf(role: vscode.LanguageModelChatMessageRole): ChatMessage['role'] {
  if (role === vscode.LanguageModelChatMessageRole.Assistant) return 'assistant';
  return (role as number) === SYSTEM_ROLE ? 'system' : 'user';
}

function toChatParts(content: readonly unknown[]): ChatPart[] {
  const shown = content.map(readThinkingPart);
  const thinking = readThinking(shown.filter((part) => part !== undefined)).values();
  return content.flatMap((part, index): readonly ChatPart[] =>
    shown[index] ? (thinking.next().value ?? []) : toChatPart(part),
  );
}

function toChatPart(part: unknown): ChatPart[] {
  if (part instanceof vscode.LanguageModelTextPart) return [{ kind: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart)
    return [{ kind: 'toolCall', callId: part.callId, name: part.name, input: (part.input ?? {}) as JsonObject }];
  if (part instanceof vscode.LanguageModelToolResultPart)
    return [{ kind: 'toolResult', callId: part.callId, content: part.content.flatMap(toResultPart) }];
  return part instanceof vscode.LanguageModelDataPart ? fromData(part) : [];
}

function toResultPart(part: unknown): (TextPart | ImagePart)[] {
  if (part instanceof vscode.LanguageModelTextPart) return [{ kind: 'text', text: part.value }];
  if (part instanceof vscode.LanguageModelPromptTsxPart)
    return [{ kind: 'text', text: promptTsxText(part.value as Json) }];
  if (part instanceof vscode.LanguageModelDataPart)
    return fromData(part).filter((inner) => inner.kind === 'text' || inner.kind === 'image');
  return typeof part === 'string' ? [{ kind: 'text', text: part }] : [];
}

function fromData(part: vscode.LanguageModelDataPart): (TextPart | ImagePart | { readonly kind: 'cacheMark' })[] {
  if (part.mimeType === 'cache_control') return [{ kind: 'cacheMark' }];
  if (part.mimeType.startsWith('image/')) return [{ kind: 'image', mimeType: part.mimeType, data: part.data }];
  if (part.mimeType.startsWith('text/') || part.mimeType.endsWith('json'))
    return [{ kind: 'text', text: new TextDecoder().decode(part.data) }];
  return [];
}

/** The text in a rendered prompt-tsx tree (nodes with `children`, text pieces with `text`), in reading order. */
function promptTsxText(node: Json | undefined): string {
  if (node === null || node === undefined || typeof node !== 'object') return typeof node === 'string' ? node : '';
  if (Array.isArray(node)) return node.map(promptTsxText).join('');
  const { text, node: inner, children } = node as { text?: Json; node?: Json; children?: Json };
  if (typeof text === 'string') return text;
  return promptTsxText(inner) + promptTsxText(children);
}

function fromChatPart(part: ChatPart): object[] {
  switch (part.kind) {
    case 'text':
      return [new vscode.LanguageModelTextPart(part.text)];
    case 'image':
      return [vscode.LanguageModelDataPart.image(part.data, part.mimeType)];
    case 'toolCall':
      return [new vscode.LanguageModelToolCallPart(part.callId, part.name, part.input)];
    case 'toolResult':
      return [
        new vscode.LanguageModelToolResultPart(
          part.callId,
          part.content.flatMap(fromChatPart) as vscode.LanguageModelTextPart[],
        ),
      ];
    case 'thinking':
    case 'cacheMark':
      return [];
  }
}

function partText(part: ChatPart): string {
  switch (part.kind) {
    case 'text':
    case 'thinking':
      return part.text;
    case 'toolCall':
      return part.name + JSON.stringify(part.input);
    case 'toolResult':
      return part.content.map((inner) => (inner.kind === 'text' ? inner.text : '')).join('');
    case 'image':
    case 'cacheMark':
      return '';
  }
}
