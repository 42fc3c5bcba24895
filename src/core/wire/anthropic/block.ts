import type { Json } from '../../chat.ts';

/** A content block or a tool on its way into a request. */
export type Block = { type: string; [field: string]: Json };

/** Messages of one role in a row. */
export interface WireTurn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/** Stands where the caller marked the end of a stable prefix; never sent. */
export const CACHE_MARK: Block = { type: 'cacheMark' };
