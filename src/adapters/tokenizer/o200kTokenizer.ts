import type { Tokenizer } from '../../ports.ts';
import { createPieceMerger } from './pieceMerger.ts';
import { pieceEnd } from './pieceScanner.ts';
import { extendHash, NO_RANK, readRanks } from './rankTable.ts';

export interface O200kTokenizer extends Tokenizer {
  /** The token ids of a text; `count` is their number. */
  encode(text: string): number[];
}

/** UTF-8 takes at most this many bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** Texts that fit into a buffer of this size share one; a larger text gets its own and gives it back. */
const SHARED_BUFFER_BYTES = 1 << 20;

/**
 * The o200k_base encoding of the GPT-4o, GPT-4.1, GPT-5, o-series and gpt-oss models, with js-tiktoken's ranks and its
 * splitting rule, hence its ids. Exact, in time linear in the text but for a logarithm in the number of distinct merges.
 * Special tokens don't exist here: `<|endoftext|>` is text. A lone surrogate counts as U+FFFD, as everywhere.
 *
 * @param packedRanks the vocabulary as `readRanks` takes it. @throws where it is damaged; nothing else here throws.
 */
export function createO200kTokenizer(packedRanks: Uint8Array): O200kTokenizer {
  const table = readRanks(packedRanks);
  const merger = createPieceMerger(table);
  const encoder = new TextEncoder();
  const shared = new Uint8Array(SHARED_BUFFER_BYTES);

  function walk(text: string, ids: number[] | undefined): number {
    const bytesNeeded = text.length * BYTES_PER_UNIT;
    const bytes = bytesNeeded <= shared.length ? shared : new Uint8Array(bytesNeeded);
    const end = encoder.encodeInto(text, bytes).written;
    let tokens = 0;
    let start = 0;
    while (start < end) {
      const next = pieceEnd(bytes, start, end);
      const rank = rankOfPiece(bytes, start, next);
      if (rank === NO_RANK) tokens += merger.merge(bytes, start, next, ids);
      else {
        tokens++;
        if (ids) ids.push(rank);
      }
      start = next;
    }
    return tokens;
  }

  function rankOfPiece(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > table.longest) return NO_RANK;
    let hash = 0;
    for (let position = start; position < end; position++) hash = extendHash(hash, bytes[position] as number);
    return table.find(bytes, start, end, hash);
  }

  return {
    encoding: 'o200k_base',
    count: (text) => walk(text, undefined),
    encode(text) {
      const ids: number[] = [];
      walk(text, ids);
      return ids;
    },
  };
}
