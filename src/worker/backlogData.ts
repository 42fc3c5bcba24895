import type { BacklogPortion } from '../adapters/tail/backlog.ts';
import type { LocalCost, PriceOverride } from '../core/prices/price.ts';

/** What the thread is given when it starts. */
export interface BacklogThreadData {
  /** The price lists' file, and what else decides a price. */
  readonly prices: string;
  readonly overrides: readonly PriceOverride[];
  readonly localCost: LocalCost;
  /** Memory for packs, to be used in turns, and of each whether it is FULL. */
  readonly packs: readonly SharedArrayBuffer[];
  readonly states: SharedArrayBuffer;
}

/** What it tells; `pack` is the number of the memory that holds the events. */
export interface BacklogMessage extends BacklogPortion {
  readonly pack: number;
}

/** States of a pack's memory. */
export const FREE = 0;
export const FULL = 1;

/** A message as JSON: that takes a fraction of the time of having its hundreds of small lists copied. Both know the memory. */
export function messageText({ packed: { memory: _, ...packed }, ...rest }: BacklogMessage): string {
  return JSON.stringify({ ...rest, packed });
}

/** `packs`: as the thread was given them. */
export function readMessage(text: string, packs: BacklogThreadData['packs']): BacklogMessage {
  const message = JSON.parse(text) as BacklogMessage;
  const memory = packs[message.pack];
  if (!memory) throw new Error('A message of the backlog’s thread names a pack that isn’t there.');
  return { ...message, packed: { ...message.packed, memory } };
}
