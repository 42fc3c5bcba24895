import type { Tokenizer } from '../../ports.ts';
import { createPieceCache } from './pieceCache.ts';
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
/** Stands behind the last byte, so that the loops over letters end there without asking. */
const SENTINEL = 0;
const SPACE = 0x20;
const APOSTROPHE = 0x27;

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
  const cache = createPieceCache();
  const encoder = new TextEncoder();
  const shared = new Uint8Array(SHARED_BUFFER_BYTES);

  function walk(text: string, ids: number[] | undefined): number {
    const bytesNeeded = text.length * BYTES_PER_UNIT + 1;
    const bytes = bytesNeeded <= shared.length ? shared : new Uint8Array(bytesNeeded);
    const end = encoder.encodeInto(text, bytes).written;
    bytes[end] = SENTINEL;
    let tokens = 0;
    let start = 0;
    while (start < end) {
      // The usual word, ` ?[A-Z]*[a-z]+` before other ASCII, is hashed while it is read; pieceEnd knows all the rules.
      let next = start;
      let byte = bytes[next] as number;
      let hash = 0;
      if (byte === SPACE) {
        hash = extendHash(hash, byte);
        byte = bytes[++next] as number;
      }
      while (byte >= 0x41 && byte <= 0x5a) {
        hash = extendHash(hash, byte);
        byte = bytes[++next] as number;
      }
      const tail = next;
      while (byte >= 0x61 && byte <= 0x7a) {
        hash = extendHash(hash, byte);
        byte = bytes[++next] as number;
      }
      if (next === tail || byte >= 0x80 || byte === APOSTROPHE) {
        next = pieceEnd(bytes, start, end);
        hash = hashOf(bytes, start, next);
      }
      const rank = next - start <= table.longest ? table.find(bytes, start, next, hash) : NO_RANK;
      if (rank !== NO_RANK) {
        tokens++;
        if (ids) ids.push(rank);
      } else if (ids) tokens += merger.merge(bytes, start, next, ids);
      else {
        let merged = cache.get(bytes, start, next, hash);
        if (merged === 0) {
          merged = merger.merge(bytes, start, next, undefined);
          cache.set(bytes, start, next, hash, merged);
        }
        tokens += merged;
      }
      start = next;
    }
    return tokens;
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

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let position = start; position < end; position++) hash = extendHash(hash, bytes[position] as number);
  return hash;
}
