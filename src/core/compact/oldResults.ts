import type { ChatMessage, ChatPart, ToolResultPart } from '../chat.ts';
import { wholeNumber } from '../wholeNumber.ts';

/** Replies whose results stay as they are. */
const KEPT_REPLIES = 4;
/** A shorter result is not worth a digest. */
const SHORTEST_CUT = 600;
const KEPT_CHARACTERS = 200;

/**
 * A conversation whose old tool results are cut to their beginning, with a word of how much is missing. No message and no
 * part goes: a call is never parted from its result, and the person's words stay. Twice is as once.
 */
export function compacted(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const replies = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  const recent = replies.at(-KEPT_REPLIES) ?? 0;
  return messages.map((message, index) =>
    index >= recent ? message : { ...message, content: message.content.map(shortPart) },
  );
}

function shortPart(part: ChatPart): ChatPart {
  return part.kind === 'toolResult' ? { ...part, content: part.content.map(shortContent) } : part;
}

function shortContent(content: ToolResultPart['content'][number]): ToolResultPart['content'][number] {
  if (content.kind === 'image')
    return { kind: 'text', text: '[a picture was here; call the tool again if you need it]' };
  if (content.text.length < SHORTEST_CUT) return content;
  const left = wholeNumber(content.text.length - KEPT_CHARACTERS);
  return {
    kind: 'text',
    text: `${content.text.slice(0, KEPT_CHARACTERS)}\n[…${left} characters were dropped; call the tool again if you need them]`,
  };
}
