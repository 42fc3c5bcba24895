import type { CacheMarkPart, ChatMessage, ChatPart, ImagePart, TextPart, ToolResultPart } from '../chat.ts';

/** The system messages, wherever they stand, as one list of parts, and the other messages in order. */
export function splitSystem(messages: readonly ChatMessage[]): {
  readonly system: readonly (TextPart | CacheMarkPart)[];
  readonly rest: readonly ChatMessage[];
} {
  const system = messages
    .filter((message) => message.role === 'system')
    .flatMap((message) => message.content)
    .filter((part) => part.kind === 'text' || part.kind === 'cacheMark');
  return { system, rest: messages.filter((message) => message.role !== 'system') };
}

export function textsOf(parts: readonly ChatPart[]): readonly string[] {
  return parts.filter((part) => part.kind === 'text').map((part) => part.text);
}

export function resultsOf(parts: readonly ChatPart[]): readonly ToolResultPart[] {
  return parts.filter((part) => part.kind === 'toolResult');
}

export function imagesOf(parts: readonly ChatPart[]): readonly ImagePart[] {
  return parts.filter((part) => part.kind === 'image');
}

/**
 * For vendors whose tool messages hold text only: the images of the results as parts of a user message that follows,
 * each said to belong to its call.
 */
export function imagesBesideResults(results: readonly ToolResultPart[]): readonly (TextPart | ImagePart)[] {
  return results.flatMap((result) => {
    const images = imagesOf(result.content);
    if (images.length === 0) return [];
    const text = `Image returned by the tool call ${result.callId}:`;
    return [{ kind: 'text' as const, text }, ...images];
  });
}
