import { hash } from 'node:crypto';
import type { Tokenizer } from '../../ports.ts';

export interface CountCacheOptions {
  /** Counts kept; the one unused for longest goes first. */
  readonly maximumEntries: number;
  /** Texts of fewer UTF-16 units are counted each time: that is faster than looking them up. */
  readonly shortestCached: number;
}

/** Some 1.5 MB at most: room for the messages of many sessions. */
const DEFAULT_OPTIONS: CountCacheOptions = { maximumEntries: 10_000, shortestCached: 512 };

/**
 * A tokenizer that remembers counts by the hash of the text, so that an agent that sends its growing context again has
 * only its new messages counted. It keeps no text.
 */
export function cacheCounts(tokenizer: Tokenizer, options: CountCacheOptions = DEFAULT_OPTIONS): Tokenizer {
  /** In order of last use. */
  const counts = new Map<string, number>();
  return {
    encoding: tokenizer.encoding,
    count(text) {
      if (text.length < options.shortestCached) return tokenizer.count(text);
      const key = hash('sha256', text, 'base64');
      const known = counts.get(key);
      if (known !== undefined) counts.delete(key);
      const count = known ?? tokenizer.count(text);
      counts.set(key, count);
      if (counts.size > options.maximumEntries) counts.delete(counts.keys().next().value as string);
      return count;
    },
  };
}
