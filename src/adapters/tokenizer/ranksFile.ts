import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { createO200kTokenizer, type O200kTokenizer } from './o200kTokenizer.ts';

/** The build's rank table of o200k_base, beside the bundles. Made by scripts/make-ranks.mjs from js-tiktoken's. */
export const RANKS_FILE_NAME = 'o200k_base.ranks.br';

/**
 * Makes the tokenizer from the build's rank table. Takes some 40 ms of its thread: call it at the first count, in the
 * worker. Throws one clear sentence where the file is missing or damaged.
 */
export function loadO200kTokenizer(ranksFile: URL | string): O200kTokenizer {
  try {
    return createO200kTokenizer(brotliDecompressSync(readFileSync(ranksFile)));
  } catch (cause) {
    throw new Error(
      "Marginal's token table can't be read, so tokens are only estimated. Reinstall the extension to mend it.",
      { cause },
    );
  }
}
