import { cacheCounts } from '../adapters/tokenizer/countCache.ts';
import { loadO200kTokenizer } from '../adapters/tokenizer/ranksFile.ts';
import { createTokenCounting, type TokenCounting } from '../app/countTokens.ts';
import type { Clock } from '../ports.ts';

export interface TokenCounterParts {
  /** The tokenizer's rank table. */
  readonly ranks: string;
  readonly clock: Clock;
  readonly onTrouble: (sentence: string) => void;
  /** As it was kept. */
  readonly calibration: unknown;
}

/** Counts tokens by the packed tokenizer, which is loaded at the first count. */
export function tokenCounter({ ranks, ...parts }: TokenCounterParts): TokenCounting {
  return createTokenCounting({ ...parts, loadTokenizer: () => cacheCounts(loadO200kTokenizer(ranks)) });
}
