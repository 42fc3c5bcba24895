/**
 * Thinking that went through VS Code's chat and comes back with a later request. The chat joins the texts of a reply's
 * thinking parts and keeps the metadata of the last part that has any, but Anthropic takes its thinking back only block
 * by block, to the letter. So each part that ends a block carries all blocks of the reply up to there in its metadata.
 */
import * as z from 'zod/mini';
import type { ReplyPart, ThinkingPart } from './chat.ts';
import { createTextPieces } from './textPieces.ts';
import { MOST_REPLY_CHARACTERS } from './wire/reply.ts';

/** A part of the chat that shows as thinking. */
export interface ShownThinking {
  readonly text: string;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Unlike any other provider's: signatures of another vendor's models are refused. */
const BLOCKS = 'marginalThinking';

const blocksSchema = z.array(
  z.union([z.object({ text: z.string(), signature: z.string() }), z.object({ redacted: z.string() })]),
);
type Block = z.infer<typeof blocksSchema>[number];

/** Turns the thinking of one reply into parts for the chat. Thinking that is not signed has no metadata. */
export function createThinkingWriter(): (part: Extract<ReplyPart, { kind: 'thinking' }>) => ShownThinking {
  const blocks: Block[] = [];
  let open = createTextPieces(MOST_REPLY_CHARACTERS);
  return ({ text, signature, redacted }) => {
    open.push(text);
    if (redacted !== undefined) blocks.push({ redacted });
    else if (signature !== undefined) {
      blocks.push({ text: open.text(), signature });
      open = createTextPieces(MOST_REPLY_CHARACTERS);
    } else return { text };
    return { text, metadata: { [BLOCKS]: [...blocks] } };
  };
}

/**
 * The thinking that each of a message's parts stands for, in their order: the blocks where they are told, each once,
 * else the text as it is.
 */
export function readThinking(parts: readonly ShownThinking[]): readonly (readonly ThinkingPart[])[] {
  const told = parts.map(({ metadata }) => blocksSchema.safeParse(metadata?.[BLOCKS]).data ?? []);
  const signed = told.some((blocks) => blocks.length > 0);
  let known = 0;
  return parts.map(({ text }, index): readonly ThinkingPart[] => {
    if (!signed) return [{ kind: 'thinking', text }];
    const later = (told[index] ?? []).slice(known);
    known += later.length;
    return later.map((block) =>
      'redacted' in block
        ? { kind: 'thinking', text: '', redacted: block.redacted }
        : { kind: 'thinking', text: block.text, signature: block.signature },
    );
  });
}
