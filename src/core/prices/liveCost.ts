import type { NanoCredits } from '../money.ts';
import { cost } from './cost.ts';
import type { Price } from './price.ts';

/** Characters per token of English and code in today's vocabularies; only ever used while a reply still runs. */
const CHARACTERS_PER_TOKEN = 4;

export interface LiveReply {
  /** As counted before the send. */
  readonly inputTokens: number;
  /** Of these, how many the vendor will probably read from its cache. */
  readonly cachedTokens?: number | undefined;
  /** Characters of text, thinking and tool calls that came so far. */
  readonly outputCharacters: number;
  /** Seconds since the request was sent; needed for models on own hardware. */
  readonly seconds?: number | undefined;
}

/** What a reply in progress has cost so far; never falls as it grows. undefined: unknown. */
export function liveCost(
  price: Price | undefined,
  reply: LiveReply,
): { readonly nanoCredits: NanoCredits; readonly confidence: 'estimated' } | undefined {
  const cacheRead = Math.min(reply.cachedTokens ?? 0, reply.inputTokens);
  const text = Math.ceil(reply.outputCharacters / CHARACTERS_PER_TOKEN);
  const usage = { fresh: reply.inputTokens - cacheRead, cacheRead, text };
  const nanoCredits = cost(usage, price, { seconds: reply.seconds });
  return nanoCredits === undefined ? undefined : { nanoCredits, confidence: 'estimated' };
}
